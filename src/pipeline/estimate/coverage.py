"""Coverage: by how many sources customers are seen, which sources share them, what happens off the brand's own site."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlglot import exp

from pipeline.engine import Engine
from pipeline.estimate.cells import Row, bounds, sums_by_item, with_interval
from pipeline.groups import groupings
from pipeline.params import Params
from pipeline.stats.ratios import Sums, proportion_from_sums, share_of_customers
from pipeline.tables import COVERAGE, EVERYBODY

SEEN_BY, OVERLAP, OFF_SITE = "seen_by", "overlap", "off_site"
ON_SITE = ("web", "app")


def rows(engine: Engine, params: Params, cut_off: datetime) -> Iterator[Row]:
    """Yield customers by number of sources, the overlap of each two sources, the share of steps off the site and app.

    Notes
    -----
    The overlap is read by row: of the customers that ``item`` sees, the share that ``other`` sees too. A step is off
    site if its channel is neither web nor app, whoever acted; its interval is clustered by customer.
    """
    del cut_off
    engine.make("customer_sources")
    seen_by = engine.frame("seen_by_counts")
    everybody = int(seen_by["n"].sum())
    for n_sources, n in zip(seen_by["n_sources"], seen_by["n"], strict=True):
        yield _share(params, SEEN_BY, str(n_sources), EVERYBODY, int(n), everybody)
    for record in engine.frame("source_overlap").to_dict("records"):
        yield _share(params, OVERLAP, record["source"], record["other"], int(record["n"]), int(record["n_customers"]))
    yield from _off_site(engine, params)


def _share(params: Params, measure: str, item: str, other: str, n: int, customers: int) -> Row:
    row = {"measure": measure, "item": item, "other": other, "n": n, "n_customers": customers}
    # few on either side of the share would give somebody away
    fewest = min(count for count in (n, customers - n, customers) if count > 0)
    return with_interval(row, COVERAGE, params, fewest, _of_customers, n, customers)


def _of_customers(n: int, customers: int, level: float) -> Row:
    return bounds(share_of_customers(n, customers, level), "share", "ci_low", "ci_high")


def _off_site(engine: Engine, params: Params) -> Iterator[Row]:
    is_off_site = exp.Case().when(exp.column("channel").isin(*ON_SITE), "0").else_("1")
    columns = groupings(params, "measured.channel", "measured.occurred_at")
    for grouping in (name for name in ("all", "persona") if name in columns):
        question = {"when": exp.true(), "numerator": is_off_site, "group": columns[grouping], "item": OFF_SITE}
        for group, _, sums in sums_by_item(engine, "kpi_steps", **question):
            row = {"measure": OFF_SITE, "item": group, "other": EVERYBODY, "n": sums.a, "n_customers": sums.clusters}
            yield with_interval(row, COVERAGE, params, sums.clusters, _of_steps, sums)


def _of_steps(sums: Sums, level: float) -> Row:
    return bounds(proportion_from_sums(sums, level), "share", "ci_low", "ci_high")
