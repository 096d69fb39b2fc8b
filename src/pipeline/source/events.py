"""One source, from its raw files to its event table, on the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
from sqlglot import exp

from pipeline.campaign_days import campaign_days, make_campaign_rows, no_campaigns, refuse_currency
from pipeline.engine import Engine, query_of
from pipeline.errors import ParcoursError, nearest
from pipeline.expressions import expression
from pipeline.keys import pseudonyms, salt
from pipeline.landing import Reading, Refused
from pipeline.normalise import normaliser
from pipeline.params import IdentifierKind, Params
from pipeline.privacy.filters import filtered_rows, refusals
from pipeline.privacy.free_text import Masks
from pipeline.source import accounts
from pipeline.source.accounts import NOBODY_OF, SourceResult
from pipeline.source.description import MAIN, EventRule, Source
from pipeline.source.rows import (
    join_rows,
    judge_rows,
    land_files,
    row_columns,
    sql_error,
    type_rows,
    typed_issues,
)  # fmt: skip
from pipeline.tables import EVENTS
from pipeline.typing_rules import UTC_TWIN, to_utc

# The rule of a source whose rows are sums over people: none of them is an event.
_NO_EVENT = EventRule("none", "cast(null as timestamp)", "false", "customer", "web", None, None, {}, "aggregate")
_REFUSED = "source_file, source_row, rule, issue, issue_value"
_OWN_TYPES = {"BIGINT": "BIGINT", "BOOLEAN": "BOOLEAN", "VARCHAR": "VARCHAR", "TIMESTAMP": "TIMESTAMP"}


def make_source_events(
    engine: Engine,
    source: Source,
    rank: int,
    params: Params,
    key: bytes,
    temporary: Path,
    limit: int | None = None,
) -> SourceResult:
    """Leave the source's events as the view ``events_of_source`` of the engine, and say what became of each row.

    Parameters
    ----------
    engine, source, params, key
        Where to work, what to read, how identifiers are normalised and hashed, for which purpose rows are used.
    rank
        Position of the source in params.yaml; breaks ties in time.
    temporary
        Folder for landed files.
    limit
        Read only so many records of each file (`parcours check`); None: all.

    Raises
    ------
    ParcoursError
        If the description does not fit the files.
    """
    return finish_events(engine, source, rank, key, read_events(engine, source, params, key, temporary, limit))


def read_events(
    engine: Engine,
    source: Source,
    params: Params,
    key: bytes,
    temporary: Path,
    limit: int | None = None,
    by_file: bool = False,
) -> SourceResult:
    """Leave the source's events as ``hashed_events``, keyed and masked but without an id; say what became of each row.

    Parameters
    ----------
    by_file
        Let no file know of the others: duplicates are those of a row of the same file, and any text may hold a name,
        however often it returns.
    """
    refused: list[Refused] = []
    lookup_counts, raw_columns = [], []
    readings: dict[str, Reading] = {}
    for table, paths in {**source.lookups, MAIN: source.files}.items():
        malformed, raw_counts, readings_of_table = land_files(engine, source, table, paths, temporary, limit)
        readings |= readings_of_table
        raw_columns += type_rows(engine, source, table)
        early = malformed + typed_issues(engine, table)
        refused += early
        if table != MAIN:
            lookup_counts.append(accounts.lookup_counts(raw_counts, early))
    for name in source.types:
        if name not in raw_columns:
            raise ParcoursError(f"{source.shown_as}: types: no file has a column {name!r}.{nearest(name, raw_columns)}")
    join_rows(engine, source)
    columns = row_columns(engine)
    moments = [_moment(engine, source, rule, columns) for rule in source.events] if source.privacy.retention else []
    judge_rows(engine, source, refusals(source, params, columns, moments), by_file)
    attributes, masked = _events(engine, source, params, key, by_file)
    if source.campaigns is not None:
        refuse_currency(source.campaigns, params.workspace.currency)
        make_campaign_rows(engine, source.campaigns, columns)
    accounts.gather_refused(engine, with_campaigns=source.campaigns is not None)
    event_issues = accounts.event_issues(engine)
    conservation = accounts.conservation_of(engine, source, raw_counts, early)
    conservation = pd.concat([conservation, *lookup_counts], ignore_index=True)
    conservation.insert(0, "source", source.name)
    filtered = filtered_rows(engine)
    filtered.insert(0, "source", source.name)
    return SourceResult(
        conservation=conservation,
        rejects=accounts.rejects_of(source, [*refused, *event_issues]),
        formats=accounts.formats_of(source, readings),
        stated=accounts.stated_of(source, readings),
        nobody=accounts.nobody_of(engine, source),
        filtered=filtered,
        masked=masked,
        campaigns=campaign_days(engine, source.name) if source.campaigns is not None else no_campaigns(),
        attributes=attributes,
    )


def finish_events(engine: Engine, source: Source, rank: int, key: bytes, result: SourceResult) -> SourceResult:
    """Make the view ``events_of_source`` of ``hashed_events``: equal ones told apart, each with its id, in order."""
    _number_events(engine, source, rank, result.attributes, salt(key))
    return result


# -- events ------------------------------------------------------------------------------------------------------


def _events(
    engine: Engine, source: Source, params: Params, key: bytes, by_file: bool
) -> tuple[dict[str, str], pd.DataFrame]:
    kinds = params.identifiers
    columns = row_columns(engine)
    identifiers = identifier_values(source, columns)
    rules = source.events or (_NO_EVENT,)
    names = list(dict.fromkeys(name for rule in rules for name in rule.attributes))
    parts = []
    for i, rule in enumerate(rules):
        try:
            _rule_events(engine, source, rule, columns, identifiers, names, f"rule_{i}")
        except engine.errors as error:
            raise sql_error(f"{source.shown_as}: {rule.key}", error) from None
        parts.append(exp.select(exp.alias_(exp.Literal.number(i), "rule"), exp.Star()).from_(f"rule_{i}"))
    union = parts[0] if len(parts) == 1 else exp.union(*parts, distinct=False)
    engine.make("found_events", union, lazily=True)
    engine.make("refused_events", query_of(f"select {_REFUSED} from found_events where issue is not null"))
    found = engine.columns("found_events")
    attributes = {name: _own_type(found[name]) for name in names}
    texts = [name for name in names if attributes[name] == "VARCHAR" and name not in source.privacy.unmasked]
    masks = Masks(engine, "found_events", texts, params.privacy.mask_addresses, are_people_s=by_file)
    _hash_identifiers(engine, kinds, list(source.identifiers), key, masks)
    return attributes, masks.frame(source.name)


def identifier_values(source: Source, columns: list[str]) -> list[exp.Expr]:
    """Return SQL for the identifiers of a row as they stand there, as text ``id_<kind>``."""
    return [
        exp.alias_(
            exp.cast(expression(sql, f"{source.shown_as}: identifiers.{kind}", columns), "varchar"), f"id_{kind}"
        )
        for kind, sql in source.identifiers.items()
    ]


def _own_type(engine_type: str) -> str:
    """Return the type of an attribute: text, truth, moment, whole number or decimal – nothing else leaves clean."""
    if engine_type in _OWN_TYPES:
        return _OWN_TYPES[engine_type]
    if engine_type.startswith("TIMESTAMP") or engine_type in ("DATE", "TIME"):
        return "TIMESTAMP" if engine_type != "TIME" else "VARCHAR"
    if engine_type.endswith("INT") or engine_type in ("INTEGER", "HUGEINT"):
        return "BIGINT"
    if engine_type.startswith("DECIMAL") or engine_type in ("DOUBLE", "FLOAT"):
        return "DECIMAL(18,6)"
    return "VARCHAR"


def _rule_events(
    engine: Engine,
    source: Source,
    rule: EventRule,
    columns: list[str],
    identifiers: list[exp.Expr],
    names: list[str],
    table: str,
) -> None:
    def parse(sql: str, key: str) -> exp.Expr:
        return expression(sql, f"{source.shown_as}: {rule.key}.{key}", columns)

    attributes = [
        exp.alias_(parse(rule.attributes[name], f"attributes.{name}") if name in rule.attributes else exp.null(), name)
        for name in names
    ]
    score = rule.score
    engine.make(
        table,
        "rule_events",
        occurred_at=_moment(engine, source, rule, columns),
        happened=parse(rule.when, "when") if rule.when else True,
        value=parse(rule.value, "value") if rule.value else None,
        score=parse(score.value, "score.value") if score else None,
        low=score.low if score else 0.0,
        span=score.high - score.low if score else 1.0,
        is_reversed=score.is_reversed if score else False,
        channel=rule.channel,
        touchpoint=rule.touchpoint,
        actor=rule.actor,
        identifiers=identifiers,
        attributes=attributes,
    )


def _moment(engine: Engine, source: Source, rule: EventRule, columns: list[str]) -> exp.Expr:
    """Return SQL for the moment of an event, naive UTC."""
    where = f"{source.shown_as}: {rule.key}.occurred_at"
    return _utc(engine, source, rule, expression(rule.occurred_at, where, columns))


def _utc(engine: Engine, source: Source, rule: EventRule, moment: exp.Expr) -> exp.Expr:
    column = moment.this if isinstance(moment, exp.Paren) else moment
    present = engine.columns("joined_rows")
    if isinstance(column, exp.Column):
        name = next(one for one in present if one.lower() == column.name.lower())
        if UTC_TWIN + name in present:  # exact even in the hour that the clocks repeat
            return exp.column(UTC_TWIN + name, quoted=True)
        if not present[name].startswith(("TIMESTAMP", "DATE")):
            raise ParcoursError(
                f"{source.shown_as}: {rule.key}.occurred_at: the column {name!r} is text. "
                f"Declare it under `types:` ({name}: timestamp)."
            )
    return to_utc(exp.cast(moment, "timestamp"), source.time_zone)


def _hash_identifiers(
    engine: Engine, kinds: Mapping[str, IdentifierKind], present: list[str], key: bytes, masks: Masks
) -> None:
    """Make ``hashed_events``: the events of rows without issue, identifiers as keyed hashes, texts masked."""
    hidden = [exp.column(name, quoted=True) for name in [*(f"id_{kind}" for kind in present), *masks.columns]]
    everything_else = exp.Column(this=exp.Star(except_=hidden), table=exp.to_identifier("found_events"))
    joined = masks.apply(exp.select(everything_else).from_("found_events"))
    for kind in present:
        column = f"id_{kind}"
        raw = engine.frame(
            query_of(f'select distinct "{column}" as raw from found_events where trim("{column}") <> \'\' order by 1')
        )
        engine.load(f"hashes_{kind}", _hashes(raw["raw"].tolist(), kinds[kind], key))
        joined = joined.join(f"hashes_{kind}", on=f'found_events."{column}" = hashes_{kind}.raw', join_type="left")
        joined = joined.select(exp.alias_(exp.column("hash", table=f"hashes_{kind}"), column))
        joined = joined.select(exp.alias_(exp.column("nobody", table=f"hashes_{kind}"), f"{NOBODY_OF}{kind}"))
    joined = joined.join(
        "(select distinct source_file, source_row from refused_events) as refused",
        on="found_events.source_file = refused.source_file and found_events.source_row = refused.source_row",
        join_type="left",
    ).where("refused.source_row is null")
    engine.make("hashed_events", joined)


def _hashes(raw: list[str], kind: IdentifierKind, key: bytes) -> pd.DataFrame:
    """Return each raw value beside the keyed hash of its declared form, or the reason why it is nobody's.

    The reason bears a keyed hash of the value as it stands, so that different ones can be counted later.
    """
    normalise = normaliser(kind)
    forms = [normalise(value) for value in raw]
    known = iter(pseudonyms(key, kind.kind, (form for form, _ in forms if form is not None)))
    hashes = [next(known) if form is not None else None for form, _ in forms]
    of_nobody = (value for value, (form, _) in zip(raw, forms, strict=True) if form is None)
    told_apart = iter(pseudonyms(key, NOBODY_OF, of_nobody))
    nobody = [f"{reason}:{next(told_apart)}" if form is None else None for form, reason in forms]
    return pd.DataFrame({"raw": raw, "hash": hashes, "nobody": nobody}, dtype="str")


def _number_events(engine: Engine, source: Source, rank: int, attributes: dict[str, str], event_salt: str) -> None:
    identifiers = [f"id_{kind}" for kind in source.identifiers]
    parts = ["occurred_at", "channel", "touchpoint", "actor", "value", "score", *identifiers, *attributes]
    content = [
        exp.Coalesce(this=exp.cast(exp.column(name, quoted=True), "varchar"), expressions=[exp.Literal.string("")])
        for name in parts
    ]
    engine.make(
        "events_of_source",
        "events",
        salt=event_salt,
        source=source.name,
        source_rank=rank,
        file_number=_file_number([path.name for path in source.files]),
        content=content,
        identifiers=[exp.column(name, quoted=True) for name in identifiers],
        attributes=[
            exp.alias_(exp.cast(exp.column(name, quoted=True), kind), name, quoted=True)
            for name, kind in attributes.items()
        ],
    )
    engine.check(EVENTS, "events_of_source")


def _file_number(names: Sequence[str]) -> exp.Expr:
    """Return SQL for the place of a row's file among its source's files."""
    case = exp.Case()
    for number, name in enumerate(names):
        case = case.when(exp.column("source_file").eq(name), exp.Literal.number(number))
    return case
