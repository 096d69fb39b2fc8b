"""All stages in one process, without DVC: for tests, benchmarks and schedulers that keep their own books."""

from __future__ import annotations

import sys
from collections.abc import Collection
from importlib import import_module

from tqdm import tqdm

from pipeline import params as parameters
from pipeline import workspaces
from pipeline.check import check
from pipeline.timing import Profile, watched
from pipeline.workspace import Workspace


def main(workspace: Workspace, until: str | None = None, without: Collection[str] = (), profile: bool = False) -> None:
    """Run every stage of a workspace in order.

    Parameters
    ----------
    workspace
        Where the inputs lie and the outputs go.
    until
        Stop after this stage; default: after the last.
    without
        Stages that are left out, because what they write is there.
    profile
        Print where the time went, per stage and per query.
    """
    found = Profile()
    params = parameters.load(workspace)
    verbs = [verb for verb in workspaces.verbs_of(workspace.root) if verb not in without]
    if until in verbs:
        verbs = verbs[: verbs.index(until) + 1]
    with tqdm(verbs, unit="stage", file=sys.stderr, disable=None, leave=False) as progress, watched(found):
        for verb in progress:
            progress.set_description(verb)
            with found.stage(verb):
                if verb == "clean":  # the raw files are there now: find every mistake before any work
                    check(workspace, params)
                import_module(f"pipeline.{verb}").main(workspace, params)
            tqdm.write(f"{verb:<12}{found.stages[-1][1]:6.1f} s", file=sys.stderr)
    if profile:
        print(found.report())
    if "report" in verbs:
        print(f"Reports: {workspace.path('reports/index.html').absolute()}")
