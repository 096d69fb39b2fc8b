"""Personas found in the data: clusters of a sample of customers, to which everybody is then assigned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sqlglot import exp

from pipeline.engine import Engine
from pipeline.params import ClusterParams, Names, Params
from pipeline.params.clusters import EVERYBODY_TOGETHER, cluster_id
from pipeline.privacy.small_cells import Row
from pipeline.stats.clusters import Clustering, Mixed, clusterings, nearest

TEXTS = ("VARCHAR", "BOOLEAN")
FAR = 0.2  # of the possible distance from all customers: less does not name a cluster
MOST_TRAITS = 2  # in a name
CHUNK = 100_000  # customers assigned at a time


@dataclass(frozen=True)
class Found:
    """Personas by clusters.

    Parameters
    ----------
    personas
        customer_id and persona of every customer.
    tried
        Rows of the table `clusters`.
    names
        Rows of the table `cluster_names`.
    """

    personas: pd.DataFrame
    tried: list[Row]
    names: list[Row]


def find_clusters(engine: Engine, params: Params, declared: ClusterParams) -> Found:
    """Cluster a sample of the customers, choose how many clusters, and assign everybody to the nearest.

    Parameters
    ----------
    engine
        With ``described``: customer_id, traits and features of every customer.
    params
        The smallest cell, and names of traits and features.
    declared
        What to cluster by, how many at most, how stable.

    Notes
    -----
    Chosen is the largest number of clusters whose every cluster is stable and that chance would not make as compact
    (`stats.clusters.Clustering.is_real`). Where there is none, everybody is one persona.
    """
    order = "customer_id % 1000003, customer_id"
    wanted = exp.select("customer_id", *declared.by).from_("described").order_by(order)
    customers = engine.frame(wanted)
    everybody = _mixed(customers, engine.columns("described"), declared)
    sample = everybody.rows(np.arange(min(declared.sample, len(everybody))))
    scaled = sample.scaled(sample)
    most = min(declared.most, len(sample) // 2)
    tried = clusterings(scaled, most) if most >= 2 else []
    real = [one for one in tried if one.is_real(declared.stability, params.estimate.smallest_cell)]
    chosen = real[-1] if real else None
    labels = np.zeros(len(customers), dtype=int)
    if chosen is not None:
        starts = range(0, len(customers), CHUNK)
        places = [np.arange(start, min(start + CHUNK, len(customers))) for start in starts]
        medoids = scaled.rows(chosen.medoids)
        labels = np.concatenate([nearest(everybody.rows(own).scaled(sample), medoids) for own in places])
    ids = np.array([cluster_id(label) for label in range(declared.most)])
    personas = pd.DataFrame({"customer_id": customers["customer_id"], "persona": ids[labels]})
    rows = [_row(one, one is chosen) for one in tried]
    return Found(personas, rows, list(_names(customers, labels, chosen, everybody, params, declared)))


def _mixed(customers: pd.DataFrame, types: dict[str, str], declared: ClusterParams) -> Mixed:
    """Return the customers as numbers and as codes of texts."""
    texts = [name for name in declared.by if types[name] in TEXTS]
    numbers = [customers[name].astype(float).to_numpy() for name in declared.by if name not in texts]
    codes = [pd.factorize(customers[name], sort=True)[0] for name in texts]
    n = len(customers)
    return Mixed(
        np.column_stack(numbers) if numbers else np.zeros((n, 0)),
        np.column_stack(codes) if codes else np.zeros((n, 0), dtype=int),
    )


def _row(one: Clustering, is_chosen: bool) -> Row:
    return {
        "k": len(one.medoids), "n_customers": len(one.labels), "stability": one.stability, "width": one.width,
        "chance_width": one.chance_width, "is_chosen": "yes" if is_chosen else "no",
    }  # fmt: skip


def _names(
    customers: pd.DataFrame,
    labels: np.ndarray,
    chosen: Clustering | None,
    everybody: Mixed,
    params: Params,
    declared: ClusterParams,
) -> Iterator[Row]:
    """Yield the name of each cluster: what sets it apart most, however it is called in params.yaml."""
    if chosen is None:
        yield {"persona": cluster_id(0), "name_fr": EVERYBODY_TOGETHER.fr, "name_en": EVERYBODY_TOGETHER.en}
        return
    for label in range(len(chosen.medoids)):
        own = labels == label
        marks = sorted(
            (_mark(customers[name], own, params.named(name)) for name in declared.by), key=lambda mark: -mark[0]
        )
        said = [names for distance, names in marks if distance >= FAR][:MOST_TRAITS] or [marks[0][1]]
        name = {language: ", ".join(names[language] for names in said) for language in ("fr", "en")}
        yield {"persona": cluster_id(label), "name_fr": name["fr"], "name_en": name["en"]}


def _mark(values: pd.Series, own: np.ndarray, called: Names) -> tuple[float, Names]:
    """Return how far a cluster lies from all customers in one column, 0 … 1, and how that is said."""
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        ranks = values.rank(pct=True)
        known = float(values[own].notna().mean())  # what few of them have does not name them
        gap = float(np.nan_to_num(ranks[own].mean() - ranks.mean())) * 2 * known
        words = ("{} : plus", "{}: more") if gap > 0 else ("{} : moins", "{}: fewer")
        return abs(gap), Names(words[0].format(called.fr), words[1].format(called.en))
    shares = values[own].value_counts(normalize=True) - values.value_counts(normalize=True)
    gaps = sorted((-gap, str(value)) for value, gap in shares.dropna().items())
    if not gaps:
        return 0.0, Names(called.fr, called.en)
    gap, value = gaps[0]
    return -gap, Names(f"{called.fr} : {value}", f"{called.en}: {value}")
