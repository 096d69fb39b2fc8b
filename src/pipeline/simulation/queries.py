"""Runs the simulation's SQL files: plain DuckDB SQL, values bound by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import duckdb

_PLACE = re.compile(r"\$([a-z_]+)")


def text_of(name: str) -> str:
    """Return the text of ``simulation/sql/<name>.sql``."""
    return (files("pipeline") / "simulation" / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def make(connection: duckdb.DuckDBPyConnection, table: str, name: str, bindings: Mapping[str, Any]) -> None:
    """Run ``simulation/sql/<name>.sql`` into the temporary table `table`; bindings it does not use are left out."""
    text = text_of(name)
    used = {place: bindings[place] for place in _PLACE.findall(text)}
    connection.execute(f'create or replace temp table "{table}" as {text}', used)
