"""All stages in one process, without DVC: for tests, benchmarks and schedulers that keep their own books."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module
from time import perf_counter

from tqdm import tqdm

from pipeline import params as parameters
from pipeline import workspaces
from pipeline.check import check
from pipeline.params import Params
from pipeline.workspace import Workspace


def main(workspace: Workspace, until: str | None = None) -> None:
    """Run every stage of a workspace in order.

    Parameters
    ----------
    workspace
        Where the inputs lie and the outputs go.
    until
        Stop after this stage; default: after the last.

    Raises
    ------
    ParcoursError
        If another run is writing to the same folder, or a stage fails; the last good reports stay as they are.
    """
    params = parameters.load(workspace)
    verbs = workspaces.verbs_of(workspace.root)
    if until in verbs:
        verbs = verbs[: verbs.index(until) + 1]
    with workspace.held(), _told_what_is_left(workspace):
        _run(workspace, params, verbs)
    if "report" in verbs:
        print(f"Reports: {workspace.path('reports/index.html').absolute()}")


def _run(workspace: Workspace, params: Params, verbs: Sequence[str]) -> None:
    with tqdm(verbs, unit="stage", file=sys.stderr, disable=None, leave=False) as progress:
        for verb in progress:
            progress.set_description(verb)
            started = perf_counter()
            if verb == "clean":  # the raw files are there now: find every mistake before any work
                check(workspace, params)
            import_module(f"pipeline.{verb}").main(workspace, params)
            tqdm.write(f"{verb:<12}{perf_counter() - started:6.1f} s", file=sys.stderr)


@contextmanager
def _told_what_is_left(workspace: Workspace) -> Iterator[None]:
    """Say, where a run fails, that the last good reports are still there: they change whole or not at all."""
    try:
        yield
    except BaseException:
        index = workspace.path("reports/index.html")
        if index.is_file():
            made = datetime.fromtimestamp(index.stat().st_mtime).isoformat(sep=" ", timespec="minutes")
            print(f"The run failed. {index.parent.absolute()} is as the run of {made} left it.", file=sys.stderr)
        raise
