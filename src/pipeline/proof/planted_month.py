"""The whole pipeline, run month by month on brands in which one behaviour changes, and whether the pages say so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd
import sqlglot

from pipeline import reconstruct, segment
from pipeline.estimate import monthly
from pipeline.estimate.outcomes import make_visit_outcomes
from pipeline.expressions import DIALECT
from pipeline.groups import reading_orders
from pipeline.monthly import ledger
from pipeline.monthly.changes import changes, restated
from pipeline.privacy.small_cells import withhold
from pipeline.proof.stack import Stack, stacked
from pipeline.proof.study import FULL, SHORT, Demand, Study, at_least
from pipeline.proof.tally import Key, Tally
from pipeline.results import in_form
from pipeline.simulation.truth import Truth
from pipeline.tables import CUSTOMER_TRANSITIONS, EVERYBODY, JOURNEYS, MONTHLY, PERSONAS, STEPS, VISITS

NAME = "planted_month"
CUSTOMERS = 20_000  # as many as the brand declares
METHOD = "whole pipeline"
BEFORE, SINCE = "February, as a first look", "March, the next look of the same ledger"
# A month of visits is full once it was followed for the horizon of 30 days: first February is, then March.
LOOKS = {BEFORE: "2026-04-01", SINCE: "2026-05-01"}
PLANTED = "consideration→basket"  # from 1 March products lead to the basket less often
FINDS, FLAGS, MOVED = "the planted number moved, downwards", "flags anything", "share of what was tested that moved"
ALL = "all_"  # before the name of a table: that of all brands


def measure(first: int, last: int) -> Tally:
    """Return what two monthly looks at brands first + 1 … last say: one before the change, one after it."""
    tally = Tally()
    seeds = [f"{NAME}-{number}" for number in range(first + 1, last + 1)]
    runs: dict[str, dict[int, pd.DataFrame]] = {}
    with stacked(Truth.default(), seeds, CUSTOMERS) as stack:
        for case, morning in LOOKS.items():
            runs[case] = dict(monthly_of_brands(cut_at(stack, morning)))
        level, rate = stack.params.estimate.level, stack.params.assess_level
    for brand in range(1, len(seeds) + 1):
        entered, earlier = ledger.read(ledger.NOWHERE), runs[BEFORE][brand]
        for case, run in runs.items():
            found = run[brand]
            look = ledger.judged(entered, changes(found, level), restated(earlier, found), rate)
            entered = look if entered.empty else pd.concat([entered, look])
            _count(tally, case, look)
    return tally


def _count(tally: Tally, case: str, look: pd.DataFrame) -> None:
    moved = look[look["verdict"] == ledger.MOVED]
    planted = moved[(moved["item"] == PLANTED) & (moved["group"] == EVERYBODY)]
    tally.add(Key(case, CUSTOMERS, METHOD, FINDS), float((planted["change"] < 0).any()))
    tally.add(Key(case, CUSTOMERS, METHOD, FLAGS), float(len(moved) > 0))
    tally.add(Key(case, CUSTOMERS, METHOD, MOVED), len(moved) / max(int(look["p"].notna().sum()), 1))


def cut_at(stack: Stack, cut_off: str) -> Stack:
    """Cut the events into journeys again as of an earlier day (local midnight), and return what is seen then."""
    params = replace(stack.params, cut_off=cut_off)
    for stage in (reconstruct, segment):
        stage.main(stack.workspace, params)
    return replace(stack, params=params)


def monthly_of_brands(stack: Stack) -> Iterator[tuple[int, pd.DataFrame]]:
    """Yield each brand and its table `monthly`, estimated from the journeys of its customers alone."""
    params, (_, cut_off) = stack.params, stack.window
    tables = (CUSTOMER_TRANSITIONS, VISITS, JOURNEYS, STEPS, PERSONAS)
    with stack.engine() as engine:
        for table in tables:
            engine.read(table, stack.workspace.path(table.path))
            engine.make(f"{ALL}{table.name}", _select(f"select * from {table.name}"))
        for brand, customers in stack.owners.reset_index().groupby("brand"):
            engine.load("brand_customers", customers[["customer_id"]])
            for table in tables:
                own = f"select * from {ALL}{table.name} where customer_id in (select customer_id from brand_customers)"
                engine.make(table.name, _select(own))
            engine.make("customer_personas", _select("select customer_id, persona from personas"))
            make_visit_outcomes(engine, params, cut_off)
            rows, _ = withhold(monthly.rows(engine, params, cut_off), MONTHLY, params.estimate.smallest_cell)
            yield int(str(brand)), in_form(rows, MONTHLY, reading_orders(params))


def _select(sql: str) -> sqlglot.exp.Expr:
    return sqlglot.parse_one(sql, read=DIALECT)


def demand(key: Key) -> Demand | None:
    """Return the bound on the month of the change; what else moved has no bound, since sales and newcomers move it."""
    return at_least(0.80) if (key.case, key.measure) == (SINCE, FINDS) else None


STUDY = Study(
    name=NAME,
    title="The month of a planted change, through the whole pipeline",
    claim=(
        f"The brand of this repository with other seeds, {CUSTOMERS:,} customers each: from 1 March its product pages "
        "lead to the basket 10 points less often. Raw exports are simulated, cleaned, joined into customers and cut "
        "into journeys as of two mornings a month apart; each brand's months are compared and entered in its ledger, "
        "as `parcours compare` does. In February nothing is planted, yet customers grow older and a sale has ended, so "
        "what moves there is shown and not judged."
    ),
    measure=measure,
    replicates={SHORT: 1, FULL: 40},
    chunk={SHORT: 1, FULL: 2},
    demand=demand,
    module="proof.planted_month",
    tables=(("", (FINDS, FLAGS, MOVED)),),
)
