"""The truth's laws as small DuckDB tables, which the queries of the world join."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import timedelta
from itertools import accumulate
from typing import Any

import duckdb
import pandas as pd

from pipeline.simulation.declared import ACTIONS, EXPOSURES, Law
from pipeline.simulation.truth import Truth

STAGES = {
    "discovery": ("ad_clicked", "site_visit", "social_reply"),
    "consideration": (
        "product_viewed", "form_opened", "form_submitted", "callback_requested", "callback_made", "quote_sent",
        "newsletter_opened", "promo_opened",
    ),
    "basket": ("basket_viewed",),
    "purchase": ("order_placed", "deal_won", "confirmation_sent"),
    "experience": ("order_shipped", "order_delivered", "csat_answered"),
    "support": ("ticket_opened", "ticket_solved", "call_received", "ces_answered"),
    "loyalty": ("card_joined", "card_used", "nps_answered"),
}  # fmt: skip
ONLINE = (
    "ad_clicked", "site_visit", "product_viewed", "form_opened", "form_submitted", "callback_requested",
    "basket_viewed", "order_placed",
)  # fmt: skip
OF_ORDER = ("order_placed", "order_shipped", "order_delivered")

Row = dict[str, Any]


def load_laws(connection: duckdb.DuckDBPyConnection, truth: Truth) -> None:
    """Make the tables laws, meets, sales, stages, moves, effects, kinds, and an empty switched_off."""
    load_table(connection, "laws", persona_rows(truth))
    load_table(connection, "meets", meeting_rows(truth))
    load_table(connection, "sales", sale_rows(truth))
    load_table(connection, "stages", stage_rows(truth))
    load_table(connection, "moves", move_rows(truth))
    load_table(connection, "effects", [effect_row(truth, is_off=False), effect_row(truth, is_off=True)])
    load_table(connection, "kinds", kind_rows())
    connection.execute(
        "create or replace temp table switched_off (person bigint, first_visit integer, last_visit integer)"
    )


def load_table(connection: duckdb.DuckDBPyConnection, name: str, rows: Sequence[Row]) -> None:
    """Make a small temporary table from rows."""
    frame = pd.DataFrame(list(rows))
    connection.register("loaded_rows", frame)
    connection.execute(f"create or replace temp table {name} as from loaded_rows")
    connection.unregister("loaded_rows")


def persona_rows(truth: Truth) -> list[Row]:
    """Return one row per persona: its share as an interval, and every law as it holds for it."""
    rows = []
    for persona, (low, high) in zip(truth.personas, intervals([p.share for p in truth.personas]), strict=True):
        row: Row = {
            "persona": persona.id, "low": low, "high": high, "visit_reason": persona.visit_reason,
            "contacts": persona.contacts, "login": persona.login, "card": persona.card,
            "checkout_b": truth.exposures["checkout_b"].probability[persona.id],
            "button_b": truth.exposures["button_b"].probability[persona.id],
        }  # fmt: skip
        row |= {f"people_{field.name}": getattr(truth.people, field.name) for field in fields(truth.people)}
        for part in (truth.orders, truth.support, truth.mail):
            for field in fields(part):
                row |= _flat(field.name, getattr(part, field.name), persona.id)
        for name in ("csat", "nps", "ces"):
            score = getattr(truth.scores, name)
            for field in fields(score):
                row |= _flat(f"{name}_{field.name}", getattr(score, field.name), persona.id)
        row |= {f"costs_{name}": cost for name, cost in truth.scores.costs.items()}
        row |= {"unhappy_pickup_answers": truth.scores.unhappy_pickup_answers, "bad_mood": truth.scores.bad_mood}
        rows.append(row)
    return rows


def _flat(name: str, value: Any, persona: str) -> Row:
    if isinstance(value, Mapping):
        value = value[persona]
    if isinstance(value, Law):
        return {f"{name}_median": value.median, f"{name}_sigma": value.sigma, f"{name}_least": value.least}
    if isinstance(value, tuple):
        return {name: [item.total_seconds() if isinstance(item, timedelta) else item for item in value]}
    return {name: value}


def meeting_rows(truth: Truth) -> list[Row]:
    """Return one row per persona and device: the device's share as an interval, each exposure's probability."""
    rows = []
    for persona in truth.personas:
        for (device, _), (low, high) in zip(
            persona.devices.items(), intervals(list(persona.devices.values())), strict=True
        ):
            row: Row = {"persona": persona.id, "device": device, "low": low, "high": high}
            row["brand_search"] = truth.brand_search[persona.id]
            for name in EXPOSURES:
                exposure = truth.exposures[name]
                row[name] = exposure.probability[persona.id] + exposure.by_device.get(device, 0.0)
            rows.append(row)
    return rows


def sale_rows(truth: Truth) -> list[Row]:
    """Return one row per sale and persona."""
    return [
        {
            "persona": persona.id,
            "campaign": sale.id,
            "from_second": int(pd.Timestamp(truth.moment(sale.start)).timestamp()),
            "to_second": int(pd.Timestamp(truth.moment(sale.end)).timestamp()),
            "share": sale.share[persona.id],
        }
        for sale in truth.sales
        for persona in truth.personas
    ]


def stage_rows(truth: Truth) -> list[Row]:
    """Return one row per persona and state: the logit of moving forward."""
    return [
        {"persona": persona.id, "state": state.id, "forward_logit": logit(state.forward[persona.id])}
        for persona in truth.personas
        for state in truth.states
    ]


def move_rows(truth: Truth) -> list[Row]:
    """Return one row per persona, state and target: the target's share as an interval, the law of its wait."""
    rows = []
    for persona in truth.personas:
        for state in truth.states:
            for is_forward, targets in ((True, state.to[persona.id]), (False, state.otherwise[persona.id])):
                for (target, _), (low, high) in zip(targets.items(), intervals(list(targets.values())), strict=True):
                    wait = state.waits[target]
                    rows.append(
                        {
                            "persona": persona.id, "state": state.id, "is_forward": is_forward, "target": target,
                            "low": low, "high": high, "median": wait.median, "sigma": wait.sigma, "least": wait.least,
                        }
                    )  # fmt: skip
    return rows


