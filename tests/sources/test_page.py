"""docs/sources.md keeps its word: its example runs, its table is today's; sums over people pass through `identify`."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pandas as pd
import pytest

from pipeline import cli, identify, params, workspaces
from pipeline.source import catalogue as source_catalogue
from pipeline.workspace import Workspace

PAGE = (Path(__file__).parents[2] / "docs" / "sources.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_the_table_is_today_s() -> None:
    assert PAGE.endswith(source_catalogue.markdown() + "\n"), "write it anew: parcours source list --markdown"


def test_the_example_runs_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    workspaces.create(tmp_path / "shop")
    monkeypatch.chdir(tmp_path / "shop")
    for path, content in zip(("data/raw/calls/call.csv", "data/raw/ads/basic_ad.csv"), blocks("csv"), strict=True):
        Path(path).parent.mkdir()
        Path(path).write_text(content, encoding="utf-8")
    for command in blocks("bash")[0].splitlines():
        assert cli.main(shlex.split(command)[1:]) == 0
    told, conserved = blocks("text")
    assert capsys.readouterr().out == told
    declared = (
        Path("params.yaml").read_text(encoding="utf-8").replace("[web, orders, survey]", "[orders, calls, ads]", 1)
    )
    declared = declared.replace(
        "identifiers:  ", "identifiers:\n  phone: {normalise: [e164], country: FR, hub_limit: 50}  ", 1
    )
    Path("params.yaml").write_text(declared, encoding="utf-8")
    assert cli.main(["clean"]) == 0
    lines = Path("data/clean/conservation.csv").read_text(encoding="utf-8").splitlines()
    assert [lines[0], *(line for line in lines if line.startswith(("calls,", "ads,")))] == conserved.splitlines()
    workspace = Workspace.at(Path())
    identify.main(workspace, params.load(workspace))
    identities = pd.read_parquet("data/identify/identities.parquet")
    assert (identities["kind"] == "phone").sum() == 1  # the number behind CA1 and CA4; CA3 names nobody


@pytest.mark.parametrize(
    ("zone", "country", "returned", "message"),
    [
        ("Europe/Paris", "FR", 0, "4 sources"),
        ("America/Sao_Paulo", "BR", 0, "4 sources"),
        ("UTC", "XX", 2, "identifiers.phone.country: 'XX' is unknown"),  # nobody's zone: somebody must say
    ],
)
def test_what_it_prints_of_phones_passes_check_or_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    zone: str, country: str, returned: int, message: str,
) -> None:  # fmt: skip
    workspaces.create(tmp_path / "shop")
    monkeypatch.chdir(tmp_path / "shop")
    text = Path("params.yaml").read_text(encoding="utf-8").replace("Europe/Paris", zone, 1)
    Path("params.yaml").write_text(text, encoding="utf-8")
    Path("data/raw/calls").mkdir()
    Path("data/raw/calls/call.csv").write_text(blocks("csv")[0], encoding="utf-8")
    assert cli.main(["source", "add", "twilio_call", "data/raw/calls"]) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("    phone: "))
    assert f"country: {country}," in line
    declared = text.replace("[web, orders, survey]", "[web, orders, survey, calls]", 1)
    declared = declared.replace("privacy: {}", f"{line[2:]}\nprivacy: {{}}", 1)
    Path("params.yaml").write_text(declared, encoding="utf-8")
    assert cli.main(["check"]) == returned
    shown = capsys.readouterr()
    assert message in shown.out + shown.err
