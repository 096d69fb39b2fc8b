"""SQL that people write in YAML: parsed, held to an allow-list, its names checked, before any engine sees it.

What is not on the lists below is refused – kinds of syntax, functions, tables and columns alike. That is
what keeps a user's SQL inside its own tables and the same on every engine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import sqlglot
from sqlglot import exp

from pipeline.containment import DIALECT, parsed, refuse_tables, refuse_values
from pipeline.errors import ParcoursError, nearest

_SCALAR_SYNTAX: tuple[type[exp.Expr], ...] = (
    exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Paren, exp.And, exp.Or, exp.Not,
    exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.In, exp.Between, exp.Like, exp.ILike,
    exp.NullSafeEQ, exp.NullSafeNEQ, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.Neg, exp.DPipe,
    exp.Cast, exp.TryCast, exp.DataType, exp.DataTypeParam, exp.Interval, exp.Var, exp.Tuple,
)  # fmt: skip
_AGGREGATE_SYNTAX: tuple[type[exp.Expr], ...] = (exp.Filter, exp.Where, exp.Star, exp.Distinct)
_QUERY_SYNTAX: tuple[type[exp.Expr], ...] = (
    exp.Select, exp.From, exp.Join, exp.With, exp.CTE, exp.Table, exp.TableAlias, exp.Alias, exp.Group, exp.Having,
    exp.Order, exp.Ordered, exp.Where, exp.Subquery, exp.Union, exp.Star, exp.Distinct, exp.Filter, exp.Window,
    exp.Qualify, exp.WindowSpec,
)  # fmt: skip

# Function → what is known of it on the engines. Only functions that mean the same everywhere, or are rewritten.
SCALAR_FUNCTIONS = frozenset(
    "abs case ceil coalesce concat date_trunc day days_between extract floor greatest hour if json_value keyed_value "
    "least left length lower minute month nullif regexp_matches replace right round split_part starts_with strftime "
    "strptime substring trim "
    "try_strptime upper year".split()
)
AGGREGATE_FUNCTIONS = frozenset("count count_if max min sum".split())
_QUERY_FUNCTIONS = frozenset(["row_number"])
# sqlglot's name → the name people write in DuckDB.
_WRITTEN_AS = {
    "timestamp_trunc": "date_trunc", "str_to_time": "strptime", "time_to_str": "strftime",
    "regexp_like": "regexp_matches",
    "and": "", "or": "", "cast": "", "try_cast": "", "datetrunc": "date_trunc", "ltrim": "trim", "rtrim": "trim",
    "date_trunc": "date_trunc", "rowNumber": "row_number",
}  # fmt: skip

_REWRITTEN = {
    "days_between": "(earlier, later) takes two moments",
    "json_value": "(text, path) takes JSON and a path",
    "keyed_value": "(text, key) takes JSON and a key",
}
_JSON_PATH = re.compile(r"""\$(\.[A-Za-z_][A-Za-z0-9_]*|\[\d{1,9}\]|\[(["'])[^"'\\\[\]]+\2\])*""")


def function_name(node: exp.Func) -> str:
    """Return the name a person would write for a function node (empty for what is syntax, not a function)."""
    name = node.name if isinstance(node, exp.Anonymous) else node.sql_name()
    return _WRITTEN_AS.get(name.lower(), name.lower())


def _refuse_forbidden(
    tree: exp.Expr, where: str, syntax: tuple[type[exp.Expr], ...], functions: frozenset[str]
) -> None:
    for node in tree.walk():
        if isinstance(node, exp.Func) and not isinstance(node, syntax):
            name = function_name(node)
            if name and name not in functions:
                raise ParcoursError(f"{where}: the function {name!r} is not allowed.{nearest(name, functions)}")
        elif not isinstance(node, (*syntax, exp.Func)):
            raise ParcoursError(f"{where}: {node.sql(DIALECT)!r} is not allowed here: expected a plain SQL expression.")


def _check_columns(tree: exp.Expr, columns: Iterable[str], where: str, hint: str) -> None:
    known = {name.lower(): name for name in columns}
    for column in tree.find_all(exp.Column):
        if column.table:
            raise ParcoursError(f"{where}: {column.sql(DIALECT)!r}: write the column's name alone, without a table.")
        if column.name.lower() not in known:
            raise ParcoursError(f"{where}: no column {column.name!r}.{nearest(column.name, known.values())}{hint}")


def days_between(earlier: exp.Expr, later: exp.Expr) -> exp.Expr:
    """Return SQL for calendar days from one moment to another, the same on every engine."""
    dates = [exp.cast(side.copy(), "date") for side in (later, earlier)]
    return exp.DateDiff(this=dates[0], expression=dates[1], unit=exp.var("DAY"))


def json_value(text: exp.Expr, path: exp.Expr, where: str) -> exp.Expr:
    """Return SQL for the value at a path of JSON text, as text: null where it is missing or the text is no JSON.

    The path is written out and leads to one value, without wildcards, so that every engine finds the same.
    """
    if not isinstance(path, exp.Literal) or not _JSON_PATH.fullmatch(str(path.this)):
        raise ParcoursError(
            f"{where}: json_value(text, path): {path.sql(DIALECT)} is no path. Expected one such as '$.user.email', "
            "'$.items[0].sku' or '$[\"a name\"]'."
        )
    # The cast gives null for what is no JSON; an engine whose function does so by itself would leave it out.
    steps = sqlglot.parse_one(f"x ->> {path.sql(DIALECT)}", read=DIALECT).expression
    return exp.Paren(
        this=exp.JSONExtractScalar(this=exp.TryCast(this=text, to=exp.DataType.build("json")), expression=steps)
    )


def keyed_value(text: exp.Expr, key: exp.Expr, where: str) -> exp.Expr:
    """Return SQL for the value of one key in a JSON list of records ``{"key": …, "value": {"string_value": …}}``.

    So BigQuery writes the parameters of a GA4 event. A regular expression, because every engine has the same ones and
    each has its own JSON; what JSON escapes inside a text, such as a quotation mark, stays escaped.
    """
    if not key.is_string:
        raise ParcoursError(f"{where}: keyed_value(column, 'key'): expected a key in quotes, got {key.sql(DIALECT)}.")
    record = rf'"key":\s*"{re.escape(key.name)}"\s*,\s*"value":\s*\{{[^{{}}]*?'
    parts = (r'"string_value":\s*"((?:[^"\\]|\\.)*)"', r'"(?:int|float|double)_value":\s*"?(-?[0-9.eE+-]+)')
    found = [
        exp.Nullif(
            this=exp.RegexpExtract(
                this=text.copy(), expression=exp.Literal.string(record + part), group=exp.Literal.number(1)
            ),
            expression=exp.Literal.string(""),
        )
        for part in parts
    ]
    return exp.Coalesce(this=found[0], expressions=found[1:])


def _rewrite(tree: exp.Expr, where: str) -> exp.Expr:
    def replace(node: exp.Expr) -> exp.Expr:
        name = node.name.lower() if isinstance(node, exp.Anonymous) else ""
        if name not in _REWRITTEN:
            return node
        if len(node.expressions) != 2:
            raise ParcoursError(f"{where}: {name}{_REWRITTEN[name]}.")
        first, second = (_rewrite(side, where) for side in node.expressions)
        if name == "days_between":
            return days_between(first, second)
        return (json_value if name == "json_value" else keyed_value)(first, second, where)

    return tree.transform(replace)


def expression(
    text: str, where: str, columns: Iterable[str] | None = None, aggregate: bool = False, hint: str = ""
) -> exp.Expr:
    """Parse one SQL expression from YAML and check it.

    Parameters
    ----------
    text
        The expression, DuckDB's dialect.
    where
        File and key, for errors.
    columns
        Names it may use; None: not checked.
    aggregate
        Whether it summarises rows (a feature) or looks at one row.
    hint
        Added to the error about an unknown column.

    Returns
    -------
    exp.Expr
        The syntax tree, in parentheses so that it can be bound anywhere.

    Raises
    ------
    ParcoursError
        If it is not SQL, uses anything off the allow-list, or a column that does not exist.

    Examples
    --------
    >>> expression("days_late > 0", "params.yaml", ["days_late"]).sql()
    '(days_late > 0)'
    >>> expression("day_late > 0", "params.yaml: hypotheses[3].exposure", ["days_late"])
    Traceback (most recent call last):
    pipeline.errors.ParcoursError: params.yaml: hypotheses[3].exposure: no column 'day_late'. Nearest: days_late.
    """
    tree = _held(text, where, lambda tree: _refuse_in_expression(tree, where, aggregate))
    if columns is not None:
        _check_columns(tree, columns, where, hint)
    return exp.Paren(this=_rewrite(tree, where))


def _held(text: str, where: str, refuse: Callable[[exp.Expr], None]) -> exp.Expr:
    """Return what a text says, held to the lists: as people wrote it, and again as the engine will read it.

    The second look means that no name or unit, however it is quoted, becomes code when the tree is written out.
    """
    try:
        tree = parsed(text, where)
        refuse(tree)
        refuse(parsed(tree.sql(DIALECT), where))
    except RecursionError:
        raise ParcoursError(f"{where}: nested too deeply: {text.strip()[:60]!r} … Write it flatter.") from None
    return tree


def _refuse_in_expression(tree: exp.Expr, where: str, aggregate: bool) -> None:
    syntax = _SCALAR_SYNTAX + (_AGGREGATE_SYNTAX if aggregate else ())
    _refuse_forbidden(tree, where, syntax, SCALAR_FUNCTIONS | (AGGREGATE_FUNCTIONS if aggregate else frozenset()))
    refuse_values(tree, where)
    if aggregate:
        _check_aggregated(tree, where)


def _check_aggregated(tree: exp.Expr, where: str) -> None:
    for column in tree.find_all(exp.Column):
        if column.find_ancestor(exp.AggFunc, exp.Filter) is None:
            raise ParcoursError(
                f"{where}: {column.name!r} stands outside an aggregate; a feature summarises many steps, "
                f"for example count(*) filter (where touchpoint = '…') or max({column.name})."
            )


def query(
    text: str, where: str, relations: Mapping[str, Iterable[str]], files: Mapping[str, str] | None = None
) -> exp.Expr:
    """Parse a source's `query:` and check that it reads its own tables only.

    Parameters
    ----------
    text, where
        The select, and its file and key for errors.
    relations
        Tables it may read and their columns; without columns, these are not checked.
    files
        What the tables are read from, for errors.

    Raises
    ------
    ParcoursError
        If it is no select, or reaches a table, a column or a function off the list.

    Examples
    --------
    >>> tables = {"main": ["id"], "homes": ["id", "income_class"]}
    >>> query("select main.*, homes.income from main left join homes using (id)", "source.yaml: query", tables)
    Traceback (most recent call last):
    pipeline.errors.ParcoursError: source.yaml: query: homes has no column 'income'. Nearest: income_class.
    """
    tree = _held(text, where, lambda tree: _refuse_in_query(tree, where, relations))
    _check_query_columns(tree, where, {name: list(columns) for name, columns in relations.items()}, files or {})
    return _rewrite(tree, where)


def _refuse_in_query(tree: exp.Expr, where: str, relations: Mapping[str, Iterable[str]]) -> None:
    if not isinstance(tree, exp.Select | exp.Union):
        raise ParcoursError(f"{where}: expected a select, got {tree.sql(DIALECT)[:60]!r}.")
    functions = SCALAR_FUNCTIONS | AGGREGATE_FUNCTIONS | _QUERY_FUNCTIONS
    _refuse_forbidden(tree, where, _SCALAR_SYNTAX + _QUERY_SYNTAX, functions)
    refuse_values(tree, where)
    refuse_tables(tree, where, relations)


def _check_query_columns(
    tree: exp.Expr, where: str, relations: Mapping[str, list[str]], files: Mapping[str, str]
) -> None:
    """Refuse a column that its table does not have, most often one that was renamed in the export."""
    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    read: dict[str, set[str]] = {}
    for table in tree.find_all(exp.Table):
        read.setdefault(table.alias_or_name, set()).add(table.name)
    for column in tree.find_all(exp.Column):
        tables = read.get(column.table, set())
        if isinstance(column.this, exp.Star) or not tables or tables & own:
            continue  # made within the query: the engine knows what is there
        known = [name for table in sorted(tables) for name in relations[table]]
        if known and column.name.lower() not in {name.lower() for name in known}:
            listed = ", ".join(files[table] for table in sorted(tables) if table in files)
            shown = f"{column.table} ({listed})" if listed else column.table
            raise ParcoursError(f"{where}: {shown} has no column {column.name!r}.{nearest(column.name, known)}")


def literals_compared_with(tree: exp.Expr, column: str) -> set[str]:
    """Return the texts that an expression compares a column with (by `=` or `in`).

    Examples
    --------
    >>> sorted(literals_compared_with(sqlglot.parse_one("touchpoint in ('a', 'b') or touchpoint = 'c'"), "touchpoint"))
    ['a', 'b', 'c']
    """
    found: set[str] = set()
    for node in tree.find_all(exp.EQ, exp.In):
        sides: list[Any] = [node.this, node.args.get("expression"), *node.expressions]
        if any(isinstance(side, exp.Column) and side.name == column for side in sides):
            found |= {side.this for side in sides if isinstance(side, exp.Literal) and side.is_string}
    return found
