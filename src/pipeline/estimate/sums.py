"""Sums over customers, as the engine counts them: per question, group and item. Personas add up to everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import sqlglot
from sqlglot import exp

from pipeline.engine import Engine
from pipeline.expressions import DIALECT
from pipeline.stats.ratios import Sums
from pipeline.tables import EVERYBODY

Found = tuple[Any, Any, Sums]  # group, item, its sums over customers


def in_groups(columns: Mapping[str, exp.Expr], ask: Callable[..., Iterable[Found]]) -> Iterator[tuple[str, *Found]]:
    """Yield (grouping, group, item, sums) of one question in every grouping.

    Each customer has one persona, so personas add up to everybody: where both are wanted, only personas are counted.

    Parameters
    ----------
    columns
        SQL for the group of a row in each grouping (`groups.groupings`).
    ask
        Counts one grouping, given that SQL as ``group``.

    Examples
    --------
    >>> visits = {"north": Sums(2, 3, 4, 5, 6, 8), "south": Sums(1, 1, 1, 1, 1, 1)}
    >>> columns = {"all": exp.Literal.string("(all)"), "persona": exp.column("persona")}
    >>> asked = in_groups(columns, lambda group: [(one, "buy", visits[one]) for one in visits])
    >>> for grouping, group, item, sums in asked:
    ...     print(grouping, group, item, sums.clusters, sums.a, sums.b)
    all (all) buy 3 4 5
    persona north buy 2 3 4
    persona south buy 1 1 1
    """
    personas = list(ask(group=columns["persona"])) if "persona" in columns else None
    for grouping, column in columns.items():
        if personas is None or grouping not in ("all", "persona"):
            found: Iterable[Found] = ask(group=column)
        else:
            found = personas if grouping == "persona" else _added_up(personas)
        for group, item, sums in found:
            yield grouping, group, item, sums


def _added_up(personas: Iterable[Found]) -> Iterator[Found]:
    total: dict[Any, Sums] = {}
    for _, item, sums in personas:
        total[item] = total[item] + sums if item in total else sums
    for item, sums in total.items():
        yield EVERYBODY, item, sums


def frames_in_groups(
    columns: Mapping[str, exp.Expr],
    ask: Callable[..., pd.DataFrame],
    counts: Sequence[str],
    of_group: Sequence[str] = (),
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield (grouping, frame) as `in_groups` does, where the answer is a frame with a column ``group``.

    `counts` are its columns that add up over customers, `of_group` those that do and stand in each row of a group; rows
    of personas that are alike in all others become one.
    """
    personas = ask(group=columns["persona"]) if "persona" in columns else None
    for grouping, column in columns.items():
        if personas is None or grouping not in ("all", "persona"):
            yield grouping, ask(group=column)
        elif grouping == "persona":
            yield grouping, personas
        else:
            keys = [name for name in personas.columns if name not in ("group", *counts, *of_group)]
            total = personas.groupby(keys, as_index=False, observed=True)[list(counts)].sum()
            sizes = personas.groupby("group", observed=True)[list(of_group)].first().sum()
            yield grouping, total.assign(group=EVERYBODY, **sizes)


def six_sums(name: str, a: str, b: str, among: str, number: str = "bigint") -> list[exp.Expr]:
    """Return SQL for the `Sums` of a ratio, named ``<name>_customers``, ``<name>_a`` … ``<name>_bb``.

    Parameters
    ----------
    name
        Of the question.
    a, b
        Columns of numerator and denominator, one row per customer.
    among
        Which rows are customers of it. Where it does not hold a is 0 or null, and so is b unless a part is asked for,
        whose whole `ratios.part_of` takes from elsewhere.
    number
        Type whose range holds the products of one customer.

    Notes
    -----
    Sums of squares outgrow 64 bits, so they travel as text (`read_sums`).

    Examples
    --------
    >>> for column in six_sums("lost", "n_lost", "n", "n > 0")[:2]:
    ...     print(column.sql("duckdb"))
    COUNT(CASE WHEN n > 0 THEN 1 END) AS lost_customers
    CAST(SUM(n_lost) AS TEXT) AS lost_a
    """
    texts = [f"count(case when {among} then 1 end)"]
    texts += [f"cast(sum({one}) as varchar)" for one in (a, b)]
    for one, other in ((a, a), (a, b), (b, b)):
        texts.append(f"cast(sum(cast(cast({one} as {number}) * {other} as decimal(38, 0))) as varchar)")
    parts = ("customers", "a", "b", "aa", "ab", "bb")
    return [
        exp.alias_(sqlglot.parse_one(text, read=DIALECT), f"{name}_{part}")
        for part, text in zip(parts, texts, strict=True)
    ]


def read_sums(row: Mapping[Any, Any], name: str) -> Sums:
    """Return the `Sums` whose SQL `six_sums` made, from a row of the answer."""
    found = (row[f"{name}_{part}"] for part in ("customers", "a", "b", "aa", "ab", "bb"))
    return Sums(*(0 if pd.isna(one) else int(one) for one in found))


def sums_by_item(engine: Engine, counts: str, **bindings: Any) -> Iterator[Found]:
    """Yield (group, item, sums) of one question: `counts` is the SQL file that gives a and b per customer."""
    engine.make("customer_counts", counts, lazily=True, **bindings)
    for row in engine.frame("customer_sums").to_dict("records"):
        numbers = [int(row[name]) for name in ("customers", "sum_a", "sum_b", "sum_aa", "sum_ab", "sum_bb")]
        yield row["group"], row["item"], Sums(*numbers)


def sums_of_patterns(customers: np.ndarray, a: np.ndarray, b: np.ndarray) -> Sums:
    """Return the sums over customers of a numerator and a denominator, from how many customers have each pair."""
    numbers = (customers, customers * a, customers * b, customers * a * a, customers * a * b, customers * b * b)
    return Sums(*(int(number.sum()) for number in numbers))
