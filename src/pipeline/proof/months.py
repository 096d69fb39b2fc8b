"""Quiet months, and a month in which one behaviour changed, through the shipped comparison and its ledger."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from pipeline.monthly import ledger
from pipeline.monthly.calendar import earlier_months
from pipeline.monthly.changes import changes
from pipeline.proof.streams import stream
from pipeline.proof.study import FULL, SHORT, Demand, Study, at_least, at_most
from pipeline.proof.tally import Key, Tally
from pipeline.tables import EVERYBODY

NAME = "monthly_change"
SIZES = (2000, 8000)  # customers; as many as the brand of the study of planted effects
RATE, LEVEL = 0.10, 0.95
LOOKS = 12  # of a quiet year; one replicate in FEW has one
FEW = 10
METHOD = "parcours compare"
QUIET, YEAR, CHANGED = "quiet pair of months", "quiet year, twelve looks", "one stage leads on 10 points less often"
FLAGS, FINDS, FALSE = "flags anything", "the planted number moved", "false share of what moved"

STAGES = ("discovery", "consideration", "basket", "purchase", "experience", "loyalty")
PLANTED = "consideration→basket"
PERSONAS, SHARES = ("a", "b", "c", "d"), (0.30, 0.25, 0.30, 0.15)
ACTIVE = 0.30  # share of customers seen in a month; more of those who move readily
SEASON = (1.0, 1.3)  # visits of the two months: volume changes, behaviour does not
VISITS = (1.2, 0.9, 0.6, 0.4, 0.4, 0.3)  # to each stage by an active customer, and to the next it leads on
FORWARD = (0.45, 0.40, 0.50, 0.60, 0.30, 0.20)
BACK = 0.20  # of the others: back to discovery; the rest leaves
CHANGE = -0.10  # planted, in the share that moves on from consideration

Row = dict[str, Any]


def measure(first: int, last: int) -> Tally:
    """Return how often a page of a quiet pair, or of a quiet year, flags anything, and how often a change is found."""
    tally = Tally()
    for customers in SIZES:
        for replicate in range(first, last):
            quiet = _look(stream(f"{NAME}/{QUIET}/{customers}", replicate), customers, 0.0)
            tally.add(Key(QUIET, customers, METHOD, FLAGS), float((quiet["verdict"] == ledger.MOVED).any()))
            found = _look(stream(f"{NAME}/{CHANGED}/{customers}", replicate), customers, CHANGE)
            moved = found[found["verdict"] == ledger.MOVED]
            is_planted = (moved["item"] == PLANTED) & (moved["group"] == EVERYBODY)
            tally.add(Key(CHANGED, customers, METHOD, FINDS), float(is_planted.any()))
            wrong = ~moved["item"].str.startswith("consideration")
            tally.add(Key(CHANGED, customers, METHOD, FALSE), float(wrong.sum() / max(len(moved), 1)))
    for replicate in range(first, last):
        if replicate % FEW == 0:
            tally.add(Key(YEAR, SIZES[0], METHOD, FLAGS), float(_flags_in_a_year(replicate)))
    return tally


def _look(random: np.random.Generator, customers: int, change: float) -> pd.DataFrame:
    world = _World(random, customers)
    months = [world.month(SEASON[0], 0.0), world.month(SEASON[1], change)]
    found = changes(world.table(months, ("2026-02", "2026-03")), LEVEL)
    return ledger.judged(ledger.read(ledger.NOWHERE), found, pd.DataFrame(), RATE)


def _flags_in_a_year(replicate: int) -> bool:
    """Return whether any of twelve looks, each with the month before, calls a number moved: none did."""
    world = _World(stream(f"{NAME}/{YEAR}", replicate), SIZES[0])
    entered, before = ledger.read(ledger.NOWHERE), world.month(1.0, 0.0)
    for number in range(1, LOOKS + 1):
        month, after = f"2026-{number:02d}", world.month(SEASON[number % 2], 0.0)
        found = changes(world.table([before, after], (earlier_months(month)[0], month)), LEVEL)
        look = ledger.judged(entered, found, pd.DataFrame(), RATE)
        entered = look if entered.empty else pd.concat([entered, look])
        before = after
    return bool((entered["verdict"] == ledger.MOVED).any())


class _World:
    """Customers who differ, seen in some months: how often they come and how readily they move go together."""

    def __init__(self, random: np.random.Generator, customers: int) -> None:
        self.random = random
        self.effect = random.standard_normal(customers)
        self.persona = random.choice(len(PERSONAS), customers, p=SHARES)

    def month(self, volume: float, change: float) -> dict[str, np.ndarray]:
        """Return, per item, numerator and denominator of each customer, shape (2, customers)."""
        random, effect = self.random, self.effect
        is_active = random.random(len(effect)) < 1 / (1 + np.exp(-np.log(ACTIVE / (1 - ACTIVE)) - effect / 2))
        items = {}
        for i, stage in enumerate(STAGES):
            visits = random.poisson(volume * VISITS[i] * np.exp(effect / 4)) * is_active
            share = 1 / (1 + np.exp(-np.log(FORWARD[i] / (1 - FORWARD[i])) - effect))
            share = np.clip(share + (change if stage == "consideration" else 0.0), 0, 1)
            forward = random.binomial(visits, share)
            back = random.binomial(visits - forward, BACK)
            after = STAGES[(i + 1) % len(STAGES)]
            for target, moved in ((after, forward), ("(back)", back), ("(lost)", visits - forward - back)):
                items[f"{stage}→{target}"] = np.stack([moved, visits]).astype(float)
        orders = random.poisson(0.3 * volume * np.exp(effect / 4)) * is_active
        spent = np.rint(100 * random.lognormal(4.5 + effect / 10, 0.7)) / 100 * orders
        answers = random.binomial(orders, 0.4)
        points = random.binomial(answers, 1 / (1 + np.exp(-effect / 2)))
        return items | {
            "average_order_value": np.stack([spent, orders.astype(float)]),
            "csat": np.stack([points, answers]).astype(float),
        }

    def table(self, months: list[dict[str, np.ndarray]], names: tuple[str, str]) -> pd.DataFrame:
        """Return the sums as `estimate` writes them to monthly.csv, for everybody and each persona."""
        pairs = ((0, 0), (1, 1), (1, 0))
        rows = [
            {"measure": "kpi" if "→" not in item else "transition", "item": item, **group, "definition": "d",
             "unit": "money" if item == "average_order_value" else "share", "period": names[one],
             "other_period": names[other], **_sums(months[one][item][:, own], months[other][item][:, own])}
            for item in months[0]
            for group, own in self._groups()
            for one, other in pairs
        ]  # fmt: skip
        return pd.DataFrame(rows)

    def _groups(self) -> Iterator[tuple[Row, np.ndarray]]:
        yield {"grouping": "all", "group": EVERYBODY}, np.ones(len(self.persona), dtype=bool)
        for i, persona in enumerate(PERSONAS):
            yield {"grouping": "persona", "group": persona}, self.persona == i


def _sums(one: np.ndarray, other: np.ndarray) -> Row:
    both = (one[1] > 0) & (other[1] > 0)
    (a, b), (other_a, other_b) = one[:, both], other[:, both]
    return {
        "n_customers": int(both.sum()), "numerator": a.sum(), "denominator": b.sum(),
        "nn": a @ other_a, "nd": a @ other_b, "dn": b @ other_a, "dd": b @ other_b,
    }  # fmt: skip


def demand(key: Key) -> Demand | None:
    """Return the bounds: pages of quiet months (66 of 500), a quiet year, the change found, false ones among moved."""
    bounds = {
        (QUIET, FLAGS): at_most(0.132),
        (YEAR, FLAGS): at_most(0.10, errors=2),
        (CHANGED, FALSE): at_most(0.10, errors=2),
    }
    if (key.case, key.measure, key.customers) == (CHANGED, FINDS, SIZES[1]):
        return at_least(0.80)
    return bounds.get((key.case, key.measure))


STUDY = Study(
    name=NAME,
    title="What moved since the month before",
    claim=(
        f"Customers who differ with sd 1 on the logit, about {100 * ACTIVE:g} % of them seen in a month, some in both; "
        f"six stages, four personas, two key figures. The second month has {100 * (SEASON[1] - 1):.0f} % more visits "
        f"and, where a change is planted, consideration leads to the basket {-100 * CHANGE:g} points less often. Each "
        "page tests all numbers that have enough customers, as the first look of a ledger. Months are simulated in "
        "numpy, not through the whole pipeline."
    ),
    measure=measure,
    replicates={SHORT: 20, FULL: 500},
    chunk={SHORT: 10, FULL: 25},
    demand=demand,
    module="proof.months",
    tables=(("", (FLAGS, FINDS, FALSE)),),
)
