"""Maison Clairval in small: its world, its exports and a params.yaml, made once for the tests that look at them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pandas as pd
import yaml

from pipeline import params as parameters
from pipeline.params import Params
from pipeline.simulation import world
from pipeline.simulation.dirt import DirtRates
from pipeline.simulation.exports import Exported, Exporter, write_sources
from pipeline.simulation.formats import SOURCES
from pipeline.simulation.identifiers import IdentityRates
from pipeline.simulation.truth import Truth
from pipeline.workspace import Workspace

SEED = "maison-clairval"
CUSTOMERS = 300
NONE = {"fr": "-", "en": "-"}
STAGES = {
    "discovery": ("ad_clicked", "site_visit", "social_reply"),
    "consideration": (
        "product_viewed", "form_opened", "form_submitted", "callback_requested", "callback_made", "quote_sent",
        "newsletter_opened", "promo_opened",
    ),
    "basket": ("basket_viewed",),
    "purchase": ("order_placed", "deal_won", "confirmation_sent"),
    "experience": ("order_shipped", "order_delivered", "csat_answered"),
    "support": ("ticket_opened", "ticket_solved", "call_received", "ces_answered"),
    "loyalty": ("card_joined", "card_used", "nps_answered"),
}  # fmt: skip
IDENTIFIERS: dict[str, dict[str, Any]] = {
    "login": {"normalise": ["trim"]},
    "email": {"normalise": ["trim", "lower"]},
    "card": {"normalise": ["trim"]},
    "order": {"normalise": ["trim"]},
    "account": {"normalise": ["trim"]},
    "phone": {"normalise": ["digits"]},
    "device": {"normalise": ["trim"], "hub_limit": 8},
    "click": {"normalise": ["trim"]},
    "handle": {"normalise": ["trim", "lower"]},
}
# Louder than the brand's own, so that 300 persons show every kind of dirt.
DIRT = {
    "duplicate": 0.02, "impossible_date": 0.02, "wrong_zone": 0.02, "test_user": 0.02, "placeholder_id": 0.01,
    "missing_id": 0.01, "malformed_row": 0.01,
}  # fmt: skip


@dataclass(frozen=True)
class Clairval:
    """The exports in a folder, and the ledger they were made from (the window's rows only)."""

    workspace: Workspace
    people: pd.DataFrame
    happened: pd.DataFrame

    @property
    def params(self) -> Params:
        return parameters.load(self.workspace)


def write_params(folder: Path) -> None:
    """Write the least params.yaml that reads the exports."""
    declared = {
        "workspace": {
            "id": "maison_clairval", "name": NONE, "about": NONE, "currency": "EUR", "time_zone": "Europe/Paris",
            "key": {"public": "maison-clairval"},
        },
        "sources": list(SOURCES),
        "identifiers": IDENTIFIERS,
        "window": {"start": "2025-09-01", "cut_off": "2026-09-01"},
        "journeys": {"silence": "30 d", "goal": "touchpoint in ('order_placed', 'deal_won')"},
        "stages": [
            {"id": stage, "name": NONE, "when": f"touchpoint in {touchpoints}".replace(",)", ")")}
            for stage, touchpoints in STAGES.items()
        ],
        "traits": ["visit_reason"],
        "features": {},
        "personas": [{"id": "all_of_them", "name": NONE, "goal": NONE, "otherwise": True}],
        "estimate": {"horizon": "30 d", "duration_bins": ["1 d", "30 d"], "smallest_cell": 5},
        "kpis": [],
        "hypotheses": [],
    }  # fmt: skip
    (folder / "params.yaml").write_text(yaml.safe_dump(declared, allow_unicode=True, sort_keys=False), "utf-8")


def make(
    folder: Path,
    threads: int = 2,
    customers: int = CUSTOMERS,
    seeds: tuple[str, ...] = (SEED,),
    size: int = world.BATCH,
) -> Clairval:
    """Write the exports of a small brand into a folder and return it beside its ledger."""
    truth = Truth.default()
    window = truth.window(12)
    people, happened = [], []
    with TemporaryDirectory() as temporary, duckdb.connect(config={"threads": threads}) as connection:
        exporter = None
        exported = Exported(folder, window, IdentityRates.read(truth.identity), DirtRates(**DIRT))
        numbered = customers * len(seeds) > size
        for number, _ in enumerate(world.batches(connection, truth, seeds, customers, 12, size=size)):
            exporter = exporter or Exporter(connection, exported, Path(temporary))
            exporter.write_batch(number if numbered else None)
            people.append(connection.execute("from people").df())
            ledger = "from happened where occurred_at >= $opens and occurred_at < $closes"
            happened.append(connection.execute(ledger, {"opens": window[0], "closes": window[1]}).df())
        assert exporter is not None
        exporter.finish()
    write_sources(folder)
    write_params(folder)
    return Clairval(Workspace.at(folder), pd.concat(people, ignore_index=True), pd.concat(happened, ignore_index=True))
