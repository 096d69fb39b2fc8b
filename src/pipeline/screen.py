"""`parcours screen`: search one half of the customers for pains that nobody declared, and lock what it finds."""

from __future__ import annotations

import json
from datetime import datetime

from pipeline import workspaces
from pipeline.engine import open_engine
from pipeline.errors import ParcoursError
from pipeline.params import Params
from pipeline.screening.candidates import FILE, Batch, Candidate, append_batch, read_batches, refuse_without_new_data
from pipeline.screening.search import search
from pipeline.tables import PERSONAS, STEPS, VISITS
from pipeline.workspace import Workspace


def main(workspace: Workspace, params: Params) -> None:
    """Append a batch to candidates.yaml, have dvc.yaml watch it, and print what was locked."""
    facts_file = workspace.path("data/reconstruct/reconstruct.json")
    if not facts_file.exists():
        raise ParcoursError(f"{facts_file}: no such file; run the DVC stage reconstruct first.")
    cut_off = datetime.fromisoformat(json.loads(facts_file.read_text(encoding="utf-8"))["cut_off"])
    path = workspace.root / FILE
    batches = read_batches(path)
    refuse_without_new_data(batches, cut_off)
    with workspace.temporary() as temporary, open_engine(params.engine, temporary) as engine:
        for table in (STEPS, VISITS, PERSONAS):
            engine.read(table, workspace.path(table.path))
        batch = search(engine, params, len(batches) + 1, cut_off, "params.yaml: screening")
    if not batch.candidates:
        print(f"{batch.comparisons} comparisons searched; none hurts enough to be locked. Nothing was written.")
        return
    was_current = workspaces.is_current(workspace.root)
    append_batch(path, batch)
    print(told(batch))
    if was_current:
        workspaces.upgrade(workspace.root)
    else:
        print(f"dvc.yaml must learn of {FILE}: parcours init {workspace.root} --upgrade")


def told(batch: Batch) -> str:
    """Return what a person reads after a search."""
    lines = [
        f"{batch.comparisons} comparisons searched in the screening half; {len(batch.candidates)} locked in {FILE} as "
        f"batch {batch.number}, the worst first:",
        *(f"  {_line(candidate)}" for candidate in batch.candidates),
        "These effects were chosen for being large: expect smaller ones. Delete what nobody would act on, then",
        "open the other half with `dvc repro` (or `parcours assess`). Only what it confirms may be called a pain",
        "point.",
    ]
    return "\n".join(lines)


def _line(one: Candidate) -> str:
    where = f"{one.stage}: {one.touchpoint}" + (f" where {one.condition}" if one.condition else "")
    return f"{one.kind:<17}{one.effect:+9.3f}  p {one.p:.1e}  {one.customers:>8} customers  {one.group:<16} {where}"
