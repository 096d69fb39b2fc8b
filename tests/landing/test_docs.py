"""docs/formats.md keeps its word: each example lands as it says, and no key is missing from its table."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from landing.files import landed
from pipeline.declarations import Section
from pipeline.landing import READERS, Layout, read_layout

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(
    r"^Example: `(.+?)`\n```text\n(.*?)```\n```yaml\n(.*?)```\n```text\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE
)


@pytest.mark.parametrize(("name", "content", "keys", "expected"), EXAMPLES, ids=[name for name, *_ in EXAMPLES])
def test_an_example_lands_as_the_page_says(tmp_path: Path, name: str, content: str, keys: str, expected: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    layout = vars(read_layout(Section(yaml.safe_load(keys), "data/raw/web/source.yaml")))
    rows, result = landed(path, **{key: value for key, value in layout.items() if key != "shown_as"})
    table = [
        list(rows[0])[1:],
        *([str(cell) if cell is not None else "" for cell in list(row.values())[1:]] for row in rows),
    ]
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]
    lines += [f"refused: {one.source_row}" for one in result.refused]
    lines += [f"detected: {' '.join(result.reading.detected)}"] * bool(result.reading.detected)
    assert "\n".join(lines) + "\n" == expected


def test_the_page_has_examples_keys_and_endings() -> None:
    assert len(EXAMPLES) == 4
    described = set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE))
    assert described == {field.name.removeprefix("has_") for field in fields(Layout)} - {"shown_as"}
    assert all(f"`{ending}`" in PAGE for ending in READERS)
