"""The fingerprint of data from outside: `data/raw/manifest.csv`, small, kept in git, one row per file taken.

It records what was obtained and refuses nothing: with other files (a sample, a newer edition) the pipeline runs
all the same, and the difference shows in `git diff`.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from pipeline.files import whole_file
from pipeline.workspace import Workspace

PATH = "data/raw/manifest.csv"
YES, NO, UNKNOWN = "yes", "no", ""


@dataclass(frozen=True)
class Taken:
    """One file from outside and where its records went.

    Parameters
    ----------
    file
        Path in the workspace.
    origin
        Where it was found, relative to the folder searched, or the package and its version.
    bytes, sha256
        Of the file from outside.
    records
        Records that it gave to `file`, without the header; empty for what is no table.
    is_complete
        yes, no (a sample: fewer records than the publisher's edition has), or empty where nobody said.
    """

    file: str
    origin: str
    bytes: int
    sha256: str
    records: int | None
    is_complete: str


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write(taken: Iterable[Taken], path: Path) -> None:
    """Write the manifest in the order of its files."""
    with whole_file(path) as partial, partial.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, [field.name for field in fields(Taken)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(one) for one in sorted(taken, key=lambda one: (one.file, one.origin)))


def is_sample(workspace: Workspace) -> bool:
    """Whether any raw file of the workspace is known to hold only part of the publisher's edition.

    On a sample of orders, whether an order is somebody's first or a repeat one cannot be known.
    """
    path = workspace.root / PATH
    if not path.is_file():
        return False
    with path.open(encoding="utf-8", newline="") as stream:
        return any(row["is_complete"] == NO for row in csv.DictReader(stream))
