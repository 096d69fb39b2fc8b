"""The finding half of `parcours erase`: one person's raw records, by all identifiers that the graph ties to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from unicodedata import normalize

import pandas as pd
from sqlglot import exp

from pipeline.engine import Engine
from pipeline.errors import ParcoursError, nearest
from pipeline.expressions import query
from pipeline.keys import key_bytes, pseudonyms
from pipeline.landing import Layout, Reading, Refused
from pipeline.normalise import normaliser
from pipeline.params import Params
from pipeline.privacy.json_items import texts_in
from pipeline.source.description import MAIN, Source
from pipeline.source.events import identifier_values
from pipeline.source.rows import join_rows, land_files, row_columns, type_rows
from pipeline.tables import IDENTITIES
from pipeline.workspace import Workspace

# Shorter values are looked for only where the description says that they are identifiers: 12 is also a quantity.
SHORTEST_ANYWHERE = 5
_PLAIN = frozenset("0123456789abcdefghijklmnopqrstuvwxyz")

Values = dict[str, set[str]]  # kind → normalised values


@dataclass(frozen=True)
class Person:
    """Who is to be erased: the identifiers tied together, as keyed hashes, and the codes of the customer."""

    hashes: Mapping[str, frozenset[str]]
    customers: frozenset[int]


@dataclass(frozen=True)
class Found:
    """Where a person stands in the raw files: path → record numbers; and under which identifiers."""

    records: Mapping[Path, frozenset[int]]
    values: Mapping[str, frozenset[str]]
    readings: Mapping[Path, tuple[Reading, Layout]]  # how each file was read, and what its source.yaml declares


def person_of(workspace: Workspace, params: Params, given: Iterable[tuple[str, str]]) -> Person:
    """Return everything that the identity graph ties to the given identifiers.

    Parameters
    ----------
    given
        (kind, value as people write it).

    Raises
    ------
    ParcoursError
        If a kind is not declared, or a value is nobody's (empty, or a placeholder).
    """
    hashes: dict[str, set[str]] = defaultdict(set)
    key = key_bytes(params.workspace.key, workspace)
    for kind, value in normal_values(params, given):
        hashes[kind] |= set(pseudonyms(key, kind, [value]))
    customers: set[int] = set()
    path = workspace.path(IDENTITIES.path)
    if path.is_file():
        identities = pd.read_parquet(path, columns=["kind", "value_hash", "customer_id"])
        is_given = [
            value in hashes.get(kind, ())
            for kind, value in zip(identities["kind"], identities["value_hash"], strict=True)
        ]
        customers = {int(code) for code in identities.loc[is_given, "customer_id"]}
        tied = identities[identities["customer_id"].isin(customers)]
        for kind, value in zip(tied["kind"], tied["value_hash"], strict=True):
            hashes[str(kind)].add(str(value))
    return Person({kind: frozenset(values) for kind, values in hashes.items()}, frozenset(customers))


def normal_values(params: Params, given: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return given identifiers as their kinds declare: small letters, a phone number with its country, and so on."""
    values = []
    for kind, value in given:
        if kind not in params.identifiers:
            raise ParcoursError(
                f"erase: params.yaml declares no identifier {kind!r}.{nearest(kind, params.identifiers)}"
            )
        form, reason = normaliser(params.identifiers[kind])(value)
        if form is None:
            raise ParcoursError(f"erase: the {kind} given is nobody's ({reason}): give it as it stands in the exports.")
        values.append((kind, form))
    return values


