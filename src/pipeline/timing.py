"""Where the time of a run goes: seconds per DVC stage and per query (`parcours run --profile`)."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import perf_counter

MOST_QUERIES = 15
_FORMAT = "{:<12} {:>9} {:>9} {:>9}  {}"


@dataclass
class Profile:
    """What was measured, in the order it happened.

    Parameters
    ----------
    stages
        (DVC stage, seconds, peak memory of the process so far in MB).
    queries
        (DVC stage, name of the SQL file or of what was done, seconds).
    """

    stages: list[tuple[str, float, float]] = field(default_factory=list)
    queries: list[tuple[str, str, float]] = field(default_factory=list)
    _stage: str = ""

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure one DVC stage."""
        self._stage, started = name, perf_counter()
        try:
            yield
        finally:
            self.stages.append((name, perf_counter() - started, _peak_memory()))

    def add(self, query: str, seconds: float) -> None:
        """Keep the time of one query of the stage that runs."""
        self.queries.append((self._stage, query, seconds))

    def report(self) -> str:
        """Return what `parcours run --profile` prints.

        Examples
        --------
        >>> profile = Profile([("clean", 2.0, 300.0)], [("clean", "events", 1.0), ("clean", "events", 0.5)])
        >>> print(profile.report())
        stage            total   queries        MB  share of time in queries
        clean             2.00      1.50       300  75 %
        <BLANKLINE>
        stage          seconds     times   slowest  query
        clean             1.50         2      1.00  events
        """
        lines = [_FORMAT.format("stage", "total", "queries", "MB", "share of time in queries")]
        for stage, seconds, memory in self.stages:
            inside = sum(one[2] for one in self.queries if one[0] == stage)
            share = f"{100 * inside / seconds:.0f} %" if seconds else ""
            lines.append(_FORMAT.format(stage, f"{seconds:.2f}", f"{inside:.2f}", f"{memory:.0f}", share))
        lines += ["", _FORMAT.format("stage", "seconds", "times", "slowest", "query")]
        times: dict[tuple[str, str], list[float]] = {}
        for stage, query, seconds in self.queries:
            times.setdefault((stage, query), []).append(seconds)
        slowest = sorted(times.items(), key=lambda one: -sum(one[1]))[:MOST_QUERIES]
        for (stage, query), found in slowest:
            total, most = f"{sum(found):.2f}", f"{max(found):.2f}"
            lines.append(_FORMAT.format(stage, total, len(found), most, query))
        return "\n".join(lines)


_watching: ContextVar[Profile | None] = ContextVar("watching", default=None)


@contextmanager
def watched(profile: Profile | None) -> Iterator[None]:
    """Let every query that runs inside be measured; with None nothing is."""
    before = _watching.set(profile)
    try:
        yield
    finally:
        _watching.reset(before)


@contextmanager
def measured(query: str) -> Iterator[None]:
    """Measure a query, where somebody is watching."""
    profile = _watching.get()
    started = perf_counter()
    try:
        yield
    finally:
        if profile is not None:
            profile.add(query, perf_counter() - started)


def _peak_memory() -> float:
    """Return the peak memory of this process so far, in MB: the system tells kilobytes on Linux, bytes on macOS."""
    try:
        import resource
    except ImportError:  # Windows does not tell
        return math.nan
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 / (1024 if sys.platform == "darwin" else 1)
