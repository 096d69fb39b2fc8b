"""Two comparisons as they are often made: blind to the order of time, or adjusted for what the exposure causes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pandas as pd

from pipeline.assess.units import find_units
from pipeline.engine import Engine
from pipeline.proof.stack import Stack, of_brands
from pipeline.stats.adjusted import effect_on_exposed
from pipeline.stats.effects import difference_of_means
from pipeline.stats.result import Effect

NO_TIME_ORDER, MEDIATOR = "careless: no order of time", "careless: adjusted for the contact after it"
SPAN = timedelta(days=60)
CONTACTS = ("ticket_opened", "call_received")


def careless(stack: Stack, engine: Engine) -> Iterator[tuple[int, str, str, Effect]]:
    """Yield brand, hypothesis, kind of carelessness and the effect that it shows.

    Notes
    -----
    *newsletter_read* without an order of time: who opened a letter at any moment of the 60 days after the delivery
    against who did not, orders of the same 60 days – those who order soon have less time to open one, those who
    never come back open none. *express_shipping* adjusted for a contact with the support after the order.
    """
    yield from _without_order_of_time(stack, engine)
    yield from _with_mediator(stack, engine)


def _units(stack: Stack, engine: Engine, index: str, exposure: str, outcome: str) -> pd.DataFrame:
    names = {"index": index, "exposure": exposure, "outcome": outcome}
    return engine.frame(
        "careless_units", **names, contacts=list(CONTACTS), span=SPAN, cut_off=stack.window[1]
    ).assign(brand=lambda frame: frame["customer_id"].map(stack.owners["brand"]))  # fmt: skip


def _without_order_of_time(stack: Stack, engine: Engine) -> Iterator[tuple[int, str, str, Effect]]:
    units = _units(stack, engine, "order_delivered", "newsletter_opened", "order_placed")
    for brand, mine in units.groupby("brand"):
        outcome, exposed = mine["is_outcome"].to_numpy(dtype=float), mine["is_exposed"].to_numpy(dtype=bool)
        effect = difference_of_means(outcome, exposed, mine["customer_id"].to_numpy())
        yield int(float(str(brand))), "newsletter_read", NO_TIME_ORDER, effect


def _with_mediator(stack: Stack, engine: Engine) -> Iterator[tuple[int, str, str, Effect]]:
    declared = {hypothesis.id: (i, hypothesis) for i, hypothesis in enumerate(stack.params.hypotheses)}
    place, hypothesis = declared["express_shipping"]
    found = find_units(engine, stack.params, hypothesis, f"params.yaml: hypotheses[{place}]", stack.window)
    contacts = _units(stack, engine, "order_placed", "", "order_placed").set_index("customer_id")["has_contact"]
    for brand, units in of_brands(found, stack.owners, range(1, len(stack.seeds) + 1)):
        frame = units.frame
        known = frame[list(units.covariates)].assign(contact=frame["customer_id"].map(contacts).astype("str"))
        adjusted = effect_on_exposed(
            frame["outcome"].to_numpy(), frame["is_exposed"].to_numpy(), frame["customer_id"].to_numpy(), known,
            is_binary=True,
        )  # fmt: skip
        yield brand, hypothesis.id, MEDIATOR, adjusted.effect
