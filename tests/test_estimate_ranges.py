"""One range of customers after the other gives what all of them at once give: every table of estimate, to the byte."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline import clean, estimate, identify, reconstruct, segment
from pipeline import params as parameters
from pipeline.buckets import customer_ranges
from pipeline.estimate import ranges
from pipeline.workspace import Workspace
from simulation.clairval import make

RANGES = 4


def _bytes_of(workspace: Workspace) -> dict[str, str]:
    estimate.main(workspace, parameters.load(workspace))
    files = sorted(workspace.path("data/estimate").glob("*"))
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


@pytest.fixture(scope="module")
def brand(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = make(tmp_path_factory.mktemp("ranges") / "brand", customers=300).workspace
    params = parameters.load(workspace)
    for verb in (clean, identify, reconstruct, segment):
        verb.main(workspace, params)
    return workspace


def test_every_table_of_estimate_is_the_same(brand: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = _bytes_of(brand)
    narrowed = set()
    monkeypatch.setattr(ranges, "customer_ranges", lambda n_rows, most: customer_ranges(RANGES, 1))
    within = ranges.within
    monkeypatch.setattr(
        ranges, "within", lambda asked, table, codes: narrowed.add(table) or within(asked, table, codes)
    )
    assert _bytes_of(brand) == at_once
    assert narrowed >= {"visits", "steps", "visit_outcomes", "followed_moves", "customer_months", "cohort_cells"}
    assert (Path(brand.path("data/estimate")) / "transitions.csv").read_text().count("\n") > 100


def test_ranges_hold_each_customer_once() -> None:
    found = customer_ranges(100, 13)
    assert len(found) == 8
    assert found[0][0] == 0
    assert found[-1][1] == 2**63 - 1
    assert all(later[0] == earlier[1] + 1 for earlier, later in pairwise(found))
