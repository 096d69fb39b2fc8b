"""DVC stage *clean*: raw exports → one event table per source, refused rows with their reason, rows that add up."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import sqlglot
from tqdm import tqdm

from pipeline.engine import Engine, open_engine
from pipeline.errors import ParcoursError
from pipeline.files import whole_folder, write_csv, write_json
from pipeline.kept import FOLDER, Kept
from pipeline.keys import fingerprint, key_bytes
from pipeline.manifest import is_sample
from pipeline.matching.fields import compared_fields
from pipeline.matching.model import probable_links, refuse_without_splink
from pipeline.matching.records import person_records
from pipeline.mistyped import mistyped, written_values
from pipeline.params import Params
from pipeline.source.accounts import SourceResult
from pipeline.source.by_file import make_events_by_file
from pipeline.source.description import Source, load
from pipeline.source.events import make_source_events
from pipeline.tables import (
    CAMPAIGNS,
    CONSERVATION,
    FILTERED,
    FORMATS,
    MASKED,
    MISTYPED,
    NOBODY,
    PROBABLE_LINKS,
    REJECTS,
    Table,
)
from pipeline.workspace import Workspace

IN_ORDER = sqlglot.parse_one("select * from events_of_source order by occurred_at, position")


def main(workspace: Workspace, params: Params) -> None:
    """Write data/clean: events per source, and what became of the rest, each in a table of its own."""
    if params.identity.probabilistic is not None:
        refuse_without_splink()
    sources = load_sources(workspace, params)
    key = key_bytes(params.workspace.key, workspace)
    attributes: dict[str, tuple[str, str]] = {}
    results, written, records = [], [], []
    kept = Kept(workspace.path(FOLDER))
    with workspace.temporary() as temporary, whole_folder(workspace.path("data/clean")) as folder:
        (folder / "events").mkdir()
        for rank, source in enumerate(tqdm(sources, desc="clean", unit="source", disable=None)):
            with open_engine(params.engine, temporary) as engine:
                result = make_events_by_file(engine, source, rank, params, key, temporary, kept) or make_source_events(
                    engine, source, rank, params, key, temporary
                )
                engine.write(IN_ORDER, folder / "events" / f"{source.name}.parquet")
                written.append(written_values(engine, source, params.identifiers))
                if source.person_fields:
                    records.append(person_records(engine, source, params.identifiers))
            for line in result.stated:
                print(line, file=sys.stderr)
            agree_on_types(attributes, source, result.attributes)
            results.append(result)
        with open_engine(params.engine, temporary) as engine:
            engine.load(MISTYPED.name, found := mistyped(engine, written, params.identifiers))
            engine.check(MISTYPED, MISTYPED.name)
        write_csv(found, folder / "mistyped.csv")
        write_probable_links(records, sources, params, temporary, folder)
        conservation = pd.concat([result.conservation for result in results], ignore_index=True)
        rejects = pd.concat([result.rejects for result in results], ignore_index=True)
        others = [(table, _all(results, table)) for table in (FORMATS, NOBODY, FILTERED, MASKED, CAMPAIGNS)]
        for table, frame in [(CONSERVATION, conservation), (REJECTS, rejects), *others]:
            write_csv(frame[list(table.columns)], folder / f"{table.name}.csv")
        facts = summary(conservation, rejects, fingerprint(key))
        write_json({**facts, "is_sample": is_sample(workspace)}, folder / "clean.json")
    kept.sweep()


def write_probable_links(
    records: list[pd.DataFrame], sources: list[Source], params: Params, temporary: Path, folder: Path
) -> None:
    """Compare the persons of different sources and write which are probably one, where params.yaml asks for it."""
    declared = params.identity.probabilistic
    if declared is None:
        return
    fields = compared_fields({source.name: list(source.person_fields) for source in sources}, declared.blocking)
    links, why_none = probable_links(records, fields, declared, params.engine, temporary)
    if why_none:
        print(why_none, file=sys.stderr)
    with Engine(params.engine, temporary, reach=[folder]) as engine:
        engine.load(PROBABLE_LINKS.name, links)
        engine.check(PROBABLE_LINKS, PROBABLE_LINKS.name)
        in_order = sqlglot.parse_one("select * from probable_links order by all", read="duckdb")
        engine.write(in_order, folder / "probable_links.parquet")


def _all(results: list[SourceResult], table: Table) -> pd.DataFrame:
    frames: list[pd.DataFrame] = [getattr(result, table.name) for result in results]
    return pd.concat(frames, ignore_index=True)


def load_sources(workspace: Workspace, params: Params) -> list[Source]:
    """Return the descriptions of all declared sources, each checked against its folder."""
    is_asked = params.identity.probabilistic is not None
    zone, kinds = params.workspace.time_zone, params.identifiers
    sources = [load(workspace.raw(name), name, zone, kinds, is_asked) for name in params.sources]
    if params.identity.probabilistic is not None:
        fields_of = {source.name: list(source.person_fields) for source in sources}
        compared_fields(fields_of, params.identity.probabilistic.blocking)  # or refuse, before any work
    return sources


def agree_on_types(known: dict[str, tuple[str, str]], source: Source, attributes: dict[str, str]) -> None:
    """Refuse an attribute that has one type in one source and another in the next."""
    for name, kind in attributes.items():
        other_source, other_kind = known.setdefault(name, (source.name, kind))
        if other_kind != kind:
            raise ParcoursError(
                f"{source.shown_as}: attribute {name!r} is {kind}, but {other_kind} in data/raw/{other_source}. "
                "Cast one of them, or give it another name."
            )


def summary(conservation: pd.DataFrame, rejects: pd.DataFrame, key_fingerprint: str) -> dict[str, object]:
    """Return the counts that `dvc metrics show` prints."""
    main_files = conservation[conservation["role"] == "main"]
    counts = {
        name: int(main_files[name].sum())
        for name in ("raw", "used", "empty", "filtered", "refused", "duplicate", "events")
    }
    reasons = rejects["reason"].value_counts().sort_index()
    return {
        **counts,
        "refused_by_reason": {str(name): int(n) for name, n in reasons.items()},
        "key_fingerprint": key_fingerprint,
    }
