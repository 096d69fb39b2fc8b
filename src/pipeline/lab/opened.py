"""A workspace opened: its tables as frames, its large tables by SQL.

Everything here reads; nothing is ever written into a workspace.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup
from sqlglot import exp

from pipeline.containment import DIALECT, parsed, refuse_tables
from pipeline.engine import Engine
from pipeline.errors import ParcoursError, nearest
from pipeline.identify.provenance import kinds_shown, why
from pipeline.params import Params
from pipeline.results import read_table
from pipeline.tables import ALL, Table
from pipeline.workspace import Workspace

if TYPE_CHECKING:
    from pipeline.lab.surroundings import Surroundings

SMALL = {name: table for name, table in ALL.items() if table.path.endswith(".csv")}
LARGE = {name: table for name, table in ALL.items() if name not in SMALL}


@dataclass(frozen=True)
class Opened:
    """One workspace and what can be read of it.

    Every table is an attribute that Tab completes: a result table (``lab.funnel``) is a frame, a table that grows with
    the data (``lab.steps``) says what it holds and is asked by SQL.

    Parameters
    ----------
    workspace
        Its paths.
    params
        What it declares.
    language
        ``"fr"`` or ``"en"``: of pictures and views.
    """

    workspace: Workspace
    params: Params
    language: str

    # -- tables ------------------------------------------------------------------------------------------------

    def __getattr__(self, name: str) -> pd.DataFrame | LargeTable:
        if name in SMALL:
            return self.table(name)
        if name in LARGE:
            return LargeTable(self, LARGE[name])
        raise AttributeError(f"no table {name!r}.{nearest(name, ALL)} All of them: lab.tables")

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *ALL})

    @property
    def tables(self) -> pd.DataFrame:
        """Every table: what it is read for, where it lies, whether it was made yet."""
        rows = [
            {
                "table": name,
                "access": f"lab.{name}" if name in SMALL else f'lab.sql("from {name} limit 10")',
                "file": table.path,
                "is_made": self.workspace.path(table.path).exists(),
            }
            for name, table in ALL.items()
        ]
        return pd.DataFrame(rows).sort_values("file", ignore_index=True)

    def table(self, name: str) -> pd.DataFrame:
        """Return a result table (transitions, funnel, kpis, hypotheses …) as a frame.

        Raises
        ------
        ParcoursError
            If there is no such table, or it was not made yet.
        """
        if name in LARGE:
            raise ParcoursError(
                f"{name} may be as large as the data. Ask for what you need: lab.sql('from {name} limit 10')."
            )
        if name not in SMALL:
            raise ParcoursError(f"no table {name!r}.{nearest(name, SMALL)}")
        return read_table(self.made(SMALL[name].path), SMALL[name])

    def numbers(self, verb: str) -> dict[str, Any]:
        """Return the headline numbers of a DVC stage (clean, identify, reconstruct, estimate, assess)."""
        content: dict[str, Any] = json.loads(self.made(f"data/{verb}/{verb}.json").read_text(encoding="utf-8"))
        return content

    def sql(self, query: str) -> pd.DataFrame:
        """Return the rows of a query over the tables, large and small, of this workspace.

        Parameters
        ----------
        query
            One select in DuckDB's dialect. End it in a limit or an aggregate: the answer comes as a frame.

        Raises
        ------
        ParcoursError
            If it is no select, or reads anything but tables of the workspace.
        """
        tree = _one_select(_one_select(query).sql(DIALECT))  # as written, and again as the engine will read it
        named = {table.name for table in tree.find_all(exp.Table)} & set(ALL)
        with self.engine(named) as engine:
            return engine.frame(tree)

    def sample(self, table: str = "events", n: int = 10) -> pd.DataFrame:
        """Return some rows of a large table, the same ones each time: those whose key hashes lowest."""
        if table not in LARGE:
            raise ParcoursError(f"no large table {table!r}.{nearest(table, LARGE)}")
        key = ", ".join(f'"{name}"' for name in LARGE[table].key)
        return self.sql(f"select * from {table} order by md5(concat_ws('/', {key})), {key} limit {int(n)}")

    def why(self, one: tuple[str, str], other: tuple[str, str]) -> pd.DataFrame:
        """Return why two identifiers (kind, keyed hash) are one customer: the links between them, source and dates."""
        with self.engine(["links", "identities"]) as engine:
            return why(engine, one, other)

    def kinds_shown(self) -> pd.DataFrame:
        """Return how many customers show which kinds of identifiers: one that stands alone lacks a link."""
        with self.engine(["identities"]) as engine:
            return kinds_shown(engine)

    @cached_property
    def surroundings(self) -> Surroundings:
        """What comes before and after each touchpoint; counted once, then looked up."""
        from pipeline.lab.surroundings import survey

        with self.engine(["steps", "personas"]) as engine:
            return survey(engine, self.params, self.window)

    # -- below -------------------------------------------------------------------------------------------------

    @property
    def window(self) -> tuple[datetime, datetime]:
        """Start and end of the observation window, naive UTC."""
        facts = self.numbers("reconstruct")
        return datetime.fromisoformat(facts["window_start"]), datetime.fromisoformat(facts["cut_off"])

    @contextmanager
    def engine(self, names: Collection[str]) -> Iterator[Engine]:
        """Give an engine in which the named tables are readable."""
        with (
            tempfile.TemporaryDirectory(prefix="parcours-lab-") as folder,
            Engine(self.params.engine, Path(folder), [self.workspace.path("data")]) as engine,
        ):
            for name in names:
                if name in SMALL:
                    engine.load(name, self.table(name))
                else:
                    engine.read(LARGE[name], self.made(LARGE[name].path), check=False)
            yield engine

    def made(self, relative: str) -> Path:
        """Return where an output lies, and refuse one that is not there.

        Raises
        ------
        ParcoursError
            Naming the DVC stage that makes it.
        """
        path = self.workspace.path(relative)
        if not path.exists():
            verb = relative.split("/")[1]
            raise ParcoursError(
                f"{relative} is missing in {self.workspace.out}. Run `dvc repro`, or `parcours {verb}`."
            )
        return path


def _one_select(text: str) -> exp.Query:
    """Return the syntax tree of a query, if it is one select that reads tables of a workspace and nothing else."""
    tree = parsed(text, "lab.sql")
    if not isinstance(tree, exp.Select | exp.SetOperation):
        shown = tree.sql(DIALECT)[:60]
        raise ParcoursError(f"lab.sql: expected one select, got {shown!r}. Nothing is written here.")
    refuse_tables(tree, "lab.sql", ALL)
    return tree


@dataclass(frozen=True)
class LargeTable:
    """A table that may be as large as the data: what it holds, and a few rows of it.

    Parameters
    ----------
    lab
        The workspace.
    contract
        Its columns and what they mean.
    """

    lab: Opened
    contract: Table

    @property
    def columns(self) -> pd.DataFrame:
        """Its columns: name, type, meaning. Attributes that the sources declare come besides."""
        rows = [
            {"column": name, "type": column.type, "meaning": column.meaning}
            for name, column in self.contract.columns.items()
        ]
        return pd.DataFrame(rows)

    def sample(self, n: int = 10) -> pd.DataFrame:
        """Return some rows, the same ones each time."""
        return self.lab.sample(self.contract.name, n)

    def __len__(self) -> int:
        return int(self.lab.sql(f"select count(*) as n from {self.contract.name}")["n"].iloc[0])

    def __repr__(self) -> str:
        return f'{self.contract.name}: {len(self):,} rows. lab.sql("select … from {self.contract.name}")'

    def _repr_html_(self) -> str:
        rows = self.sample(5).to_html(index=False)  # escapes what it shows
        return str(Markup("<p><code>{}</code></p>").format(repr(self))) + rows