def effect_row(truth: Truth, is_off: bool) -> Row:
    """Return one row: what each exposure adds to what it acts on, and the change of behaviour."""
    row: Row = {"is_off": is_off}
    row |= {f"{exposure}_on_{action}": 0.0 for action, exposures in ACTIONS.items() for exposure in exposures}
    for effect in truth.effects:
        if effect.acts_on is not None:
            row[f"{effect.exposure}_on_{effect.acts_on}"] += effect.effect
    row["change_state"] = truth.change.state
    row["change_second"] = int(pd.Timestamp(truth.moment(truth.change.start)).timestamp())
    row["change_effect"] = truth.change.effect
    return row


def kind_rows() -> list[Row]:
    """Return one row per touchpoint: its stage, whether a device is seen, whether it carries the order's facts."""
    return [
        {
            "touchpoint": touchpoint,
            "stage": stage,
            "is_online": touchpoint in ONLINE,
            "is_of_order": touchpoint in OF_ORDER,
        }
        for stage, touchpoints in STAGES.items()
        for touchpoint in touchpoints
    ]


def intervals(shares: Sequence[float]) -> list[tuple[float, float]]:
    """Return shares laid end to end between 0 and 1; the last ends at 1 exactly.

    Examples
    --------
    >>> intervals([0.25, 0.75])
    [(0.0, 0.25), (0.25, 1.0)]
    """
    ends = [*list(accumulate(shares))[:-1], 1.0]
    return list(zip([0.0, *ends[:-1]], ends, strict=True))


def logit(probability: float) -> float:
    """Return the log of the odds."""
    return math.log(probability / (1 - probability))
