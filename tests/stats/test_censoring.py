"""The recent view: against R's Aalen–Johansen, and on customers whose later visits begin later."""

import math

import numpy as np
import pytest

from pipeline.stats.censoring import Followed, censored_shares
from stats import oracle

WINDOW, HORIZON = 90, 30


def _estimate(visits, window=WINDOW, first=None, parts=40):
    """Return the shares of visits (customer, entered, stayed, target) in bins of a day, weighted where `first` is given."""
    customer, entered, stayed, target = visits.T
    customer = customer.astype(int)
    whole, ends = np.minimum(window - entered, HORIZON) // 1, np.maximum(np.ceil(stayed), 1)
    moved = ends <= whole
    age = np.full(len(visits), -1) if first is None else (entered - first[customer]) // 1
    followed = Followed(
        customer % parts, age.astype(int), np.where(moved, ends, whole).astype(int),
        np.where(moved, target, -1).astype(int), np.ones(len(visits), dtype=int),
    )  # fmt: skip
    follow_up = np.zeros((parts, window + 1))
    if first is not None:
        np.add.at(follow_up, (np.arange(len(first)) % parts, ((window - first) // 1).astype(int)), 1)
    return censored_shares(followed, follow_up, HORIZON, 2, len(np.unique(customer)))


def _repeat_visits(rng, customers):
    """Customers of sd 1 who come for the first time some day of 60, stay, leave, and come again a day later."""
    first = rng.uniform(0, 60, customers)
    pace, at, rows = np.exp(rng.normal(0, 1, customers)) / 20, first.copy(), []
    for _ in range(10):
        stayed = rng.exponential(1 / pace)
        here = at < WINDOW
        target = rng.random(customers) < 0.1
        rows.append(np.column_stack([np.arange(customers), at, stayed, target])[here])
        at = at + stayed + 1
    return first, np.vstack(rows)


def _truth(visits):
    return np.mean((visits[:, 2] <= HORIZON) & (visits[:, 3] == 0))


def test_unweighted_against_r_etm():
    visits = oracle.data("stays")
    followed = Followed(
        visits["customer"].to_numpy() % 5, np.full(len(visits), -1), visits["days"].to_numpy(),
        visits["target"].to_numpy() - 1, np.ones(len(visits), dtype=int),
    )  # fmt: skip
    found = censored_shares(followed, np.zeros((5, 1)), 12, 2, visits["customer"].nunique())
    assert [one.estimate for one in found] == pytest.approx(oracle.printed("etm_cumulative_incidence"), rel=1e-8)


def test_weighted_against_r_survival():
    visits = oracle.data("stays")
    followed = Followed(
        visits["customer"].to_numpy() % 5, visits["age"].to_numpy(), visits["days"].to_numpy(),
        visits["target"].to_numpy() - 1, np.ones(len(visits), dtype=int),
    )  # fmt: skip
    follow_up = np.zeros((5, 41))
    np.add.at(follow_up, (np.arange(40) % 5, np.arange(1, 41)), 1)
    found = censored_shares(followed, follow_up, 12, 2, visits["customer"].nunique())
    assert [one.estimate for one in found] == pytest.approx(oracle.printed("survfit_weighted"), rel=1e-8)


def test_without_censoring_it_is_the_plain_share():
    rng = np.random.default_rng(2)
    visits = np.column_stack([np.arange(200), np.zeros(200), rng.exponential(30, 200), rng.integers(0, 2, 200)])
    found = _estimate(visits, first=np.zeros(200))
    assert found[0].estimate == pytest.approx(_truth(visits))
    assert sum(one.estimate for one in found) == pytest.approx(1)


def test_repeat_visits_bias_plain_aalen_johansen_and_not_the_weighted_one():
    first, visits = _repeat_visits(np.random.default_rng(7), 60_000)
    truth = _truth(visits)
    plain, weighted = _estimate(visits)[0].estimate, _estimate(visits, first=first)[0].estimate
    assert plain < truth - 0.0025  # 0.749 against 0.753; Monte-Carlo error 0.001
    assert weighted == pytest.approx(truth, abs=0.002)


@pytest.mark.slow
@pytest.mark.parametrize("customers", [60, 300])
def test_its_interval_covers_where_customers_differ(customers):
    rng = np.random.default_rng(customers)
    truth = _truth(_repeat_visits(rng, 100_000)[1])
    held = []
    for _ in range(120):
        first, visits = _repeat_visits(rng, customers)
        found = _estimate(visits, first=first)[0]
        held.append(found.low <= truth <= found.high)
    assert 0.90 <= np.mean(held) <= 0.99  # Monte-Carlo error 2 points


def test_customers_who_agree_leave_the_uncertainty_of_so_many_customers():
    visits = np.array([[c, 0.0, 1.5, 0] for c in range(50)])
    found = _estimate(visits)
    assert (found[0].estimate, found[1].estimate, found[2].estimate) == (1, 0, 0)
    assert found[1].high == pytest.approx(1 - 0.025 ** (1 / 50))
    assert math.isnan(found[1].design_effect)
