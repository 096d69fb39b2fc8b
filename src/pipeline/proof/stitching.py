"""What joining identifiers is worth: transitions of joined customers, and of identifiers each taken for a customer."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
from sqlglot import exp

from pipeline import estimate, identify, reconstruct, segment
from pipeline.engine import Engine
from pipeline.estimate.outcomes import make_visit_outcomes
from pipeline.params import Params
from pipeline.proof.stack import Stack
from pipeline.tables import CUSTOMER_TRANSITIONS, JOURNEYS, PERSONAS, STEPS, VISITS
from pipeline.workspace import Workspace

JOINED, UNSTITCHED = "joined customers", "unstitched: each identifier a customer"
CELLS = (
    ("discovery", "consideration"), ("consideration", "basket"), ("basket", "purchase"), ("purchase", "experience"),
)  # fmt: skip
EVERYONE = "(all)"


def transitions(stack: Stack) -> Iterator[tuple[str, str, float, float]]:
    """Yield cell, treatment, estimate and truth of pre-listed transitions, all brands of the stack together."""
    known = pd.read_csv(stack.workspace.path("data/truth/transitions.csv"))
    of_everyone = known[known["persona"] == EVERYONE].set_index(["from_stage", "to_stage"])["p"].to_dict()
    params = replace(stack.params, estimate=replace(stack.params.estimate, group_by=()), kpis=())
    yield from _cells(JOINED, estimated(stack.workspace, params), of_everyone)
    with TemporaryDirectory(prefix="parcours-proof-") as folder:
        yield from _cells(
            UNSTITCHED, estimated(_unstitched(stack.workspace, params, Path(folder)), params), of_everyone
        )


def estimated(workspace: Workspace, params: Params) -> dict[tuple[str, str], float]:
    """Return the transitions that the pipeline estimates, by stage from and to."""
    facts = estimate.read_facts(workspace.path("data/reconstruct/reconstruct.json"))
    cut_off = datetime.fromisoformat(facts["cut_off"])
    with workspace.temporary() as temporary, Engine(params.engine, temporary) as engine:
        for table in (CUSTOMER_TRANSITIONS, VISITS, JOURNEYS, STEPS, PERSONAS):
            engine.read(table, workspace.path(table.path))
        engine.make("customer_personas", exp.select("customer_id", "persona").from_("personas"))
        make_visit_outcomes(engine, params, cut_off)
        rows = list(estimate.transitions.rows(engine, params, cut_off))
    return {(row["from_stage"], row["to_stage"]): float(row["p"]) for row in rows if row.get("p") is not None}


def _cells(
    treatment: str, found: Mapping[Any, float], known: Mapping[Any, float]
) -> Iterator[tuple[str, str, float, float]]:
    for cell in CELLS:
        yield " → ".join(cell), treatment, found[cell], known[cell]


def _unstitched(workspace: Workspace, params: Params, folder: Path) -> Workspace:
    """Return a workspace in which the same events were cut into journeys without joining any two identifiers."""
    apart = Workspace.at(workspace.root, folder)
    (folder / "data").mkdir()
    # hard links: the engine reads what lies in the workspace, and nothing that a symbolic link leads to
    shutil.copytree(workspace.path("data/clean"), folder / "data" / "clean", copy_function=os.link)
    kinds = {name: replace(kind, links=False) for name, kind in params.identifiers.items()}
    identify.main(apart, replace(params, identifiers=kinds))
    reconstruct.main(apart, params)  # an event falls to the first of its identifiers, in the declared order
    segment.main(apart, params)
    return apart
