"""Themes of verbatims: which terms mark a stage, how many customers use them, and whether they become more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from datetime import datetime

import numpy as np
import pandas as pd
from sqlglot import exp

from pipeline.engine import Engine, literal
from pipeline.estimate.cells import Row, share, with_interval
from pipeline.estimate.sums import sums_of_patterns
from pipeline.estimate.verbatims import have_verbatims
from pipeline.groups import groupings
from pipeline.params import Params
from pipeline.stats.change import change_of_share
from pipeline.stats.multiplicity import false_discovery_q
from pipeline.stats.ratios import Sums, proportion_from_sums
from pipeline.verbatims.emotion import LANGUAGES
from pipeline.verbatims.terms import terms_of
from pipeline.verbatims.themes import find_themes

_CELL = ["group", "language", "stage", "theme"]
_MONTHS = "period"  # this grouping tells when: a change inside one month is nothing to test


def rows(engine: Engine, params: Params, cut_off: datetime) -> Iterator[Row]:
    """Yield every theme of a stage: its texts and customers, its share of the stage's texts, and the change of it.

    Notes
    -----
    Themes are found over all customers, so that personas and months are compared on the same ones. The change is the
    share in the second half of the window minus that in the first, clustered by customer; q is the false discovery
    rate over the themes of one grouping.
    """
    if not have_verbatims(engine, params):
        return
    texts = engine.frame(exp.select("text_number", "language", "text").from_("read_texts").order_by("text_number"))
    terms = _terms(texts)
    engine.load("text_terms", terms[["text_number", "term"]])
    texts_of: dict[tuple[str, str], set[int]] = defaultdict(set)
    for language, term, number in terms[["language", "term", "text_number"]].itertuples(index=False):
        texts_of[language, term].add(number)
    found = find_themes(engine.frame("term_counts"), texts_of, params.estimate.smallest_cell)
    marked = {
        (theme.language, theme.stage, theme.name, number)
        for theme in found
        for term in theme.terms
        for number in texts_of[theme.language, term]
    }
    engine.load("theme_texts", _frame(sorted(marked), ["language", "stage", "theme", "text_number"]))
    middle = literal(_middle(engine, cut_off))
    columns = groupings(params, "verbatims.channel", "verbatims.occurred_at")
    for grouping in (name for name in ("all", "persona", _MONTHS) if name in columns):
        patterns = engine.frame("theme_patterns", group=columns[grouping], middle=middle)
        found_here = [_row(grouping, cell, of_cell, params) for cell, of_cell in patterns.groupby(_CELL)]
        yield from _with_q([row for row in found_here if row["n_customers"]])


def _terms(texts: pd.DataFrame) -> pd.DataFrame:
    parts = [_frame([], ["text_number", "language", "term"])]
    for language, of_language in texts.groupby("language"):
        if language in LANGUAGES:
            found = terms_of(of_language["text"].tolist(), str(language))
            numbers = of_language["text_number"].to_numpy()[found["text"]]
            parts.append(found.assign(language=str(language), text_number=numbers).drop(columns="text"))
    return pd.concat(parts, ignore_index=True)


def _frame(records: list[tuple[object, ...]], names: list[str]) -> pd.DataFrame:
    types = {name: "int64" if name == "text_number" else "str" for name in names}
    return pd.DataFrame(records, columns=names).astype(types)


def _middle(engine: Engine, cut_off: datetime) -> datetime:
    """Return the middle of the time in which texts were written."""
    first = engine.row(exp.select("min(occurred_at) as first").from_("verbatims"))["first"] or cut_off
    return first + (cut_off - first) / 2


def _row(grouping: str, cell: tuple[Hashable, ...], patterns: pd.DataFrame, params: Params) -> Row:
    customers, a_before, b_before, a_after, b_after = (
        patterns[name].to_numpy(dtype=object if name == "customers" else None)
        for name in ("customers", "a_before", "b_before", "a_after", "b_after")
    )
    a, b = (a_before + a_after).astype(object), (b_before + b_after).astype(object)
    sums = sums_of_patterns(customers, a, b)
    users = int(customers[a > 0].sum()) if len(a) else 0
    row: Row = {"grouping": grouping, **dict(zip(_CELL, cell, strict=True))}
    row |= {"n": sums.a, "n_customers": users, "n_texts": sums.b}
    row = with_interval(row, params, users, _share, sums)
    halves = [int(customers[counts > 0].sum()) for counts in (b_before, b_after)]
    if grouping == _MONTHS or min(users, *halves) < params.estimate.smallest_cell:
        return row
    change = change_of_share(customers.astype(float), (a_before, b_before), (a_after, b_after))
    low, high = change.interval(params.estimate.level)
    return {**row, "change": change.estimate, "change_low": low, "change_high": high, "p_change": change.p}


def _share(sums: Sums, level: float) -> Row:
    found = share(proportion_from_sums(sums, level))
    return {name: found[name] for name in ("p", "ci_low", "ci_high")}


def _with_q(found: list[Row]) -> Iterator[Row]:
    tested = [row for row in found if "p_change" in row]
    q = false_discovery_q(np.array([row.pop("p_change") for row in tested]))
    for row, rate in zip(tested, q, strict=True):
        row["q"] = float(rate)
    yield from found
