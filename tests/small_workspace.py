"""A made-up shop, small enough to check by hand: tests build it in a temporary folder and change what they test."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from pipeline import params as parameters
from pipeline.workspace import Workspace

VISITS_CSV = """visitor,email,at,page
v1, Ana@Shop.example ,2026-01-01 10:00:00,home
v1,,2026-01-01 10:05:00,basket
v2,bob@shop.example,2026-01-02 09:00:00,home
v3,,2026-01-20 08:00:00,home
"""
ORDERS_CSV = """order,email,at,amount,late_days,delivered_at,score
o1,ana@shop.example,2026-01-01 10:30:00,20.50,2,2026-01-04 12:00:00,2
o2,ana@shop.example,2026-01-10 10:30:00,10.00,0,2026-01-12 12:00:00,5
o3,BOB@shop.example,2026-01-02 09:30:00,5.25,0,,
"""

WEB_SOURCE: dict[str, Any] = {
    "channel": "web",
    "files": "visits.csv",
    "types": {"at": "timestamp"},
    "identifiers": {"device": "visitor", "email": "email"},
    "events": [
        {"touchpoint": "page_seen", "occurred_at": "at", "when": "page <> 'basket'"},
        {"touchpoint": "basket_seen", "occurred_at": "at", "when": "page = 'basket'"},
    ],
}
ORDERS_SOURCE: dict[str, Any] = {
    "channel": "sales",
    "files": "orders.csv",
    "types": {"at": "timestamp", "delivered_at": "timestamp", "amount": "number", "late_days": "integer"},
    "identifiers": {"email": "email"},
    "events": [
        {"touchpoint": "order_placed", "occurred_at": "at", "value": "amount"},
        {
            "touchpoint": "order_delivered",
            "occurred_at": "delivered_at",
            "actor": "partner",
            "score": {"value": "score", "scale": [1, 5]},
            "attributes": {"late_days": "late_days"},
        },
    ],
}


def both(text: str) -> dict[str, str]:
    return {"fr": text, "en": text}


PARAMS: dict[str, Any] = {
    "workspace": {
        "id": "shop",
        "name": both("Shop"),
        "about": both("Made up."),
        "currency": "EUR",
        "time_zone": "UTC",
        "key": {"public": "shop"},
    },
    "sources": ["web", "orders"],
    "identifiers": {
        "email": {"normalise": ["trim", "lower"], "one_per_customer": True},
        "device": {"hub_limit": 5},
    },
    "window": {"start": "2025-12-01", "cut_off": "2026-03-01"},
    "journeys": {"silence": "5 d", "goal": "touchpoint = 'order_placed'"},
    "stages": [
        {"id": "discovery", "name": both("Discovery"), "when": "touchpoint in ('page_seen', 'basket_seen')"},
        {"id": "purchase", "name": both("Purchase"), "when": "is_goal and goal_number = 1"},
        {"id": "experience", "name": both("Experience"), "when": "touchpoint = 'order_delivered'"},
        {"id": "loyalty", "name": both("Loyalty"), "when": "goal_number > 1"},
    ],
    "features": {"orders": "count(*) filter (where is_goal)"},
    "personas": [
        {"id": "buyers", "name": both("Buyers"), "goal": both("Buy"), "when": "orders > 0", "describe_by": ["orders"]},
        {"id": "visitors", "name": both("Visitors"), "goal": both("Look"), "otherwise": True},
    ],
    "estimate": {"horizon": "10 d", "duration_bins": ["1 d", "10 d"], "smallest_cell": 1},
    "kpis": [{"id": "conversion", "kind": "conversion", "name": both("Conversion")}],
    "hypotheses": [],
}


def make(folder: Path, params: dict[str, Any] | None = None, **files: str | bytes | dict[str, Any] | None) -> Workspace:
    """Write the shop into a folder and return it.

    Parameters
    ----------
    folder
        An empty folder.
    params
        Replaces top-level keys of params.yaml.
    files
        ``web_source``, ``orders_source`` (dictionaries), ``visits``, ``orders`` (content; None: no such file).
    """
    web, orders = folder / "data/raw/web", folder / "data/raw/orders"
    web.mkdir(parents=True)
    orders.mkdir(parents=True)
    _write_yaml(folder / "params.yaml", {**deepcopy(PARAMS), **(params or {})})
    _write_yaml(web / "source.yaml", files.get("web_source") or WEB_SOURCE)
    _write_yaml(orders / "source.yaml", files.get("orders_source") or ORDERS_SOURCE)
    for path, content in (
        (web / "visits.csv", files.get("visits", VISITS_CSV)),
        (orders / "orders.csv", files.get("orders", ORDERS_CSV)),
    ):
        if content is not None:
            path.write_bytes(content if isinstance(content, bytes) else str(content).encode())
    return Workspace.at(folder)


def load(workspace: Workspace) -> parameters.Params:
    return parameters.load(workspace)


def _write_yaml(path: Path, content: Any) -> None:
    path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
