"""A brand of twelve customers whose every number can be worked out by hand.

Horizon 10 d, silence 10 d, window 1 January to 1 March 2026 (Paris, so UTC + 1 h). Days are numbered from 1 January,
00:00 UTC; day 10.5 is 11 January at noon.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import yaml

from pipeline import params as parameters
from pipeline.engine import Engine
from pipeline.privacy.small_cells import withhold
from pipeline.workspace import Workspace

START = datetime(2026, 1, 1)
WINDOW = START, START + timedelta(days=59)

NONE = {"fr": "-", "en": "-"}
DECLARED = {
    "workspace": {
        "id": "small_brand",
        "name": {"fr": "Petite marque", "en": "Small brand"},
        "about": {"fr": "Douze clients.", "en": "Twelve customers."},
        "currency": "EUR",
        "time_zone": "Europe/Paris",
        "key": {"public": "small-brand"},
    },
    "sources": ["shop"],
    "identifiers": {"person": {}},
    "journeys": {"silence": "10 d", "goal": "touchpoint = 'bought'"},
    "stages": [
        {"id": "browse", "name": {"fr": "Visite", "en": "Browse"}, "when": "touchpoint = 'page_seen'"},
        {"id": "buy", "name": {"fr": "Achat", "en": "Buy"}, "when": "touchpoint in ('bought', 'delivered')"},
        {"id": "review", "name": {"fr": "Avis", "en": "Review"}, "when": "touchpoint = 'reviewed'"},
    ],
    "traits": ["region"],
    "features": {
        "pages": "count(*) filter (where touchpoint = 'page_seen')",
        "spent": "sum(value)",
    },
    "personas": [
        {"id": "north", "name": {"fr": "Nord", "en": "North"}, "goal": NONE, "when": "region = 'north'"},
        {"id": "south", "name": {"fr": "Sud", "en": "South"}, "goal": NONE, "otherwise": True},
    ],
    "estimate": {
        "horizon": "10 d",
        "duration_bins": ["1 d", "10 d", "30 d"],
        "smallest_cell": 2,
        "group_by": ["persona"],
    },
    "assess": {"level": 0.10, "smallest_margin": 2},
}  # fmt: skip


def at(day: float) -> datetime:
    """Return the moment of a day number."""
    return START + timedelta(days=day)


def load_params(folder: Path, **changes: object) -> parameters.Params:
    """Return typed params from the declaration above with some top-level keys replaced."""
    text = yaml.safe_dump({**DECLARED, **changes}, allow_unicode=True, sort_keys=False)
    (folder / "params.yaml").write_text(text, encoding="utf-8")
    return parameters.load(Workspace.at(folder))


@contextmanager
def engine_with(folder: Path, params: parameters.Params, **tables: pd.DataFrame):
    """Give an engine with frames readable as tables."""
    with Engine(params.engine, folder) as engine:
        for name, frame in tables.items():
            engine.load(name, frame)
        yield engine


def steps(rows: list[tuple], **attributes: list) -> pd.DataFrame:
    """Return steps from (customer, day, touchpoint[, value[, score]]); ties in time stay in the order given."""
    stage_of = {"page_seen": "browse", "bought": "buy", "delivered": "buy", "reviewed": "review"}
    frame = pd.DataFrame(
        [
            {
                "customer_id": row[0],
                "journey": 1,
                "stage": stage_of[row[2]],
                "position": number,
                "occurred_at": at(row[1]),
                "source": "shop",
                "channel": "survey" if row[2] == "reviewed" else "web",
                "touchpoint": row[2],
                "actor": "customer",
                "is_goal": row[2] == "bought",
                "value": row[3] if len(row) > 3 else None,
                "score": row[4] if len(row) > 4 else None,
            }
            for number, row in enumerate(rows)
        ]
    )
    frame["value"], frame["score"] = frame["value"].astype("float"), frame["score"].astype("float")
    frame["emotion"] = frame["score"] - 3  # 1 … 5 → -2 … +2
    for name, values in attributes.items():
        frame[name] = values
    return frame.sort_values(["customer_id", "occurred_at", "position"], ignore_index=True)


def shown(rows, table, params: parameters.Params) -> list:
    """Return the rows as `estimate` shows them: what too few customers are behind is withheld."""
    return withhold(rows, table, params.estimate.smallest_cell)[0]


def personas(customers: range | list, north: set[int] = frozenset()) -> pd.DataFrame:
    """Return personas: customers of the north, and everybody else in the south."""
    return pd.DataFrame(
        {
            "customer_id": list(customers),
            "persona": ["north" if customer in north else "south" for customer in customers],
            "region": ["north" if customer in north else "south" for customer in customers],
        }
    )
