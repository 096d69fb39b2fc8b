"""How long the journey explorer takes to answer a click, on generated steps.

``make bench-explorer`` runs it: 1,000,000 steps of 83,333 customers at 25 touchpoints of 5 stages. It prints how long
opening takes (once), and the median and the longest of all clicks: each touchpoint for everybody and for each persona.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from ipywidgets import ToggleButtons

import pipeline.lab as pl
from pipeline.lab.explorer import JourneyExplorer

STAGES, TOUCHPOINTS, PERSONAS, STEPS_PER_CUSTOMER = 5, 25, 5, 12
NAME = "{fr: a, en: a}"
PARAMS = f"""
workspace:
  id: bench
  name: {{fr: Mesure, en: Benchmark}}
  about: {{fr: Inventé, en: Made up}}
  currency: EUR
  time_zone: UTC
  key: {{public: bench}}
sources: [web]
identifiers: {{device: {{}}}}
journeys: {{silence: 10 d, goal: "touchpoint = 't1'"}}
stages: [{", ".join(f"{{id: s{i}, name: {NAME}, when: 'true'}}" for i in range(STAGES))}]
personas:
  [{", ".join(f"{{id: p{i}, name: {NAME}, goal: {NAME}, when: 'true'}}" for i in range(PERSONAS))}]
estimate: {{horizon: 10 d, duration_bins: [10 d], group_by: []}}
"""


def make_workspace(folder: Path, n: int) -> None:
    """Write a workspace with `n` made-up steps, the same on every machine."""
    (folder / "data/reconstruct/steps").mkdir(parents=True)
    (folder / "data/segment").mkdir(parents=True)
    (folder / "params.yaml").write_text(PARAMS, encoding="utf-8")
    facts = {"window_start": "2026-01-01T00:00:00", "cut_off": "2026-07-01T00:00:00"}
    (folder / "data/reconstruct/reconstruct.json").write_text(json.dumps(facts), encoding="utf-8")
    customers = n // STEPS_PER_CUSTOMER
    with duckdb.connect() as connection:
        # a multiplicative hash of the row number: no generator's state, no library's version
        connection.execute(f"""
            create macro mixed(i, salt) as ((i * 48271 + salt * 69621 + 12345) % 2147483647 * 16807 % 2147483647);
            create table steps as
                select
                    mixed(i, 4) % {customers} as customer_id,
                    timestamp '2026-01-01' + to_microseconds(mixed(i, 1) % (180 * 86400) * 1000000) as occurred_at,
                    -- some touchpoints are met a hundred times as often as others
                    cast(floor({TOUCHPOINTS} * power(mixed(i, 3) % 1000 / 1000, 3)) as int) as number,
                    i as position
                from range({n}) as numbers(i);
            copy (
                with gaps as (
                    select *, occurred_at > lag(occurred_at) over w + interval 10 day as is_new
                    from steps window w as (partition by customer_id order by occurred_at, position)
                )
                select
                    customer_id,
                    cast(1 + sum(coalesce(is_new, false)::int) over w as int) as journey,
                    's' || number % {STAGES} as stage,
                    't' || number as touchpoint,
                    occurred_at,
                    position
                from gaps window w as (
                    partition by customer_id order by occurred_at, position rows unbounded preceding
                )
                order by customer_id, occurred_at, position
            ) to '{folder}/data/reconstruct/steps/bucket=000.parquet' (format parquet, compression zstd);
            copy (
                select i as customer_id, 'p' || i % {PERSONAS} as persona from range({customers}) as numbers(i)
            ) to '{folder}/data/segment/personas.parquet' (format parquet)""")


def clicks(explorer: JourneyExplorer) -> list[float]:
    """Return the seconds that each click takes: what the browser waits for, all of it made anew."""
    buttons = explorer.widget.children
    seconds = []
    for _, stage in buttons[0].options:
        seconds.append(_timed(buttons[0], stage))
        for _, place in buttons[1].options:
            for _, persona in buttons[2].options:
                seconds += [_timed(buttons[1], place), _timed(buttons[2], persona)]
    return seconds


def _timed(buttons: ToggleButtons, value: str) -> float:
    started = time.perf_counter()
    buttons.value = value
    return time.perf_counter() - started


def main() -> None:
    """Print the times."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=1_000_000, help="how many (default: 1,000,000)")
    n = parser.parse_args().steps
    with TemporaryDirectory() as folder:
        make_workspace(Path(folder), n)
        lab = pl.open(folder, language="en")
        started = time.perf_counter()
        explorer = lab.explorer()
        opened = time.perf_counter() - started
        seconds = clicks(explorer)
    print(f"{n:,} steps: opened in {opened:.1f} s, once")
    print(f"{len(seconds)} clicks: median {statistics.median(seconds):.3f} s, longest {max(seconds):.3f} s")


if __name__ == "__main__":
    main()
