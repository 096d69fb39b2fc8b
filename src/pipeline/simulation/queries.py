"""Runs the simulation's SQL files: plain DuckDB SQL, values bound by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb

_PLACE = re.compile(r"\$([a-z_]+)")


def text_of(name: str) -> str:
    """Return the text of ``simulation/sql/<name>.sql``."""
    return (files("pipeline") / "simulation" / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def make(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    name: str,
    bindings: Mapping[str, Any],
    reading: str = "select * from rows",
) -> None:
    """Run ``simulation/sql/<name>.sql`` into the temporary table `table`.

    Parameters
    ----------
    connection
        Where it runs.
    table, name
        The table to make, and the query whose rows go into it.
    bindings
        Values by name; those the query does not use are left out.
    reading
        What is made of the query's rows, called ``rows``, on their way.
    """
    text = text_of(name)
    used = {place: bindings[place] for place in _PLACE.findall(text)}
    connection.execute(f'create or replace temp table "{table}" as with rows as ({text}) {reading}', used)


def quoted(path: Path) -> str:
    """Return a path as SQL."""
    return "'" + str(path).replace("'", "''") + "'"
