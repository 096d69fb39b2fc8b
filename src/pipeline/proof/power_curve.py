"""Verdicts on a binary hypothesis by number of customers and size of the effect, through the shipped comparison."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import yaml

from pipeline import params as parameters
from pipeline.assess.comparison import compare
from pipeline.assess.judgement import judged
from pipeline.assess.units import Units
from pipeline.params import Params
from pipeline.proof.streams import stream
from pipeline.proof.study import FULL, SHORT, Demand, Study, at_least, at_most
from pipeline.proof.tally import Key, Tally
from pipeline.stats.result import Effect
from pipeline.stats.verdicts import INCONCLUSIVE, REFUTED, SUPPORTED, customers_needed
from pipeline.tables import EVERYBODY
from pipeline.workspace import Workspace

NAME = "power_curve"
SMALLEST = 0.05  # δ of the claim
SIZES = (200, 500, 1000, 2000, 5000)
MULTIPLES = (0.0, 0.5, 1.0, 2.0)  # of δ
BASE, EXPOSED = 0.30, 0.40  # outcome among the others; share exposed
METHOD = "declared hypothesis, verdict"
PLANNED = "effect 1 δ, as many customers as planned for 80 % power"
DECLARED: dict[str, Any] = {
    "id": "power", "claim": {"fr": "Moins d'achats.", "en": "Fewer purchases."}, "index": "first page_seen",
    "exposure": "value > 0", "exposure_window": "0 d", "outcome": {"kind": "binary", "when": "is_goal"},
    "outcome_window": "7 d", "direction": "lower", "smallest_effect": SMALLEST, "adjust_for": [],
    "stage": "discovery", "owner": "web",
}  # fmt: skip


def measure(first: int, last: int) -> Tally:
    """Return how often each verdict falls, how often p is under 0.05, how often the interval covers."""
    tally = Tally()
    settings = [(f"effect {multiple:g} δ", size, multiple) for multiple in MULTIPLES for size in SIZES]
    for case, customers, multiple in [*settings, (PLANNED, planned_customers(), 1.0)]:
        for replicate in range(first, last):
            row = judged_row(stream(f"{NAME}/{case}/{customers}", replicate), customers, multiple * SMALLEST)
            facts = {word: row["verdict"] == word for word in (SUPPORTED, REFUTED, INCONCLUSIVE)}
            facts["rejects at 5 %"] = row.get("p", 1.0) < 0.05
            facts["covers"] = row.get("crude_low", np.inf) <= -multiple * SMALLEST <= row.get("crude_high", -np.inf)
            for name, value in facts.items():
                tally.add(Key(case, customers, METHOD, name), float(value))
    return tally


def demand(key: Key) -> Demand | None:
    """Return the bounds: errors of both kinds of decided verdict, and the promised power."""
    bounds = {
        ("effect 0 δ", "rejects at 5 %"): at_most(0.067),
        ("effect 0 δ", SUPPORTED): at_most(0.0335),
        ("effect 1 δ", REFUTED): at_most(0.0335),
        (PLANNED, "rejects at 5 %"): at_least(0.78),
    }
    return bounds.get((key.case, key.measure))


def judged_row(random: np.random.Generator, customers: int, effect: float) -> dict[str, Any]:
    """Return the row of the table of hypotheses that one simulated brand gets."""
    exposed = random.random(customers) < EXPOSED
    outcome = (random.random(customers) < BASE - effect * exposed).astype(float)
    frame = pd.DataFrame(
        {
            "customer_id": np.arange(customers), "persona": "desktop", "index_at": pd.Timestamp("2026-01-01"),
            "is_exposed": exposed, "outcome": outcome,
        }
    )  # fmt: skip
    params = declared()
    units = Units(frame, (), pd.Series([], dtype="str"))
    return judged([compare(units, params.hypotheses[0], EVERYBODY, params)], params)[0]


@cache
def declared() -> Params:
    """Return the starter's params with the one hypothesis of this study, read as a user's would be."""
    with (
        TemporaryDirectory() as folder,
        as_file(files("pipeline") / "templates" / "starter" / "params.yaml") as starter,
    ):
        content = yaml.safe_load(starter.read_text(encoding="utf-8"))
        content["hypotheses"] = [DECLARED]
        (Path(folder) / "params.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
        return parameters.load(Workspace.at(folder))


@cache
def planned_customers() -> int:
    """Return the customers that `customers_needed` asks for, told the true variance."""
    arms = [(BASE - SMALLEST, EXPOSED), (BASE, 1 - EXPOSED)]
    error = float(np.sqrt(sum(p * (1 - p) / (share * 1000) for p, share in arms)))
    return customers_needed(Effect(-SMALLEST, error, 400, 400, 600, clusters=1000), SMALLEST)


STUDY = Study(
    name=NAME,
    title="Verdicts by number of customers and size of the effect",
    claim=(
        f"One binary hypothesis, {100 * EXPOSED:g} % exposed, outcome {100 * BASE:g} % among the others, smallest "
        f"effect δ = {100 * SMALLEST:g} points, through `assess`: comparison, family of one, verdict."
    ),
    measure=measure,
    replicates={SHORT: 40, FULL: 1000},
    chunk={SHORT: 20, FULL: 50},
    demand=demand,
    module="proof.power_curve",
    tables=(("", (SUPPORTED, REFUTED, INCONCLUSIVE, "rejects at 5 %")),),
)
