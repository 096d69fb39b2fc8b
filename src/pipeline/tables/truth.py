"""Contracts of simulate: what is true of a simulated brand. The pipeline never reads it; proofs and one page do."""

from __future__ import annotations

from pipeline.tables.contract import NUMBER, TEXT, WHOLE, Column, Table

PLANTED = Table(
    "planted",
    "data/truth/planted.csv",
    {
        "hypothesis": Column(TEXT, "id of the hypothesis that looks for it"),
        "kind": Column(TEXT, "pain, lever or decoy"),
        "planted": Column(NUMBER, "the declared effect, outcome's unit"),
        "truth": Column(
            NUMBER, "mean outcome of exposed units minus that of their same life without this effect", nullable=True
        ),
        "n_exposed": Column(WHOLE, "exposed units"),
    },
    key=("hypothesis",),
    checks={"kind is known": "kind in ('pain', 'lever', 'decoy')"},
)
