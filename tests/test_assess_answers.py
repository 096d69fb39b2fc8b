"""Hypotheses on survey scores, judged on simulated brands whose truth is known: who answers may not decide a verdict."""

import numpy as np
import pandas as pd
import pytest

import small_brand as brand
from pipeline.assess.comparison import compare
from pipeline.assess.judgement import judged
from pipeline.assess.units import Units

CUSTOMERS, REPLICATES = 3_000, 40
DECLARED = {
    "id": "score", "claim": brand.NONE, "index": "first delivered", "exposure": "value > 50",
    "outcome": {"kind": "ordinal", "when": "touchpoint = 'reviewed'"}, "outcome_window": "14 d",
    "direction": "lower", "smallest_effect": 0.3, "adjust_for": ["region"], "stage": "buy", "owner": "nobody",
}  # fmt: skip


def _verdicts(tmp_path, effect, answers_if_unhappy, replicates=REPLICATES):
    """Return verdicts on brands where exposed units score `effect` less, and unhappy exposed ones answer as said."""
    params = brand.load_params(tmp_path, hypotheses=[DECLARED])
    rows = []
    for replicate in range(replicates):
        generator = np.random.default_rng([20_260_901, replicate])
        north = generator.uniform(size=CUSTOMERS) < 0.4
        exposed = generator.uniform(size=CUSTOMERS) < np.where(north, 0.45, 0.25)
        felt = 3.7 - 0.5 * north - effect * exposed + generator.normal(size=CUSTOMERS)
        score = np.clip(np.round(felt), 1, 5)
        chance = np.where(exposed & (score <= 2), answers_if_unhappy, 0.4)
        frame = pd.DataFrame(
            {
                "customer_id": np.arange(CUSTOMERS),
                "persona": "north",
                "is_exposed": exposed,
                "outcome": np.where(generator.uniform(size=CUSTOMERS) < chance, score, np.nan),
                "adjust_region": pd.Categorical(np.where(north, "north", "south")),
            }
        )
        units = Units(frame, ("adjust_region",), pd.Series(dtype=str))
        rows += judged([compare(units, params.hypotheses[0], "(all)", params)], params)
    return pd.DataFrame(rows)


@pytest.mark.parametrize("answers_if_unhappy", [0.7, 0.9])
def test_unhappy_exposed_customers_who_answer_more_are_no_finding(tmp_path, answers_if_unhappy):
    # The exposure does nothing to the score. A naive comparison of those who answered mostly finds a harm.
    found = _verdicts(tmp_path, 0.0, answers_if_unhappy)
    assert (found["adjusted_high"] < 0).mean() > 0.6
    assert (found["verdict"] == "supported").mean() <= 0.10
    assert (found["sub_label"] == "selected respondents").mean() > 0.8
    covered = (found["lee_low"] <= 0) & (found["lee_high"] >= 0)
    assert covered[found["lee_low"].notna()].mean() >= 0.9
    assert (found.loc[found["response_gap"] > 0.05, "grade"] == "D").all()


def test_a_real_harm_with_equal_response_is_still_found(tmp_path):
    found = _verdicts(tmp_path, 0.7, 0.4, replicates=20)
    assert (found["verdict"] == "supported").mean() >= 0.9
    assert (found["grade"] == "C").mean() > 0.8


def test_a_harm_larger_than_what_selection_could_feign_is_found(tmp_path):
    found = _verdicts(tmp_path, 1.5, 0.55, replicates=20)
    is_bounded = found["lee_low"].notna()
    assert is_bounded.mean() > 0.8
    assert (found.loc[is_bounded, "verdict"] == "supported").mean() >= 0.9
