"""Runs studies in chunks on two processes, keeps each chunk, and goes on where it was stopped."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import pandas as pd
from tqdm import tqdm

from pipeline.files import whole_file, write_csv, write_json
from pipeline.proof.fingerprint import fingerprint
from pipeline.proof.study import FULL, SHORT, Study
from pipeline.proof.tally import Key, Tally

PROCESSES = 2
# A short run cannot tell 95 % from 93 %: it finds only what is clearly wrong.
MC_ERRORS_GRANTED = {FULL: 0.0, SHORT: 3.0}
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
RUNS = "runs.json"


@dataclass(frozen=True)
class Places:
    """Where results and kept chunks lie.

    Parameters
    ----------
    results
        Folder of one CSV per study and of runs.json, which says what each was made from.
    kept
        Folder of the chunks of studies that are not finished.
    """

    results: Path
    kept: Path

    def runs(self) -> dict[str, dict[str, Any]]:
        """Return what each study's results were made from, and in how many seconds of one processor."""
        file = self.results / RUNS
        return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


class Work:
    """One study in one form: what it is made from, where its chunks and its results lie."""

    def __init__(self, study: Study, form: str, places: Places) -> None:
        self.study, self.form, self.places = study, form, places
        self.made_from = fingerprint(study, form)
        self.results = places.results / f"{study.name}.csv"
        folder = places.kept / f"{study.name}-{self.made_from}"
        self.files = {chunk: folder / "{:06d}-{:06d}.csv".format(*chunk) for chunk in study.chunks(form)}

    def is_done(self) -> bool:
        """Return whether the results were made by this very code, in this form."""
        known = self.places.runs().get(self.study.name, {})
        return self.results.is_file() and known.get("fingerprint") == self.made_from

    def missing(self) -> list[tuple[int, int]]:
        """Return the chunks that are still to be made."""
        return [chunk for chunk, file in self.files.items() if not file.is_file()]

    def finish(self) -> None:
        """Add up the chunks in their order, write the results and what they were made from, drop the chunks."""
        # every digit of the sums comes back: two runs, one of them stopped, end in the same bytes
        chunks = [pd.read_csv(file) for file in self.files.values()]
        seconds = sum(float(chunk["seconds"].iloc[0]) for chunk in chunks)
        found = Tally.of(chunk.drop(columns="seconds") for chunk in chunks).frame()
        write_csv(judged(self.study, found, self.form), self.results)
        replicates = self.study.replicates[self.form]
        entry = {"form": self.form, "replicates": replicates, "fingerprint": self.made_from, "seconds": round(seconds)}
        write_json(dict(sorted({**self.places.runs(), self.study.name: entry}.items())), self.places.results / RUNS)
        for folder in {file.parent for file in self.files.values()}:
            shutil.rmtree(folder)
        tqdm.write(f"{self.study.name}: {replicates} replicates, {seconds:.0f} s of one processor", file=sys.stderr)


def run(studies: Sequence[Study], form: str, places: Places) -> None:
    """Bring the results of studies up to date: those with the same fingerprint are not run again.

    Parameters
    ----------
    studies
        What to run, in this order.
    form
        ``short`` or ``full``: how many replicates.
    places
        Where results are read and written, and chunks kept. A run that is stopped goes on from the kept chunks.
    """
    works = [Work(study, form, places) for study in studies]
    for work in works:
        if work.is_done():
            print(f"{work.study.name}: up to date", file=sys.stderr)
    waiting = [work for work in works if not work.is_done()]
    left = {work.study.name: len(work.missing()) for work in waiting}
    for work in waiting:
        if not left[work.study.name]:
            work.finish()
    total = sum(len(work.files) for work in waiting)
    with tqdm(total=total, initial=total - sum(left.values()), unit="chunk", disable=None, leave=False) as progress:
        for work in _made(waiting):
            progress.update()
            left[work.study.name] -= 1
            if not left[work.study.name]:
                work.finish()


def judged(study: Study, found: pd.DataFrame, form: str) -> pd.DataFrame:
    """Return rows of results with the demand and ``pass`` or ``miss``; neither where nothing is asked."""
    demands: list[str | None] = []
    verdicts: list[str | None] = []
    for row in found.to_dict("records"):
        wanted = study.demand(Key(row["case"], row["customers"], row["method"], row["measure"]))
        # of few replicates all may agree: the error is then that of the bound, not 0
        known = 0.0 if pd.isna(row["mc_error"]) else row["mc_error"]
        error = max(known, wanted.error_at_bound(row["replicates"])) if wanted else 0.0
        is_met = wanted is not None and wanted.is_met(row["value"], known, MC_ERRORS_GRANTED[form] * error)
        demands.append(str(wanted) if wanted else None)
        verdicts.append(None if wanted is None else "pass" if is_met else "miss")
    columns = {"demand": demands, "verdict": verdicts}
    return found.assign(**{name: pd.Series(values, dtype="object") for name, values in columns.items()})


def _made(works: Sequence[Work]) -> Iterator[Work]:
    """Make the missing chunks on two fresh processes, and give the work of each as soon as it is kept."""
    # the whole pipeline, last on the page, goes first: its chunks are long, and none should be left alone at the end
    chunks = [(work, chunk) for work in reversed(works) for chunk in work.missing()]
    if not chunks:
        return
    context = multiprocessing.get_context("spawn")  # a fork of a process with threads may hang
    with _one_thread_each(), ProcessPoolExecutor(PROCESSES, mp_context=context) as pool:
        futures: dict[Future[None], Work] = {
            pool.submit(_make, work.study, chunk, work.files[chunk]): work for work, chunk in chunks
        }
        try:
            for future in as_completed(futures):
                future.result()
                yield futures[future]
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _make(study: Study, chunk: tuple[int, int], file: Path) -> None:
    started = perf_counter()
    sums = study.measure(*chunk).sums_frame()
    with whole_file(file) as partial:
        sums.assign(seconds=perf_counter() - started).to_csv(partial, index=False)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Let the processes that are started here use one thread each: two of them fill two cores."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
