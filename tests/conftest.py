"""What all tests share: where the data beside the project lie, and which tests may be skipped.

A test that needs what a machine may lack skips with its reason: no browser, no data. In .ci/run the first is
installed and PARCOURS_ALLOW_SKIPS=data,spark,peers allows the second, Spark and the tools of `make bench` only: a reason
begins with "data: ", "spark: " or "peers: ".
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
collect_ignore_glob = ["oracles/*.py"]  # scripts for software that tests do not need
DATA_BESIDE = REPOSITORY.parent / "shared" / "data"
# The browsers tests may drive, in the order they are looked for.
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

if "PARCOURS_DATA" not in os.environ and DATA_BESIDE.is_dir():
    os.environ["PARCOURS_DATA"] = str(DATA_BESIDE)
# Two threads at most: the tests themselves run side by side.
os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(scope="session")
def repository() -> Path:
    """Return the root of the repository."""
    return REPOSITORY


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Return the folder with data that may not be shipped; skip where it is not there."""
    folder = os.environ.get("PARCOURS_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("data: PARCOURS_DATA names no folder; the data of this workspace may not be shipped")
    return Path(folder)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of a browser; skip where there is none."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("browser: no Chromium on this machine; .ci/run installs it")
    return found


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Generator[Any]:
    """Return a Spark engine, in this process or on a cluster of its own; skip where there is none."""
    where = os.environ.get("PARCOURS_SPARK")
    if where not in ("local", "cluster"):
        pytest.skip("spark: takes minutes; `make spark` sets PARCOURS_SPARK to local, then to cluster")
    if find_spec("pyspark") is None or shutil.which("java") is None:
        pytest.skip("spark: needs PySpark (the extra `spark`) and Java 17 or later")
    from pipeline.engine.spark import SparkEngine
    from pipeline.params import EngineParams
    from spark_cluster import set_for_small_tables, standalone_cluster

    set_for_small_tables(tmp_path_factory.mktemp("spark_settings"))
    with ExitStack() as stack:
        master = "local[2]"
        if where == "cluster":
            master = stack.enter_context(standalone_cluster(tmp_path_factory.mktemp("cluster")))
        params = EngineParams("spark", 2, "1 GB", master)
        engine = stack.enter_context(SparkEngine(params, tmp_path_factory.mktemp("spark")))
        yield engine
        engine.session.stop()


def _fails_here(reason: str) -> bool:
    allowed = os.environ.get("PARCOURS_ALLOW_SKIPS")
    return allowed is not None and not any(reason.startswith(f"{word}:") for word in allowed.split(",") if word)


def _refuse_skip(report: Any) -> None:
    """Turn a skip that is not allowed here into a failure; an expected failure (xfail) stays what it is."""
    if not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    reason = reason.removeprefix("Skipped: ")
    if _fails_here(reason):
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} was skipped where no skip is allowed: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Generator[None, Any, Any]:
    """Judge the skips of tests."""
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, Any]:
    """Judge the skips of whole files."""
    report = yield
    _refuse_skip(report)
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that hold slow tests, lest one of them run alone at the end.

    The order within a file stays; `make test` tells xdist to keep the order of files.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
