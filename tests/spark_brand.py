"""A small Maison Clairval that declares whatever makes a query of its own: texts, redrawn graphs, features as confounders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from pipeline.workspace import Workspace
from simulation.clairval import TRUTH

# What customers would have written: the small exports hold scores only.
WORDS = """case
    when score in ('0', '1', '2', '3', '4') then 'Livraison en retard, je suis très déçu du service client'
    else 'Livraison parfaite et beau produit, merci' end"""
KEPT = {
    "hypotheses": ("unexpected_fee", "late_delivery", "silence_after_payment", "checkout_test"),
    "kpis": ("conversion", "average_order_value", "retention", "csat", "ces"),
}
# So many on one device, and so many mistyped, that a few people give a conflict of each kind and a mended address.
RATES = {**TRUTH.identity, "shared_device": 0.5, "email_typo": 0.1}
IDENTITY = {
    "conflicts": [{"two": "login", "on_one": "device", "within": "30 d"}],
    "redrawn_graphs": 2,
    "link_errors": {"missed": {"device": 0.2}, "false": 0.1},
}


def declare_everything(workspace: Workspace) -> None:
    """Add to a small brand's declarations what no other of them asks for."""
    surveys = workspace.raw("surveys") / "source.yaml"
    _rewrite(surveys, attributes={"verbatim": WORDS, "language": "'fr-FR'"})
    path = workspace.root / "params.yaml"
    hypotheses, identifiers = (_read(path)[name] for name in ("hypotheses", "identifiers"))
    hypotheses[0]["adjust_for"].append("visits")  # a feature: what a customer did before time zero
    identifiers["login"]["one_per_customer"] = True  # two on a shared device: a customer with several values
    _rewrite(
        path, identity=IDENTITY, identifiers=identifiers, hypotheses=hypotheses,
        verbatims={"text": "verbatim", "language": "language"}
    )  # fmt: skip


def declare_little(workspace: Workspace) -> None:
    """Take away what asks a question again that another declaration asks: hypotheses, KPIs and groupings of one kind."""
    path = workspace.root / "params.yaml"
    declared = _read(path)
    kept = {name: [one for one in declared[name] if one["id"] in ids] for name, ids in KEPT.items()}
    _rewrite(path, **kept, estimate={**declared["estimate"], "group_by": ["persona"]})


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def _rewrite(path: Path, **sections: object) -> None:
    path.write_text(yaml.safe_dump({**_read(path), **sections}, allow_unicode=True, sort_keys=False), encoding="utf-8")
