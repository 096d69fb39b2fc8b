"""All stages in one process, without DVC: for tests, benchmarks and schedulers that keep their own books."""

from __future__ import annotations

import sys
from importlib import import_module
from time import perf_counter

from tqdm import tqdm

from pipeline import params as parameters
from pipeline import workspaces
from pipeline.workspace import Workspace


def run_verb(verb: str, workspace: Workspace, params: parameters.Params) -> None:
    """Run one DVC stage; before the first that works on data, everything declared is checked."""
    if verb == "clean":
        import_module("pipeline.check").check(workspace, params)
    import_module(f"pipeline.{verb}").main(workspace, params)


def main(workspace: Workspace, until: str | None = None) -> None:
    """Run every stage of a workspace in order.

    Parameters
    ----------
    workspace
        Where the inputs lie and the outputs go.
    until
        Stop after this stage; default: after the last.
    """
    params = parameters.load(workspace)
    verbs = workspaces.verbs_of(workspace.root)
    if until in verbs:
        verbs = verbs[: verbs.index(until) + 1]
    with tqdm(verbs, unit="stage", file=sys.stderr, disable=None, leave=False) as progress:
        for verb in progress:
            progress.set_description(verb)
            started = perf_counter()
            run_verb(verb, workspace, params)
            tqdm.write(f"{verb:<12}{perf_counter() - started:6.1f} s", file=sys.stderr)
    if "report" in verbs:
        print(f"Reports: {workspace.path('reports/index.html').absolute()}")
