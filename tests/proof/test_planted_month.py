"""Brands of a stack seen on two mornings: each gets the months that it gets alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from importlib import import_module

import pandas as pd
import pytest

from pipeline import estimate
from pipeline.engine import Engine
from pipeline.proof.planted_month import LOOKS, PLANTED, SINCE, cut_at, monthly_of_brands
from pipeline.proof.stack import stacked
from pipeline.simulation.truth import Truth
from pipeline.tables import CUSTOMER_TRANSITIONS, EVERYBODY, JOURNEYS, PERSONAS, STEPS, VISITS

SEEDS, CUSTOMERS = ("month-1", "month-2"), 400


@pytest.mark.slow
def test_a_brand_of_a_stack_gets_the_months_that_the_stage_estimates_for_it_alone() -> None:
    truth = Truth.default()
    with stacked(truth, SEEDS, CUSTOMERS) as both:
        seen = cut_at(both, LOOKS[SINCE])
        assert seen.window[1] == datetime(2026, 4, 30, 22)  # midnight in Paris
        of_brand = dict(monthly_of_brands(seen))
        assert sorted(of_brand) == [1, 2]
    with stacked(truth, SEEDS[1:], CUSTOMERS) as one:
        params = replace(one.params, cut_off=LOOKS[SINCE])
        for verb in ("reconstruct", "segment"):
            import_module(f"pipeline.{verb}").main(one.workspace, params)
        with one.workspace.temporary() as temporary, Engine(params.engine, temporary) as engine:
            for table in (CUSTOMER_TRANSITIONS, VISITS, JOURNEYS, STEPS, PERSONAS):
                engine.read(table, one.workspace.path(table.path))
            alone = estimate.estimate(engine, params, datetime(2026, 4, 30, 22))["monthly"]
    pd.testing.assert_frame_equal(of_brand[2], alone)
    months = alone[(alone["item"] == PLANTED) & (alone["group"] == EVERYBODY)]
    assert set(months["period"]) >= {"2026-02", "2026-03"}
    assert "2026-04" not in set(months["period"])  # its visits are not followed to the horizon yet
