"""Hypotheses of the small brand, from their declaration to units and rows."""

from __future__ import annotations

import numpy as np
import pandas as pd

import small_brand as brand
from pipeline import assess, tables
from pipeline.assess.units import find_units

# What each test starts from: did buying for over 50 keep customers from buying again within ten days?
DECLARED = {
    "id": "dear",
    "claim": {"fr": "Cher.", "en": "Dear."},
    "index": "first bought",
    "exposure": "value > 50",
    "outcome": {"kind": "binary", "when": "touchpoint = 'bought'"},
    "outcome_window": "10 d",
    "direction": "lower",
    "smallest_effect": 0.1,
    "stage": "buy",
    "owner": "nobody",
}


def in_regions(steps: pd.DataFrame, north: set[int] | frozenset[int]) -> pd.DataFrame:
    """Return steps that tell the customer's region, as the trait's own source would."""
    return steps.assign(region=np.where(steps["customer_id"].isin(north), "north", "south"))


def units_of(tmp_path, steps, customers=range(1, 13), north=frozenset(), **changes):
    """Return the units of the declaration above with some keys replaced."""
    params = brand.load_params(tmp_path, hypotheses=[{**DECLARED, **changes}])
    frames = {
        "steps": steps if "region" in steps else in_regions(steps, north),
        "personas": brand.personas(customers, north),
    }
    with brand.engine_with(tmp_path, params, **frames) as engine:
        return find_units(engine, params, params.hypotheses[0], "params.yaml: hypotheses[0]", brand.WINDOW)


def assessed(tmp_path, steps, hypotheses, customers=range(1, 13), north=frozenset(), **changes):
    """Return the rows of a family by hypothesis and group, their contract checked."""
    params = brand.load_params(tmp_path, hypotheses=hypotheses, **changes)
    frames = {
        "steps": steps if "region" in steps else in_regions(steps, north),
        "personas": brand.personas(customers, north),
    }
    with brand.engine_with(tmp_path, params, **frames) as engine:
        found = assess.assess(engine, params, brand.WINDOW)
        engine.load("hypotheses", found)
        engine.check(tables.HYPOTHESES, "hypotheses")
    return found.set_index(["id", "group"])
