"""One workspace on DuckDB and on Spark: what each DVC stage took, and whether every table is the same.

Run: python benchmarks/both_engines.py WORKSPACE [--stages clean identify reconstruct segment estimate assess]
         [--master local[2]] [--memory 4 GB]
     python benchmarks/both_engines.py --made 10000000 --stages reconstruct segment estimate

Reads the workspace and writes beside nothing of it: results lie in a passing folder. What the first stage named needs
is taken from the workspace's own data. CSV and JSON must be the same bytes, Parquet the same rows in the same order,
floats to a relative 1e-9 (docs/spark.md). Needs PySpark and Java 17 or later. Exit status 1 where something differs.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import sys
import tempfile
import time
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet
from made_events import THREADS
from spark import make_workspace, of_process

from pipeline import params as parameters
from pipeline.engine import open_engine
from pipeline.params import EngineParams
from pipeline.workspace import Workspace

STAGES = ("clean", "identify", "reconstruct", "segment", "estimate", "assess")
RELATIVE = 1e-9
ROW = "{:<12} {:<8} {:>14} {:>18}"


def main() -> int:
    """Run the stages on both engines, compare what they wrote, and say it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workspace", type=Path, nargs="?", help="a folder with params.yaml and data/raw")
    parser.add_argument("--made", type=int, help="so many made-up events instead; begin with reconstruct")
    parser.add_argument("--stages", nargs="+", choices=STAGES, default=list(STAGES))
    parser.add_argument("--master", default=f"local[{THREADS}]", help="where Spark runs")
    parser.add_argument("--memory", default="4 GB", help="of each engine")
    options = parser.parse_args()
    if (options.workspace is None) == (options.made is None):
        parser.error("name a workspace, or say how many made-up events: --made 1000000")
    if options.made and options.stages[0] in ("clean", "identify"):
        parser.error("made-up events are identified already: --stages reconstruct segment estimate")
    with tempfile.TemporaryDirectory(prefix="parcours-engines-") as name:
        folder = Path(name)
        root = options.workspace or folder / "made"
        if options.made:
            root.mkdir()
            make_workspace(root, options.made)
        outs = {}
        print(ROW.format("stage", "engine", "by the clock", "processors' s"))
        for kind in ("duckdb", "spark"):
            engine = EngineParams(kind, THREADS, options.memory, options.master)
            outs[kind] = folder / kind
            run(root, outs[kind], engine, options.stages)
        found = list(differences(outs["duckdb"] / "data", outs["spark"] / "data", options.stages))
    print("\n".join(found[:50]) or "nothing differs")
    return int(bool(found))


def run(root: Path, out: Path, engine: EngineParams, stages: list[str]) -> None:
    """Run stages of a workspace on one engine, and print what each took."""
    for before in STAGES[: STAGES.index(stages[0])]:
        if (root / "data" / before).is_dir():
            shutil.copytree(root / "data" / before, out / "data" / before)
    out.mkdir(parents=True, exist_ok=True)
    workspace = Workspace.at(root, out)
    params = replace(parameters.load(workspace), engine=engine)
    with workspace.temporary() as temporary, open_engine(engine, temporary) as running:  # Spark stays up between stages
        java = running.session._jvm.java.lang.ProcessHandle.current().pid() if engine.kind == "spark" else None
        for stage in stages:
            started, before_it = time.perf_counter(), seconds(java)
            import_module(f"pipeline.{stage}").main(workspace, params)
            took = time.perf_counter() - started
            print(ROW.format(stage, engine.kind, f"{took:.1f}", f"{seconds(java) - before_it:.1f}"), flush=True)


def seconds(java: int | None) -> float:
    """Return the processors' seconds of this process so far, and of Java beside it."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime + (of_process(java)[0] if java else 0.0)


def differences(expected: Path, got: Path, stages: list[str]) -> list[str]:
    """Return what differs between two folders of results, in words; print how much was compared."""
    files = {
        path.relative_to(folder)
        for folder in (expected, got)
        for stage in stages
        for path in (folder / stage).rglob("*")
        if path.is_file()
    }
    found, rows = [], 0
    for file in sorted(files):
        one, other = expected / file, got / file
        if not (one.is_file() and other.is_file()):
            found.append(f"{file}: only on {'DuckDB' if one.is_file() else 'Spark'}")
        elif file.suffix == ".parquet":
            table = pyarrow.parquet.read_table(one)
            rows += table.num_rows
            found += [f"{file}: {what}" for what in columns_that_differ(table, pyarrow.parquet.read_table(other))]
        elif one.read_bytes() != other.read_bytes():
            found.append(f"{file}: other bytes")
    print(f"{len(files)} files compared, {rows:,} rows of Parquet among them; {len(found)} differences")
    return found


def columns_that_differ(expected: pa.Table, got: pa.Table) -> list[str]:
    """Return the columns of which any row differs."""
    if expected.column_names != got.column_names:
        return [f"columns {got.column_names}, expected {expected.column_names}"]
    if expected.num_rows != got.num_rows:
        return [f"{got.num_rows:,} rows, expected {expected.num_rows:,}"]
    return [name for name in expected.column_names if not is_same(expected[name], got[name])]


def is_same(one: pa.ChunkedArray, other: pa.ChunkedArray) -> bool:
    """Return whether two columns hold the same values; a whole number may come in another width."""
    if pa.types.is_dictionary(one.type):
        one = one.cast(one.type.value_type)
    other = other.cast(one.type)
    if one.equals(other):
        return True
    if not pa.types.is_floating(one.type):
        return False
    return bool(np.allclose(one.to_numpy(), other.to_numpy(), rtol=RELATIVE, atol=0, equal_nan=True))


if __name__ == "__main__":
    sys.exit(main())
