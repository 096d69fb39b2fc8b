"""A hypothesis found in one half is tested in the other: no customer is in both."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import small_brand as brand
from pipeline.assess.units import CONFIRMING_HALF
from pipeline.errors import ParcoursError
from pipeline.stats.halves import CONFIRMING, SCREENING, half_of
from small_hypotheses import DECLARED, assessed, units_of

CUSTOMERS = range(1, 41)
ROWS = [(customer, 20, "bought", 60 if customer % 2 else 20) for customer in CUSTOMERS]


def test_half_confirming_keeps_the_screening_half_out(tmp_path: Path) -> None:
    steps = brand.steps(ROWS)
    everybody = units_of(tmp_path, steps, CUSTOMERS)
    confirming = units_of(tmp_path, steps, CUSTOMERS, half="confirming")
    halves = half_of(np.array(CUSTOMERS))
    assert set(everybody.frame["customer_id"]) == set(CUSTOMERS)
    assert set(confirming.frame["customer_id"]) == set(np.array(CUSTOMERS)[halves == CONFIRMING])
    assert CONFIRMING_HALF in confirming.notes
    assert set(np.array(CUSTOMERS)[halves == SCREENING])  # there is something to keep out


def test_the_row_says_so(tmp_path: Path) -> None:
    rows = ROWS + [(customer, 22, "bought", 5) for customer in CUSTOMERS if customer % 3]
    row = assessed(tmp_path, brand.steps(rows), [{**DECLARED, "half": "confirming"}], CUSTOMERS).loc[("dear", "(all)")]
    assert CONFIRMING_HALF in row.note
    assert row.n_exposed + row.n_unexposed == int((half_of(np.array(CUSTOMERS)) == CONFIRMING).sum())


def test_only_the_confirming_half_can_be_asked_for(tmp_path: Path) -> None:
    with pytest.raises(ParcoursError, match=r"hypotheses\[0\]\.half: 'screening' is unknown"):
        brand.load_params(tmp_path, hypotheses=[{**DECLARED, "half": "screening"}])


def test_a_hypothesis_without_half_is_about_everybody(tmp_path: Path) -> None:
    params = brand.load_params(tmp_path, hypotheses=[DECLARED])
    assert params.hypotheses[0].half is None
    assert replace(params.hypotheses[0], half=SCREENING).half == SCREENING
