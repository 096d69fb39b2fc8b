"""What reports cost: 10 personas in two languages by warm workers, and one persona alone in a new process.

Run: python benchmarks/reports.py [WORKSPACE] [--personas 10]. The workspace (default: this folder) has its results
already; where it has fewer personas than asked for, some are made several times, each page from the beginning. Prints
the seconds of processors of workers and kernels, and by the clock from the start of the command; goals on two cores:
240 s (aim 120 s), and 20 s for one.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import cycle, islice, product
from pathlib import Path

from pipeline import params as parameters
from pipeline.report import WORKERS_NEED, Job, find_notebook, make_page
from pipeline.workers import cores, side_by_side
from pipeline.workspace import Workspace

GOAL_OF_ALL, GOAL_OF_ONE = 240, 20  # seconds by the clock, on two cores


def main() -> None:
    """Print a table of what pages take."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workspace", nargs="?", type=Path, default=Path())
    parser.add_argument("--personas", type=int, default=10)
    parser.add_argument("--bare", action="store_true", help="only make the pages; print their processors' seconds")
    options = parser.parse_args()
    if options.bare:
        print(made(list(jobs_of(Workspace.at(options.workspace), options.personas))))
        return
    print(f"load {os.getloadavg()[0]:.1f}, {cores()} cores\n")
    print("| personas, in each language | processors' seconds | by the clock | goal by the clock |\n|---|---|---|---|")
    for personas, goal in ((1, GOAL_OF_ONE), (options.personas, GOAL_OF_ALL)):
        started = time.perf_counter()
        command = [sys.executable, __file__, str(options.workspace), "--bare", "--personas", str(personas)]
        own = float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        print(f"| {personas} | {own:.1f} | {time.perf_counter() - started:.1f} | {goal} |")


def jobs_of(workspace: Workspace, personas: int) -> Iterator[Job]:
    """Yield the pages of so many personas in every language."""
    params, notebook = parameters.load(workspace), find_notebook(workspace)
    names = islice(cycle(persona.id for persona in params.personas), personas)
    for persona, language in product(names, params.workspace.languages):
        yield Job(notebook, workspace.root.resolve(), workspace.out.resolve(), persona, language)


def made(jobs: list[Job]) -> float:
    """Make pages as `parcours report` does; return the seconds of processors of workers and kernels."""
    return sum(cost for _, cost in side_by_side(cost_of, jobs, "report", "page", WORKERS_NEED))


def cost_of(job: Job) -> float:
    """Make one page; return the seconds of processors that it took here and in its kernel."""
    before = seconds()
    make_page(job)
    return seconds() - before


def seconds() -> float:
    """Return the seconds of processors of this process and of its children that have ended."""
    return sum(
        one.ru_utime + one.ru_stime for one in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


if __name__ == "__main__":
    main()
