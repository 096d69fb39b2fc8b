"""A source file by file: each read once and kept, so that a new month of exports costs its own rows.

Only where a row's events depend on that row alone, and on rows that are the same. A source whose rows are joined, whose
texts people wrote, or of whose rows the latest counts is read as a whole, every time; and so is one whose files have
other columns each. Both ways give the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet
from sqlglot import exp

from pipeline import keys
from pipeline.engine import Engine, query_of
from pipeline.errors import ParcoursError
from pipeline.kept import Kept, digest_of, name_of
from pipeline.params import Params
from pipeline.source import accounts
from pipeline.source.accounts import SourceResult
from pipeline.source.description import MAIN, Source
from pipeline.source.events import finish_events, read_events
from pipeline.source.rows import row_columns, same_columns

EVENTS, ROWS = "events.parquet", "rows.parquet"
_PLAIN_TYPES = (
    "BOOLEAN",
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "VARCHAR",
    "DATE",
    "TIME",
    "TIMESTAMP",
    "DECIMAL",
)
_FLOATS = ("FLOAT", "DOUBLE")
_WITH_THE_OTHERS = "is_read_with_the_others"  # all that is kept of a file that needs them


@dataclass(frozen=True)
class Part:
    """One file of a source: what became of its rows, its columns, and where its events and rows lie."""

    result: SourceResult
    columns: Mapping[str, str]
    folder: Path


def make_events_by_file(
    engine: Engine, source: Source, rank: int, params: Params, key: bytes, temporary: Path, kept: Kept
) -> SourceResult | None:
    """Do as `make_source_events`, reading only files that were not read before; None where that needs all of them.

    Parameters
    ----------
    kept
        Pieces of earlier runs; gets those of this one.
    """
    if not _stand_alone(source, params):
        return None
    parts = _parts(engine, source, params, key, temporary, kept)
    if parts is None or any(part.columns != parts[0].columns for part in parts):
        return None
    engine.view("kept_events", [part.folder / EVENTS for part in parts])
    repeated = _repeated(engine, source, parts)
    events: exp.Query = exp.select("*").from_("kept_events")
    if len(repeated):
        engine.load("repeated_rows", repeated[["source_file", "source_row"]])
        events = query_of("select * from kept_events anti join repeated_rows using (source_file, source_row)")
    engine.make("hashed_events", events, lazily=True)
    return finish_events(engine, source, rank, key, _together(engine, source, parts, repeated))


def _stand_alone(source: Source, params: Params) -> bool:
    """Whether nothing but a row and its duplicates decides what the row gives."""
    has_typos = any(params.identifiers[kind].mend_typos for kind in source.identifiers)  # compares raw values
    is_joined = bool(source.query or source.lookups or source.latest_by)
    return params.engine.keep and params.engine.kind == "duckdb" and not (source.is_aggregate or is_joined or has_typos)


# -- each file ---------------------------------------------------------------------------------------------------


def _parts(
    engine: Engine, source: Source, params: Params, key: bytes, temporary: Path, kept: Kept
) -> list[Part] | None:
    """Return each file as it was kept, the others read and kept; None if one must be read with the others."""
    names = {path: name_of(_inputs(source, path, params, key)) for path in source.files}
    folders = {path: temporary / f"{source.name}.{i}" for i, path in enumerate(source.files)}
    found = {path: kept.find(name, folders[path]) for path, name in names.items()}
    new = {path: folders[path] for path, facts in found.items() if facts is None}
    if new and not any(facts and _WITH_THE_OTHERS in facts for facts in found.values()):
        try:
            read = _read(engine, replace(source, files=tuple(new)), params, key, temporary, new)
        except ParcoursError:  # to be told of the source as a whole
            return None
        for path, facts in read.items():
            files = () if _WITH_THE_OTHERS in facts else (folders[path] / EVENTS, folders[path] / ROWS)
            kept.keep(names[path], facts, files, temporary)
        found |= read
    known = {path: facts for path, facts in found.items() if facts and _WITH_THE_OTHERS not in facts}
    return [_part(facts, folders[path]) for path, facts in known.items()] if len(known) == len(found) else None


def _part(facts: Mapping[str, Any], folder: Path) -> Part:
    frames = {name: pd.DataFrame(**content) for name, content in facts["frames"].items()}
    result = SourceResult(**frames, stated=tuple(facts["stated"]), attributes=facts["attributes"])
    return Part(result, facts["columns"], folder)


def _inputs(source: Source, path: Path, params: Params, key: bytes) -> dict[str, Any]:
    """Return everything that decides what a file gives."""
    return {
        "file": [path.name, digest_of(path)],
        "description": [source.shown_as, digest_of(path.parent / "source.yaml"), source.time_zone],
        "identifiers": {kind: repr(params.identifiers[kind]) for kind in source.identifiers},
        "privacy": repr(params.privacy),
        "retained_until": [params.cut_off, params.workspace.time_zone] if source.privacy.retention else None,
        "key": keys.fingerprint(key),
    }


def _read(
    engine: Engine, source: Source, params: Params, key: bytes, temporary: Path, folders: Mapping[Path, Path]
) -> dict[Path, dict[str, Any]]:
    """Read files in one go, write the events and rows of each into its folder, and return the facts of each."""
    result = read_events(engine, source, params, key, temporary, by_file=True)
    columns = engine.columns("joined_rows")
    same = _same_row(source, {name: columns[name] for name in same_columns(source, row_columns(engine))})
    if len(result.masked) or same is None:
        return {path: {_WITH_THE_OTHERS: True} for path in folders}
    engine.make("kept_rows", salt=keys.salt(key), same=same)
    for path, folder in folders.items():
        folder.mkdir(exist_ok=True)
        is_of_file = exp.column("source_file").eq(path.name)
        events = exp.select("*").from_("hashed_events").where(is_of_file).order_by("source_row", "rule")
        engine.write(events, folder / EVENTS)
        engine.write(exp.select("*").from_("kept_rows").where(is_of_file).order_by("source_row"), folder / ROWS)
    engine.view("kept_events", [folder / EVENTS for folder in folders.values()])
    if engine.columns("kept_events") != engine.columns("hashed_events"):  # a type that Parquet has not
        return {path: {_WITH_THE_OTHERS: True} for path in folders}
    landed = [temporary / f"{source.name}.{MAIN}.{i}.parquet" for i in range(len(folders))]
    return {path: _facts(result, source, path, file) for path, file in zip(folders, landed, strict=True)}


def _facts(result: SourceResult, source: Source, path: Path, landed: Path) -> dict[str, Any]:
    """Return what became of one file's rows, and which columns it has: names and types as it landed."""
    frames = {field.name: getattr(result, field.name) for field in fields(SourceResult)}
    of_file = {
        name: _plain(frame[frame["source_file"] == path.name] if "source_file" in frame else frame[:0])
        for name, frame in frames.items()
        if isinstance(frame, pd.DataFrame)
    }
    return {
        "frames": of_file,
        "stated": [line for line in result.stated if line.startswith(f"{source.layout.folder}/{path.name}: ")],
        "attributes": result.attributes,
        "columns": {field.name: str(field.type) for field in pyarrow.parquet.read_schema(landed)},
    }


