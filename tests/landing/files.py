"""One table in every format, each file written by a writer of that format, and an independent count of its records."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sqlite3
import tempfile
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet
import xlwt

from pipeline.landing import Layout, land

HEADER = ("visitor", "email", "at", "page", "note")
ROWS = [
    (
        f"v{i % 7}",
        f"ana{i % 5}@shop.example" if i % 3 else None,
        f"2026-01-{i % 28 + 1:02d} 10:{i % 60:02d}:00",
        "basket" if i % 4 == 0 else "home",
        ('élève, "vif"; 5 €', "deux\nlignes", "x|y z", None)[i % 4],
    )
    for i in range(30)
]


def records() -> list[dict[str, Any]]:
    return [{name: cell for name, cell in zip(HEADER, row, strict=True) if cell is not None} for row in ROWS]


def as_csv(delimiter: str = ",") -> str:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows(ROWS)
    return stream.getvalue()


def as_xes() -> bytes:
    log = ElementTree.Element("log", {"xmlns": "http://www.xes-standard.org/", "xes.version": "2.0"})
    ElementTree.SubElement(log, "extension", name="Time", prefix="time", uri="http://www.xes-standard.org/time.xesext")
    ElementTree.SubElement(log, "string", key="source", value="made up")
    for start in range(0, len(ROWS), 10):
        trace = ElementTree.SubElement(log, "trace")
        ElementTree.SubElement(trace, "string", key="concept:name", value=f"case {start}")
        for record in records()[start : start + 10]:
            event = ElementTree.SubElement(trace, "event")
            for key, value in record.items():
                ElementTree.SubElement(event, "date" if key == "at" else "string", key=key, value=value)
    return ElementTree.tostring(log, encoding="utf-8", xml_declaration=True)


def as_ocel() -> bytes:
    events = [
        {
            "id": f"e{i}", "type": record["page"], "time": record["at"].replace(" ", "T") + "Z",
            "attributes": [{"name": "note", "value": record.get("note", "")}],
            "relationships": [
                {"objectId": record["visitor"], "qualifier": "by"},
                *({"objectId": f"item{k}", "qualifier": "in"} for k in range(i % 3)),
            ],
        }
        for i, record in enumerate(records())
    ]  # fmt: skip
    objects = [{"id": f"v{i}", "type": "visitor"} for i in range(7)] + [
        {"id": f"item{i}", "type": "item"} for i in range(2)
    ]
    types = {"objectTypes": [{"name": name, "attributes": []} for name in ("visitor", "item")]}
    types["eventTypes"] = [
        {"name": name, "attributes": [{"name": "note", "type": "string"}]} for name in ("home", "basket")
    ]
    return json.dumps({**types, "objects": objects, "events": events}, ensure_ascii=False).encode()


def as_parquet() -> bytes:
    stream = io.BytesIO()
    pyarrow.parquet.write_table(
        pa.Table.from_pylist(records(), pa.schema([(name, pa.string()) for name in HEADER])), stream
    )
    return stream.getvalue()


def as_xlsx() -> bytes:
    book = openpyxl.Workbook()
    for row in [HEADER, *ROWS]:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def as_xls() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Visits")
    for i, row in enumerate([HEADER, *ROWS]):
        for k, cell in enumerate(row):
            if cell is not None:
                sheet.write(i, k, cell)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


_MANIFEST = """<?xml version="1.0"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">
<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>"""


def as_ods() -> bytes:
    """Return an OpenDocument sheet, as ISO 26300 describes it."""
    spaces = {name: f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" for name in ("office", "table", "text")}
    for name, space in spaces.items():
        ElementTree.register_namespace(name, space)
    tag = {name: "{%s}" % space for name, space in spaces.items()}  # noqa: UP031 – braces
    document = ElementTree.Element(f"{tag['office']}document-content", {f"{tag['office']}version": "1.3"})
    book = ElementTree.SubElement(
        ElementTree.SubElement(document, f"{tag['office']}body"), f"{tag['office']}spreadsheet"
    )
    sheet = ElementTree.SubElement(book, f"{tag['table']}table", {f"{tag['table']}name": "Visits"})
    for row in [HEADER, *ROWS]:
        line = ElementTree.SubElement(sheet, f"{tag['table']}table-row")
        for cell in row:
            kind = {} if cell is None else {f"{tag['office']}value-type": "string"}
            made = ElementTree.SubElement(line, f"{tag['table']}table-cell", kind)
            for text in [] if cell is None else cell.split("\n"):
                ElementTree.SubElement(made, f"{tag['text']}p").text = text
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        archive.writestr("content.xml", ElementTree.tostring(document, encoding="utf-8", xml_declaration=True))
    return stream.getvalue()


def as_sqlite() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shop.sqlite"
        connection = sqlite3.connect(path)
        connection.execute(f"create table visits ({', '.join(HEADER)})")
        connection.executemany("insert into visits values (?, ?, ?, ?, ?)", ROWS)
        connection.commit()
        connection.close()
        return path.read_bytes()


WRITTEN: dict[str, Callable[[], bytes]] = {
    "csv": lambda: as_csv().encode(),
    "csv.gz": lambda: gzip.compress(as_csv(";").encode("cp1252"), mtime=0),
    "jsonl": lambda: "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records()).encode(),
    "json": lambda: json.dumps({"page": 1, "data": {"items": records()}}, ensure_ascii=False, indent=1).encode(),
    "xes": as_xes,
    "jsonocel": as_ocel,
    "parquet": as_parquet,
    "xlsx": as_xlsx,
    "xls": as_xls,
    "ods": as_ods,
    "xlsb": lambda: (Path(__file__).parent / "workbooks" / "ledger.xlsb").read_bytes(),  # another table: none writes it
}  # fmt: skip


def landed(path: Path, **layout: Any) -> tuple[list[dict[str, Any]], Any]:
    """Land a file and return its rows, and what `land` says of it."""
    target = path.with_name("landed.parquet")
    result = land(path, Layout("data/raw/web/source.yaml", **layout), target)
    return pyarrow.parquet.read_table(target).to_pylist(), result


# -- independent counts ----------------------------------------------------------------------------------------


def _csv(content: bytes) -> int:
    text = content.decode("utf-8-sig")
    return sum(1 for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row) - 1


def _jsonl(content: bytes) -> int | None:
    if b"\0" in content:
        return None  # no UTF-8: where its lines end is for the encoding to say
    return sum(1 for line in io.StringIO(content.decode("utf-8-sig"), newline=None) if line.strip())


def _xes(content: bytes) -> int:
    return sum(1 for one in ElementTree.fromstring(content).iter() if one.tag.rpartition("}")[2] == "event")


def _xlsx(content: bytes) -> int:
    sheet = openpyxl.load_workbook(io.BytesIO(content), data_only=True).worksheets[0]
    rows = sum(any(cell not in (None, "") for cell in row) for row in sheet.iter_rows(values_only=True))
    if rows == 0:
        raise ValueError("openpyxl overlooks what it does not understand")
    return rows - 1


COUNTED: dict[str, Callable[[bytes], int | None]] = {
    "csv": _csv,
    "jsonl": _jsonl,
    "json": lambda content: len(json.loads(content)["data"]["items"]),
    "xes": _xes,
    "jsonocel": lambda content: len(json.loads(content)["events"]),
    "parquet": lambda content: pyarrow.parquet.read_metadata(io.BytesIO(content)).num_rows,
    "xlsx": _xlsx,
}  # fmt: skip
