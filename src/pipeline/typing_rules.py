"""How declared types read raw text: the SQL for each column, its exact UTC twin, and what makes a value unreadable."""

from __future__ import annotations

from dataclasses import dataclass

import sqlglot
from sqlglot import exp

from pipeline.expressions import DIALECT
from pipeline.source.description import UNIX_UNITS

UTC_TWIN = "utc__"  # prefix of a hidden column: the same moment in UTC, exact where the text carried an offset
_OFFSET = r"(Z| UTC|[+-]\d{2}(:?\d{2})?)"
_UNIX_END = 4_102_444_800  # 2100-01-01 in seconds: what lies after it is counted in another unit
# What every engine reads, and reads alike: more forms are read by one or the other.
_ISO = rf"^\d{{4}}-\d{{1,2}}-\d{{1,2}}([ T]([01]?\d|2[0-3]):\d{{1,2}}(:\d{{1,2}}(\.\d+)?)?{_OFFSET}?)?$"
_NUMBER = r"^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$"


@dataclass(frozen=True)
class TypedColumn:
    """One column: the SQL of its values and the SQL that is true where the raw value cannot be read."""

    sql: tuple[exp.Expr, ...]
    unreadable: exp.Expr | None
    raw: exp.Expr


def _sql(text: str, **parts: exp.Expr) -> exp.Expr:
    tree = sqlglot.parse_one(text, read=DIALECT)
    for place in list(tree.find_all(exp.Placeholder)):
        place.replace(parts[place.name].copy())
    return tree


def to_utc(local: exp.Expr, zone: str) -> exp.Expr:
    """Return SQL that reads a naive local time in its zone and gives naive UTC."""
    return _sql("($local at time zone $zone) at time zone 'UTC'", local=local, zone=exp.Literal.string(zone))


def to_local(moment: exp.Expr, zone: str) -> exp.Expr:
    """Return SQL for a naive UTC time as naive local time."""
    return _sql("($moment at time zone 'UTC') at time zone $zone", moment=moment, zone=exp.Literal.string(zone))


def typed_column(
    name: str, raw_type: str, declared: str, zone: str, formats: tuple[str, ...], decimal: str
) -> TypedColumn:
    """Return how one raw column becomes a typed one.

    Parameters
    ----------
    name
        The column.
    raw_type
        Its type as landed (VARCHAR for text formats).
    declared
        text, number, integer, boolean, timestamp, or a count since 1970 (unix_seconds …).
    zone
        Time zone of naive times.
    formats
        Declared date formats; none: ISO 8601.
    decimal
        Decimal sign of numbers.
    """
    raw = exp.column(name, quoted=True)
    if raw_type.startswith("TIMESTAMP WITH TIME ZONE"):
        utc = _sql("cast($raw as timestamptz) at time zone 'UTC'", raw=raw)
        return TypedColumn((_named(to_local(utc, zone), name), _named(utc, UTC_TWIN + name)), None, raw)
    if declared in UNIX_UNITS:
        return _unix(name, raw, declared, zone)
    if declared == "timestamp":
        return _timestamp(name, raw, raw_type, zone, formats)
    if declared in ("number", "integer", "boolean"):
        return _number_or_truth(name, raw, raw_type, declared, decimal)
    if raw_type in ("DOUBLE", "FLOAT"):  # sums of floats depend on their order; decimals do not
        exact = _sql("try_cast($raw as decimal(18, 6))", raw=raw)
        return TypedColumn(
            (_named(exact, name),), _sql("$raw is not null and $exact is null", raw=raw, exact=exact), raw
        )
    return TypedColumn((_named(raw.copy(), name),), None, raw)


def _named(value: exp.Expr, name: str) -> exp.Expr:
    return exp.alias_(value, name, quoted=True)


