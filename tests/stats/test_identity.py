"""What recall leaves, piece by piece, beside recall itself."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.stats.identity import agreement, missed_pairs


@pytest.mark.parametrize("seed", range(5))
def test_pairs_missed_are_those_that_recall_leaves(seed: int) -> None:
    """Whatever fell to whom, in any order of the rows: the shares and recall add up to one."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "person": rng.integers(0, 20, 200),
            "customer_id": rng.integers(0, 30, 200),
            "kind": rng.choice(["device", "email", "login"], 200),
        }
    )
    found = missed_pairs(frame)
    assert found["share"].sum() + agreement(frame)["pairs recall"] == pytest.approx(1, abs=1e-12)
    pd.testing.assert_frame_equal(found, missed_pairs(frame.sample(frac=1, random_state=seed)))


def test_a_piece_is_named_for_its_kinds_and_costs_what_is_larger() -> None:
    """One person: three identifiers together, a device and a click apart, a handle alone: 2 × 3 and 1 × 5 pairs."""
    kinds = [("login", 1), ("email", 1), ("order", 1), ("device", 2), ("click", 2), ("handle", 3)]
    frame = pd.DataFrame([(7, customer, kind) for kind, customer in kinds], columns=["person", "customer_id", "kind"])
    assert missed_pairs(frame)[["kinds", "n_pieces", "n_pairs"]].values.tolist() == [
        ["click+device", 1, 6],
        ["handle", 1, 5],
    ]