def find(workspace: Workspace, params: Params, sources: Iterable[Source], person: Person) -> Found:
    """Return the raw records of a person: those with an identifier of theirs, and those that only these refer to."""
    sources = list(sources)
    key = key_bytes(params.workspace.key, workspace)
    values: Values = defaultdict(set)
    with workspace.temporary() as temporary:
        for source in sources:
            with Engine(params.engine, temporary) as engine:
                for kind, seen in identifiers_of(engine, source, params, temporary).items():  # forms, by kind
                    hashes = pseudonyms(key, kind, seen)
                    wanted = person.hashes.get(kind, frozenset())
                    values[kind] |= {value for value, one in zip(seen, hashes, strict=True) if one in wanted}
        records: dict[Path, set[int]] = defaultdict(set)
        read: dict[Path, tuple[Reading, Layout]] = {}
        for source in sources:
            with Engine(params.engine, temporary) as engine:
                refused, readings = _read(engine, source, temporary)
                _load_values(engine, values)
                paths = {path.name: path for paths in (source.files, *source.lookups.values()) for path in paths}
                read |= {path: (readings[name], source.layout) for name, path in paths.items()}
                for file, number in _records(engine, source, params, refused, values):
                    records[paths[file]].add(number)
    return Found(
        {path: frozenset(numbers) for path, numbers in sorted(records.items())},
        {kind: frozenset(found) for kind, found in sorted(values.items()) if found},
        read,
    )


def _read(engine: Engine, source: Source, temporary: Path) -> tuple[list[Refused], dict[str, Reading]]:
    """Make the source's rows: ``landed_<table>`` and ``joined_rows``.

    Returns
    -------
    refused, readings
        Records that have no shape; file → how it was read.
    """
    refused: list[Refused] = []
    readings: dict[str, Reading] = {}
    for table, paths in {**source.lookups, MAIN: source.files}.items():
        malformed, _, read = land_files(engine, source, table, paths, temporary, None)
        refused += malformed
        readings |= read
        engine.view(f"landed_{table}", [temporary / f"{source.name}.{table}.{i}.parquet" for i in range(len(paths))])
        type_rows(engine, source, table)
    join_rows(engine, source)
    return refused, readings


def identifiers_of(engine: Engine, source: Source, params: Params, temporary: Path) -> dict[str, list[str]]:
    """Return the identifiers that a source's rows hold now, in the form that their kinds declare, by kind."""
    _read(engine, source, temporary)
    return _identifiers_seen(engine, source, params)


def _identifiers_seen(engine: Engine, source: Source, params: Params) -> dict[str, list[str]]:
    """Make ``row_identifiers`` and, per kind, ``forms_<kind>`` (raw, form); return the forms by kind."""
    columns = identifier_values(source, row_columns(engine))
    engine.make("row_identifiers", exp.select("source_file", "source_row", *columns).from_("joined_rows"))
    seen = {}
    for kind in source.identifiers:
        normalise = normaliser(params.identifiers[kind])
        raw = _distinct(engine, "row_identifiers", f"id_{kind}")
        forms = [(one, form) for one in raw if (form := normalise(one)[0]) is not None]
        engine.load(f"forms_{kind}", pd.DataFrame(forms, columns=["raw", "form"]).astype("str"))
        seen[kind] = sorted({form for _, form in forms})
    return seen


def _distinct(engine: Engine, relation: str, column: str, condition: str = "true") -> list[str]:
    rows = engine.connection.execute(
        f'select distinct "{column}" from {relation} where "{column}" is not null and {condition} order by 1'
    ).fetchall()
    return [row[0] for row in rows]


def _load_values(engine: Engine, values: Values) -> None:
    rows = [(kind, value) for kind, found in sorted(values.items()) for value in sorted(found)]
    engine.load("erased", pd.DataFrame(rows, columns=["kind", "value"]).astype("str"))


