import numpy as np
import pandas as pd
import pytest

from pipeline.stats.answers import Answers, pooled
from pipeline.stats.proportions import proportion_from_pairs
from pipeline.stats.retention import Waits
from stats import oracle


def _answers():
    """Rows with a size above 1 are questions nobody answered; every customer is a part."""
    units = oracle.data("units").assign(answered=lambda units: units["size"] <= 1)
    part, stratum = pd.factorize(units["customer"])[0], pd.factorize(units["region"])[0]
    counts = {"asked": 1, "answered": units["answered"], "total": units["score"] * units["answered"]}
    tables = []
    for values in counts.values():
        table = np.zeros((part.max() + 1, stratum.max() + 1))
        np.add.at(table, (part, stratum), values)
        tables.append(table)
    return Answers(*tables, customers=units["customer"].nunique())


def test_weighted_scores_against_r_survey():
    mean, variance = _answers().weighted()
    assert (mean, variance**0.5) == pytest.approx(oracle.printed("poststratified_score"), rel=1e-8)


def test_the_share_of_answers_is_a_clustered_proportion():
    answers = _answers()
    pairs = (
        pd.DataFrame({"k": answers.answered.sum(axis=1), "n": answers.asked.sum(axis=1)}).value_counts().reset_index()
    )
    wanted = proportion_from_pairs(*(pairs[name].to_numpy(dtype=int) for name in ("k", "n", "count")))
    found = answers.rate()
    assert (found.estimate, found.low, found.high) == pytest.approx((wanted.estimate, wanted.low, wanted.high))


def test_weights_undo_answers_that_depend_on_the_stratum():
    # half the customers are happy (5) and answer one time in two, the others (1) one time in ten
    asked = np.tile([[10, 10]], (50, 1))
    answered = np.tile([[5, 1]], (50, 1))
    mean, _ = Answers(asked, answered, answered * [5, 1], 50).weighted()
    assert mean == pytest.approx(3)
    assert (answered * [5, 1]).sum() / answered.sum() > 4


def test_sparse_strata_are_taken_together_until_they_carry_answers():
    answered = np.array([[20, 3, 30, 1, 0], [20, 4, 30, 8, 0]])
    groups = pooled(answered)
    assert groups[1] == groups[3] == groups[4]
    assert len({groups[0], groups[1], groups[2]}) == 3
    only_one_part = np.array([[40, 20], [0, 30]])  # a stratum whose answers all come from one part
    assert len(set(pooled(only_one_part))) == 1


def test_answers_from_one_part_are_refused():
    with pytest.raises(ValueError, match="at least 2 parts"):
        Answers(np.ones((3, 1)), np.array([[1], [0], [0]]), np.ones((3, 1)), 3).weighted()


def test_returns_against_r_survfit():
    units = oracle.data("units")
    followed = 1 + units["score"]
    period = units["region"].astype("category").cat.codes + 2
    first = np.where((units["bought"] == 1) & (period <= followed), period, 0)
    waits = Waits(followed.to_numpy(), first, np.ones(len(units), dtype=int))
    found = [waits.share(periods) for periods in (2, 4)]
    assert [one.estimate for one in found] == pytest.approx(oracle.printed("survfit_returns")[:2], rel=1e-8)
    assert [one.variance**0.5 for one in found] == pytest.approx(oracle.printed("survfit_returns")[2:], rel=1e-8)
