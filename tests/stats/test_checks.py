"""The checks keep their level where customers differ, find what is there, and shuffle as counted by hand."""

import itertools
import math
from collections import Counter

import numpy as np
import pytest
from scipy import sparse, stats

from pipeline.stats.checks import homogeneity_check, order_check, shuffled, stationarity_check
from stats import oracle

BOUNDARY = 3


def _orders(walk):
    """Return every order of a walk's moves that is a walk from its first to its last stage."""
    moves, found = Counter(itertools.pairwise(walk)), set()

    def go(path):
        if len(path) == len(walk):
            found.add(tuple(path))
        for (source, target), left in list(moves.items()):
            if source == path[-1] and left:
                moves[source, target] -= 1
                go([*path, target])
                moves[source, target] += 1

    go([walk[0]])
    return found


@pytest.mark.parametrize(
    "walk", [(0, 1, 0, 2, 0, 1, 2, 0, 3), (3, 0, 1, 3, 0, 2, 1, 0, 3), (0, 1, 2, 1, 0, 2, 0, 2, 1)]
)
def test_every_order_that_is_a_walk_is_drawn_equally_often(walk):
    draws = 20_000
    found = shuffled(np.repeat([walk], draws, axis=0), np.random.default_rng(3))
    counts, orders = Counter(map(tuple, found.tolist())), _orders(walk)
    assert set(counts) == orders and len(orders) > 2
    assert stats.chisquare(list(counts.values())).pvalue > 0.001


def test_shuffling_keeps_moves_ends_and_padding():
    walks = np.array([[0, 1, 0, 2, 0, 1, -1, -1], [2, 0, 2, 1, 2, 1, 0, 3], [1, 2, -1, -1, -1, -1, -1, -1]])
    for _ in range(20):
        found = shuffled(walks, np.random.default_rng(_))
        for before, after in zip(walks, found, strict=True):
            steps = (before >= 0).sum()
            assert (after[steps:] == -1).all() and after[steps - 1] == before[steps - 1] and after[0] == before[0]
            assert Counter(itertools.pairwise(before)) == Counter(itertools.pairwise(after))


def test_order_p_against_enumeration_by_hand():
    # 0 leads to 1 then 2, or to 2 then 1; back to 0 each time: two orders, in twelve customers. Half of the pairs
    # (3 → 0 → 1, 1 → 0 → 2, 2 → 0 → 3) and their mirror images: a fair coin for each customer.
    one, other = [3, 0, 1, 0, 2, 0, 3], [3, 0, 2, 0, 1, 0, 3]
    assert _orders(one) == {tuple(one), tuple(other)}
    for alike in (6, 9, 12):
        found = order_check(np.array([one] * alike + [other] * (12 - alike)), BOUNDARY, permutations=1999)
        distance = abs(alike - 6)
        further = sum(stats.binom.pmf(k, 12, 0.5) for k in range(13) if abs(k - 6) > distance)
        own, mirror = stats.binom.pmf(alike, 12, 0.5), stats.binom.pmf(12 - alike, 12, 0.5)
        # distances are from the mean of the data sets drawn, not from 6 itself: the mirror image may fall on either side
        least, most = further + own, min(further + (own + mirror if distance else own), 1.0)
        error = 4 * math.sqrt(most * (1 - most) / 2000) + 1 / 2000
        assert least - error <= found.p <= most + error


def _walks(rng, customers, memory=0.0, longest=20):
    """Customers of sd 1 move on more or less; `memory` draws them back to where they came from."""
    effect = rng.normal(0, 1, customers)
    base = np.log([[1e-9, 0.5, 0.2, 0.3], [0.3, 1e-9, 0.4, 0.3], [0.4, 0.3, 1e-9, 0.3], [0.6, 0.3, 0.1, 1e-9]])
    walks = np.full((customers, longest), -1)
    walks[:, 0] = BOUNDARY
    before = at = np.full(customers, BOUNDARY)
    length = rng.integers(5, longest, customers)
    for step in range(1, longest):
        chance = base[at] + effect[:, None] * np.array([0, 0, 1, -0.5]) + memory * (np.arange(4) == before[:, None])
        chance[np.arange(customers), at] = -np.inf
        chance = np.exp(chance) / np.exp(chance).sum(axis=1, keepdims=True)
        after = (chance.cumsum(axis=1) < rng.random((customers, 1))).sum(axis=1)
        walks[step < length, step] = after[step < length]
        before, at = at, after
    return walks


