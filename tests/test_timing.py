"""`parcours run --profile`: the seconds of stages and queries, as they were spent."""

from __future__ import annotations

from pathlib import Path

import pytest

import small_workspace as shop
from pipeline import run
from pipeline.timing import Profile, measured, watched


def test_a_run_tells_where_its_time_went(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run.main(shop.make(tmp_path / "w"), until="reconstruct", profile=True)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    head, queries = lines[1:4], [line for line in lines[6:] if line]
    assert [line[0] for line in head] == ["clean", "identify", "reconstruct"]
    assert all(0 < float(inside) <= float(total) for _, total, inside, *_ in head)
    assert all(float(memory) > 20 for _, _, _, memory, *_ in head)
    assert {"links", "visits"} <= {word for line in queries for word in line[4:]} or len(queries) == 15
    seconds = [float(line[1]) for line in queries]
    assert seconds == sorted(seconds, reverse=True)


def test_nothing_is_kept_where_nobody_watches() -> None:
    profile = Profile()
    with watched(profile), measured("inside"):
        pass
    with measured("outside"):
        pass
    assert [query for _, query, _ in profile.queries] == ["inside"]


def test_a_stage_that_fails_is_timed_all_the_same() -> None:
    profile = Profile()
    with pytest.raises(ZeroDivisionError), profile.stage("clean"):
        raise ZeroDivisionError
    assert [name for name, *_ in profile.stages] == ["clean"]
