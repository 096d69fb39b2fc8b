"""Work done side by side, one process per core: for jobs that are pure, so that their number changes no byte."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_all_start_methods, get_context, parent_process
from multiprocessing.context import BaseContext
from threading import Thread
from typing import TypeVar

from tqdm import tqdm

Job = TypeVar("Job")
Made = TypeVar("Made")


def side_by_side(
    work: Callable[[Job], Made], jobs: Sequence[Job], what: str, unit: str, needs: Sequence[str] = ()
) -> Iterator[tuple[Job, Made]]:
    """Give each job with what came of it, in the order they are done; as many at a time as there are cores.

    Parameters
    ----------
    work
        Function of a module, of one job; job and result go from process to process, so they are plain values.
    jobs
        What each is about.
    what, unit
        Shown beside the progress: what is done, and the name of one job.
    needs
        Modules that the work imports when it begins: imported once, not once per process, where the system allows it.

    Raises
    ------
    Exception
        The first that a job raises; jobs not yet begun are dropped.

    Notes
    -----
    With one core, or one job, there is nothing to share out and the work is done in this process.

    Examples
    --------
    >>> sorted(side_by_side(abs, [-3, 2], "sizes", "number"))
    [(-3, 3), (2, 2)]
    """
    count = min(len(jobs), cores())
    with tqdm(total=len(jobs), desc=what, unit=unit, disable=None, file=sys.stderr) as progress:
        if count <= 1:
            for job in jobs:
                yield job, work(job)
                progress.update()
            return
        with ProcessPoolExecutor(count, processes(work.__module__, *needs), end_with_parent) as pool:
            try:
                waiting = {pool.submit(work, job): job for job in jobs}
                for done in as_completed(waiting):
                    yield waiting.pop(done), done.result()
                    progress.update()
            finally:
                pool.shutdown(cancel_futures=True)


def processes(*needs: str) -> BaseContext:
    """Return how worker processes begin: never as copies of this one, which may run threads (an engine, a bar)."""
    if "forkserver" not in get_all_start_methods():  # Windows
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload([*needs])
    return context


def end_with_parent() -> None:
    """Let this process end when the one that gave it work does: one that was killed has told nobody."""
    parent = parent_process()

    def wait() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    Thread(target=wait, daemon=True).start()


def cores() -> int:
    """Return how many processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