def test_order_keeps_its_level_where_customers_differ():
    rng = np.random.default_rng(31)
    p = [order_check(_walks(rng, 60), BOUNDARY).p for _ in range(150)]
    assert np.mean(np.array(p) <= 0.05) <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 150)
    assert np.mean(p) == pytest.approx(0.5, abs=0.08)


def test_order_finds_memory():
    rng = np.random.default_rng(32)
    p = [order_check(_walks(rng, 300, memory=0.5), BOUNDARY).p for _ in range(10)]
    assert np.mean(np.array(p) <= 0.05) >= 0.8


def test_one_order_only_is_nothing_to_test():
    found = order_check(np.array([[3, 0, 1, 3], [3, 0, 1, -1]]), BOUNDARY)
    assert math.isnan(found.p) and found.customers == 0


# -- stationarity ------------------------------------------------------------------------------------------------


def _months(rng, customers, months=8, drop=0.0):
    """Return (customer, month, number, target) of visits: customers of sd 1 who move more visit more."""
    effect, rows = rng.normal(0, 1, customers), []
    for month in range(months):
        visits = rng.poisson(0.35 * np.exp(0.5 * effect - 0.5))
        customer = np.repeat(np.arange(customers), visits)
        number = np.arange(len(customer)) - np.repeat(np.cumsum(visits) - visits, visits)
        chance = np.array([0.2, 0.1, 0.25, 0.45]) * np.exp(effect[customer][:, None] * np.array([1, 0, 0, 0]))
        chance /= chance.sum(axis=1, keepdims=True)
        lost = np.minimum(drop if month >= 4 else 0, chance[:, 0])
        chance[:, 0] -= lost
        chance[:, 3] += lost
        target = (chance.cumsum(axis=1) < rng.random((len(customer), 1))).sum(axis=1)
        rows.append(np.column_stack([customer, np.full(len(customer), month), np.minimum(number, 2), target]))
    return np.vstack(rows)


def _stationarity(rows):
    cells, cell = np.unique(rows[:, 1:], axis=0, return_inverse=True)
    counts = sparse.csr_matrix((np.ones(len(rows)), (rows[:, 0], cell.ravel())))
    totals, products = np.asarray(counts.sum(axis=0)).ravel(), (counts.T @ counts).toarray()
    customers = np.array([len(np.unique(rows[rows[:, 1] == month, 0])) for month in range(rows[:, 1].max() + 1)])
    return stationarity_check(totals, products, cells, customers, len(np.unique(rows[:, 0])))


@pytest.mark.parametrize("customers", [240, 600, 1400])  # about 50, 130 and 300 a month
def test_stationarity_keeps_its_level_where_customers_differ(customers):
    rng = np.random.default_rng(customers)
    p = np.array([_stationarity(_months(rng, customers)).p for _ in range(250)])
    assert np.mean(np.isnan(p)) < 0.1  # where nothing is frequent enough
    assert np.mean(p <= 0.05) <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 250)


def test_stationarity_finds_a_drop_of_ten_points():
    rng = np.random.default_rng(8)
    p = np.array([_stationarity(_months(rng, 8000, drop=0.10)).p for _ in range(20)])
    assert np.mean(p <= 0.05 / 7) >= 0.9  # even as one of seven stages


def test_stationarity_against_scipy_chi_square():
    # one visit per customer and one number: Pearson's test, whose variances are those of the pooled share, while the
    # clustered score test takes each cohort's own spread around it: they differ by the order of the differences
    rows = np.array([(c, c % 3, 0, target) for c, target in enumerate(np.random.default_rng(4).integers(0, 2, 900))])
    table = np.array([[np.sum((rows[:, 1] == m) & (rows[:, 3] == j)) for j in (0, 1)] for m in range(3)])
    found = _stationarity(rows)
    assert found.statistic == pytest.approx(stats.chi2_contingency(table, correction=False).statistic, rel=0.01)
    assert (found.degrees, found.customers) == (2, 900)


