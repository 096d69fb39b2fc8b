"""DVC stage *simulate*: a brand that exists nowhere, as the exports of its tools and the truth they were made from.

Reads truth.yaml of the workspace; writes the raw files of data/raw one by one (never a source.yaml) and data/truth.
The pipeline reads the first and never the second.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pandas as pd

from pipeline.engine import Engine
from pipeline.files import rounded, write_csv
from pipeline.params import EngineParams, Params
from pipeline.simulation import counterfactual, world
from pipeline.simulation.dirt import DirtRates
from pipeline.simulation.exports import Exported, Exporter, outputs, remove_others
from pipeline.simulation.identifiers import IdentityRates
from pipeline.simulation.truth import Truth
from pipeline.tables import PLANTED, TRUE_IDENTIFIERS, TRUE_TRANSITIONS, Table
from pipeline.workspace import Workspace

DECLARATION = "truth.yaml"
BATCH = world.BATCH
_ENGINE = EngineParams("duckdb", 2, "2 GB")
_CELL = ["persona", "from_stage", "to_stage", "horizon"]


def main(workspace: Workspace, params: Params) -> None:
    """Write the exports and the truth that truth.yaml declares; of params.yaml only the engine's limits matter."""
    truth = Truth.read(workspace.root / DECLARATION, DECLARATION)
    simulate(workspace.root, truth, engine=params.engine)


def simulate(
    folder: Path,
    truth: Truth,
    seeds: Sequence[str] = (),
    customers: int | None = None,
    months: int | None = None,
    engine: EngineParams = _ENGINE,
) -> None:
    """Write the exports of one brand, or of several worlds stacked in the same files, and what is true of them.

    Parameters
    ----------
    folder
        Gets ``data/raw/<source>/`` and ``data/truth/``; each file is whole or not there.
    truth
        What the world does, and how it is exported.
    seeds
        One world each; default: the truth's own.
    customers
        Persons per world; default: the truth's.
    months
        Length of the window before the cut-off; default: the truth's.
    engine
        Threads and memory; neither changes a byte.

    Raises
    ------
    ParcoursError
        If there is no customer or month, or a rate is missing or no share.

    Notes
    -----
    Persons are made in batches, each exported before the next, so that memory does not grow with the brand.
    planted.csv belongs to one world and is written where there is one seed; `counterfactual.planted_by_seed` gives it
    for several. transitions.csv and who is who are those of all of them.
    """
    seeds, customers, months = seeds or (truth.seed,), customers or truth.customers, months or truth.months
    exported = Exported(folder, truth.window(months), IdentityRates.read(truth.identity), DirtRates.read(truth.dirt))
    folder.mkdir(parents=True, exist_ok=True)
    with Workspace.at(folder).temporary() as temporary, Engine(engine, temporary) as running:
        connection = running.connection
        transitions = list(_write_batches(connection, exported, truth, seeds, customers, months, temporary))
        running.read(TRUE_IDENTIFIERS, folder / TRUE_IDENTIFIERS.path)
        _write_checked(running, TRUE_TRANSITIONS, _added_up(transitions), folder)
        if len(seeds) == 1:
            planted = counterfactual.planted(connection, truth, seeds[0], customers, months)
            _write_checked(running, PLANTED, planted, folder)
    remove_others(folder, batches_of(len(seeds) * customers))


def _write_batches(
    connection: duckdb.DuckDBPyConnection,
    exported: Exported,
    truth: Truth,
    seeds: Sequence[str],
    customers: int,
    months: int,
    temporary: Path,
) -> Iterator[pd.DataFrame]:
    """Write every batch's files; yield the true transitions of each."""
    exporter = Exporter(connection, exported, temporary)
    is_one = batches_of(len(seeds) * customers) == 1
    for number, _ in enumerate(world.batches(connection, truth, seeds, customers, months)):
        exporter.write_batch(None if is_one else number)
        yield counterfactual.true_transitions(connection, truth, months)
    exporter.finish()


def _write_checked(engine: Engine, table: Table, frame: pd.DataFrame, folder: Path) -> None:
    engine.load(table.name, frame)
    engine.check(table, table.name)
    write_csv(frame, folder / table.path)


def _added_up(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the transitions of all batches from those of each: counts add up, shares are taken anew."""
    moved = pd.concat([part.assign(n_moved=(part["p"] * part["n_visits"]).round()) for part in parts])
    total = moved.groupby(_CELL)[["n_moved"]].sum().reset_index()
    total["n_visits"] = total.groupby(["persona", "from_stage"])["n_moved"].transform("sum").astype("int64")
    total["p"] = (total["n_moved"] / total["n_visits"]).map(rounded)
    return total[list(parts[0].columns)]


def batches_of(persons: int) -> int:
    """Return how many batches, and so how many files of each kind, so many persons make.

    Examples
    --------
    >>> batches_of(20_000), batches_of(50_001)
    (1, 2)
    """
    return -(-persons // BATCH)


def files_of(truth: Truth) -> list[str]:
    """Return the raw files that a truth gives, as paths in the workspace."""
    return outputs(batches_of(truth.customers))
