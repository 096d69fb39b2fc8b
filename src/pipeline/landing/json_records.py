"""JSON lines, one record a line; and a JSON document whose records are an array somewhere in it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

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
    return Landed(Reading("jsonl", encoding, detected=("encoding",) if is_detected else ()), refused)


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
