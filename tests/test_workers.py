"""Work side by side: other processes do it, all of it, and what fails there is told here."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

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


def test_workers_end_with_a_run_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "run.py"
    script.write_text(
        "import os, sys, time\n"
        "from pathlib import Path\n"
        "from pipeline import workers\n"
        "def work(job):\n"
        "    Path(sys.argv[1], str(os.getpid())).touch()\n"
        "    time.sleep(60)\n"
        "if __name__ == '__main__':\n"
        "    workers.cores = lambda: 2\n"
        "    list(workers.side_by_side(work, [1, 2], 'sleep', 'job'))\n"
    )
    begun = tmp_path / "begun"
    begun.mkdir()
    run = subprocess.Popen([sys.executable, script, begun])
    wait_until(lambda: len(list(begun.iterdir())) == 2)
    run.send_signal(signal.SIGKILL)
    run.wait()
    processes = [int(path.name) for path in begun.iterdir()]
    wait_until(lambda: not any(is_running(process) for process in processes))


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait at most a minute."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


def is_running(process: int) -> bool:
    """Return whether there is a process of this number."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
