import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.stats.adjusted import design, effect_on_exposed, fold_of, odds_of_exposure
from pipeline.stats.effects import difference_of_means
from stats import oracle


@pytest.mark.parametrize("outcome", ["score", "bought"])
def test_effect_on_exposed_against_r_glm_and_estfun(outcome):
    units = oracle.data("units")
    found = effect_on_exposed(
        units[outcome], units["exposed"] == 1, units["customer"], units[["size", "region"]],
        is_binary=outcome == "bought", folds=1, ridge=0,
    )  # fmt: skip
    expected = oracle.printed(f"estfun_aipw_{outcome}")
    assert found.effect.estimate == pytest.approx(expected[0], rel=1e-6)
    assert found.effect.standard_error == pytest.approx(expected[1], rel=1e-6)
    assert found.overlap == pytest.approx(oracle.printed(f"overlap_{outcome}")[0])


def test_odds_of_exposure_against_r_glm():
    units = oracle.data("units")
    exposed = (units["exposed"] == 1).to_numpy()
    weights, kept = odds_of_exposure(exposed, units["customer"], units[["size", "region"]], folds=1, ridge=0)
    own = weights[kept & ~exposed]
    numbers = [own.sum(), own.max(), own.sum() ** 2 / (own**2).sum()]
    assert numbers == pytest.approx(oracle.printed("glm_odds"), rel=1e-6)
    assert set(weights[exposed]) == {1.0}


def test_weights_of_comparisons_are_told():
    outcome, exposed, codes, covariates = _confounded(np.random.default_rng(11))
    found = effect_on_exposed(outcome, exposed, codes, covariates, is_binary=False)
    assert 1 / found.comparisons <= found.largest_weight < 0.1  # at least the even share of what Kish counts
    assert 10 < found.comparisons < len(np.unique(codes[~exposed]))


def test_units_with_equal_covariates_are_fitted_as_one_kind():
    # The same units with a covariate that tells each apart by a hair: kinds of one unit, and the same answer.
    generator = np.random.default_rng(12)
    size = generator.integers(0, 4, 2000).astype(float)
    exposed = generator.uniform(size=2000) < 0.2 + 0.1 * size
    outcome = generator.uniform(size=2000) < 0.1 + 0.1 * size
    kinds, apart = (
        effect_on_exposed(outcome, exposed, np.arange(2000), pd.DataFrame({"size": values}), is_binary=True).effect
        for values in (size, size + 1e-9 * np.arange(2000))
    )
    assert kinds.estimate == pytest.approx(apart.estimate, rel=1e-5)
    assert kinds.standard_error == pytest.approx(apart.standard_error, rel=1e-5)


def test_standard_error_against_a_bootstrap_that_refits_both_models():
    # Docs decision 0009: the influence function stands for the bootstrap over customers. A customer drawn twice keeps
    # his code, and so his fold.
    generator = np.random.default_rng(13)
    ratios = []
    for _ in range(3):
        outcome, exposed, codes, covariates = _confounded(generator)
        rows = codes.argsort(kind="stable").reshape(-1, 2)

        def estimate(drawn, outcome=outcome, exposed=exposed, codes=codes, covariates=covariates, rows=rows):
            taken = rows[drawn].ravel()
            return effect_on_exposed(
                outcome[taken], exposed[taken], codes[taken], covariates.iloc[taken], is_binary=False
            ).effect.estimate

        replicates = [estimate(generator.integers(0, len(rows), len(rows))) for _ in range(120)]
        seen = effect_on_exposed(outcome, exposed, codes, covariates, is_binary=False).effect
        ratios.append(seen.standard_error / np.std(replicates, ddof=1))
    assert 0.85 < np.mean(ratios) < 1.15


def test_without_covariates_it_is_the_difference_of_means():
    units = oracle.data("units")
    arguments = units["score"], units["exposed"] == 1, units["customer"]
    adjusted = effect_on_exposed(*arguments, pd.DataFrame(index=units.index), is_binary=False, folds=1).effect
    crude = difference_of_means(*arguments)
    assert (adjusted.estimate, adjusted.standard_error) == pytest.approx((crude.estimate, crude.standard_error))


def _confounded(generator, customers=400, effect=1.0):
    taste = generator.normal(size=customers)
    codes = np.repeat(np.arange(customers), 2)
    exposed = generator.uniform(size=2 * customers) < 1 / (1 + np.exp(0.5 - taste[codes]))
    outcome = 2 * taste[codes] + effect * exposed + generator.normal(size=2 * customers)
    return outcome, exposed, codes, pd.DataFrame({"taste": taste[codes]})


