"""A raw file as its reader sees it, and what reading it gave."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from pipeline.errors import ParcoursError
from pipeline.landing.layout import Layout

ROW, FILE = "source_row", "source_file"
_LONGEST = 1_000  # characters of an error


@dataclass(frozen=True)
class Refused:
    """A record refused before it had columns, or with a value that nobody can read."""

    source_file: str
    source_row: int
    reason: str
    value: str | None
    column: str | None = None


@dataclass(frozen=True)
class Reading:
    """How a file was read.

    Parameters
    ----------
    format
        csv, jsonl, json, ocel, xes, excel or parquet.
    encoding, delimiter
        Of text files.
    part
        The sheet of a workbook, or where the records of a JSON document lie.
    detected
        Keys of source.yaml whose value was found in the file, because nobody declared it.
    """

    format: str
    encoding: str | None = None
    delimiter: str | None = None
    part: str | None = None
    detected: tuple[str, ...] = ()

    def found(self) -> dict[str, str]:
        """Return what was detected as source.yaml would declare it."""
        shown = {"encoding": self.encoding, "delimiter": "tab" if self.delimiter == "\t" else self.delimiter}
        shown |= {"records": self.part, "sheet": self.part}
        return {key: shown[key] or "" for key in self.detected}


@dataclass(frozen=True)
class Landed:
    """What one file gave beside its rows."""

    reading: Reading
    refused: list[Refused] = field(default_factory=list)


@dataclass(frozen=True)
class RawFile:
    """One file to read.

    Parameters
    ----------
    path
        Where it lies.
    layout
        What source.yaml declares of it.
    limit
        Stop after about so many records; None: read all.
    """

    path: Path
    layout: Layout
    limit: int | None = None

    @property
    def name(self) -> str:
        """Return the name that errors give it."""
        return f"{self.layout.folder}/{self.path.name}".removeprefix("/")

    def open(self) -> IO[bytes]:
        """Return the file's bytes, unpacked where its name ends in .gz."""
        return gzip.open(self.path, "rb") if self.path.name.endswith(".gz") else self.path.open("rb")  # type: ignore[return-value]

    def error(self, problem: str) -> ParcoursError:
        """Return what is wrong with the file, in a length that a terminal shows."""
        shown = problem if len(problem) < _LONGEST else f"{problem[: _LONGEST // 2]} … {problem[-_LONGEST // 2 :]}"
        return ParcoursError(f"{self.name}: {shown}")

    def refuse(
        self, number: int, value: str | None, reason: str = "malformed_row", column: str | None = None
    ) -> Refused:
        return Refused(self.path.name, number, reason, value, column)
