"""Coverage: by how many sources customers are seen, which sources share them, what happens off the brand's own site."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from sqlglot import exp

from pipeline.engine import Engine
from pipeline.estimate.cells import Row, bounds, with_interval
from pipeline.estimate.sums import in_groups, sums_by_item
from pipeline.groups import customer_groups
from pipeline.params import Params
from pipeline.results import without_numbers
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
    numbers = [int(n) for n in seen_by["n"]]
    shown = set(_told(numbers, params.estimate.smallest_cell))
    for place, n_sources in enumerate(seen_by["n_sources"]):
        row = {"measure": SEEN_BY, "item": str(n_sources), "other": EVERYBODY}
        if place in shown:
            yield _share(params, row, numbers[place], sum(numbers))
        else:
            yield without_numbers(
                row, COVERAGE, _few(params) if numbers[place] < params.estimate.smallest_cell else "withheld"
            )
    for record in engine.frame("source_overlap").to_dict("records"):
        row = {"measure": OVERLAP, "item": record["source"], "other": record["other"]}
        yield _share(params, row, int(record["n"]), int(record["n_customers"]))
    yield from _off_site(engine, params)


def _told(numbers: list[int], smallest: int) -> list[int]:
    """Return the places of the parts of a whole that may be told: none small, nor what would give a small one away.

    Examples
    --------
    The last part is small; the whole less the others would tell it, so the next smallest is withheld, too.

    >>> _told([900, 60, 8, 3], 5)
    [0, 1]
    """
    order = sorted(range(len(numbers)), key=lambda place: numbers[place])
    hidden = [place for place in order if 0 < numbers[place] < smallest]
    while hidden and len(hidden) < len(order) and (len(hidden) == 1 or sum(numbers[one] for one in hidden) < smallest):
        hidden.append(next(place for place in order if place not in hidden))
    return [place for place in range(len(numbers)) if place not in hidden]


def _share(params: Params, row: Row, n: int, customers: int) -> Row:
    # few on either side of the share would give somebody away
    fewest = min(count for count in (n, customers - n, customers) if count > 0)
    if fewest < params.estimate.smallest_cell:
        return without_numbers(row, COVERAGE, _few(params))
    counted = {**row, "n": n, "n_customers": customers}
    return with_interval(counted, params, customers, _of_customers, n, customers)


def _few(params: Params) -> str:
    return f"n < {params.estimate.smallest_cell}"


def _of_customers(n: int, customers: int, level: float) -> Row:
    return bounds(share_of_customers(n, customers, level), "share", "ci_low", "ci_high")


def _off_site(engine: Engine, params: Params) -> Iterator[Row]:
    is_off_site = exp.Case().when(exp.column("channel").isin(*ON_SITE), "0").else_("1")
    ask = partial(sums_by_item, engine, "kpi_steps", when=exp.true(), numerator=is_off_site, item=OFF_SITE)
    for _, group, _, sums in in_groups(customer_groups(params), ask):
        row = {"measure": OFF_SITE, "item": group, "other": EVERYBODY, "n": sums.a, "n_customers": sums.clusters}
        few = sums.clusters < params.estimate.smallest_cell
        yield (
            without_numbers(row, COVERAGE, _few(params))
            if few
            else with_interval(row, params, sums.clusters, _of_steps, sums)
        )


def _of_steps(sums: Sums, level: float) -> Row:
    return bounds(proportion_from_sums(sums, level), "share", "ci_low", "ci_high")
