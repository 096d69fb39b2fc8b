"""What runs the SQL: DuckDB, or Spark where params.yaml says so."""

from __future__ import annotations

from pathlib import Path

from pipeline.engine.duckdb import Engine
from pipeline.engine.queries import bind, coded, coded_column, literal, named, query_of, sql_of, within
from pipeline.params import EngineParams

__all__ = ["Engine", "bind", "coded", "coded_column", "literal", "named", "open_engine", "query_of", "sql_of", "within"]


def open_engine(settings: EngineParams, temporary: Path) -> Engine:
    """Return the engine that params.yaml names, not yet open."""
    if settings.kind == "spark":
        from pipeline.engine.spark import SparkEngine  # another dependency, for those who want it

        return SparkEngine(settings, temporary)
    return Engine(settings, temporary)
