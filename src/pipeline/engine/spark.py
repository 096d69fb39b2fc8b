"""Spark beside DuckDB: the methods of `Engine` that DVC stages call, on a Spark session.

Reads and writes the same Parquet layout. What runs on it, and what does not: docs/spark.md.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import duckdb
import pandas as pd
import pyarrow as pa
import sqlglot
from sqlglot import exp

from pipeline.engine.duckdb import Engine
from pipeline.engine.queries import named
from pipeline.engine.spark_dialect import spark_sql
from pipeline.engine.spark_locks import lock, refuse_other_than_query
from pipeline.expressions import DIALECT
from pipeline.params import EngineParams
from pipeline.tables import Table
from pipeline.timing import measured

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

# What contracts and descriptions of sources call the types of Spark.
_TYPES = {
    "string": "VARCHAR", "bigint": "BIGINT", "int": "INTEGER", "smallint": "SMALLINT", "tinyint": "TINYINT",
    "boolean": "BOOLEAN", "date": "DATE", "double": "DOUBLE", "float": "FLOAT",
    "timestamp_ntz": "TIMESTAMP", "timestamp": "TIMESTAMP WITH TIME ZONE",
}  # fmt: skip


def session_of(settings: EngineParams) -> SparkSession:
    """Return the one Spark session of this process, which lives as long as the process.

    Times are naive and UTC, overflow and division by zero are errors, shuffles stay small: as on DuckDB.
    What does not fit in memory goes where SPARK_LOCAL_DIRS says, by default the system's folder for temporary files.
    """
    from pyspark.sql import SparkSession

    options = {
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.timestampType": "TIMESTAMP_NTZ",
        "spark.sql.ansi.enabled": "true",
        "spark.sql.parquet.compression.codec": "zstd",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    if settings.master.startswith("local"):
        options |= {
            "spark.driver.memory": settings.memory_limit.replace(" ", "").removesuffix("B"),
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.sql.shuffle.partitions": str(settings.threads),
        }
    builder = SparkSession.builder.master(settings.master).appName("parcours")
    for name, value in options.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


class SparkEngine(Engine):
    """Spark, in this process (`local[2]`) or on a cluster (`spark://…`), with the methods of `Engine`.

    Parameters
    ----------
    params
        Where Spark runs, and its memory where that is here.
    temporary
        Folder for what does not fit in memory, and for files on their way; a cluster must reach it and the workspace
        under the same path.
    reach
        Not used: Spark cannot lock folders. What its sessions are locked to instead: docs/security.md.
    """

    has_ranges = False  # Spark cuts its work by itself, and pays for each question

    def __init__(self, params: EngineParams, temporary: Path, reach: Sequence[Path] | None = None) -> None:
        super().__init__(params, temporary.absolute(), reach)
        self.views: set[str] = set()

    def __enter__(self) -> Self:
        from pyspark.errors import PySparkException

        self.errors = (sqlglot.UnsupportedError, PySparkException)  # in the translation, or in Spark
        self.session = session_of(self.params).newSession()
        lock(self.session)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in self._known():
            self._forget(name)

    # -- what queries read -------------------------------------------------------------------------------------

    def view(self, name: str, path: Path | Sequence[Path]) -> None:
        """Make Parquet files (a path, a glob or a list) readable as `name`; columns are matched by name."""
        listed = [path] if isinstance(path, Path) else list(path)
        paths = [one.parents[1] if one.parent.name == "**" else one for one in listed]  # no such glob for Spark
        # one file has one schema; to compare those of many is a question of its own to Spark
        is_one = len(paths) == 1 and paths[0].is_file()
        reader = self.session.read.option("mergeSchema", str(not is_one)).option("recursiveFileLookup", "true")
        self._show(name, reader.parquet(*(str(one.absolute()) for one in paths)), is_made=False)

    def load(self, name: str, frame: pd.DataFrame) -> None:
        """Make a small frame readable as a table."""
        self.load_arrow(name, pa.Table.from_pandas(frame, preserve_index=False))

    def load_arrow(self, name: str, table: pa.Table) -> None:
        """Make a small Arrow table readable as a table."""
        fields = [pa.field(field.name, _loadable(field.type)) for field in table.schema]
        self._show(name, self.session.createDataFrame(table.cast(pa.schema(fields))), is_made=True)

    def _show(self, name: str, rows: DataFrame, is_made: bool) -> None:
        self._forget(name)
        rows.createOrReplaceTempView(f"`{name}`")
        (self.made if is_made else self.views).add(name)

    def _known(self) -> set[str]:
        return self.made | self.views

    def _forget(self, name: str) -> None:
        self.made.discard(name)
        self.views.discard(name)
        self.session.catalog.dropTempView(name)

    # -- queries -----------------------------------------------------------------------------------------------

    def make(self, name: str, sql: str | exp.Expr | None = None, lazily: bool = False, **bindings: Any) -> None:
        """Run ``sql/<sql or name>.sql`` into a temporary table (a view if `lazily`) called `name`.

        A table's rows are made at once and kept on the executors, in memory as far as that goes. A view reads what
        its names stood for when it was made.
        """
        rows = self._run(sql or name, bindings)
        if not lazily:
            with measured(named(sql, name)):
                rows = rows.localCheckpoint()  # and not `cache`: plans would grow from table to table
        self._show(name, rows, is_made=not lazily)

    def hold(self, name: str, codes: Mapping[str, Iterable[str]] | None = None) -> None:
        """Keep what a view reads at hand. Spark has no codes: texts stay texts."""
        self.make(name, exp.select("*").from_(exp.to_table(name, dialect=DIALECT)))

    def frame(self, sql: str | exp.Expr, **bindings: Any) -> pd.DataFrame:
        """Run ``sql/<sql>.sql`` and return its (small) result, typed as DuckDB types it."""
        return duckdb.from_arrow(self.arrow(sql, **bindings)).df()

    def arrow(self, sql: str | exp.Expr, **bindings: Any) -> pa.Table:
        """Run ``sql/<sql>.sql`` and return its (small) result as an Arrow table."""
        with measured(named(sql)):
            return self._run(sql, bindings).toArrow()

    def rows(self, sql: str | exp.Expr, **bindings: Any) -> list[tuple[Any, ...]]:
        """Run ``sql/<sql>.sql`` and return its (small) result row by row, null as None."""
        return [tuple(row.values()) for row in self.arrow(sql, **bindings).to_pylist()]

    def row(self, sql: str | exp.Expr, **bindings: Any) -> dict[str, Any]:
        """Run a query that gives one row, and return it by column name."""
        found: dict[str, Any] = self.arrow(sql, **bindings).slice(0, 1).to_pylist()[0]
        return found

    def write(self, sql: str | exp.Expr, path: Path, **bindings: Any) -> None:
        """Write a query's rows to one Parquet file, in the query's own total order."""
        parts = self.temporary / f"{path.name}.parts"
        # one task reads the sorted parts in turn: the file is in order, as every reader of buckets expects
        with measured(f"{named(sql)} written"):
            self._run(sql, bindings).coalesce(1).write.mode("overwrite").parquet(str(parts))
        [part] = parts.glob("*.parquet")
        shutil.move(part, path)
        shutil.rmtree(parts)

    def write_parts(self, sql: str | exp.Expr, folder: Path, column: str, **bindings: Any) -> None:
        """Write a query's rows, unordered, to ``folder/<column>=<value>/`` – passing files only, never a result."""
        with measured(f"{named(sql)} written in parts"):
            self._run(sql, bindings).write.mode("overwrite").partitionBy(column).parquet(str(folder.absolute()))

    def columns(self, name: str) -> dict[str, str]:
        """Return a relation's columns and their types, as contracts call them, in order."""
        return {column: _TYPES.get(kind, kind.upper()) for column, kind in self.session.table(f"`{name}`").dtypes}

    def _run(self, sql: str | exp.Expr, bindings: Mapping[str, Any]) -> DataFrame:
        text = spark_sql(self.bound(sql, **bindings))
        refuse_other_than_query(self.session, text)
        return self.session.sql(text)

    def has(self, name: str, kind: str = "table") -> bool:
        """Return whether `make` has made a table, or a view, of that name."""
        return name in (self.views if kind == "view" else self.made)

    def _broken(self, table: Table, name: str) -> dict[str, int]:
        return self.row(sqlglot.parse_one(table.violations(f'"{name}"'), read=DIALECT))


def _loadable(kind: pa.DataType) -> pa.DataType:
    """Return the type that Spark reads for a type of Arrow."""
    if pa.types.is_dictionary(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind):
        return pa.string()
    if pa.types.is_timestamp(kind):
        return pa.timestamp("us")
    return pa.int64() if pa.types.is_unsigned_integer(kind) else kind
