"""The rows of a look-up that share a key: what makes a join repeat rows, and money count twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlglot import exp

from pipeline.engine import Engine
from pipeline.errors import shape


def repeated_keys(engine: Engine, lookups: Iterable[str], tree: exp.Expr) -> str:
    """Return which look-ups that a query joins have several rows of one key: file, key, rows; empty if none has.

    Parameters
    ----------
    engine
        With ``typed_<lookup>`` readable.
    lookups
        Names of the look-ups.
    tree
        The query.
    """
    return " ".join(_told(engine, table, keys) for table, keys in _joined(tree, set(lookups)))


def _joined(tree: exp.Expr, lookups: set[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield each look-up that is joined as it is, with the columns it is joined by."""
    for join in tree.find_all(exp.Join):
        table = join.this
        if not isinstance(table, exp.Table) or table.name not in lookups:
            continue
        on = join.args.get("on")
        columns = on.find_all(exp.Column) if on is not None else ()
        keys = [column.name for column in columns if column.table == table.alias_or_name]
        keys += [name.name for name in join.args.get("using") or ()]
        if keys:
            yield table.name, list(dict.fromkeys(keys))


def _told(engine: Engine, table: str, keys: list[str]) -> str:
    columns = [exp.column(name, quoted=True) for name in keys]
    rows = exp.select("source_file", "source_row", *columns).from_(exp.to_table(f"typed_{table}", quoted=True))
    rows = rows.where("parcours_issue_column is null", *(column.is_(exp.null()).not_() for column in columns))
    several = exp.Window(this=exp.Count(this=exp.Star()), partition_by=columns) > 1
    rows = rows.qualify(several).order_by(*columns, "source_file", "source_row")
    found = engine.rows(rows)
    if not found:
        return ""
    first = [row for row in found if row[2:] == found[0][2:]]
    places = " and ".join(f"{file} row {row}" for file, row, *_ in first[:3])
    value = ", ".join(shape(str(one)) for one in found[0][2:])
    others = len({row[2:] for row in found}) - 1
    return (
        f"{table}: {len(first)} rows have one {', '.join(keys)} (like {value!r}): {places}"
        f"{f'; and so have {others:,} more' if others else ''}."
    )
