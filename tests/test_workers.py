"""Work side by side: other processes do it, all of it, and what fails there is told here."""

from __future__ import annotations

import os

import pytest

from pipeline import workers
from pipeline.errors import ParcoursError


def process_of(job: int) -> int:
    """Return who does the job; refuse job 7."""
    if job == 7:
        raise ParcoursError("job 7: no ink")
    return os.getpid()


@pytest.mark.parametrize("count", [1, 2])
def test_every_job_is_done_once_and_elsewhere_where_there_are_two_cores(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "cores", lambda: count)
    done = list(workers.side_by_side(process_of, range(5), "count", "job"))
    assert sorted(job for job, _ in done) == [0, 1, 2, 3, 4]
    assert (os.getpid() in {process for _, process in done}) == (count == 1)


def test_what_fails_in_another_process_is_raised_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "cores", lambda: 2)
    with pytest.raises(ParcoursError, match="job 7: no ink"):
        list(workers.side_by_side(process_of, range(20), "count", "job"))
    assert list(workers.side_by_side(process_of, [], "count", "job")) == []
