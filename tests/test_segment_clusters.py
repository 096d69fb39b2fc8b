"""Personas by clusters: the planted ones found, named and written; none where there are none."""

import numpy as np
import pandas as pd
import pytest

import small_brand as brand
import small_workspace as shop
from pipeline import clean, identify, reconstruct, segment, tables
from pipeline.errors import ParcoursError
from pipeline.estimate.checks import comparable_personas
from pipeline.files import write_csv
from pipeline.params.time_order import later_columns
from pipeline.results import in_form
from pipeline.workspace import Workspace

CLUSTERS = {"by": ["region", "pages", "spent"], "most": 3, "sample": 60}


def _steps(rng, is_planted):
    """Sixty customers: half of the north look at many pages and buy for little, half of the south the other way."""
    rows, regions = [], []
    for customer in range(1, 61):
        is_north = customer % 2 == 0
        looks_much = is_north if is_planted else rng.random() < 0.5
        pages, spent = (12, 5.0) if looks_much else (2, 80.0)
        own = [(customer, 1 + i, "page_seen") for i in range(pages + int(rng.integers(0, 3)))]
        own.append((customer, 30, "bought", (spent if is_planted else 40.0) + float(rng.integers(0, 9))))
        rows += own
        regions += ["north" if is_north else "south"] * len(own)
    return brand.steps(rows, region=regions)


def _made(tmp_path, params, steps):
    with brand.engine_with(tmp_path, params, steps=steps) as engine:
        found = segment.make_personas(engine, params)
        engine.check(tables.PERSONAS, "personas")
        for table, rows in ((tables.CLUSTERS, found.tried), (tables.CLUSTER_NAMES, found.names)):
            engine.load(table.name, in_form(rows, table))
            engine.check(table, table.name)
        return found, engine.frame(segment.IN_ORDER)


def test_planted_groups_become_personas_with_the_names_of_what_sets_them_apart(tmp_path):
    params = brand.load_params(tmp_path, personas={"clusters": CLUSTERS})
    assert [one.id for one in params.personas] == ["cluster_1", "cluster_2", "cluster_3"]  # as many as there may be
    found, personas = _made(tmp_path, params, _steps(np.random.default_rng(1), is_planted=True))
    assert pd.crosstab(personas["persona"], personas["region"]).to_numpy().tolist() in (
        [[0, 30], [30, 0]],
        [[30, 0], [0, 30]],
    )
    assert [row["k"] for row in found.tried if row["is_chosen"] == "yes"] == [2]
    north = personas.loc[personas["region"] == "north", "persona"].iloc[0]
    name = next(row for row in found.names if row["persona"] == north)
    assert "pages: more" in name["name_en"] or "region: north" in name["name_en"]
    # what is written then names the personas, and the analyst's names win
    write_csv(in_form(found.names, tables.CLUSTER_NAMES), Workspace.at(tmp_path).path(tables.CLUSTER_NAMES.path))
    named = {"cluster_1": {"name": {"fr": "Curieux", "en": "Curious"}, "goal": brand.NONE}}
    again = brand.load_params(tmp_path, personas={"clusters": {**CLUSTERS, "names": named}})
    assert [one.name.fr for one in again.personas] == ["Curieux", found.names[1]["name_fr"]]


def test_without_groups_everybody_is_one_persona_and_it_says_so(tmp_path):
    params = brand.load_params(tmp_path, personas={"clusters": CLUSTERS})
    found, personas = _made(tmp_path, params, _steps(np.random.default_rng(2), is_planted=False))
    assert personas["persona"].unique().tolist() == ["cluster_1"]
    assert [row["name_en"] for row in found.names] == ["All customers (no stable groups)"]
    assert {row["is_chosen"] for row in found.tried} == {"no"}


def test_groups_by_what_customers_did_are_not_compared_in_it(tmp_path):
    by_behaviour = brand.load_params(tmp_path, personas={"clusters": CLUSTERS})
    assert comparable_personas(by_behaviour) == []
    assert later_columns(by_behaviour)["cluster_1"] == ["pages", "spent"]
    by_trait = brand.load_params(tmp_path, personas={"clusters": {"by": ["region"], "most": 2}})
    assert comparable_personas(by_trait) == ["cluster_1", "cluster_2"]
    assert later_columns(by_trait)["cluster_1"] == []


def test_what_clusters_refuse(tmp_path):
    for wrong, message in (
        ({"by": []}, r"personas.clusters.by: expected traits or features"),
        ({"by": ["region"], "names": {"cluster_9": {}}}, r"clusters.names.cluster_9: no cluster of this id"),
    ):
        with pytest.raises(ParcoursError, match=message):
            brand.load_params(tmp_path, personas={"clusters": wrong})


def test_a_workspace_with_clusters_knows_its_personas_once_they_are_found(tmp_path):
    workspace = shop.make(tmp_path / "shop", params={"personas": {"clusters": {"by": ["orders"], "sample": 50}}})
    assert len(shop.load(workspace).personas) == 6
    for verb in (clean, identify, reconstruct, segment):
        verb.main(workspace, shop.load(workspace))
    assert [one.name.en for one in shop.load(workspace).personas] == ["All customers (no stable groups)"]
    assert pd.read_csv(workspace.path(tables.PERSONA_CARDS.path))["n_customers"].tolist() == [3]
