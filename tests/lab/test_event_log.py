"""`log_moves` says what a reader of the log would count by hand, in any order of rows, or refuses."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pandas as pd
import pytest

import pipeline.lab as pl
from pipeline.errors import ParcoursError

SILENCE = timedelta(days=10)
FIRST = datetime(2026, 1, 1)


def write(log: pd.DataFrame, folder: Path) -> Path:
    log.to_parquet(folder / "log.parquet")
    return folder / "log.parquet"


def by_hand(log: pd.DataFrame) -> dict[tuple[str, str], int]:
    """Walk through each customer's events, one after the other."""
    counts: Counter[tuple[str, str]] = Counter()
    cut_off = log["occurred_at"].max()
    for _, events in log.groupby("customer_id"):
        before = None
        for event in sorted(events.itertuples(), key=lambda row: row.occurred_at):  # stable: ties as in the file
            if before is None:
                counts["(start)", event.touchpoint] += 1
            elif event.occurred_at - before.occurred_at > SILENCE:
                counts[before.touchpoint, "(lost)"] += 1
                counts["(start)", event.touchpoint] += 1
            else:
                counts[before.touchpoint, event.touchpoint] += 1
            before = event
        assert before is not None
        counts[before.touchpoint, "(lost)" if cut_off - before.occurred_at >= SILENCE else "(censored)"] += 1
    return dict(counts)


@pytest.mark.parametrize("seed", range(5))
def test_moves_are_those_counted_one_by_one(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    rows = [
        # whole hours, so that moments coincide, and silences of ten days to the hour
        (random.randrange(60), FIRST + timedelta(hours=random.randrange(60 * 24)), random.choice(["ad", "visit", "order", "it's"]))
        for _ in range(900)
    ]  # fmt: skip
    log = pd.DataFrame(rows, columns=["customer_id", "occurred_at", "touchpoint"])
    moves = pl.log_moves(write(log, tmp_path), SILENCE)
    assert {(row.from_touchpoint, row.to_touchpoint): row.n_moves for row in moves.itertuples()} == by_hand(log)
    assert moves.equals(moves.sort_values(["from_touchpoint", "to_touchpoint"], ignore_index=True))


@pytest.mark.parametrize(("later", "end"), [(10, "(lost)"), (9, "(censored)")])
def test_a_silence_is_over_at_its_very_end(tmp_path: Path, later: int, end: str) -> None:
    log = pd.DataFrame(
        {
            "customer_id": ["a", "b"],
            "occurred_at": [FIRST, FIRST + timedelta(days=later)],
            "touchpoint": ["ad", "visit"],
        }
    )
    moves = pl.log_moves(write(log, tmp_path), SILENCE).set_index("from_touchpoint")
    assert moves.loc["ad", "to_touchpoint"] == end


def test_columns_have_any_name_and_rows_with_nothing_are_left_out(tmp_path: Path) -> None:
    log = pd.DataFrame(
        {
            "Client n°": ["a", None, "a"],
            "quand": pd.to_datetime(["2026-01-01", None, "2026-01-02"]),
            "quoi": ["x", "y", None],
        }
    )
    moves = pl.log_moves(write(log, tmp_path), SILENCE, customer="Client n°", time="quand", touchpoint="quoi")
    assert moves.values.tolist() == [["(start)", "x", 1], ["x", "(censored)", 1]]


def test_times_of_a_zone_are_moments(tmp_path: Path) -> None:
    log = pd.DataFrame({"customer_id": ["a", "a"], "touchpoint": ["x", "y"]})
    log["occurred_at"] = pd.to_datetime(["2026-03-01 00:30:00+01:00", "2026-03-11 00:30:00+01:00"])
    moves = pl.log_moves(write(log, tmp_path), SILENCE)
    assert moves.values.tolist() == [["(start)", "x", 1], ["x", "y", 1], ["y", "(censored)", 1]]


def test_a_log_without_a_row_has_no_move(tmp_path: Path) -> None:
    log = pd.DataFrame({"customer_id": ["a"], "occurred_at": [FIRST], "touchpoint": ["x"]}).iloc[:0]
    assert pl.log_moves(write(log, tmp_path), SILENCE).empty


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ({"customer": "customer"}, "customer: no column 'customer'. Nearest: customer_id."),
        ({"time": "touchpoint"}, "not timestamps"),
        ({"touchpoint": "id"}, "10001 different texts"),
    ],
)
def test_a_column_that_cannot_be_what_it_is_named_for_is_refused(
    tmp_path: Path, named: dict[str, str], said: str
) -> None:
    n = 10_001
    log = pd.DataFrame(
        {"customer_id": range(n), "occurred_at": [FIRST] * n, "touchpoint": ["x"] * n, "id": [str(i) for i in range(n)]}
    )
    with pytest.raises(ParcoursError, match=said):
        pl.log_moves(write(log, tmp_path), SILENCE, **named)  # type: ignore[arg-type]


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParcoursError, match="no such file"):
        pl.log_moves(tmp_path / "absent.parquet", SILENCE)
    (tmp_path / "text.parquet").write_text("customer_id,occurred_at")
    with pytest.raises(ParcoursError, match="no Parquet file"):
        pl.log_moves(tmp_path / "text.parquet", SILENCE)
