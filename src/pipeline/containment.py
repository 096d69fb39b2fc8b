"""What keeps the SQL that people write in YAML inside: everything that is not listed here is refused.

`expressions.py` holds the functions; here are the limits of a text, the types of a cast, the parts of a date, the
tables of a query. Nothing here knows an engine: what is refused is refused before any engine sees it.
"""

from __future__ import annotations

import re
from collections.abc import Collection

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from pipeline.errors import ParcoursError, nearest

DIALECT = "duckdb"
LONGEST_TEXT = 10_000  # signs; the longest query in the examples has 2,000
LONGEST_PATTERN = 500

_T = exp.DataType.Type
# Plain values only. A name of one's own would be written as it stands, and types such as json open whole languages.
_CAST_TYPES = {
    _T.BOOLEAN, _T.TINYINT, _T.SMALLINT, _T.INT, _T.BIGINT, _T.INT128, _T.FLOAT, _T.DOUBLE, _T.DECIMAL, _T.TEXT,
    _T.VARCHAR, _T.CHAR, _T.DATE, _T.TIME, _T.TIMESTAMP, _T.TIMESTAMPNTZ, _T.TIMESTAMPTZ, _T.DATETIME,
}  # fmt: skip
_DATE_PARTS = frozenset(
    f"{part}{ending}"
    for part in "year quarter month week day hour minute second millisecond microsecond".split()
    for ending in ("", "s")
) | {"isodow", "isoyear"}
_CLOCK = frozenset(["now", "today", "yesterday", "tomorrow"])  # texts that one engine or another takes for a moment
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_REPEAT_IN_REPEAT = re.compile(r"\([^()]*[+*}][^()]*\)\s*[+*{]")


def parsed(text: str, where: str) -> exp.Expr:
    """Return the one statement of a text, without its comments.

    Raises
    ------
    ParcoursError
        If it is too long, nested too deeply, no SQL, or more than one statement.
    """
    if len(text) > LONGEST_TEXT:
        raise ParcoursError(
            f"{where}: {len(text)} signs of SQL; at most {LONGEST_TEXT} are read. "
            "Shorten it: what is this long is better a column of the export, or a lookup."
        )
    try:
        statements = sqlglot.parse(text, read=DIALECT)
    except SqlglotError as error:
        problem = str(error).splitlines()[0]
        raise ParcoursError(f"{where}: this is not SQL: {text!r}. {problem}") from None
    if len(statements) != 1 or statements[0] is None:
        raise ParcoursError(f"{where}: expected one SQL expression, got {text!r}.")
    tree = statements[0]
    if isinstance(tree, exp.Command | exp.Comment) and _PLAIN_NAME.match(text.strip()):
        return exp.column(text.strip(), quoted=True)  # a column called comment or load, not the start of a statement
    for node in tree.walk():
        node.pop_comments()
    return tree


def refuse_values(tree: exp.Expr, where: str) -> None:
    """Refuse types, parts of a date, patterns and texts that are not plain values.

    Raises
    ------
    ParcoursError
        At the first of them.
    """
    for node in tree.walk():
        if isinstance(node, exp.DataType):
            _refuse_type(node, where)
        elif isinstance(node, exp.Cast) and _is_clock(node.this):  # TryCast is a Cast
            raise ParcoursError(
                f"{where}: {node.this.name!r} moves with the clock, so that no result would come out twice the same. "
                "Write a date, or use window.cut_off in params.yaml."
            )
        elif isinstance(node, exp.Var):
            _refuse_part(node.name, where)
        elif isinstance(node, exp.Extract) and not isinstance(node.this, exp.Var):
            _refuse_part(node.this.name, where)
        elif isinstance(node, exp.RegexpLike):
            _refuse_pattern(node, where)
        elif isinstance(node, exp.Max | exp.Min) and (node.expressions or node.args.get("count")):
            raise ParcoursError(f"{where}: {node.sql(DIALECT)!r}: max and min take one value.")


def _refuse_type(node: exp.DataType, where: str) -> None:
    is_plain = all(
        isinstance(one, exp.DataTypeParam) and isinstance(one.this, exp.Literal) and not one.this.is_string
        for one in node.expressions
    )
    if node.this not in _CAST_TYPES or not is_plain or node.args.get("nested"):
        shown = " ".join(node.sql(DIALECT).split())[:60]
        raise ParcoursError(
            f"{where}: no cast to {shown!r}. Expected a plain type: boolean, integer, bigint, double, decimal(18, 4), "
            "varchar, date, time or timestamp."
        )


def _is_clock(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and node.is_string and str(node.this).strip().lower() in _CLOCK


def _refuse_part(name: str, where: str) -> None:
    if name.lower() not in _DATE_PARTS:
        raise ParcoursError(f"{where}: {name!r} is no part of a date.{nearest(name.lower(), _DATE_PARTS)}")


def _refuse_pattern(node: exp.RegexpLike, where: str) -> None:
    """Refuse a pattern that is not written out, or on which an engine that goes back could spend hours."""
    pattern = node.expression
    if not (isinstance(pattern, exp.Literal) and pattern.is_string):
        raise ParcoursError(f"{where}: a pattern is written out between quotes, got {pattern.sql(DIALECT)!r}.")
    if len(pattern.name) > LONGEST_PATTERN or _REPEAT_IN_REPEAT.search(pattern.name):
        raise ParcoursError(
            f"{where}: the pattern {pattern.name[:60]!r} repeats a repeat, or has over {LONGEST_PATTERN} signs: "
            "it could take hours. Write it without a repeat inside a repeated group."
        )


def refuse_tables(tree: exp.Expr, where: str, relations: Collection[str]) -> None:
    """Refuse a query that reads anything but `relations` and its own named queries, each where it is known.

    Raises
    ------
    ParcoursError
        If a table is not there, has a schema, or a named query is recursive or takes a name that is no plain word.
    """
    taken = {name.lower() for name in relations}
    for named in tree.find_all(exp.CTE):
        if not _PLAIN_NAME.match(named.alias) or named.alias.lower() in taken:
            raise ParcoursError(f"{where}: with {named.alias!r}: call it otherwise: a plain word that is no table.")
    if any(one.args.get("recursive") for one in tree.find_all(exp.With)):
        raise ParcoursError(f"{where}: a query that calls itself (with recursive) may never end; it is not allowed.")
    for table in tree.find_all(exp.Table):
        known = {*relations, *_named_before(table)}
        is_plain = isinstance(table.this, exp.Identifier) and not table.args.get("db")
        if not is_plain or table.name not in known:
            raise ParcoursError(f"{where}: no table {table.sql(DIALECT)!r}.{nearest(table.name, known)}")


def _named_before(table: exp.Expr) -> set[str]:
    """Return the named queries that a table may mean; anywhere else the engine would take the name for a file's."""
    names: set[str] = set()
    node, parent = table, table.parent
    while parent is not None:
        if isinstance(parent, exp.With):  # inside a named query: only those before it
            names |= {one.alias for one in parent.expressions[: parent.expressions.index(node)]}
        elif isinstance(parent, exp.Query) and not isinstance(node, exp.With):
            names |= {one.alias for one in parent.ctes}
        node, parent = parent, parent.parent
    return names