def test_it_removes_a_confounder_and_covers():
    generator = np.random.default_rng(8)
    replicates, covered, crude = 150, 0, []
    for _ in range(replicates):
        outcome, exposed, codes, covariates = _confounded(generator)
        low, high = effect_on_exposed(outcome, exposed, codes, covariates, is_binary=False).effect.interval(0.95)
        covered += low <= 1 <= high
        crude.append(difference_of_means(outcome, exposed, codes).estimate)
    assert np.mean(crude) > 2  # the naive comparison is off by more than the effect
    assert covered / replicates > 0.95 - 3 * np.sqrt(0.95 * 0.05 / replicates)


def test_it_is_doubly_robust():
    # The outcome depends on exp(taste), which the linear model misses; the propensity model is right.
    generator = np.random.default_rng(9)
    taste = generator.normal(size=6000)
    exposed = generator.uniform(size=6000) < 1 / (1 + np.exp(1 - taste))
    outcome = np.exp(taste) + exposed + generator.normal(size=6000)
    found = effect_on_exposed(outcome, exposed, np.arange(6000), pd.DataFrame({"taste": taste}), is_binary=False)
    low, high = found.effect.interval(0.99)
    assert low <= 1 <= high
    assert not found.is_overlap_failed


def test_failed_overlap_is_flagged():
    generator = np.random.default_rng(10)
    taste = generator.normal(size=600)
    exposed = taste + 0.05 * generator.normal(size=600) > 0
    found = effect_on_exposed(taste, exposed, np.arange(600), pd.DataFrame({"taste": taste}), is_binary=False)
    assert found.is_overlap_failed
    assert found.overlap < 0.8


def test_perfect_separation_stays_finite():
    exposed = np.arange(100) % 2 == 0
    with np.errstate(all="raise"):
        try:
            found = effect_on_exposed(
                np.arange(100) % 3 == 0, exposed, np.arange(100), pd.DataFrame({"side": exposed * 1.0}), is_binary=True
            )
        except ValueError as error:  # nobody is left to compare with, said in words
            assert "at least 2 customers" in str(error)  # noqa: PT017
        else:
            assert found.is_overlap_failed


def test_a_customer_is_never_judged_by_a_model_that_saw_him():
    customers = np.repeat(np.arange(1000), 3)
    parts = fold_of(customers, 5).reshape(1000, 3)
    assert (parts == parts[:, :1]).all()
    assert np.bincount(parts[:, 0]).min() > 150


def test_fold_of_against_the_published_splitmix64():
    # First output of SplitMix64 seeded with 0 is 0xE220A8397B1DCDAF.
    assert fold_of(np.array([0]), 1_000_003)[0] == 0xE220A8397B1DCDAF % 1_000_003


def test_design_pools_rare_levels_and_marks_what_is_missing():
    frame = pd.DataFrame({"state": ["a"] * 60 + ["b"] * 40 + ["c"] * 5, "age": [1.0] * 50 + [3.0] * 50 + [None] * 5})
    matrix = design(frame)
    # ones; b and the pooled rare level (a is the reference); standardised age and its missing mark
    assert matrix.shape == (105, 5)
    np.testing.assert_allclose(matrix.mean(axis=0)[1:], 0, atol=1e-12)
    assert len(np.unique(matrix[:, 2])) == 2
    assert design(pd.DataFrame({"constant": [4.0, 4.0]})).shape == (2, 1)


def test_same_digits_with_one_and_two_blas_threads():
    code = (
        "import numpy as np, pandas as pd\n"
        "from pipeline.stats.adjusted import effect_on_exposed\n"
        "g = np.random.default_rng(1); n = 4000; x = g.normal(size=(n, 12))\n"
        "e = g.uniform(size=n) < 1 / (1 + np.exp(-x[:, 0]))\n"
        "f = effect_on_exposed(x[:, 0] + e + g.normal(size=n), e, np.arange(n), pd.DataFrame(x), is_binary=False)\n"
        "print(f'{f.effect.estimate:.8g} {f.effect.standard_error:.8g} {f.effect.p:.6g} {f.overlap:.8g}')\n"
    )
    source = str(Path(__file__).parents[2] / "src")
    printed = [
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": source, "OPENBLAS_NUM_THREADS": threads},
            capture_output=True, text=True, check=True,
        ).stdout
        for threads in ("1", "2")
    ]  # fmt: skip
    assert printed[0] == printed[1]
