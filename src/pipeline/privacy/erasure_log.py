"""erasures.csv: who was erased, as fingerprints that can be compared and lead back to nobody."""

from __future__ import annotations

import csv
import hashlib
import hmac
from datetime import date
from pathlib import Path

from pipeline.workspace import Workspace

LOG = "erasures.csv"
LOG_COLUMNS = ("erased_on", "request", "kind", "fingerprint")
CUSTOMER = "(customer)"  # the kind under which the log knows a customer's code


def fingerprint(key: bytes, kind: str, pseudonym: str) -> str:
    """Return what the log keeps of a pseudonym: it can be compared, and leads back to nobody, not even in outputs."""
    return hmac.new(key, f"parcours:erasure:{kind}:{pseudonym}".encode(), hashlib.sha256).hexdigest()[:32]


def write_log(target: Path, workspace: Workspace, on: date, tied: list[tuple[str, str]]) -> None:
    """Write the log with one erasure more: the date, and fingerprints that are no pseudonyms."""
    request = min(one for _, one in tied)[:8]
    rows = {*read_log(workspace), *((on.isoformat(), request, kind, one) for kind, one in tied)}
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(LOG_COLUMNS)
        writer.writerows(sorted(rows))


def read_log(workspace: Workspace) -> list[tuple[str, ...]]:
    """Return the log's rows, none where nobody was erased."""
    path = workspace.root / LOG
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return [tuple(row) for row in csv.reader(stream)][1:]
