"""The tutorial's cells, run on the root brand: what they print is what stands under them.

``PARCOURS_WRITE_TUTORIAL=1 pytest tests/lab/test_tutorial.py`` writes what they print anew, after the brand changed.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
from pathlib import Path

import pytest

CELL = re.compile(r"```python\n(.*?)```\n(?:\n```text\n(.*?)```\n)?", re.DOTALL)


def test_every_cell_prints_what_stands_under_it(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not (repository / "data/reconstruct/steps").is_dir():
        pytest.skip("data: the root brand's tables are not there; make repro")
    page = repository / "docs" / "tutorial.md"
    text = page.read_text(encoding="utf-8")
    monkeypatch.chdir(repository)
    names: dict[str, object] = {}

    def printed(cell: re.Match[str]) -> str:
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(cell[1], names)
        shown = "\n".join(line.rstrip() for line in said.getvalue().rstrip().splitlines())
        return f"```python\n{cell[1]}```\n" + (f"\n```text\n{shown}\n```\n" if cell[2] is not None else "")

    written = CELL.sub(printed, text)
    assert text.count("```text") >= 5
    if os.environ.get("PARCOURS_WRITE_TUTORIAL"):
        page.write_text(written, encoding="utf-8")
    assert written == page.read_text(encoding="utf-8")
