"""Seconds and memory on DuckDB and on Spark against the number of events: docs/spark.md, "When to move".

Run: python benchmarks/spark.py --events 10000 100000 1000000 [--engines duckdb spark] [--stages reconstruct segment].
Made-up events (made_events.py); each run is a process of its own with two threads. Seconds by the clock are counted from
an engine that is up; its start is a column of its own. Memory is the largest resident size of Python and, on Spark, of
Java with it.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
from made_events import THREADS, make_events

from pipeline import params as parameters
from pipeline.engine import open_engine
from pipeline.params import EngineParams
from pipeline.workspace import Workspace

MEMORY = {"duckdb": "2 GB", "spark": "4 GB"}
ROW = "{:>10} {:<8} {:>8} {:>10} {:>12} {:>10} {:>6}"


def main() -> None:
    """Measure every size on every engine, each in a process of its own, and print the rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--engines", nargs="+", choices=MEMORY, default=list(MEMORY))
    parser.add_argument("--stages", nargs="+", default=["reconstruct", "segment"])
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)  # one run, in this process
    options = parser.parse_args()
    if options.folder is not None:
        run(options.folder, options.events[0], options.engines[0], options.stages)
        return
    print(ROW.format("events", "engine", "start s", "clock s", "processor s", "peak MB", "load"), flush=True)
    for n in options.events:
        with tempfile.TemporaryDirectory(prefix="parcours-spark-") as name:
            make_workspace(Path(name), n)
            for engine in options.engines:
                command = [sys.executable, __file__, "--folder", name, "--events", str(n), "--engines", engine]
                subprocess.run([*command, "--stages", *options.stages], check=True)


def make_workspace(folder: Path, n: int) -> None:
    """Write made-up events, and what `clean` and `identify` leave beside them."""
    make_events(folder, n)
    (folder / "data/clean/clean.json").write_text('{"is_sample": false}', encoding="utf-8")
    whole = pa.int64()
    redrawn = pa.schema([("graph", pa.int32()), ("node", whole), ("replaces", whole), ("customer_id", whole)])
    pyarrow.parquet.write_table(redrawn.empty_table(), folder / "data/identify/redrawn.parquet")


def run(folder: Path, n: int, kind: str, stages: list[str]) -> None:
    """Run DVC stages in this process and print what they took."""
    workspace = Workspace.at(folder)
    engine = EngineParams(kind, THREADS, MEMORY[kind], f"local[{THREADS}]")
    params = replace(parameters.load(workspace), engine=engine)
    started = time.perf_counter()
    with workspace.temporary() as temporary, open_engine(engine, temporary) as running:
        up = time.perf_counter()
        for stage in stages:
            import_module(f"pipeline.{stage}").main(workspace, params)
        done = time.perf_counter()
        java = running.session._jvm.java.lang.ProcessHandle.current().pid() if kind == "spark" else None
    usage = resource.getrusage(resource.RUSAGE_SELF)
    seconds, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
    if java is not None:
        of_java = of_process(java)
        seconds, peak = seconds + of_java[0], peak + of_java[1]
    load = os.getloadavg()[0]
    print(ROW.format(n, kind, f"{up - started:.1f}", f"{done - up:.1f}", f"{seconds:.1f}", f"{peak:.0f}", f"{load:.1f}"),
          flush=True)  # fmt: skip


def of_process(pid: int) -> tuple[float, float]:
    """Return the processor seconds of another process, and its peak memory in MB."""
    ticks = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines())
    return (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK"), int(status["VmHWM"].split()[0]) / 1024


if __name__ == "__main__":
    main()
