"""For notebooks: a workspace opened, its tables as frames, its large tables by SQL, its pictures.

Everything here reads; nothing is ever written into a workspace.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline import params as parameters
from pipeline import tables
from pipeline.engine import Engine
from pipeline.errors import ParcoursError, nearest
from pipeline.identify.provenance import why
from pipeline.params import Params
from pipeline.reporting.reading import find_workspace, read_table
from pipeline.workspace import Workspace

LARGE = ("events", "identities", "links", "steps", "journeys", "visits", "customer_transitions", "personas")


@dataclass(frozen=True)
class Lab:
    """One workspace, to be looked at.

    Parameters
    ----------
    workspace
        Its paths.
    params
        What it declares.
    """

    workspace: Workspace
    params: Params

    def table(self, name: str) -> pd.DataFrame:
        """Return a result table (transitions, funnel, kpis, hypotheses …) as a frame.

        Raises
        ------
        ParcoursError
            If there is no such table, or it was not made yet.
        """
        small = {one: table for one, table in tables.ALL.items() if table.path.endswith(".csv")}
        if name in LARGE:
            raise ParcoursError(
                f"{name} may be as large as the data. Ask for what you need: lab.sql('from {name} limit 10')."
            )
        if name not in small:
            raise ParcoursError(f"no table {name!r}.{nearest(name, small)}")
        return read_table(self._made(small[name].path), small[name])

    def numbers(self, verb: str) -> dict[str, Any]:
        """Return the headline numbers of a DVC stage (clean, identify, reconstruct, estimate, assess)."""
        content: dict[str, Any] = json.loads(self._made(f"data/{verb}/{verb}.json").read_text(encoding="utf-8"))
        return content

    def sql(self, query: str) -> pd.DataFrame:
        """Return the rows of a query over the large tables: events, steps, journeys, visits, personas and the others.

        Parameters
        ----------
        query
            SQL in DuckDB's dialect. End it in a limit or an aggregate: the answer comes as a frame.
        """
        with self._engine() as engine:
            return engine.connection.execute(query).df()

    def sample(self, table: str = "events", n: int = 10) -> pd.DataFrame:
        """Return some rows of a large table, the same ones each time: those whose key hashes lowest."""
        if table not in LARGE:
            raise ParcoursError(f"no large table {table!r}.{nearest(table, LARGE)}")
        key = ", ".join(f'"{name}"' for name in tables.ALL[table].key)
        return self.sql(f"select * from {table} order by md5(concat_ws('/', {key})), {key} limit {int(n)}")

    def why(self, one: tuple[str, str], other: tuple[str, str]) -> pd.DataFrame:
        """Return why two identifiers (kind, keyed hash) are one customer: the links between them, source and dates."""
        with self._engine() as engine:
            return why(engine, one, other)

    def picture(self, name: str, language: str | None = None) -> Picture:
        """Return a picture that `draw` made: a persona's map or one of the companions (transitions, funnel …)."""
        chosen = language or self.params.workspace.languages[0]
        path = self._made(f"data/draw/{name}.{chosen}.svg")
        return Picture(path.read_text(encoding="utf-8"))

    @contextmanager
    def _engine(self) -> Iterator[Engine]:
        with (
            tempfile.TemporaryDirectory(prefix="parcours-lab-") as folder,
            Engine(self.params.engine, Path(folder), [self.workspace.path("data")]) as engine,
        ):
            for name in LARGE:
                path = self.workspace.path(tables.ALL[name].path)
                if path.exists():
                    engine.read(tables.ALL[name], path, check=False)
            yield engine

    def _made(self, relative: str) -> Path:
        path = self.workspace.path(relative)
        if not path.is_file():
            verb = relative.split("/")[1]
            raise ParcoursError(
                f"{relative} is missing in {self.workspace.out}. Run `dvc repro`, or `parcours {verb}`."
            )
        return path


@dataclass(frozen=True)
class Picture:
    """An SVG, shown by Jupyter."""

    svg: str

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return "Picture()"


def open_lab(workspace: Path | str | None = None, out: Path | str | None = None) -> Lab:
    """Open a workspace for exploring.

    Parameters
    ----------
    workspace
        Its folder; default: the one around the working directory.
    out
        Folder of its outputs, if `parcours run --out` put them elsewhere.
    """
    place = Workspace.at(workspace if workspace is not None else find_workspace(), out)
    return Lab(place, parameters.load(place))
