"""For notebooks: ``import pipeline.lab as pl``, then ``lab = pl.open()``.

``lab.funnel`` and every other table with Tab, ``lab.sql("from steps limit 10")``, ``lab.picture("funnel")``,
``lab.explorer()``, ``lab.sandbox()``; ``pl.log_moves(file, silence)`` where there is
no workspace yet. Everything here reads; nothing is ever written into a workspace.
"""

from __future__ import annotations

from pathlib import Path

from pipeline import params as parameters
from pipeline.errors import ParcoursError, nearest
from pipeline.event_log import log_moves
from pipeline.lab.lab import Lab
from pipeline.lab.opened import LARGE, LargeTable
from pipeline.reporting.reading import find_workspace
from pipeline.workspace import Workspace

__all__ = ["LARGE", "Lab", "LargeTable", "log_moves", "open"]


def open(  # noqa: A001 – pl.open() is what it does
    workspace: Path | str | None = None, out: Path | str | None = None, language: str | None = None
) -> Lab:
    """Open a workspace for exploring.

    Parameters
    ----------
    workspace
        Its folder; default: the one around the working directory.
    out
        Folder of its outputs, if `parcours run --out` put them elsewhere.
    language
        Of pictures and views, ``"fr"`` or ``"en"``; default: the first that the workspace declares.

    Raises
    ------
    ParcoursError
        If there is no workspace, its params.yaml is wrong, or the language is not one of its own.
    """
    place = Workspace.at(workspace if workspace is not None else find_workspace(), out)
    params = parameters.load(place)
    languages = params.workspace.languages
    if language is not None and language not in languages:
        raise ParcoursError(f"no language {language!r} in workspace.languages.{nearest(language, languages)}")
    return Lab(place, params, language or languages[0])
