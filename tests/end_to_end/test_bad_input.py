"""Bad input through the command line: one clear error, exit status 2, nothing half-written."""

from __future__ import annotations

from copy import deepcopy

import pytest

import small_workspace as shop
from pipeline.cli import main
from test_clean import BAD_FILES
from test_params import HYPOTHESIS

NEVER = {**HYPOTHESIS, "exposure": "late_days > 1000"}
ALWAYS = {**HYPOTHESIS, "exposure": "late_days >= 0"}
STAGES = shop.PARAMS["stages"]
BAD_PARAMS = {
    "unknown key": ({"estimates": {}}, "params.yaml: estimates: unknown key. Nearest: estimate"),
    "misspelt stage": ({"hypotheses": [{**HYPOTHESIS, "stage": "experence"}]}, "Nearest: experience"),
    "misspelt touchpoint in a stage": (
        {"stages": [{**STAGES[0], "when": "touchpoint = 'page_sen'"}, *STAGES[1:]]},
        "stages[0].when: no source gives the touchpoint 'page_sen'. Nearest: page_seen",
    ),
    "misspelt column": (
        {"hypotheses": [{**HYPOTHESIS, "exposure": "late_day > 0"}]},
        "params.yaml: hypotheses[0].exposure: no column 'late_day'. Nearest: late_days. All features: parcours features",
    ),
    "a wrong type": ({"journeys": {"silence": "5 d", "goal": "value > 'abc' + 1"}}, "params.yaml: journeys.goal: "),
}


def fails(capfd, workspace, verb):
    assert main([verb, "--workspace", str(workspace.root)]) == 2
    shown = capfd.readouterr().err
    assert shown.startswith(f"parcours {verb}: ") and "Traceback" not in shown
    return shown


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_file(tmp_path, capfd, case):
    workspace = shop.make(tmp_path / "w", **BAD_FILES[case][0])
    assert "data/raw/web/" in fails(capfd, workspace, "clean")
    assert not (workspace.root / "data/clean").exists()
    fails(capfd, workspace, "check")


@pytest.mark.parametrize("case", BAD_PARAMS)
def test_a_bad_declaration_is_found_before_any_work(tmp_path, capfd, case):
    changes, message = BAD_PARAMS[case]
    workspace = shop.make(tmp_path / "w", params=deepcopy(changes))
    assert message in fails(capfd, workspace, "check")
    assert message in fails(capfd, workspace, "run")
    assert not (workspace.root / "data/clean").exists()


@pytest.mark.parametrize(("hypothesis", "share"), [(NEVER, "none"), (ALWAYS, "all")])
def test_an_exposure_that_never_or_always_occurs(tmp_path, capfd, hypothesis, share):
    workspace = shop.make(tmp_path / "w", params={"hypotheses": [hypothesis]})
    for verb in ("clean", "identify", "reconstruct", "segment"):
        assert main([verb, "--workspace", str(workspace.root)]) == 0
    shown = fails(capfd, workspace, "assess")
    assert "params.yaml: hypotheses[0].exposure: late:" in shown and f"holds for {share} of the" in shown
    assert not (workspace.root / "data/assess").exists()
