"""Seconds and memory on DuckDB and on Spark against the number of events: docs/spark.md, "When to move".

Run: python benchmarks/spark.py --events 10000 100000 1000000 [--engines duckdb spark] [--stages reconstruct segment]
     python benchmarks/spark.py --plan 1e9 1e10 [--core-hour 0.05]

Made-up events (made_events.py); each run is a process of its own with two threads. Seconds by the clock are counted
from an engine that is up; its start is a column of its own. Memory is the largest resident size of Python and, on
Spark, of Java with it. Rows go to docs/spark_growth.csv as well; `--plan` draws a line through its two largest sizes
of Spark and goes on along it: nothing of a plan is measured.
"""

from __future__ import annotations

import argparse
import csv
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
from pipeline.files import write_csv
from pipeline.params import EngineParams
from pipeline.results import in_form
from pipeline.tables import CAMPAIGNS
from pipeline.workspace import Workspace

RESULTS = Path(__file__).resolve().parents[1] / "docs/spark_growth.csv"
MEMORY = {"duckdb": "2 GB", "spark": "4 GB"}
COLUMNS = ("events", "engine", "stages", "start_seconds", "clock_seconds", "processor_seconds", "peak_mb", "load")
ROW = "{:>10} {:<8} {:<24} {:>14} {:>14} {:>18} {:>8} {:>6}"


def main() -> None:
    """Measure every size on every engine, each in a process of its own; print the rows and keep them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--engines", nargs="+", choices=MEMORY, default=list(MEMORY))
    parser.add_argument("--stages", nargs="+", default=["reconstruct", "segment"])
    parser.add_argument("--plan", type=float, nargs="+", help="sizes to go on to, along the line of what was measured")
    parser.add_argument("--core-hour", type=float, default=0.05, help="what a core costs per hour, in your currency")
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)  # one run, in this process
    options = parser.parse_args()
    if options.plan:
        plan(options.plan, options.core_hour)
    elif options.folder is not None:
        run(options.folder, options.events[0], options.engines[0], options.stages)
    else:
        print(ROW.format(*COLUMNS), flush=True)
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
    write_csv(in_form([], CAMPAIGNS), folder / CAMPAIGNS.path)
    whole = pa.int64()
    redrawn = pa.schema([("graph", pa.int32()), ("node", whole), ("replaces", whole), ("customer_id", whole)])
    pyarrow.parquet.write_table(redrawn.empty_table(), folder / "data/identify/redrawn.parquet")


def run(folder: Path, n: int, kind: str, stages: list[str]) -> None:
    """Run DVC stages in this process, print what they took, and keep it."""
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
    told = [f"{up - started:.1f}", f"{done - up:.1f}", f"{seconds:.1f}", f"{peak:.0f}", f"{os.getloadavg()[0]:.1f}"]
    row = [n, kind, " ".join(stages), *told]
    print(ROW.format(*row), flush=True)
    is_new = not RESULTS.exists()
    with RESULTS.open("a", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([COLUMNS, row] if is_new else [row])


def of_process(pid: int) -> tuple[float, float]:
    """Return the processor seconds of another process, and its peak memory in MB."""
    ticks = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines())
    return (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK"), int(status["VmHWM"].split()[0]) / 1024


def plan(sizes: list[float], core_hour: float) -> None:
    """Print what larger sizes would take if the line through the two largest measured ones went on."""
    with RESULTS.open(encoding="utf-8") as file:
        taken = {int(row["events"]): float(row["processor_seconds"]) for row in csv.DictReader(file)
                 if row["engine"] == "spark"}  # fmt: skip
    less, more = sorted(taken)[-2:]
    each = (taken[more] - taken[less]) / (more - less)
    print(f"measured: {less} and {more} events; {1e6 * each:.1f} processor seconds for each further million")
    print(f"extrapolated, at {core_hour:g} per core and hour, no core idle:")
    print(f"{'events':>16} {'core hours':>12} {'cost':>10}")
    for size in sizes:
        hours = (taken[more] + each * (size - more)) / 3600
        print(f"{size:>16,.0f} {hours:>12.1f} {hours * core_hour:>10.2f}")


if __name__ == "__main__":
    main()
