import math

import numpy as np
import pytest

from pipeline.stats.arm_sums import ArmSums, standardised_difference
from pipeline.stats.markov import percentiles
from pipeline.stats.proportions import korn_graubard
from pipeline.stats.ratios import Sums, net_promoter_interval, proportion_from_sums, share_of_customers
from pipeline.stats.response import response_difference
from pipeline.stats.skewed import winsorised
from stats import oracle


def _sums(values):
    """Sums over customers of a number per unit of units.csv, and of how many units there are."""
    own = np.asarray(values).astype(int)
    grouped = oracle.data("units").assign(value=own).groupby("customer")["value"]
    a, b = grouped.sum().to_numpy(), grouped.size().to_numpy()
    return Sums(len(a), *(int(total) for total in (a.sum(), b.sum(), a @ a, a @ b, b @ b)))


def test_net_promoter_interval_against_r_survey():
    score = 2 * oracle.data("units")["score"]
    found = net_promoter_interval(_sums((score >= 9).astype(int) - (score <= 6).astype(int)))
    assert (found.estimate, found.low, found.high) == pytest.approx(oracle.printed("svymean_nps"), rel=1e-8)


def test_proportion_from_sums_against_r_svyciprop():
    found = proportion_from_sums(_sums(oracle.data("units")["bought"]))
    assert (found.estimate, found.low, found.high) == pytest.approx(oracle.printed("svyciprop_bought"), rel=1e-8)


def test_share_of_customers_against_r_svyciprop():
    met, customers, *expected = oracle.printed("svyciprop_customers")
    found = share_of_customers(int(met), int(customers))
    assert (found.estimate, found.low, found.high) == pytest.approx(expected, rel=1e-8)


def test_korn_graubard_of_independent_trials_against_r_binom_test():
    share = 13 / 47
    found = korn_graubard(13, 47, clusters=47, variance=share * (1 - share) / 47)  # as many customers as trials
    assert (found.low, found.high) == pytest.approx(oracle.printed("binom_test"), rel=1e-8)


def test_response_difference_against_r_geepack():
    units = oracle.data("units")
    outcome = np.where(units["size"] <= 1, units["score"], np.nan)
    found = response_difference(outcome, units["exposed"] == 1, units["customer"])
    estimate, standard_error = oracle.printed("geeglm_answered")
    clusters = units["customer"].nunique()  # geepack leaves out C/(C-1)
    assert found.estimate == pytest.approx(estimate, rel=1e-8)
    assert found.standard_error == pytest.approx(standard_error * math.sqrt(clusters / (clusters - 1)), rel=1e-8)


def test_standardised_difference_against_r_t_test_in_strata():
    units = oracle.data("units")
    units = units[~units["customer"].duplicated() | (units["exposed"] == 1)]
    strata = []
    for _, own in units.groupby("region"):
        scores = [own.loc[own["exposed"] == arm, "score"] for arm in (1, 0)]
        n, y, q = ([f(score) for score in scores] for f in (len, sum, lambda score: (score**2).sum()))
        numbers = [len(own), *n, n[0], y[0], q[0], n[1], y[1], q[1], n[0], y[0], q[0], n[1], y[1], q[1], 0, 0, 0, 0]
        strata.append(ArmSums(*(int(number) for number in numbers)))
    found = standardised_difference(strata)
    assert (found.estimate, found.standard_error) == pytest.approx(oracle.printed("t_test_standardised"), rel=1e-8)


def test_percentiles_against_r_quantile():
    found = percentiles(oracle.data("units")["size"].to_numpy(), level=0.95)
    assert (found.low, found.high) == pytest.approx(oracle.printed("quantile_7"), rel=1e-8)


def test_winsorised_against_r_quantile_of_type_1():
    capped = winsorised(oracle.data("units")["size"].to_numpy(), 0.1)
    assert (capped.mean(), capped.max()) == pytest.approx(oracle.printed("capped_mean"), rel=1e-8)
