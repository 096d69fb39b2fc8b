"""A brand of thousands of customers, made with NumPy, in which a test plants the pains that screening is to find.

Everybody sees a page (and half of them an offer), may buy, gets a delivery, may call support and answer a survey.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

import small_brand
from pipeline import params as parameters
from pipeline.stats.halves import half_of

SILENCE, CUT_OFF = pd.Timedelta(days=10), small_brand.WINDOW[1]
BOTH = {"fr": "-", "en": "-"}
STAGE_OF = {
    "page_seen": "browse", "offer_seen": "browse", "bought": "buy", "delivered": "receive", "called": "help",
    "chat_opened": "help", "answered": "receive",
}  # fmt: skip
CHANNEL_OF = {"called": "call", "chat_opened": "support", "answered": "survey"}
STAGES = [
    {"id": stage, "name": BOTH, "when": f"touchpoint in ({', '.join(map(repr, names))})"}
    for stage in ("browse", "buy", "receive", "help")
    for names in [[name for name, of in STAGE_OF.items() if of == stage]]
]


@dataclass(frozen=True)
class Pains:
    """Planted effects: differences of shares, and of points of emotion."""

    fee_exit: float = 0.0  # a fee at the page keeps customers from buying
    line_contact: float = 0.0  # who got line 'a' calls more often
    line_emotion: float = 0.0  # and answers lower


def events(customers: int, pains: Pains, seed: int, first: int = 1) -> pd.DataFrame:
    """Return one row per event: customer_id, day, touchpoint and attributes."""
    draw = np.random.default_rng(seed)
    codes = np.arange(first, first + customers)
    start, fee = draw.uniform(0, 35, customers), np.where(draw.uniform(size=customers) < 0.4, 4.9, 0.0)
    line, is_blue = draw.choice(list("abc"), customers), draw.uniform(size=customers) < 0.5
    buys = draw.uniform(size=customers) < 0.6 - pains.fee_exit * (fee > 0)
    is_a = line == "a"
    calls = buys & (draw.uniform(size=customers) < 0.15 + pains.line_contact * is_a)
    answers = buys & (draw.uniform(size=customers) < 0.5)
    emotion = np.clip(np.round(draw.normal(0.5, 1, customers) - pains.line_emotion * is_a), -2, 2)
    no_number, no_text = np.full(customers, np.nan), np.full(customers, None, dtype=object)

    def rows(who: np.ndarray, day: float, touchpoint: str, **told: np.ndarray) -> pd.DataFrame:
        known = {"fee": no_number, "line": no_text, "is_blue": no_text, "emotion": no_number} | told
        columns = {name: values[who] for name, values in known.items()}
        return pd.DataFrame({"customer_id": codes[who], "day": start[who] + day, "touchpoint": touchpoint, **columns})

    everybody = np.ones(customers, bool)
    return pd.concat(
        [
            rows(everybody, 0, "page_seen", fee=fee, is_blue=is_blue.astype(object)),
            rows(draw.uniform(size=customers) < 0.5, 0.1, "offer_seen"),
            rows(buys, 1, "bought"),
            rows(buys, 3, "delivered", line=line.astype(object)),
            rows(calls, 4, "called"),
            rows(answers, 5, "answered", emotion=emotion),
        ],
        ignore_index=True,
    )


def tables(happened: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return steps, visits and personas of events; each customer has one journey."""
    microseconds = np.round(happened["day"].to_numpy() * 86_400e6).astype("timedelta64[us]")
    steps = happened.assign(occurred_at=np.datetime64(small_brand.START, "us") + microseconds)
    steps = steps.sort_values(["customer_id", "occurred_at"], kind="stable", ignore_index=True).drop(columns="day")
    steps["position"], steps["journey"] = np.arange(len(steps)), 1
    steps["stage"] = steps["touchpoint"].map(STAGE_OF)
    if "channel" not in steps:
        steps["channel"] = steps["touchpoint"].map(CHANNEL_OF).fillna("web")
    steps["is_goal"] = steps["touchpoint"] == "bought"
    steps["actor"] = np.where(steps["touchpoint"] == "delivered", "partner", "customer")
    of_customer = steps.groupby("customer_id")
    opens = steps["stage"] != of_customer["stage"].shift()
    steps["visit"] = opens.groupby(steps["customer_id"]).cumsum()
    personas = of_customer.agg(first_seen_at=("occurred_at", "min")).reset_index()
    personas["persona"] = np.where(personas["customer_id"] % 2 == 0, "north", "south")
    return {"steps": steps, "visits": _visits(steps), "personas": personas}


def _visits(steps: pd.DataFrame) -> pd.DataFrame:
    visits = steps.groupby(["customer_id", "visit"]).agg(
        stage=("stage", "first"), entered_at=("occurred_at", "min"), ended_at=("occurred_at", "max")
    )
    visits = visits.reset_index()
    later = visits.groupby("customer_id")[["stage", "entered_at"]].shift(-1)
    silent_at = visits["ended_at"] + SILENCE
    is_lost = later["stage"].isna() & (silent_at <= CUT_OFF)
    visits["next_stage"] = later["stage"].where(later["stage"].notna(), np.where(is_lost, "(lost)", "(censored)"))
    visits["left_at"] = later["entered_at"].where(later["stage"].notna(), silent_at.where(is_lost))
    return visits.drop(columns="ended_at")


def load_params(folder: Path, **screening: object) -> parameters.Params:
    """Return params of this brand."""
    return small_brand.load_params(
        folder, stages=STAGES, traits=[], features={}, hypotheses=[], screening={"window": "7 d", **screening},
        personas=[
            {"id": "north", "name": BOTH, "goal": BOTH, "when": "customer_id % 2 = 0"},
            {"id": "south", "name": BOTH, "goal": BOTH, "otherwise": True},
        ],
    )  # fmt: skip


def of_half(happened: pd.DataFrame, half: int) -> np.ndarray:
    """Whether each event is of a customer of that half."""
    return half_of(happened["customer_id"].to_numpy()) == half
