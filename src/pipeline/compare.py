"""`parcours compare`: what moved from one month to the next, beyond noise, definitions and other raw rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from pipeline import workspaces
from pipeline.errors import ParcoursError
from pipeline.monthly import ledger
from pipeline.monthly.changes import DATA, DEFINITION, changes, restated
from pipeline.monthly.runs import read_run
from pipeline.params import Params
from pipeline.workspace import Workspace

SHOWN = 12  # rows of a list


def main(workspace: Workspace, params: Params, before: str | None, after: str | None) -> None:
    """Print what changed, and enter the look in ledger.csv if it is at this workspace's own results.

    Parameters
    ----------
    before, after
        Two runs, each a folder or a git revision. `before` None: the last commit, if it holds results; `after` None:
        this workspace as it is.
    """
    two = read_run(workspace, after or str(workspace.out))
    one = read_run(workspace, before) if before else _last_commit(workspace)
    found = changes(two, params.estimate.level)
    if not len(found):
        print("No two months in a row are full yet: a month counts once it was followed to the end of the horizon.")
        return
    path = workspace.root / ledger.FILE
    other = restated(two if one is None else one, two)
    look = ledger.judged(ledger.read(path), found, other, params.assess_level)
    print("\n".join(told(look)))
    if after is not None:
        print(f"Not entered in {ledger.FILE}: only a look at this workspace's own results is (parcours compare A).")
        return
    was_current = workspaces.is_current(workspace.root)
    if not ledger.append(path, look):
        print(
            f"This look is in {ledger.FILE} already (look {look['look'].iloc[0]}): nothing is spent by looking again."
        )
    elif was_current:
        workspaces.upgrade(workspace.root)  # the report depends on the ledger from now on
        print(f"Entered in {ledger.FILE} as look {look['look'].iloc[0]}; commit it. The report shows it: dvc repro")


def _last_commit(workspace: Workspace) -> pd.DataFrame | None:
    try:
        return read_run(workspace, "HEAD")
    except ParcoursError:
        print("The last commit holds no monthly table: what changed by definition or by data is not told. Name a run.")
        return None


def told(look: pd.DataFrame) -> Iterator[str]:
    """Yield what a person reads: what moved, what was not shown to have, what is something else."""
    tested = look[look["verdict"].isin((ledger.MOVED, ledger.NOT_SHOWN))]
    level = f" at level {tested['level'].iloc[0]:.4f} of this look" if len(tested) else ""
    n_few = int((look["verdict"] == ledger.NOT_TESTED).sum())
    yield f"{len(tested)} numbers tested{level}; {n_few} others have too few customers or events."
    for verdict, title in (
        (ledger.MOVED, "Moved"),
        (ledger.NOT_SHOWN, "Not shown to have moved"),
        (DEFINITION, "Changed by definition: something declared is not the same"),
        (DATA, "Changed by data: the same definition counts other raw rows"),
    ):
        rows = look[look["verdict"] == verdict]
        yield f"{title}: {len(rows)}"
        for row in rows.sort_values("p", kind="stable").head(SHOWN).to_dict("records"):
            yield f"  {_line(row)}"
        if len(rows) > SHOWN:
            yield f"  … {len(rows) - SHOWN} more"


def _line(row: dict[Any, Any]) -> str:
    text = f"{row['item']} · {row['group']}: {row['before']:.4g} → {row['after']:.4g}"
    if pd.isna(row["change"]):
        return f"{text} in {row['period']}"
    text += f" ({row['change']:+.4g}, {row['low']:+.4g} to {row['high']:+.4g}), {row['base_period']} → {row['period']}"
    if not pd.isna(row["p"]):
        text += f", p {row['p']:.2g}"
    if not pd.isna(row["mix"]):
        text += f"; mix {row['mix']:+.3g}, rate {row['rate']:+.3g}"
    return text if pd.isna(row["year_before"]) else f"{text}; a year before {row['year_before']:.4g}"
