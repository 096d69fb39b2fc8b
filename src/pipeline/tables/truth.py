"""Contracts of what is known of a simulated brand: what was planted, where visits truly led, who is who."""

from __future__ import annotations

from pipeline.tables.contract import NUMBER, TEXT, WHOLE, Column, Table

PLANTED = Table(
    "planted",
    "data/truth/planted.csv",
    {
        "hypothesis": Column(TEXT, "id of the hypothesis"),
        "kind": Column(TEXT, "pain, lever or decoy"),
        "planted": Column(NUMBER, "declared effect on the probability or the score; 0 for a decoy"),
        "truth": Column(
            NUMBER,
            "mean over exposed index units: outcome minus outcome with only this effect switched off there, every "
            "draw the same; 0 by construction for a decoy",
            nullable=True,
        ),
        "n_exposed": Column(WHOLE, "exposed index units; of a score, those answered"),
    },
    key=("hypothesis",),
    checks={
        "kind is known": "kind in ('pain', 'lever', 'decoy')",
        "a decoy does nothing": "kind <> 'decoy' or (planted = 0 and coalesce(truth, 0) = 0)",
    },
)

TRUE_TRANSITIONS = Table(
    "true_transitions",
    "data/truth/transitions.csv",
    {
        "persona": Column(TEXT, "(all) or the id of a persona"),
        "from_stage": Column(TEXT, "stage that is left"),
        "to_stage": Column(TEXT, "stage entered next, (lost) or (unresolved)"),
        "horizon": Column(TEXT, "a duration such as 30 d"),
        "n_visits": Column(WHOLE, "true visits to the stage, entered in the window by its end minus the horizon"),
        "p": Column(NUMBER, "share of them that moved there within the horizon"),
    },
    key=("persona", "from_stage", "to_stage", "horizon"),
    checks={"p is a share": "p between 0 and 1"},
)

TRUE_IDENTIFIERS = Table(
    "true_identifiers",
    "data/truth/identifiers.parquet",
    {
        "kind": Column(TEXT, "kind of identifier, as in params.yaml"),
        "value": Column(TEXT, "the identifier, normalised as params.yaml declares"),
        "person": Column(WHOLE, "who truly left it"),
    },
    key=("kind", "value", "person"),
)