def _records(
    engine: Engine, source: Source, params: Params, refused: Iterable[Refused], values: Values
) -> set[tuple[str, int]]:
    """Return (file, record number) of the person's records in one source."""
    _identifiers_seen(engine, source, params)
    found = {
        row
        for kind in source.identifiers
        for row in engine.connection.execute(
            f'select source_file, source_row from row_identifiers join forms_{kind} on forms_{kind}.raw = "id_{kind}" '
            f"join erased on erased.value = forms_{kind}.form and erased.kind = $kind",
            {"kind": kind},
        ).fetchall()
    }
    for table in (MAIN, *source.lookups):
        found |= _with_a_cell(engine, f"landed_{table}", params, values)
    for one in refused:
        text = (one.value or "").lower()
        if any(value.lower() in text for kind in values for value in values[kind] if len(value) >= SHORTEST_ANYWHERE):
            found.add((one.source_file, one.source_row))
    return found | _referred_to(engine, source, found)


def _with_a_cell(engine: Engine, relation: str, params: Params, values: Values) -> set[tuple[str, int]]:
    """Return the records one of whose cells is an identifier of the person, whatever the column is called.

    A cell that is JSON – a list of recipients, an object – counts by each text in it.
    """
    texts = [name for name, kind in engine.columns(relation).items() if kind == "VARCHAR" and name != "source_file"]
    long = {kind: {one for one in found if len(one) >= SHORTEST_ANYWHERE} for kind, found in values.items()}
    records: set[tuple[str, int]] = set()
    for name in texts:
        raw = {
            one
            for kind, found in long.items()
            if found
            for one in _distinct(engine, relation, name, _may_be(name, found))
            if any(normaliser(params.identifiers[kind])(part)[0] in found for part in texts_in(one))
        }
        if raw:
            engine.load("cells", pd.DataFrame({"raw": sorted(raw)}).astype("str"))
            records |= set(
                engine.connection.execute(
                    f'select source_file, source_row from {relation} join cells on cells.raw = "{name}"'
                ).fetchall()
            )
    return records


def _may_be(column: str, forms: Iterable[str]) -> str:
    """Return SQL that holds for every cell that any rule could bring into one of the forms: few enough for Python."""
    # No rule changes the last signs of a value, but for their case, their accents and what stands between them.
    tails = {"".join(sign for sign in normalize("NFD", form.lower()) if sign in _PLAIN)[-3:] for form in forms}
    bare = f"regexp_replace(strip_accents(lower(\"{column}\")), '[^0-9a-z]', '', 'g')"
    # JSON may write a sign by its number
    escaped = f"contains(\"{column}\", '\\u')"
    return " or ".join([escaped, *(f"contains({bare}, '{tail}')" for tail in sorted(tails))]).join("()")


def _referred_to(engine: Engine, source: Source, found: set[tuple[str, int]]) -> set[tuple[str, int]]:
    """Return the records of look-ups to which only the person's rows refer: answers, lines, contacts of theirs."""
    if not source.lookups or source.query is None or not found:
        return set()
    engine.load("found", pd.DataFrame(sorted(found), columns=["source_file", "source_row"]))
    columns = engine.columns("landed_main")
    joined: set[tuple[str, int]] = set()
    for name in sorted(_join_columns(source) & set(columns)):
        engine.connection.execute(
            f'create or replace temp table own as select cast("{name}" as varchar) as value from landed_main '
            f'where "{name}" is not null group by 1 having bool_and((source_file, source_row) in '
            "(select (source_file, source_row) from found))"
        )
        for table in source.lookups:
            for other, kind in engine.columns(f"landed_{table}").items():
                if kind == "VARCHAR" and other != "source_file":
                    joined |= set(
                        engine.connection.execute(
                            f'select source_file, source_row from landed_{table} join own on own.value = "{other}" '
                            f"where length(own.value) >= {SHORTEST_ANYWHERE}"
                        ).fetchall()
                    )
    return joined


def _join_columns(source: Source) -> set[str]:
    tree = query(source.query or "", f"{source.shown_as}: query", {MAIN: (), **dict.fromkeys(source.lookups, ())})
    names = set()
    for join in tree.find_all(exp.Join):
        names |= {column.name for part in [join.args.get("on")] if part for column in part.find_all(exp.Column)}
        names |= {one.name for one in join.args.get("using") or ()}
    return names
