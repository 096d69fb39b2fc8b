"""Spark for tests: settings for small tables, and a standalone cluster on this machine from the Python package alone."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic, sleep

PATIENCE = 300  # seconds: two machines of Java start on cores that may have other work
# Hundreds of queries over tiny tables: neither 200 parts, nor Java code compiled for each, nor a compiler that takes its time,
# nor a plan made anew between its parts, nor described at length.
DEFAULTS = """
spark.sql.shuffle.partitions 2
spark.sql.adaptive.enabled false
spark.sql.ui.explainMode simple
spark.sql.codegen.wholeStage false
spark.sql.codegen.factoryMode NO_CODEGEN
spark.driver.memory 1g
spark.executor.memory 1g
spark.executorEnv.JAVA_TOOL_OPTIONS -XX:TieredStopAtLevel=1
"""


def home() -> Path:
    """Return where PySpark keeps Spark's own programs."""
    import pyspark  # here, since a machine without Spark collects this file, too

    return Path(pyspark.__path__[0])


def set_for_small_tables(folder: Path) -> None:
    """Let every Spark that this process starts take the tests' settings; call it before the first."""
    (folder / "spark-defaults.conf").write_text(DEFAULTS, encoding="utf-8")
    os.environ |= {
        "SPARK_HOME": str(home()), "SPARK_CONF_DIR": str(folder), "SPARK_LOCAL_IP": "127.0.0.1",
        "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    }  # fmt: skip


@contextmanager
def standalone_cluster(folder: Path) -> Iterator[str]:
    """Give the address of a cluster of one worker with two cores, and end it."""
    with ExitStack() as stack:
        # port 0: whichever is free; the log tells
        log = stack.enter_context(
            _running(folder, "master", ["--host", "127.0.0.1", "--port", "0", "--webui-port", "0"])
        )
        address = _said(log, r"Starting Spark master at (spark://\S+)")
        worker = [
            "--host",
            "127.0.0.1",
            "--cores",
            "2",
            "--memory",
            "2g",
            "--webui-port",
            "0",
            "-d",
            str(folder / "work"),
        ]
        log = stack.enter_context(_running(folder, "worker", [*worker, address]))
        _said(log, r"(Successfully registered with master)")
        yield address


@contextmanager
def _running(folder: Path, part: str, arguments: list[str]) -> Iterator[Path]:
    log = folder / f"{part}.log"
    command = [str(home() / "bin" / "spark-class"), f"org.apache.spark.deploy.{part}.{part.title()}", *arguments]
    with log.open("w") as out, subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT) as process:
        try:
            yield log
        finally:
            process.terminate()


def _said(log: Path, pattern: str) -> str:
    """Return what a log says, as soon as it does."""
    until = monotonic() + PATIENCE
    while monotonic() < until:
        if found := re.search(pattern, log.read_text(encoding="utf-8")):
            return found[1]
        sleep(0.2)
    raise TimeoutError(f"{log}: {log.read_text(encoding='utf-8')[-2000:]}")