def _same_row(source: Source, columns: Mapping[str, str]) -> list[exp.Expr] | None:
    """Return SQL texts that are equal where rows are the same; None where a type has no such text."""
    if source.duplicates == "none":
        return []
    texts: list[exp.Expr] = []
    for name, kind in columns.items():
        if not kind.startswith((*_PLAIN_TYPES, *_FLOATS)) or kind.endswith("]"):
            return None
        column: exp.Expr = exp.column(name, quoted=True)
        if kind in _FLOATS:
            column = column + exp.Literal.number("0.0")  # -0.0 is 0.0
        text = exp.cast(column, "varchar")
        # its length in front: where one value ends and the next begins is never in doubt
        written = exp.Concat(
            expressions=[exp.cast(exp.Length(this=text), "varchar"), exp.Literal.string(":"), text.copy()]
        )
        missing = exp.Is(this=exp.column(name, quoted=True), expression=exp.null())
        texts.append(exp.Case().when(missing, exp.Literal.string("-")).else_(written))
    return texts


def _plain(frame: pd.DataFrame) -> dict[str, Any]:
    whole = frame.astype(object).where(frame.notna(), None)
    return {"columns": list(frame.columns), "data": whole.to_numpy().tolist()}


# -- all files ---------------------------------------------------------------------------------------------------


def _repeated(engine: Engine, source: Source, parts: Sequence[Part]) -> pd.DataFrame:
    """Return the rows that are duplicates of one in another file: of the same, the first counts."""
    engine.view("rows_of_files", [part.folder / ROWS for part in parts])
    nothing = pd.DataFrame(columns=["source_file", "source_row", "is_refused", "is_used"])
    if source.duplicates == "none":
        return nothing
    counts = engine.row(query_of("select count(*) as n, count(distinct same_row) as different from rows_of_files"))
    if counts["n"] == counts["different"]:
        return nothing
    return engine.frame(
        query_of(
            "select source_file, source_row, is_refused, is_used from rows_of_files qualify row_number() over "
            "(partition by same_row order by source_file, source_row) > 1 order by source_file, source_row"
        )
    )


def _together(engine: Engine, source: Source, parts: Sequence[Part], repeated: pd.DataFrame) -> SourceResult:
    """Return what became of all files' rows, those of `repeated` now duplicates."""
    results = [part.result for part in parts]

    def all_of(name: str, *order: str) -> pd.DataFrame:
        frames = [getattr(result, name) for result in results]
        frame = pd.concat([one for one in frames if len(one)] or frames[:1], ignore_index=True)
        return frame.sort_values(list(order), ignore_index=True) if order else frame

    rejects = all_of("rejects", "source_file", "source_row")
    conservation = all_of("conservation").set_index("source_file", drop=False)
    if len(repeated):
        is_gone = pd.MultiIndex.from_frame(repeated[["source_file", "source_row"]])
        rejects = rejects[~pd.MultiIndex.from_frame(rejects[["source_file", "source_row"]]).isin(is_gone)]
        judged = repeated.assign(
            refused=repeated["is_refused"], used=repeated["is_used"],
            empty=~(repeated["is_refused"] | repeated["is_used"]), duplicate=-1,
        )  # fmt: skip
        moved = judged.groupby("source_file")[["refused", "used", "empty", "duplicate"]].sum().astype("int64")
        conservation[list(moved.columns)] -= moved.reindex(conservation.index, fill_value=0)
        events = engine.frame(query_of("select source_file, count(*) as n from hashed_events group by 1"))
        conservation["events"] = events.set_index("source_file")["n"].reindex(conservation.index, fill_value=0)
    return SourceResult(
        conservation=conservation.reset_index(drop=True),
        rejects=rejects,
        formats=all_of("formats", "source_file"),
        stated=tuple(sorted(line for result in results for line in result.stated)),
        nobody=accounts.nobody_of(engine, source),
        filtered=all_of("filtered", "source_file", "reason"),
        masked=results[0].masked,
        campaigns=results[0].campaigns,
        attributes=results[0].attributes,
    )
