"""DuckDB's dialect as Spark's: sqlglot translates the words, the rewrites here keep the meaning.

Each rewrite is for one thing that Spark takes otherwise, or not at all, when sqlglot has done its part; each has a case
of its own in tests/test_spark_dialect.py that runs on both engines.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import reduce

import sqlglot
from sqlglot import exp

DUCKDB, SPARK = "duckdb", "spark"
_MICROSECONDS = {
    "MICROSECOND": 1, "MILLISECOND": 10**3, "SECOND": 10**6, "MINUTE": 60 * 10**6, "HOUR": 3600 * 10**6,
    "DAY": 86400 * 10**6, "WEEK": 7 * 86400 * 10**6,
}  # fmt: skip
# Part of a strptime format → Java's, of fixed width where another part touches it, else as many digits as there are.
_JAVA = {
    "Y": ("yyyy", "yyyy"), "y": ("yy", "yy"), "m": ("MM", "M"), "d": ("dd", "d"), "H": ("HH", "H"), "I": ("hh", "h"),
    "M": ("mm", "m"), "S": ("ss", "s"), "b": ("MMM", "MMM"), "B": ("MMMM", "MMMM"), "p": ("a", "a"),
    "f": ("SSSSSS", "[SSSSSS][SSSSS][SSSS][SSS][SS][S]"),
}  # fmt: skip


def spark_sql(tree: exp.Expr) -> str:
    """Return a query of DuckDB's dialect as text for Spark.

    Raises
    ------
    sqlglot.errors.UnsupportedError
        If Spark has no such thing.

    Examples
    --------
    >>> print(spark_sql(sqlglot.parse_one("select concat(place, '|') as item from steps", read="duckdb")))
    SELECT CONCAT(COALESCE(CAST(place AS STRING), ''), '|') AS item FROM steps
    """
    rewritten = reduce(_everywhere, _REWRITES, tree.copy())
    return rewritten.sql(SPARK, unsupported_level=sqlglot.ErrorLevel.RAISE, comments=False)


def _everywhere(tree: exp.Expr, rewrite: Callable[[exp.Expr], exp.Expr]) -> exp.Expr:
    """Return a tree rewritten from its leaves up: what is inside something rewritten is rewritten as well."""
    for node in reversed(list(tree.walk(bfs=False))):
        made = rewrite(node)
        if made is not node:
            if node is tree:
                tree = made
            else:
                node.replace(made)
    return tree


def _without_named_windows(node: exp.Expr) -> exp.Expr:
    # Spark knows `window w as (…)`, but no window that goes on from one: `over (w rows …)`.
    if not isinstance(node, exp.Select) or not node.args.get("windows"):
        return node
    named = {window.name: window for window in node.args["windows"]}
    for window in node.find_all(exp.Window):
        base = named.get(window.alias)
        if base is None or window is base or window.find_ancestor(exp.Select) is not node:
            continue
        for part in ("partition_by", "order", "spec"):
            if base.args.get(part) and not window.args.get(part):
                value = base.args[part]
                window.set(part, [one.copy() for one in value] if isinstance(value, list) else value.copy())
        window.set("alias", None)
    node.set("windows", None)
    return node


def _bare_condition(node: exp.Expr) -> exp.Expr:
    # Spark takes `from steps where (is_goal)` for steps under the name `where`, with one column.
    if isinstance(node, exp.Where | exp.Having) and isinstance(node.this, exp.Paren):
        node.set("this", node.this.unnest())
    return node


def _without_codes(node: exp.Expr) -> exp.Expr:
    # Spark has no type for a text that is one of few; the text itself sorts in the same order (engine.coded).
    if isinstance(node, exp.DataType) and node.this == exp.DType.ENUM:
        return exp.DataType.build("text")
    # `* replace (…)`, which Spark lacks as well, is used for such codes only.
    if isinstance(node, exp.Star) and node.args.get("replace"):
        if any(one.this.name != one.alias or not isinstance(one.this, exp.Cast) for one in node.args["replace"]):
            raise sqlglot.UnsupportedError("* replace")
        node.set("replace", None)
    return node


def _by_position(node: exp.Expr) -> exp.Expr:
    # `all` takes Spark's own place for null, the first; by position, sqlglot writes DuckDB's: the last.
    if not isinstance(node, exp.Select) or not (order := node.args.get("order")):
        return node
    [first, *_] = order.expressions
    if isinstance(first.this, exp.Column | exp.Var) and first.this.name.lower() == "all":
        number = len(node.selects)
        ordered = [exp.Ordered(this=exp.Literal.number(i), nulls_first=False) for i in range(1, number + 1)]
        order.set("expressions", ordered)
    return node


def _interval(node: exp.Expr) -> exp.Expr:
    # Spark reads no text with a unit of microseconds.
    if not isinstance(node, exp.Interval) or not isinstance(node.this, exp.Literal) or node.unit is None:
        return node
    size = _MICROSECONDS.get(node.unit.name.upper().removesuffix("S"))
    if size is None:
        return node  # months and years are of no fixed length
    seconds = Decimal(node.this.name) * size / 10**6
    return _elapsed(seconds)


def _elapsed(seconds: Decimal | int) -> exp.Expr:
    zero = exp.Literal.number(0)
    exact = exp.cast(exp.Literal.string(f"{seconds:.6f}"), "decimal(18, 6)")
    return exp.Anonymous(this="MAKE_DT_INTERVAL", expressions=[zero, zero.copy(), zero.copy(), exact])


def _date_diff(node: exp.Expr) -> exp.Expr:
    # DuckDB counts boundaries crossed, Spark whole units gone by; between moments cut to the unit both are the same.
    if not isinstance(node, exp.DateDiff):
        return node
    unit = node.args["unit"].name.upper()
    later, earlier = node.this, node.expression
    if unit == "DAY":
        days = exp.Anonymous(this="DATEDIFF", expressions=[exp.cast(later, "date"), exp.cast(earlier, "date")])
        return exp.cast(days, "bigint")
    if unit != "MICROSECOND":
        later, earlier = (_cut(unit, moment) for moment in (later, earlier))
    return exp.Anonymous(this="TIMESTAMPDIFF", expressions=[exp.var(unit), earlier, later])


def _cut(unit: str, moment: exp.Expr) -> exp.Expr:
    return exp.cast(exp.Anonymous(this="DATE_TRUNC", expressions=[exp.Literal.string(unit), moment]), "timestamp")


def _date_trunc(node: exp.Expr) -> exp.Expr:
    # Spark gives a moment with a zone; in the session's UTC it is the same moment without.
    if isinstance(node, exp.TimestampTrunc | exp.DateTrunc):
        return _cut(node.args["unit"].name.upper(), node.this)
    return node


def _local_time(node: exp.Expr) -> exp.Expr:
    # `(x at time zone 'UTC') at time zone z`: the first gives a naive time its zone, the second reads it in another.
    # Spark's two functions of that kind both go one way; this one names both zones.
    if not isinstance(node, exp.AtTimeZone):
        return node
    given = node.this.unnest()
    if isinstance(given, exp.Cast) and given.is_type("timestamptz") and node.args["zone"].name == "UTC":
        return exp.cast(given, "timestamp_ntz", dialect=SPARK)  # the session's zone is UTC
    if not isinstance(given, exp.AtTimeZone):
        parent = node.parent
        while isinstance(parent, exp.Paren):
            parent = parent.parent
        if not isinstance(parent, exp.AtTimeZone):
            raise sqlglot.UnsupportedError("at time zone, once")
        return node
    return _converted(given.this, given.args["zone"], node.args["zone"])


def _converted(moment: exp.Expr, zone: exp.Expr, into: exp.Expr) -> exp.Expr:
    first = exp.Anonymous(this="CONVERT_TIMEZONE", expressions=[zone.copy(), into.copy(), moment.copy()])
    if zone.name == "UTC":
        return first
    if into.name != "UTC":
        raise sqlglot.UnsupportedError("at time zone, neither of them UTC")
    # Of an hour that clocks show twice, Spark takes the first, DuckDB the second.
    second = exp.Add(this=first.copy(), expression=_elapsed(3600))
    shows_it_again = _converted(second, into, zone).eq(moment)
    return exp.Case().when(shows_it_again, second).else_(first)


def _concat(node: exp.Expr) -> exp.Expr:
    # An empty text for null fits a text only; Spark would read it as a number where a number may be null.
    if isinstance(node, exp.Concat):
        texts = [one if one.is_string else exp.cast(one, "text") for one in node.expressions]
        node.set("expressions", texts)
    return node


def _count_if(node: exp.Expr) -> exp.Expr:
    # Of nulls alone, DuckDB counts null and Spark 0.
    if isinstance(node, exp.CountIf):
        return exp.Sum(this=exp.cast(node.this, "int"))
    return node


def _divide(node: exp.Expr) -> exp.Expr:
    # In DuckDB `/` gives a float, whatever it divides; in Spark decimals give a decimal.
    if type(node) is exp.Div and not (isinstance(node.this, exp.Cast) and node.this.is_type("double")):
        node.set("this", exp.cast(node.this, "double"))
    return node


def _zoned(node: exp.Expr) -> exp.Expr:
    # `timestamp` alone is without a zone in our sessions.
    if isinstance(node, exp.DataType) and node.this == exp.DType.TIMESTAMPTZ:
        return exp.DataType(this=exp.DType.TIMESTAMPLTZ)
    if isinstance(node, exp.UnixToTime):
        return exp.cast(node, "timestamp_ntz", dialect=SPARK)
    return node


def _parsed_time(node: exp.Expr) -> exp.Expr:
    # Java's patterns; DuckDB takes blanks around a time, and numbers without their leading zeros.
    if isinstance(node, exp.StrToTime):
        name, text, written = "TO_TIMESTAMP", node.this, node.args["format"].name
    elif isinstance(node, exp.Anonymous) and node.name.lower() == "try_strptime":
        name, text, written = "TRY_TO_TIMESTAMP", node.expressions[0], node.expressions[1].name
    else:
        return node
    read = exp.Anonymous(this=name, expressions=[exp.Trim(this=text), exp.Literal.string(java_pattern(written))])
    return exp.cast(read, "timestamp_ntz", dialect=SPARK)


def java_pattern(written: str) -> str:
    """Return a format of strptime as Java writes it.

    Raises
    ------
    sqlglot.errors.UnsupportedError
        If Java has no such part.

    Examples
    --------
    >>> java_pattern("%d/%m/%Y %H:%M:%S,%f"), java_pattern("%Y%m%dT%H%M")
    ('d/M/yyyy H:m:s,[SSSSSS][SSSSS][SSSS][SSS][SS][S]', "yyyyMMdd'T'HHmm")
    """
    parts = re.findall(r"%-?.|[^%]+", written)
    made = []
    for before, part, after in zip(["", *parts], parts, [*parts[1:], ""], strict=False):
        if not part.startswith("%"):
            made.append(re.sub(r"[A-Za-z]+", lambda letters: f"'{letters[0]}'", part.replace("'", "''")))
        elif part[-1] not in _JAVA:
            raise sqlglot.UnsupportedError(f"{part} in the format of a time")
        else:
            stands_alone = not before.startswith("%") and not after.startswith("%")
            made.append(_JAVA[part[-1]][stands_alone])
    return "".join(made)


def _json_text(node: exp.Expr) -> exp.Expr:
    # Spark finds a value in a text; a text that is no JSON has none.
    if isinstance(node, exp.JSONExtractScalar) and isinstance(node.this, exp.Cast) and node.this.is_type("json"):
        node.set("this", node.this.this)
    return node


def _interval_of_nothing(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Cast) and isinstance(node.this, exp.Null) and node.is_type("interval"):
        return exp.Anonymous(this="MAKE_DT_INTERVAL", expressions=[exp.cast(exp.null(), "int")])
    return node


def _in_one_go(node: exp.Expr) -> exp.Expr:
    # Whether a step is kept apart changes the time it takes, not what it gives.
    if isinstance(node, exp.CTE):
        node.set("materialized", None)
    return node


def _replace_first(node: exp.Expr) -> exp.Expr:
    # Spark replaces every match; DuckDB the first, unless told otherwise ('g').
    if not isinstance(node, exp.RegexpReplace):
        return node
    flags = node.args.get("modifiers")
    if flags is None or flags.name != "g":
        raise sqlglot.UnsupportedError("regexp_replace of the first match")
    node.set("modifiers", None)
    return node


_REWRITES: tuple[Callable[[exp.Expr], exp.Expr], ...] = (
    _without_named_windows, _bare_condition, _without_codes, _by_position, _interval, _date_diff, _date_trunc,
    _local_time, _zoned, _parsed_time, _json_text, _interval_of_nothing, _in_one_go, _concat, _count_if, _divide,
    _replace_first,
)  # fmt: skip
