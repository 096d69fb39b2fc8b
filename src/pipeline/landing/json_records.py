"""JSON lines, one record a line; and a JSON document whose records are an array somewhere in it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipeline.errors import nearest
from pipeline.landing import ocel
from pipeline.landing.json_documents import items, outermost_arrays, whole_document
from pipeline.landing.json_values import JsonObject, flat_record
from pipeline.landing.raw_file import Landed, RawFile, Reading, Refused
from pipeline.landing.text import encoding_of, wrong_encoding
from pipeline.landing.writing import Record, write_records


def read_lines(file: RawFile, target: Path) -> Landed:
    """Land JSON lines; a record's number is that of its line, and a line that is no object is refused alone."""
    encoding, is_detected = encoding_of(file)
    try:
        refused = write_records(file, target, _lines(file, encoding))
    except UnicodeDecodeError:
        raise wrong_encoding(file, encoding) from None
    return Landed(Reading("jsonl", encoding, detected=("encoding",) * is_detected), refused)


def _lines(file: RawFile, encoding: str) -> Iterator[tuple[int, Record | Refused]]:
    with file.open() as stream:
        for number, line in enumerate(io.TextIOWrapper(stream, encoding=encoding), start=1):
            if line.strip():
                yield number, flat_record(_parsed(line), file, number, line.rstrip("\n"))


def _parsed(line: str) -> Any:
    """Return what a line holds, None for what is not JSON: too deep, a number of a million digits, or no sense."""
    try:
        return json.loads(line, object_pairs_hook=JsonObject.of, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError, ArithmeticError):
        return None


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


# -- a document ------------------------------------------------------------------------------------------------


def read_document(file: RawFile, target: Path) -> Landed:
    """Land the records of a JSON document: its array, or the one at `records:`; the first record is number 1.

    Where nothing is declared, the document's only array of objects is taken, and an OCEL log is read as one.

    Raises
    ------
    ParcoursError
        If it is no JSON to its end, or which array holds the records is not clear.
    """
    encoding, is_detected = encoding_of(file)
    with whole_document(file, encoding):
        where = file.layout.records
        if where is None:
            arrays = outermost_arrays(file, encoding)
            if arrays.keys() >= ocel.KEYS:
                return ocel.read(file, target)
            where = _only_array(file, arrays)
        refused = write_records(file, target, _records(file, encoding, where))
    detected = [*["encoding"] * is_detected, *["records"] * (where != "" and file.layout.records is None)]
    return Landed(Reading("json", encoding, part=where or None, detected=tuple(detected)), refused)


def _records(file: RawFile, encoding: str, where: str) -> Iterator[tuple[int, Record | Refused]]:
    number = 0
    for value in items(file, encoding, where):
        number += 1
        yield number, flat_record(value, file, number)
    if number == 0 and where not in (arrays := outermost_arrays(file, encoding)):
        raise file.error(f"no array at records: {where!r}.{nearest(where, arrays)}")


def _only_array(file: RawFile, arrays: Mapping[str, bool]) -> str:
    """Return where the records lie: the document itself, or the only array that holds objects."""
    holding = [where for where, holds_objects in arrays.items() if holds_objects or where == ""]
    if len(holding) != 1:
        raise file.error(
            f"which array holds the records? Declare `records:` in {file.layout.shown_as}, the keys that lead to it "
            f"with dots between them. Arrays of objects: {', '.join(holding) or 'none'}."
        )
    return holding[0]
