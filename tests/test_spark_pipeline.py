"""The whole pipeline on DuckDB and on Spark, from raw exports to verdicts: every table is the same.

Takes minutes, nearly all of it Spark's: `make spark` runs it, in one process and on a standalone cluster.
"""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pyarrow.parquet
import pytest

from pipeline import params as parameters
from pipeline.engine.spark import SparkEngine
from pipeline.params import EngineParams
from pipeline.workspace import Workspace
from recorded_queries import rows_differ
from simulation.clairval import make
from spark_brand import declare_everything, declare_little

VERBS = ("clean", "identify", "reconstruct", "segment", "estimate", "assess")


@pytest.fixture(scope="module")
def folders(spark: SparkEngine, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return what each engine made of one small brand."""
    brand = make(tmp_path_factory.mktemp("clairval") / "brand", customers=150).workspace
    declare_everything(brand)
    declare_little(brand)
    found = {}
    for engine in (EngineParams("duckdb", 2, "1 GB"), spark.params):
        workspace = Workspace.at(brand.root, tmp_path_factory.mktemp(engine.kind))
        for verb in VERBS:
            params = replace(parameters.load(workspace), engine=engine)
            import_module(f"pipeline.{verb}").main(workspace, params)
        found[engine.kind] = workspace.out / "data"  # what is kept between runs lies beside it, of DuckDB's alone
    return found


def files(folder: Path, suffix: str) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob(f"*{suffix}"))


def test_both_write_the_same_files(folders: dict[str, Path]) -> None:
    assert files(folders["spark"], "") == files(folders["duckdb"], "")


def test_small_tables_are_the_same_bytes(folders: dict[str, Path]) -> None:
    names = [*files(folders["duckdb"], ".csv"), *files(folders["duckdb"], ".json")]
    assert len(names) > 40
    other = [
        name for name in names if (folders["spark"] / name).read_bytes() != (folders["duckdb"] / name).read_bytes()
    ]
    assert other == []


def test_large_tables_hold_the_same_rows_in_the_same_order(folders: dict[str, Path]) -> None:
    names = files(folders["duckdb"], ".parquet")
    assert len(names) > 15
    found = {}
    for name in names:
        expected, got = (pyarrow.parquet.read_table(folders[kind] / name) for kind in ("duckdb", "spark"))
        found[name] = rows_differ(expected, got)
    assert {name: what for name, what in found.items() if what} == {}
