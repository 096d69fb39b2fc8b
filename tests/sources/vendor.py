"""Rows of a vendor's export under that vendor's real column names, made by the tests and cleaned by its description."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

import small_workspace as shop
from pipeline.engine import Engine
from pipeline.source import catalogue as source_catalogue
from pipeline.source import events as source_events
from pipeline.source.add import kinds_for_params
from pipeline.source.description import load

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Cleaned:
    """What `clean` makes of the rows: events in time, and what became of each row of the main files."""

    events: pd.DataFrame
    counts: dict[str, int]
    reasons: dict[int, str]

    def told(self, *columns: str) -> list[tuple[Any, ...]]:
        """Return touchpoint, UTC time and further columns of each event; whose identifiers nobody has is None."""
        shown = self.events[["touchpoint", "occurred_at", *columns]].astype(object)
        shown["occurred_at"] = [f"{moment:%Y-%m-%d %H:%M:%S}" for moment in self.events["occurred_at"]]
        return [
            tuple(None if pd.isna(cell) else cell if isinstance(cell, str | bool) else float(cell) for cell in row)
            for row in shown.itertuples(index=False)
        ]


@cache
def real_columns() -> dict[str, dict[str, list[str]]]:
    """Return vendor → file → the names of its columns."""
    return yaml.safe_load((Path(__file__).parent / "columns.yaml").read_text(encoding="utf-8"))


def header_of(ready: source_catalogue.Ready, file: str) -> list[str]:
    """Return the columns that a file of the export has: all of the vendor's where they are known here."""
    known = real_columns().get(ready.name.split("_")[0], {})
    if file in known:
        return known[file]
    if any(fnmatch(file, pattern) for pattern in ready.files):
        return list(ready.columns)
    table = next(table for table, patterns in ready.lookups.items() if file in patterns)
    return list(ready.lookup_columns[table])


def example_name(pattern: str) -> str:
    """Return the name of a file that a pattern finds."""
    return pattern.replace(".json*", ".jsonl").replace(".tsv*", ".tsv").replace(".xes*", ".xes").replace("*", "export")


def as_csv(header: Sequence[str], rows: Sequence[Row], delimiter: str = ",") -> str:
    """Return rows as CSV under a header; a name that stands twice is filled once, a byte-order mark is no part of it."""
    wanted = {name for row in rows for name in row}
    assert wanted <= {name.lstrip("\ufeff") for name in header}, wanted - set(header)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([row.get(name.lstrip("\ufeff"), "") for name in header] for row in rows)
    return text.getvalue()


def as_json_lines(rows: Sequence[Row]) -> str:
    """Return rows as JSON lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def write_export(folder: Path, ready: source_catalogue.Ready, files: Mapping[str, Sequence[Row] | str | bytes]) -> None:
    """Write the files of an export; those that the test does not give have a header and no row."""
    folder.mkdir(parents=True)
    (folder / "source.yaml").write_text(ready.text, encoding="utf-8")
    for pattern in ready.expected():
        if not any(fnmatch(name, pattern) for name in files):
            files = {**files, example_name(pattern): []}
    for name, content in files.items():
        if isinstance(content, bytes):
            (folder / name).write_bytes(content)
            continue
        if not isinstance(content, str):
            delimiter = "\t" if name.endswith(".tsv") else ";" if ready.name == "loyalty_card" else ","
            is_lines = name.endswith(".jsonl")
            content = as_json_lines(content) if is_lines else as_csv(header_of(ready, name), content, delimiter)
        (folder / name).write_text(content, encoding="utf-8")


@pytest.fixture
def cleaned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a function: name of a description and files → what becomes of them. Identifiers stay readable.

    `adapted` is what a person changes in the description: a text of it, and what stands there instead.
    """
    monkeypatch.setattr(source_events, "pseudonyms", lambda key, kind, values: list(values))

    def run(
        name: str, files: Mapping[str, Sequence[Row] | str | bytes], adapted: tuple[str, str] = ("", "")
    ) -> Cleaned:
        ready = source_catalogue.find(name)
        assert adapted[0] in ready.text
        ready = replace(ready, text=ready.text.replace(*adapted, 1))
        write_export(tmp_path / "data" / "raw" / name, ready, files)
        kinds = yaml.safe_load("\n".join(kinds_for_params(ready.identifiers, "FR"))) or {}
        params = {**shop.PARAMS, "sources": [name], "identifiers": kinds or shop.PARAMS["identifiers"]}
        (tmp_path / "params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
        workspace = shop.Workspace.at(tmp_path)
        loaded = shop.load(workspace)
        source = load(workspace.raw(name), name, "Europe/Paris", loaded.identifiers)
        with workspace.temporary() as temporary, Engine(loaded.engine, temporary) as engine:
            result = source_events.make_source_events(engine, source, 0, loaded, b"key", temporary)
            events = engine.connection.execute("select * from events_of_source order by occurred_at, position").df()
        main = result.conservation[result.conservation["role"] == "main"]
        counts = {
            what: int(main[what].sum())
            for what in ("raw", "used", "empty", "filtered", "refused", "duplicate", "events")
        }
        reasons = dict(zip(result.rejects["source_row"].astype(int), result.rejects["reason"], strict=True))
        return Cleaned(events, {what: n for what, n in counts.items() if n}, reasons)

    return run
