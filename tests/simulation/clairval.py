"""Maison Clairval in small: its world and its exports, made once for the tests that look at them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pandas as pd

from pipeline import params as parameters
from pipeline import workspaces
from pipeline.engine import Engine
from pipeline.params import EngineParams, Params
from pipeline.simulation import world
from pipeline.simulation.dirt import DirtRates
from pipeline.simulation.exports import Exported, Exporter
from pipeline.simulation.identifiers import IdentityRates
from pipeline.simulation.truth import Truth
from pipeline.workspace import Workspace

SEED = "maison-clairval"
TRUTH = Truth.default()
OPENS, CLOSES = TRUTH.window(12)
# Louder than the brand's own, so that 300 persons show every kind of dirt.
LOUD = {
    "duplicate": 0.02, "impossible_date": 0.02, "wrong_zone": 0.02, "test_user": 0.02, "placeholder_id": 0.01,
    "missing_id": 0.01, "malformed_row": 0.01,
}  # fmt: skip
CLEAN: Mapping[str, float] = dict.fromkeys(LOUD, 0.0)


@dataclass(frozen=True)
class Clairval:
    """The exports in a workspace, and the ledger they were made from (the window's rows only)."""

    workspace: Workspace
    people: pd.DataFrame
    happened: pd.DataFrame

    @property
    def params(self) -> Params:
        return parameters.load(self.workspace)

    def raw(self, path: str) -> Path:
        return self.workspace.root / "data" / "raw" / path


def make(
    folder: Path,
    threads: int = 2,
    customers: int = 300,
    seeds: tuple[str, ...] = (SEED,),
    size: int = world.BATCH,
    dirt: Mapping[str, float] = LOUD,
    identity: Mapping[str, float] = TRUTH.identity,
) -> Clairval:
    """Write the workspace and the exports of a small brand into a folder; return it beside its ledger."""
    workspaces.create_simulated(folder, (workspaces.TEMPLATES / "clairval" / "truth.yaml").read_text("utf-8"))
    exported = Exported(folder, (OPENS, CLOSES), IdentityRates.read(identity), DirtRates(**dirt))
    people, happened = [], []
    is_one = customers * len(seeds) <= size
    with TemporaryDirectory() as name, Engine(EngineParams("duckdb", threads, "1 GB"), Path(name), [folder]) as engine:
        exporter = Exporter(engine.connection, exported, Path(name))
        for number, _ in enumerate(world.batches(engine.connection, TRUTH, seeds, customers, 12, size=size)):
            exporter.write_batch(None if is_one else number)
            people.append(engine.connection.execute("from people").df())
            happened.append(in_window(engine.connection))
        exporter.finish()
    return Clairval(Workspace.at(folder), pd.concat(people, ignore_index=True), pd.concat(happened, ignore_index=True))


def in_window(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    ledger = "from happened where occurred_at >= $opens and occurred_at < $closes"
    return connection.execute(ledger, {"opens": OPENS, "closes": CLOSES}).df()


def export_ledger(folder: Path, rows: Iterable[tuple[int, datetime, str]]) -> None:
    """Write the exports of a ledger made by hand, of (person, UTC time, touchpoint), without dirt."""
    exported = Exported(folder, (OPENS, CLOSES), IdentityRates.read(TRUTH.identity), DirtRates(**CLEAN))
    rows = list(rows)
    with TemporaryDirectory() as name, Engine(EngineParams("duckdb", 1, "1 GB"), Path(name), [folder]) as engine:
        connection = engine.connection
        next(iter(world.batches(connection, replace(TRUTH), [SEED], max(row[0] for row in rows), 12)))
        connection.execute("delete from happened")
        for event, (person, moment, touchpoint) in enumerate(rows, start=1):
            connection.execute(
                "insert into happened by name select $person::bigint + 1000000000 as person, $event::integer as event, "
                "0::smallint as contact, $moment::timestamp as occurred_at, $touchpoint as touchpoint",
                {"person": person, "event": event, "moment": moment, "touchpoint": touchpoint},
            )
        exporter = Exporter(connection, exported, Path(name))
        exporter.write_batch(None)
        exporter.finish()
