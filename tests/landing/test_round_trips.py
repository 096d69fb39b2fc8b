"""Whatever a table holds, what a writer of the format wrote comes back."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet
from hypothesis import given, settings
from hypothesis import strategies as st

from landing.files import landed

# XML and half characters aside, a cell may hold any sign; the marks of bytes stand at the start of a file only.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff"), max_size=20)
TABLE = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(TEXT, min_size=width, max_size=width), min_size=1, max_size=8)
)
FEW = settings(max_examples=60, deadline=None)


def back(name: str, content: bytes, **layout: object) -> list[list[str]]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        rows, result = landed(path, **layout)
        assert not result.refused
        return [[cell or "" for cell in list(row.values())[2:]] for row in rows]


@FEW
@given(
    TABLE,
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
)
def test_csv(table: list[list[str]], delimiter: str, encoding: str, line_end: str, packed: bool) -> None:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    writer.writerow([f"c{i}" for i in range(len(table[0]))])
    writer.writerows(table)
    content = stream.getvalue().encode(encoding)
    name, content = ("a.csv.gz", gzip.compress(content)) if packed else ("a.csv", content)
    assert back(name, content, delimiter=delimiter) == table


@FEW
@given(TABLE, st.booleans())
def test_json(table: list[list[str]], is_ascii: bool) -> None:
    records = [{f"c{i}": cell for i, cell in enumerate(row)} for row in table]
    lines = "\n".join(json.dumps(one, ensure_ascii=is_ascii) for one in records)
    assert (
        back("a.jsonl", lines.encode()) == back("a.json", json.dumps(records, ensure_ascii=is_ascii).encode()) == table
    )


@FEW
@given(TABLE)
def test_parquet(table: list[list[str]]) -> None:
    stream = io.BytesIO()
    pyarrow.parquet.write_table(
        pa.table({f"c{i}": list(cells) for i, cells in enumerate(zip(*table, strict=True))}), stream
    )
    assert back("a.parquet", stream.getvalue()) == table
