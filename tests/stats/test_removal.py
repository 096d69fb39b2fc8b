"""What removing pains would bring: against closed forms, and against the simulation that the formula stands for."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from pipeline.stats.bootstrap import customer_bootstrap
from pipeline.stats.effects import difference_of_means, influence_on_difference
from pipeline.stats.moments import Candidate, Rule, quarters, select
from pipeline.stats.removal import Pain, joint_gain, means_without, outcomes_gained


def pain(customers, opens=0, closes=10, is_open=True, harm=0.3, value=10.0, direction="lower", is_share=True):
    """Return a pain of some customers, exposed once each, without uncertainty of its harm."""
    hits = pd.DataFrame({"customer_id": customers, "opens_at": opens, "closes_at": closes, "is_open": is_open})
    return Pain(harm, np.array(customers), np.zeros(len(customers)), hits, 1.0, value, direction, is_share)


def test_one_pain_alone_brings_its_exposed_units_times_the_effect():
    one = pain(list(range(50)), is_open=np.arange(50) % 2 == 0)
    assert outcomes_gained(one).estimate == pytest.approx(50 * 0.3)
    assert joint_gain([one]).estimate == pytest.approx(50 * 0.3 * 10)


def test_the_interval_of_a_count_is_that_of_poisson():
    """With a harm known for certain only the number of exposed customers varies: n weighs Poisson(n)."""
    found = outcomes_gained(pain(list(range(400)), harm=1.0))
    assert (found.low, found.high) == pytest.approx(stats.poisson.interval(0.95, 400), abs=6)


def test_the_interval_of_a_harm_is_that_of_its_standard_error():
    chance = np.random.default_rng(7)
    exposed, customers = np.arange(4000) % 2 == 0, np.arange(4000)
    outcome = (chance.random(4000) < np.where(exposed, 0.3, 0.5)).astype(float)
    effect = difference_of_means(outcome, exposed, customers)
    hits = pd.DataFrame(
        {"customer_id": customers[exposed], "opens_at": 0, "closes_at": 1, "is_open": outcome[exposed] == 0}
    )
    influence = -influence_on_difference(outcome, exposed)
    found = outcomes_gained(Pain(-effect.estimate, customers, influence, hits, 1 / 2000, 1.0, "lower", True))
    # n and harm vary nearly independently: relative variances add up
    error = math.hypot(effect.standard_error, effect.estimate / math.sqrt(2000))
    low, high = -effect.estimate - 1.96 * error, -effect.estimate + 1.96 * error
    assert (found.estimate, found.low, found.high) == pytest.approx((-effect.estimate, low, high), abs=0.004)


def test_influences_add_up_to_the_clustered_variance():
    """Two units a customer: squares of what customers move the estimate by, with the small-sample factor of an arm."""
    chance = np.random.default_rng(3)
    customers = np.repeat(np.arange(60), 2)
    exposed, outcome = customers % 2 == 0, chance.normal(size=120)
    per_customer = np.bincount(customers, weights=influence_on_difference(outcome, exposed))
    found = difference_of_means(outcome, exposed, customers)
    assert math.sqrt(30 / 29 * np.sum(per_customer**2)) == pytest.approx(found.standard_error)


def test_overlapping_pains_win_an_outcome_back_once_as_a_simulation_does():
    """Three pains of differing worth; customers meet them in every combination, some windows apart."""
    chance = np.random.default_rng(11)
    rows = chance.random((300, 3)) < 0.6
    starts = chance.integers(0, 15, (300, 3))
    pains = []
    for place, (harm, value) in enumerate(((0.25, 40.0), (0.4, 25.0), (0.3, 9.0))):
        mine = np.flatnonzero(rows[:, place])
        opens = starts[mine, place]
        is_open = chance.random(len(mine)) < 0.7
        pains.append(pain(mine, opens, opens + 10, is_open, harm, value))
    money = np.zeros(4000)
    for customer in range(300):
        met = [one.hits[one.hits["customer_id"] == customer] for one in pains]
        met = [(one, hit.iloc[0]) for one, hit in zip(pains, met, strict=True) if len(hit) and hit["is_open"].iloc[0]]
        won: list[tuple[np.ndarray, pd.Series]] = []
        for one, hit in met:  # the dearest first
            succeeds = chance.random(4000) < one.harm * len(one.hits) / one.hits["is_open"].sum()
            taken = np.zeros(4000, dtype=bool)
            for before, other in won:
                if hit["opens_at"] <= other["closes_at"] and other["opens_at"] <= hit["closes_at"]:
                    taken |= before
            money += one.value * (succeeds & ~taken)
            won.append((succeeds, hit))
    found = joint_gain(pains, replicates=20)
    alone = sum(outcomes_gained(one, replicates=20).estimate * one.value for one in pains)
    assert found.estimate == pytest.approx(money.mean(), abs=4 * money.std() / math.sqrt(4000))
    assert found.estimate < 0.95 * alone


def test_pains_of_other_customers_other_times_or_the_other_direction_add_up():
    one = pain([1, 2, 3])
    for other in (pain([4, 5]), pain([1, 2], opens=11, closes=12), pain([1, 2], direction="higher")):
        assert joint_gain([one, other]).estimate == pytest.approx((3 + 2) * 0.3 * 10)
    assert joint_gain([one, pain([1, 2])]).estimate == pytest.approx(9 + 6 - 2 * 0.3 * 0.3 * 10)


def test_of_amounts_that_overlap_the_dearest_counts_alone():
    dear, cheap = pain([1, 2], value=5.0, harm=4.0, is_share=False), pain([2, 3], value=1.0, harm=2.0, is_share=False)
    assert joint_gain([cheap, dear]).estimate == pytest.approx(2 * 4 * 5 + 2)


def test_no_order_of_rows_changes_a_gain():
    one = pain(list(range(60)), is_open=np.arange(60) % 3 == 0)
    turned = Pain(**{**vars(one), "hits": one.hits.iloc[::-1].reset_index(drop=True), "customers": one.customers[::-1]})
    assert joint_gain([one, pain([3, 9])]) == joint_gain([pain([9, 3]), turned])


def test_a_customer_weighs_the_same_whoever_else_is_there():
    alone = customer_bootstrap(np.array([7]), [np.array([1])], "test", 50)
    beside = customer_bootstrap(np.array([3, 7]), [np.array([0, 1])], "test", 50)
    assert np.array_equal(alone, beside)


# -- moments of truth --------------------------------------------------------------------------------------------------


def test_quarters_of_ties_are_what_lies_beyond_them():
    assert quarters(np.repeat([1.0, 2.0, 3.0, 4.0], 5)) == (1.0, 3.0)
    assert quarters(np.array([2.0] * 9 + [8.0])) == (2.0, 8.0)
    assert quarters(np.array([0.0] + [2.0] * 9)) == (0.0, 2.0)
    assert quarters(np.full(5, 2.0)) is None


def candidate(gap: float, seed: int, share_met: float = 0.5) -> Candidate:
    chance = np.random.default_rng(seed)
    customers, is_best = np.arange(1200), np.arange(1200) % 2 == 0
    outcome = (chance.random(1200) < np.where(is_best, 0.4 + gap, 0.4)).astype(float)
    effect = difference_of_means(outcome, is_best, customers)
    met = (chance.random(1200) < share_met).astype(np.int64)
    return Candidate(
        effect, customers, influence_on_difference(outcome, is_best), customers, met, np.ones(1200, dtype=np.int64)
    )


def test_a_moment_is_reached_differs_and_holds():
    family = [candidate(0.3, 1), candidate(0.0, 2), candidate(0.3, 3, share_met=0.02), candidate(-0.3, 4)]
    found = select(family, Rule(reach=0.10, smallest_effect=0.05, level=0.10))
    assert found.is_selected.tolist() == [True, False, False, False]
    assert found.stability[0] == 1.0
    assert found.stability[1] < 0.5
    assert found.stability[2:].tolist() == [0.0, 0.0]


def test_touchpoints_without_effect_are_rarely_stable():
    """Families of ten where nothing matters: q ≤ 0.10 alone finds something in a tenth of them."""
    stable = 0
    for seed in range(8):
        found = select([candidate(0.0, 1000 + 10 * seed + i) for i in range(10)], Rule(0.10, 0.05, 0.10), 40)
        stable += int(np.any(found.is_selected & (found.stability >= 0.8)))
    assert stable <= 1


def test_without_the_pain_everybody_is_as_the_others_and_just_as_uncertain() -> None:
    """Removal leaves the mean of the units not exposed: its t interval, by hand, is that of the projection."""
    drawn = np.random.default_rng(3)
    outcome, exposed = drawn.normal(3.0, 1.0, 90), np.arange(90) < 30
    customers = np.arange(90)
    effect = difference_of_means(outcome, exposed, customers)
    found = means_without(outcome, exposed, customers, effect, influence_on_difference(outcome, exposed))
    others = outcome[~exposed]
    assert found.removed.estimate == pytest.approx(others.mean())
    error = np.sqrt(90 / 89 * ((others - others.mean()) ** 2).sum() / 60**2)
    assert found.removed.high - found.removed.estimate == pytest.approx(stats.t.ppf(0.975, 29) * error)
    assert found.now.estimate == pytest.approx(outcome.mean())
    assert found.now.variance == pytest.approx(outcome.var(ddof=1) / 90)


def test_customers_with_several_units_widen_both_intervals() -> None:
    drawn = np.random.default_rng(4)
    of_customer = drawn.normal(size=40)
    outcome, exposed = np.repeat(of_customer, 5), np.tile([True, False, False, True, False], 40)
    customers = np.repeat(np.arange(40), 5)
    effect = difference_of_means(outcome, exposed, customers)
    influence = influence_on_difference(outcome, exposed)
    together = means_without(outcome, exposed, customers, effect, influence)
    apart = means_without(outcome, exposed, np.arange(200), effect, influence)
    assert together.now.variance > 3 * apart.now.variance
    assert together.removed.variance > 2 * apart.removed.variance


def test_where_nothing_varies_there_are_no_bounds() -> None:
    ones, exposed = np.ones(8), np.arange(8) < 4
    effect = difference_of_means(ones, exposed, np.arange(8))
    found = means_without(ones, exposed, np.arange(8), effect, influence_on_difference(ones, exposed))
    assert (found.removed.estimate, np.isnan(found.removed.low)) == (1.0, True)
