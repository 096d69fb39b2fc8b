"""The section `personas: {clusters: …}` of params.yaml: personas that the data show, not rules."""

from __future__ import annotations

import csv
from pathlib import Path

from pipeline.declarations import Section
from pipeline.params.declared import ClusterParams, Names, Persona
from pipeline.params.parts import names_of

NO_GOAL = Names(
    "non déclaré : ce groupe a été trouvé dans les données", "not declared: this group was found in the data"
)
EVERYBODY_TOGETHER = Names("Tous les clients (aucun groupe stable)", "All customers (no stable groups)")


def cluster_id(label: int) -> str:
    """Return the id of the persona that a cluster is, the largest first.

    Examples
    --------
    >>> cluster_id(0)
    'cluster_1'
    """
    return f"cluster_{label + 1}"


def clusters_of(section: Section) -> ClusterParams:
    """Return what is declared of clusters."""
    named = section.section("names", {})
    most = section.whole("most", 6, low=2)
    known = [cluster_id(label) for label in range(most)]
    names = {}
    for name in named.content:
        if name not in known:
            raise named.fail(str(name), f"no cluster of this id; there are at most {', '.join(known)}.")
        inner = named.section(name)
        names[name] = (names_of(inner, "name"), names_of(inner, "goal"))
        inner.close()
    by = section.names("by")
    if not by:
        raise section.fail("by", "expected traits or features to compare customers by, got none.")
    found = ClusterParams(
        by, most, section.whole("sample", 500, low=50), float(section.number("stability", 0.75, low=0.5, high=1)), names
    )
    section.close()
    return found


def personas_of(clusters: ClusterParams, written: Path) -> tuple[Persona, ...]:
    """Return the personas: those that `segment` found last, or as many as there may be before it ever ran.

    Parameters
    ----------
    clusters
        As declared; its names win over those of the data.
    written
        ``data/segment/cluster_names.csv``.
    """
    found: dict[str, Names] = {}
    if written.is_file():
        with written.open(encoding="utf-8", newline="") as lines:
            found = {row["persona"]: Names(row["name_fr"], row["name_en"]) for row in csv.DictReader(lines)}
    if not found:
        ids = [cluster_id(label) for label in range(clusters.most)]
        found = {name: Names(f"Groupe {i}", f"Group {i}") for i, name in enumerate(ids, start=1)}
    return tuple(persona_of(clusters, name, names) for name, names in found.items())


def persona_of(clusters: ClusterParams, name: str, found: Names) -> Persona:
    """Return a cluster as a persona, under the analyst's name if there is one."""
    called, goal = clusters.names.get(name, (found, NO_GOAL))
    return Persona(name, called, goal, None, clusters.by[:3])
