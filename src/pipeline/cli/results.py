"""The commands about results that are there: `parcours verify`, `parcours explain` and `parcours compare`."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from pipeline.workspace import Workspace


def add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    command: Callable[..., argparse.ArgumentParser],
    add_workspace: Callable[[argparse.ArgumentParser], None],
    workspace_of: Callable[[argparse.Namespace], Workspace],
) -> None:
    """Add the commands to the command line, whose own helpers make a command and find its workspace."""
    verify = command(
        commands,
        "verify",
        "compute everything again elsewhere, and say what differs",
        "Copies declarations and raw files to a temporary folder, runs all stages there, and holds\n"
        "each output against what dvc.lock records: same, or which rows and columns differ and by\n"
        "how much. Changes nothing; works in a fresh clone. Exit status: 0 all the same, 1 something\n"
        "differs, 2 it cannot be computed (the message says why).",
        lambda options: _verify(workspace_of(options)),
    )
    add_workspace(verify)

    explain = command(
        commands,
        "explain",
        "trace a number or a picture back to rows of raw files",
        "Prints the row it stands in, DVC stage, code and its version, formula, parameters, filter,\n"
        "the tables it was made from, and file and row number of every raw record behind it – never\n"
        "what the record says. An id is TABLE/KEY/GROUP, a place in a map.json, or a picture's file.",
        lambda options: _explain(workspace_of(options), options.id, options.rows),
        "examples:\n  parcours explain kpis/nps/nesters\n  parcours explain 'transitions/basket->purchase/all'\n"
        "  parcours explain hypotheses/late_delivery --rows 50\n"
        "  parcours explain 'nesters.map.json#/kpis/0'\n  parcours explain nesters.en.svg",
    )
    explain.add_argument("id", metavar="ID", help="of a number or a picture")
    explain.add_argument("--rows", type=int, default=10, metavar="N", help="raw rows to list (default: 10)")
    add_workspace(explain)

    compare = command(
        commands,
        "compare",
        "say what moved since the month before, beyond noise",
        "Compares the last full month with the one before (cohorts of equal maturity, customers in\n"
        "both counted as such), and run A with run B on the month that both have: what moved, what\n"
        "was not shown to, what changed by definition, what by data. A and B are folders or git\n"
        "revisions; B is this workspace by default. What counts as moved is decided over all looks\n"
        "together, in ledger.csv, which is to be committed; looking twice spends nothing.",
        lambda options: _compare(workspace_of(options), options.before, options.after),
        "examples:\n  parcours compare\n  parcours compare 2026-03 2026-04\n  parcours compare ../kept/march .",
    )
    compare.add_argument("before", metavar="A", nargs="?", help="the earlier run (default: the last commit)")
    compare.add_argument("after", metavar="B", nargs="?", help="the later run (default: this workspace)")
    add_workspace(compare)


def _verify(workspace: Workspace) -> int:
    from pipeline import verify

    return verify.main(workspace)


def _explain(workspace: Workspace, name: str, rows: int) -> None:
    from pipeline import explain, params

    explain.main(workspace, params.load(workspace), name, rows)


def _compare(workspace: Workspace, before: str, after: str | None) -> None:
    from pipeline import compare, params

    compare.main(workspace, params.load(workspace), before, after)
