"""The command: studies resume after a kill, are not run twice, and the short form finds nothing clearly wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from pipeline import prove
from pipeline.cli import main
from pipeline.proof import planted_brand, planted_month, power_curve, runner, stitching
from pipeline.proof.runner import Places, Work
from pipeline.proof.study import SHORT

SMALL = replace(power_curve.STUDY, replicates={SHORT: 3}, chunk={SHORT: 1})


def places(folder: Path) -> Places:
    return Places(folder / "results", folder / "kept")


def test_a_study_that_was_stopped_goes_on_and_ends_in_the_same_bytes(tmp_path) -> None:
    whole, stopped = places(tmp_path / "whole"), places(tmp_path / "stopped")
    runner.run([SMALL], SHORT, whole)
    work = Work(SMALL, SHORT, stopped)
    first = work.missing()[0]
    runner._make(SMALL, first, work.files[first])
    assert len(work.missing()) == 2
    runner.run([SMALL], SHORT, stopped)
    assert Work(SMALL, SHORT, stopped).results.read_bytes() == Work(SMALL, SHORT, whole).results.read_bytes()
    assert not list(stopped.kept.rglob("*.csv"))


def test_a_kept_chunk_is_not_made_again(tmp_path) -> None:
    work = Work(SMALL, SHORT, places(tmp_path))
    for chunk in work.missing():
        runner._make(SMALL, chunk, work.files[chunk])
    marked = pd.read_csv(work.files[0, 1]).assign(total=1000.0)
    marked.to_csv(work.files[0, 1], index=False)
    runner.run([SMALL], SHORT, places(tmp_path))
    assert pd.read_csv(work.results)["value"].min() > 300


def test_what_is_up_to_date_is_not_run_again(tmp_path, capsys) -> None:
    runner.run([SMALL], SHORT, places(tmp_path))
    work = Work(SMALL, SHORT, places(tmp_path))
    work.results.write_text("kept\n")
    runner.run([SMALL], SHORT, places(tmp_path))
    assert work.results.read_text() == "kept\n"
    assert "up to date" in capsys.readouterr().err
    other = replace(SMALL, replicates={SHORT: 2})
    assert not Work(other, SHORT, places(tmp_path)).is_done()


def test_an_unknown_study_is_refused_with_the_nearest(capsys) -> None:
    assert main(["prove", "--only", "powercurve"]) == 2
    assert "Nearest: power_curve." in capsys.readouterr().err


def test_every_study_is_listed_and_its_seed_is_its_own(capsys) -> None:
    assert main(["prove", "--list"]) == 0
    printed = capsys.readouterr().out
    names = [study.name for study in prove.STUDIES]
    assert len(set(names)) == len(names)
    assert all(name in printed for name in names)


def test_the_page_alone_runs_nothing_and_tells_what_is_outdated(tmp_path, capsys) -> None:
    results = tmp_path / "docs" / "proof"
    results.mkdir(parents=True)
    power_curve.measure(0, 2).frame().assign(demand=None, verdict=None).to_csv(results / "power_curve.csv", index=False)
    assert prove.main(tmp_path, is_page_only=True) == 0
    assert "power_curve" in capsys.readouterr().err
    text = (tmp_path / "docs" / "proof.md").read_text(encoding="utf-8")
    assert "images/proof_power.png" in text and "**not run yet**" in text
    assert not (tmp_path / ".parcours").exists()


@pytest.mark.slow
def test_the_short_form_finds_nothing_clearly_wrong_and_leaves_the_full_one_alone(tmp_path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "proof.md").write_text("the full form\n")
    names = {study.name for study in prove.STUDIES} - {planted_month.NAME}  # minutes, and with a test of its own
    assert prove.main(tmp_path, is_short=True, only=sorted(names)) == 0
    short = tmp_path / ".parcours" / "proof" / "short"
    assert (tmp_path / "docs" / "proof.md").read_text() == "the full form\n"
    made = json.loads((short / "proof" / "runs.json").read_text())
    assert set(made) == names
    brand = pd.read_csv(short / "proof" / f"{planted_brand.NAME}.csv").set_index(["case", "method"])["value"]
    joined, apart = (brand["discovery → consideration", how] for how in (stitching.JOINED, stitching.UNSTITCHED))
    assert abs(joined) < abs(apart)
    text = (short / "proof.md").read_text(encoding="utf-8")
    assert all(f"## {study.title}" in text for study in prove.STUDIES)
    assert all(
        (short / line.split("(")[1].rstrip(")")).is_file() for line in text.splitlines() if line.startswith("![")
    )
