"""Many small brands in one workspace: made, cleaned, joined, cut and segmented together, then judged each alone.

The pipeline's fixed cost is paid once for a hundred brands. That a brand in a stack gets the verdicts it gets alone
is a test (`tests/proof/test_stack.py`), not a belief.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import import_module
from importlib.resources import as_file, files
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from pipeline import keys, simulate
from pipeline import params as parameters
from pipeline.assess.comparison import Comparison, compare
from pipeline.assess.judgement import judged
from pipeline.assess.units import Units, find_units
from pipeline.engine import Engine
from pipeline.params import Params
from pipeline.simulation.truth import Truth
from pipeline.simulation.world import SEED_STEP
from pipeline.tables import EVERYBODY, PERSONAS, STEPS
from pipeline.workspace import Workspace

VERBS = ("clean", "identify", "reconstruct", "segment")
MONTHS = 12


@dataclass(frozen=True)
class Stack:
    """Simulated brands, processed by the shipped verbs up to the personas.

    Parameters
    ----------
    workspace, params
        Where they lie, and what the brand declares.
    truth, seeds, customers
        What they were made from: brand i (from 1) is that of ``seeds[i - 1]``.
    owners
        Per customer the pipeline found: ``person`` (whose identifiers it mostly has), ``brand``. Customers with
        identifiers of two brands – two numbers that happen to be the same – are left out.
    identifiers
        One row per identifier and person who truly shows it: kind, value_hash, person, and the customer it fell to.
    """

    workspace: Workspace
    params: Params
    truth: Truth
    seeds: tuple[str, ...]
    customers: int
    owners: pd.DataFrame
    identifiers: pd.DataFrame

    @property
    def window(self) -> tuple[datetime, datetime]:
        """Start and end of the observation, naive UTC."""
        facts = json.loads(self.workspace.path("data/reconstruct/reconstruct.json").read_text(encoding="utf-8"))
        return datetime.fromisoformat(facts["window_start"]), datetime.fromisoformat(facts["cut_off"])

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        """Give an engine that reads steps and personas."""
        with self.workspace.temporary() as temporary, Engine(self.params.engine, temporary) as engine:
            for table in (STEPS, PERSONAS):
                engine.read(table, self.workspace.path(table.path))
            yield engine


@contextmanager
def stacked(truth: Truth, seeds: Sequence[str], customers: int) -> Iterator[Stack]:
    """Simulate one brand per seed and bring all of them through the pipeline, in a folder that is removed at the end.

    Parameters
    ----------
    truth
        What is true of every brand.
    seeds
        One brand each.
    customers
        People per brand.
    """
    with TemporaryDirectory(prefix="parcours-proof-") as folder:
        workspace = Workspace.at(folder)
        declare(workspace)
        params = parameters.load(workspace)
        params = replace(params, engine=replace(params.engine, threads=1))  # two chunks are made side by side
        simulate.simulate(workspace.root, truth, seeds, customers, MONTHS, params.engine)
        for verb in VERBS:
            import_module(f"pipeline.{verb}").main(workspace, params)
        identifiers = true_identifiers(workspace, params)
        yield Stack(workspace, params, truth, tuple(seeds), customers, owners_of(identifiers), identifiers)


def declare(workspace: Workspace) -> None:
    """Write what a workspace of the simulated brand declares."""
    with as_file(files("pipeline") / "templates" / "clairval") as template:
        shutil.copyfile(template / "params.yaml", workspace.root / "params.yaml")
        for path in sorted((template / "sources").glob("*.yaml")):
            workspace.raw(path.stem).mkdir(parents=True)
            shutil.copyfile(path, workspace.raw(path.stem) / "source.yaml")


def true_identifiers(workspace: Workspace, params: Params) -> pd.DataFrame:
    """Return who truly shows each identifier, beside the customer that the pipeline gave it to; no raw value."""
    return shown_identifiers(workspace, params)[["kind", "value_hash", "person", "customer_id"]]


def shown_identifiers(workspace: Workspace, params: Params) -> pd.DataFrame:
    """Return who truly shows each identifier, its value, its hash and the customer that the pipeline gave it to.

    Identifiers that no event carried into the pipeline (their rows were spoilt) are not there.
    """
    shown = pd.read_parquet(workspace.path("data/truth/identifiers.parquet"))
    key = keys.key_bytes(params.workspace.key, workspace)
    shown["value_hash"] = ""
    for kind, rows in shown.groupby("kind"):
        values = pd.Index(rows["value"].unique())
        hashes = pd.Series(keys.pseudonyms(key, str(kind), values), index=values)
        shown.loc[rows.index, "value_hash"] = rows["value"].map(hashes)
    found = pd.read_parquet(workspace.path("data/identify/identities.parquet"))
    return shown.merge(found[["kind", "value_hash", "customer_id"]], on=["kind", "value_hash"])


def owners_of(identifiers: pd.DataFrame) -> pd.DataFrame:
    """Return person and brand of each customer: most of its identifiers decide, the least person where they tie.

    Examples
    --------
    >>> rows = [("email", "a", 1_000_000_007, 5), ("login", "b", 1_000_000_007, 5), ("card", "c", 1_000_000_001, 5)]
    >>> owners_of(pd.DataFrame(rows, columns=["kind", "value_hash", "person", "customer_id"])).loc[5].tolist()
    [1000000007, 1]
    """
    counts = identifiers.groupby(["customer_id", "person"]).size().rename("n").reset_index()
    counts["brand"] = counts["person"] // SEED_STEP
    first = counts.sort_values(["customer_id", "n", "person"], ascending=[True, False, True])
    first = first.drop_duplicates("customer_id").set_index("customer_id")
    brands = counts.groupby("customer_id")["brand"].agg(["min", "max"])
    is_mixed = brands["min"] < brands["max"]
    return first.loc[~is_mixed.reindex(first.index), ["person", "brand"]]


def verdicts(stack: Stack) -> dict[int, list[dict[str, Any]]]:
    """Return the rows of the table of hypotheses that each brand gets, its own family being judged alone.

    Units of all brands are found by one query per hypothesis; notes and numbers left out, which the query counts over
    all brands, are not a brand's.
    """
    brands = range(1, len(stack.seeds) + 1)
    compared: dict[int, list[Comparison]] = {brand: [] for brand in brands}
    with stack.engine() as engine:
        for i, hypothesis in enumerate(stack.params.hypotheses):
            found = find_units(engine, stack.params, hypothesis, f"params.yaml: hypotheses[{i}]", stack.window)
            for brand, units in of_brands(found, stack.owners, brands):
                for group in (EVERYBODY, *hypothesis.personas):
                    mine = units if group == EVERYBODY else units.of_persona(group)
                    compared[brand].append(compare(mine, hypothesis, group, stack.params))
    return {brand: judged(comparisons, stack.params) for brand, comparisons in compared.items()}


def of_brands(units: Units, owners: pd.DataFrame, brands: Sequence[int]) -> Iterator[tuple[int, Units]]:
    """Give the units of each brand's customers, in the order they have in all."""
    brand_of = units.frame["customer_id"].map(owners["brand"])
    rows = units.frame.groupby(brand_of).indices
    for brand in brands:
        frame = units.frame.iloc[rows.get(brand, [])].reset_index(drop=True)
        yield brand, replace(units, frame=frame, left_out=units.left_out.iloc[:0], notes=())