def test_stationarity_against_r_rowsum():
    rows = oracle.data("cohorts")[["customer", "cohort", "target"]].to_numpy()
    found = _stationarity(np.column_stack([rows[:, 0], rows[:, 1], np.zeros(len(rows), dtype=int), rows[:, 2]]))
    statistic, degrees = oracle.printed("score_of_cohorts")
    assert found.statistic == pytest.approx(statistic, rel=1e-8)
    assert found.degrees == degrees


def test_few_customers_are_one_cohort_and_nothing_to_test():
    rng = np.random.default_rng(1)
    assert math.isnan(_stationarity(_months(rng, 40)).p)


# -- homogeneity -------------------------------------------------------------------------------------------------


def _personas(rng, customers, shift=0.0):
    """Return counts, persona and month; months change the shares, and personas come in different months."""
    month = rng.integers(0, 4, customers)
    persona = (rng.random(customers) < 0.2 + 0.2 * month).astype(int)
    effect = rng.normal(0, 1, customers) + 0.6 * month + shift * persona
    visits = 1 + rng.poisson(2 * np.exp(0.3 * effect - 0.5))
    moved = rng.binomial(visits, 1 / (1 + np.exp(1.5 - effect)))
    lost = rng.binomial(visits - moved, 0.5)
    return np.column_stack([moved, lost, visits - moved - lost]), persona, month


def test_homogeneity_keeps_its_level_within_months():
    rng = np.random.default_rng(41)
    stages, p, crude = np.zeros(3), [], []
    for _ in range(200):
        counts, persona, month = _personas(rng, 150)
        p.append(homogeneity_check(counts, stages, persona, month).together.p)
        crude.append(homogeneity_check(counts, stages, persona, np.zeros(150)).together.p)
    assert np.mean(np.array(p) <= 0.05) <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 200)
    assert np.mean(np.array(crude) <= 0.05) > 0.2  # what months do would pass for what personas do


def test_homogeneity_finds_personas_that_move_apart():
    rng = np.random.default_rng(42)
    draws = (_personas(rng, 400, shift=0.6) for _ in range(10))
    p = [homogeneity_check(counts, np.zeros(3), persona, month).together.p for counts, persona, month in draws]
    assert np.mean(np.array(p) <= 0.05) >= 0.8


def test_homogeneity_p_against_enumeration_by_hand():
    # one visit each, seven of twelve move; three of persona 1, all of whom move: the hypergeometric distribution
    moved = np.array([1] * 7 + [0] * 5)
    persona = np.array([1, 1, 1] + [0] * 9)
    found = homogeneity_check(np.column_stack([moved, 1 - moved]), np.zeros(2), persona, np.zeros(12), 4999)
    assert found.by_stage[0].p == found.adjusted[0] == found.together.p  # one stage is all stages
    chance = stats.hypergeom(12, 7, 3)
    exact = sum(chance.pmf(k) for k in range(4) if abs(k - 7 / 4) >= 3 - 7 / 4 - 1e-9)
    assert found.together.p == pytest.approx(exact, abs=4 * math.sqrt(exact * (1 - exact) / 5000))


def test_stage_by_stage_only_the_one_where_personas_differ_is_found():
    """Stage 0 differs between personas; 1 to 4 do not: a false alarm among them in at most 5 % of 120 brands."""
    rng = np.random.default_rng(43)
    stages, found, alarms = np.repeat(np.arange(5), 3), [], []
    for _ in range(120):
        apart, persona, month = _personas(rng, 150, shift=1.5)
        alike = []
        for _ in range(4):  # the same people's other stages: months tell, personas do not
            visits = rng.poisson(1.5, 150)
            moved = rng.binomial(visits, 1 / (1 + np.exp(1 - 0.6 * month)))
            lost = rng.binomial(visits - moved, 0.5)
            alike.append(np.column_stack([moved, lost, visits - moved - lost]))
        tested = homogeneity_check(np.column_stack([apart, *alike]), stages, persona, month)
        found.append(tested.adjusted[0] <= 0.05)
        alarms.append(min(tested.adjusted[stage] for stage in range(1, 5)) <= 0.05)
        assert all(tested.adjusted[stage] >= check.p - 1e-9 for stage, check in tested.by_stage.items())
    assert np.mean(alarms) <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 120)
    assert np.mean(found) > 0.8


def test_one_persona_is_nothing_to_test():
    assert math.isnan(homogeneity_check(np.ones((4, 2)), np.zeros(2), np.zeros(4), np.zeros(4)).together.p)
