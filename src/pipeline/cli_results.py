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


def _verify(workspace: Workspace) -> int:
    from pipeline import verify

    return verify.main(workspace)
