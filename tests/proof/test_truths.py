"""The truths that coverage is counted against, and the simulated worlds they belong to."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.proof import intervals, naive, season, times, transitions
from pipeline.proof.season import HORIZON, SILENCE, WINDOW, Visits
from pipeline.proof.streams import stream


@pytest.mark.parametrize("log_sd", transitions.LAWS.values())
@pytest.mark.parametrize("cell", [0.02, 0.60])
def test_the_true_share_is_what_a_million_customers_show(cell: float, log_sd: float) -> None:
    moved, visits = transitions._drawn("test of truth", 0, 1_000_000, cell, log_sd)
    truth = transitions.true_share(cell, log_sd)
    error = np.sqrt(np.sum((moved - truth * visits) ** 2.0)) / visits.sum()
    assert moved.sum() / visits.sum() == pytest.approx(truth, abs=4 * error)
    assert transitions.true_share(cell, log_sd, 120) == pytest.approx(truth, abs=1e-9)


@pytest.mark.parametrize("case", [*intervals.KINDS, *times.KINDS])
def test_the_truth_of_an_interval_is_what_very_many_customers_show(case: str) -> None:
    estimated, truth = {**intervals.KINDS, **times.KINDS}[case]
    found = estimated(stream("test of truth", 1), 200_000)
    assert found is not None
    standard_error = (found.high - found.low) / (2 * 1.96)
    assert found.estimate == pytest.approx(truth(), abs=4 * standard_error)
    assert 4 * standard_error < 0.06 * abs(truth()) + 1.2  # sharp enough to see a mistake


def visits(*rows: tuple[int, float, float, float, float]) -> Visits:
    return Visits(*(np.array(column) for column in zip(*rows, strict=True)))


def test_treatments_of_five_visits_counted_by_hand() -> None:
    never = np.inf
    cut = WINDOW
    seen = visits(
        (1, 10.0, 5.0, never, 10.0),  # moves soon
        (2, 20.0, HORIZON + 5, never, 20.0),  # moves, but after the horizon
        (3, 30.0, never, 4.0, 30.0),  # leaves, and the silence is complete long before the cut
        (4, cut - 10, 15.0, never, cut - 10),  # would move within the horizon: the cut comes first
        (5, -8.0, HORIZON + 20, never, 12.0),  # under way at the start, first seen on day 12
        (6, cut - SILENCE, never, 1.0, cut - SILENCE),  # leaves, its silence is not complete at the cut
    )
    found = {name: (one.estimate, one.n) for name, one in naive.treatments(seen).items()}
    assert found[naive.OURS] == (pytest.approx(1 / 4), 4)  # 1, 2, 3 and 6, which has just had its horizon
    assert found[naive.ROWS] == found[naive.OURS]
    assert found[naive.DROPPED] == (pytest.approx(1 / 3), 3)  # 4 and 6 are dropped
    assert found[naive.LOST] == (pytest.approx(1 / 5), 5)
    assert found[naive.KEPT] == (pytest.approx(2 / 5), 5)  # from day 12, visit 5 moves within the horizon
    assert season.true_share(seen) == (1, 4)


def test_visits_of_the_season_follow_each_other() -> None:
    made = season.simulate(stream("test of season", 0), 3_000)
    ends = np.minimum(made.moved, made.left)
    assert np.isfinite(ends).all()
    assert (np.isinf(made.moved) != np.isinf(made.left)).all()
    is_seen_later = np.isfinite(made.first_seen) & (made.entered < 0)
    assert is_seen_later.any()
    late = made.first_seen[is_seen_later]
    assert ((late >= 0) & (late <= (made.entered + ends)[is_seen_later])).all()
