"""The parts of the proof: streams of random numbers, sums over replicates, fingerprints, the page."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.proof import page, pictures, power_curve
from pipeline.proof.fingerprint import fingerprint, without_words
from pipeline.proof.runner import judged
from pipeline.proof.streams import stream
from pipeline.proof.study import FULL, SHORT, Demand, Study, at_least, at_most
from pipeline.proof.tally import Key, Tally
from pipeline.stats.result import Interval


def key(measure: str) -> Key:
    return Key("case", 50, "ours", measure)


def study(demand: Demand | None = None) -> Study:
    return replace(power_curve.STUDY, demand=lambda asked: demand, tables=(("", ("covers",)),))


def rows(value: float, mc_error: float) -> pd.DataFrame:
    return pd.DataFrame([{**key("covers")._asdict(), "replicates": 400, "value": value, "mc_error": mc_error}])


def test_streams_differ_by_name_and_by_replicate_and_are_uncorrelated() -> None:
    numbers = [stream(name, replicate).random(20_000) for name in ("one", "other") for replicate in (0, 1, 2)]
    correlations = np.corrcoef(numbers)[np.triu_indices(6, 1)]
    assert np.abs(correlations).max() < 5 / np.sqrt(20_000)


def test_mean_and_monte_carlo_error_are_those_of_the_values() -> None:
    values = np.random.default_rng(3).normal(4, 2, 500)
    tally = Tally()
    for value in values:
        tally.add(key("width"), float(value))
    row = tally.frame().iloc[0]
    assert row["value"] == pytest.approx(values.mean())
    # the same up to n against n - 1 in the spread
    assert row["mc_error"] == pytest.approx(values.std(ddof=1) / np.sqrt(500))


def test_chunks_add_up_to_the_whole(tmp_path) -> None:
    values = np.random.default_rng(4).normal(0, 1, 90)
    whole, chunks = Tally(), []
    for part in np.split(values, 3):
        chunk = Tally()
        for value in part:
            chunk.add(key("error"), float(value))
            whole.add(key("error"), float(value))
        chunks.append(chunk.sums_frame())
    pd.testing.assert_frame_equal(Tally.of(chunks).frame(), whole.frame())


def test_an_interval_without_bounds_covers_nothing() -> None:
    tally = Tally()
    tally.add_interval("case", 50, "ours", Interval(1.0, float("nan"), float("nan"), 5, 5), truth=1.0)
    found = tally.frame().set_index("measure")["value"]
    assert found["covers"] == 0
    assert "width" not in found


def test_a_fingerprint_follows_replicates_and_code_but_no_words() -> None:
    one = power_curve.STUDY
    assert fingerprint(one, FULL) == fingerprint(one, FULL)
    assert fingerprint(one, FULL) != fingerprint(one, SHORT)
    assert fingerprint(one, FULL) != fingerprint(replace(one, name="another"), FULL)
    assert fingerprint(one, FULL) != fingerprint(replace(one, replicates={FULL: 7}), FULL)
    assert without_words("x = 1  # one") == without_words('"What it is."\nx = 1')
    assert without_words("x = 1") != without_words("x = 2")


@pytest.mark.parametrize(
    ("demand", "value", "form", "verdict"),
    [
        (at_least(0.93), 0.93, FULL, "pass"),
        (at_least(0.93), 0.9299, FULL, "miss"),
        (at_least(0.93), 0.893, SHORT, "pass"),  # within three errors of a share of 93 % in 400
        (at_least(0.93), 0.890, SHORT, "miss"),
        (at_most(0.10, errors=2), 0.12, FULL, "pass"),
        (at_most(0.10, errors=2), 0.121, FULL, "miss"),
    ],
)
def test_a_demand_is_met_or_missed(demand: Demand, value: float, form: str, verdict: str) -> None:
    assert judged(study(demand), rows(value, 0.01), form)["verdict"].tolist() == [verdict]


def test_one_replicate_tells_nothing_in_the_short_form() -> None:
    single = rows(1.0, float("nan")).assign(replicates=1)
    assert judged(study(at_most(0.10)), single, SHORT)["verdict"].tolist() == ["pass"]
    assert judged(study(at_least(0.80)), single, FULL)["verdict"].tolist() == ["pass"]
    assert judged(study(at_most(0.10)), single, FULL)["verdict"].tolist() == ["miss"]


def test_where_nothing_is_asked_nothing_is_judged() -> None:
    assert judged(study(None), rows(0.2, 0.01), FULL)["verdict"].tolist() == [None]


def test_a_miss_stands_in_bold_in_summary_list_and_table() -> None:
    one = study(at_least(0.93))
    missed = page.text([one], {one.name: judged(one, rows(0.90, 0.01), FULL)}, FULL, {})
    met = page.text([one], {one.name: judged(one, rows(0.95, 0.01), FULL)}, FULL, {})
    assert "**1 missed**" in missed
    assert f"- **{one.title}: case, ours, 50 customers: covers 90.0 ± 1.0 %, demanded ≥ 93 %.**" in missed
    assert "**90.0 ± 1.0 (miss)**" in missed
    assert "None." in met
    assert "miss" not in met.replace("Misses", "").replace("a miss stands", "")


def test_a_study_that_was_never_run_is_said_to_be_so() -> None:
    assert "**not run yet**" in page.summary([power_curve.STUDY], {})


def test_pictures_are_the_same_bytes_each_time(tmp_path) -> None:
    sums = power_curve.measure(0, 2)
    found = {power_curve.NAME: sums.frame()}
    for folder in ("one", "other"):
        pictures.draw(found, tmp_path / folder)
    one, other = ((tmp_path / folder / "proof_power.png").read_bytes() for folder in ("one", "other"))
    assert one == other
    assert len(one) < 120_000
