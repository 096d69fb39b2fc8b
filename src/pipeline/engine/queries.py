"""Queries as syntax trees: of a file in sql/, of a text in code, with Python's values bound in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from typing import Any

import sqlglot
from sqlglot import exp

from pipeline.expressions import DIALECT

FILE = "file"  # under which a bound query remembers where it stands


def sql_of(name: str) -> exp.Query:
    """Return the syntax tree of ``sql/<name>.sql``."""
    return query_of((files("pipeline") / "sql" / f"{name}.sql").read_text(encoding="utf-8"))


def query_of(text: str) -> exp.Query:
    """Return the syntax tree of a query that stands in code: what an engine runs, none takes text.

    Examples
    --------
    >>> query_of("select distinct stage from steps order by 1").sql("duckdb")
    'SELECT DISTINCT stage FROM steps ORDER BY 1'
    """
    tree = sqlglot.parse_one(text, read=DIALECT)
    if not isinstance(tree, exp.Query):
        raise TypeError(f"no query: {text[:60]!r}")
    return tree


def literal(value: Any) -> exp.Expr:
    """Return a Python value as SQL: a number, text, truth, moment (naive UTC) or duration; a tree as it is."""
    if isinstance(value, exp.Expr):
        return value.copy()
    if value is None:
        return exp.null()
    if isinstance(value, bool):
        return exp.true() if value else exp.false()
    if isinstance(value, datetime):
        return exp.cast(exp.Literal.string(value.isoformat(sep=" ", timespec="microseconds")), "timestamp")
    if isinstance(value, timedelta):
        microseconds = round(value / timedelta(microseconds=1))
        return exp.Interval(this=exp.Literal.string(str(microseconds)), unit=exp.var("MICROSECONDS"))
    if isinstance(value, int | float | Decimal):
        return exp.Literal.number(value) if value >= 0 else exp.Neg(this=exp.Literal.number(-value))
    if isinstance(value, str):
        return exp.Literal.string(value)
    raise TypeError(f"cannot bind {type(value).__name__}")


def named(sql: str | exp.Expr | None, made: str = "a query") -> str:
    """Return what a query is called where its time is told: its file, or what it makes."""
    if isinstance(sql, exp.Expr):
        sql = sql.meta.get(FILE)
    return sql or made


def coded(text: exp.Expr, values: Iterable[str]) -> exp.Expr:
    """Return SQL for a text that is one of few, as a code: the same text to read, a byte to sort.

    Reading it back from a file gives texts again. Codes sort as their texts do, so that every engine writes rows in
    one order; an engine without such a type would take the text itself.
    """
    listed = ", ".join(literal(value).sql(DIALECT) for value in sorted(set(values)))
    return exp.cast(text, exp.DataType.build(f"ENUM({listed})", dialect=DIALECT))


def coded_column(name: str, values: Iterable[str]) -> exp.Expr:
    """Return a column as codes, under its own name."""
    return exp.alias_(coded(exp.column(name), values), name)


def bind(tree: exp.Expr, bindings: Mapping[str, Any]) -> exp.Expr:
    """Return the tree with each `$name` replaced.

    A sequence becomes a bracketed list after `in`, and further items in a select list, a group by or an order by (none
    at all when it is empty).

    Raises
    ------
    KeyError
        If a placeholder has no binding, or a binding no placeholder.
    """
    tree = tree.copy()
    used = set()
    for place in list(tree.find_all(exp.Placeholder)):
        name = place.name
        value = bindings[name]
        used.add(name)
        if isinstance(value, exp.Expr) or not isinstance(value, Sequence) or isinstance(value, str):
            place.replace(literal(value))
        elif isinstance(place.parent, exp.In):
            place.parent.set("field", None)
            place.parent.set("expressions", [literal(item) for item in value])
        else:
            listed = place.parent if isinstance(place.parent, exp.Ordered) else place
            _splice(listed, [literal(item) for item in value])
    if unused := set(bindings) - used:
        raise KeyError(f"nothing binds to {sorted(unused)}")
    return tree


def within(tree: exp.Expr, table: str, codes: tuple[int, int]) -> exp.Expr:
    """Return a query that sees, of a table that it reads, the rows of some customers only.

    Parameters
    ----------
    tree
        The query, nothing left to bind.
    table
        Its rows have a ``customer_id``.
    codes
        The first and the last of the customers.

    Examples
    --------
    >>> within(query_of("select sum(n) as n from visits"), "visits", (0, 9)).sql("duckdb")
    'SELECT SUM(n) AS n FROM (SELECT * FROM visits WHERE customer_id BETWEEN 0 AND 9) AS visits'
    """
    tree = tree.copy()
    for place in list(tree.find_all(exp.Table)):
        if place.name == table:
            is_inside = exp.column("customer_id").between(codes[0], codes[1])
            place.replace(exp.select("*").from_(table).where(is_inside).subquery(place.alias_or_name))
    return tree


def _splice(place: exp.Expr, items: list[exp.Expr]) -> None:
    parent = place.parent
    if parent is None:
        raise TypeError("a list cannot stand alone")
    argument = (
        place.arg_key or "expressions"
    )  # the select list, a group by, a window's partition by, a function's arguments
    siblings = list(parent.args[argument])
    at = next(i for i, sibling in enumerate(siblings) if sibling is place)
    parent.set(argument, siblings[:at] + items + siblings[at + 1 :])