def _number_or_truth(name: str, raw: exp.Expr, raw_type: str, declared: str, decimal: str) -> TypedColumn:
    text = raw
    if raw_type == "VARCHAR" and declared == "number" and decimal == ",":
        # 1.234,50 → 1234.50; blanks of any kind group thousands in French exports
        text = _sql(
            r"replace(replace(regexp_replace($raw, '[\s\x{00A0}\x{202F}]', '', 'g'), '.', ''), ',', '.')", raw=raw
        )
    sql_type = {"number": "decimal(18, 6)", "integer": "bigint", "boolean": "boolean"}[declared]
    if declared == "integer" and raw_type == "VARCHAR":
        # '12.7' is no whole number: do not round it
        value = _sql(
            r"case when regexp_matches(trim($raw), '^[+-]?\d+$') then try_cast(trim($raw) as bigint) end", raw=text
        )
    elif declared == "number" and raw_type == "VARCHAR":
        value = _sql(
            f"case when regexp_matches($raw, $number) then try_cast($raw as {sql_type}) end",
            raw=text, number=exp.Literal.string(_NUMBER),
        )  # fmt: skip
    else:
        text = _sql("trim($raw)", raw=text) if raw_type == "VARCHAR" else text
        value = _sql(f"try_cast($raw as {sql_type})", raw=text)
    unreadable = _sql("$raw is not null and ($value) is null", raw=raw, value=value)
    return TypedColumn((_named(value, name),), unreadable, raw)


def _timestamp(name: str, raw: exp.Expr, raw_type: str, zone: str, formats: tuple[str, ...]) -> TypedColumn:
    if raw_type != "VARCHAR":
        return TypedColumn((_named(_sql("cast($raw as timestamp)", raw=raw), name),), None, raw)
    if formats:
        local = parsed_with(raw, formats)
        unreadable = _sql("$raw is not null and ($local) is null", raw=raw, local=local)
        return TypedColumn((_named(local, name),), unreadable, raw)
    # With an offset the cast gives the instant (the session's zone is UTC); without one, the wall clock as it is.
    instant = _sql(
        "case when regexp_matches($raw, $iso) then try_cast($raw as timestamptz) at time zone 'UTC' end",
        raw=raw, iso=exp.Literal.string(_ISO),
    )  # fmt: skip
    has_offset = _sql(
        "regexp_matches($raw, $offset)", raw=raw, offset=exp.Literal.string(rf"[ T]\d{{1,2}}:.*[0-9]{_OFFSET}$")
    )
    local = _sql(
        "case when $has then $local else $instant end", has=has_offset, local=to_local(instant, zone), instant=instant
    )
    utc = _sql("case when $has then $instant else $utc end", has=has_offset, instant=instant, utc=to_utc(instant, zone))
    unreadable = _sql("$raw is not null and ($instant) is null", raw=raw, instant=instant)
    return TypedColumn((_named(local, name), _named(utc, UTC_TWIN + name)), unreadable, raw)


def _unix(name: str, raw: exp.Expr, declared: str, zone: str) -> TypedColumn:
    """Read a count of seconds (thousandths, millionths) since 1970: UTC, whatever the zone of the other times."""
    unit = UNIX_UNITS[declared]
    microseconds = _sql(
        "case when $count >= 0 and $count < $end then cast(floor($count * $unit) as bigint) end",
        count=_sql("try_cast($raw as decimal(22, 6))", raw=raw),
        end=exp.Literal.number(_UNIX_END * 1_000_000 // unit),
        unit=exp.Literal.number(unit),
    )
    utc = exp.UnixToTime(this=microseconds, scale=exp.UnixToTime.MICROS)
    unreadable = _sql("$raw is not null and ($utc) is null", raw=raw, utc=utc)
    return TypedColumn((_named(to_local(utc, zone), name), _named(utc, UTC_TWIN + name)), unreadable, raw)


def parsed_with(raw: exp.Expr, formats: tuple[str, ...]) -> exp.Expr:
    """Return SQL that tries the formats one after the other."""
    tries = [_sql("try_strptime($raw, $format)", raw=raw, format=exp.Literal.string(one)) for one in formats]
    return exp.Coalesce(this=tries[0], expressions=tries[1:]) if len(tries) > 1 else tries[0]
