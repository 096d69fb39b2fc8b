"""A whole workspace of the invented brand, by contract: everything a report or an exploration reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from pictures import fixture as brand
from pipeline import params as parameters
from pipeline import tables
from pipeline.files import write_csv, write_json
from pipeline.identify import HUB, LARGE_CUSTOMER, SHARED
from pipeline.params import Params
from pipeline.privacy.masking import KINDS
from pipeline.workspace import Workspace

RECONSTRUCT: dict[str, Any] = {
    **brand.FACTS,
    "n_events": 2408638,
    "events_outside_window": 0,
    "events_without_identifier": 3,
    "events_of_hubs": 812,
    "events_without_stage": 51204,
    "n_steps": 2357434,
    "n_customers": 93590,
    "n_journeys": 131020,
    "n_left_truncated": 40212,
    "n_censored": 9120,
    "n_visits": 402113,
    "tie_share": 0.07,
}
IDENTIFY = {
    "identifiers": 120400, "links": 98000, "customers": 93590, "largest_customer": 9, "hubs": 2, "shared": 1,
    "customers_with_several_values": 31,
}  # fmt: skip
SWEEP = [
    (0.5, False, 1210, 840, 33.2, 92_750, 11, 0.96, 0.93, 0.98, 0.91, 0.87, 0.94),
    (0.9, True, 1034, 720, 12.4, 92_870, 9, None, None, None, 0.88, 0.83, 0.91),
]


def make_workspace(root: Path) -> tuple[Workspace, Params]:
    """Write params.yaml, result tables and headline numbers into `root`; no pictures, no large tables."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "dvc.yaml").write_text("stages: {}\n", encoding="utf-8")
    (root / "params.yaml").write_text(_params_text(), encoding="utf-8")
    workspace = Workspace.at(root)
    for name, frame in {**brand.frames(), **_more_frames()}.items():
        write_csv(frame, workspace.path(tables.ALL[name].path))
    for verb, numbers in {
        "clean": {"raw": 1204331}, "identify": IDENTIFY, "reconstruct": RECONSTRUCT, "estimate": {}, "assess": {},
    }.items():  # fmt: skip
        write_json(numbers, workspace.path(f"data/{verb}/{verb}.json"))
    return workspace, parameters.load(workspace)


def _params_text() -> str:
    """Return the brand's params.yaml, with its hostile names where it has a mark for them."""
    text = brand.PARAMS.replace("@hypotheses", "".join(brand._hypothesis_yaml(name) for name in brand.HYPOTHESES))
    return text.replace("'@hostile'", json.dumps(brand.HOSTILE))  # JSON strings are YAML strings


def _more_frames() -> dict[str, pd.DataFrame]:
    rejects = [
        {"source": "shop", "source_file": "orders.csv"}
        | {"source_row": row, "reason": reason, "column": column, "value": value}
        for row, reason, column, value in (
            (7, "unreadable_value", "price", "aa,bb"), (9, "unreadable_value", "price", "=cmd()"),
            (12, "malformed_row", None, brand.HOSTILE), (15, "impossible_date", None, "0000-00-00"),
        )
    ]  # fmt: skip
    quarantine = [
        {"reason": reason, "kind": "device", "value_hash": "ab", "period": 0, "n_neighbours": 77, "n_events": 812}
        for reason in (HUB, SHARED, LARGE_CUSTOMER)
    ]
    nobody = [{"source": "shop", "kind": "email", "reason": "placeholder", "n_values": 3, "n_events": 1204}]
    conflicts = [
        {"problem": "several_values", "kind": "person", "customer_id": 2, "n": 2},
        {"problem": "two_values", "kind": "login", "customer_id": 3, "on_kind": "device", "value_hash": "cd", "n": 2}
        | {"first_seen_at": "2026-01-01 10:00:00", "source": "web"},
    ]
    filtered = [
        {"source": "shop", "source_file": "orders.csv", "reason": reason, "rows": 3}
        for reason in ("no_consent_analytics", "past_retention", "tests")
    ]
    masked = [{"source": "shop", "attribute": "comment", "kind": kind, "texts": 2, "events": 4} for kind in KINDS]
    return {
        **_of_the_matrix(),
        **_beside_kpis(),
        "actions": pd.DataFrame([], columns=list(tables.ACTIONS.columns)),
        "rejects": pd.DataFrame(rejects, columns=list(tables.REJECTS.columns)),
        "nobody": pd.DataFrame(nobody, columns=list(tables.NOBODY.columns)),
        "quarantine": pd.DataFrame(quarantine, columns=list(tables.QUARANTINE.columns)),
        "filtered": pd.DataFrame(filtered, columns=list(tables.FILTERED.columns)),
        "masked": pd.DataFrame(masked, columns=list(tables.MASKED.columns)),
        "conflicts": pd.DataFrame(conflicts, columns=list(tables.CONFLICTS.columns)),
        "coverage": pd.DataFrame(_coverage(), columns=list(tables.COVERAGE.columns)),
        "campaign_costs": pd.DataFrame(_campaign_costs(), columns=list(tables.CAMPAIGN_COSTS.columns)),
        "threshold_sweep": pd.DataFrame(SWEEP, columns=list(tables.THRESHOLD_SWEEP.columns)),
        "identity_effects": pd.DataFrame(_identity_effects(), columns=list(tables.IDENTITY_EFFECTS.columns)),
    }


def _identity_effects() -> list[dict[str, Any]]:
    """Return a KPI that link errors moved, and one of too few customers."""
    redrawn = {"measure": "kpi", "n_graphs": 50, "basis": "labelled"}
    moved = {"found": 0.61, "bias": -0.022, "estimate": 0.632, "sampling_low": 0.58, "sampling_high": 0.64}
    return [
        redrawn | {"item": "csat"} | moved | {"ci_low": 0.599, "ci_high": 0.665, "identity_share": 0.2},
        redrawn | {"item": "nps", "note": "n < 5"},
    ]


def _beside_kpis() -> dict[str, pd.DataFrame]:
    """Return second views of KPIs, a curve, a cohort followed for one month of two, objectives of every status."""
    near = {"grouping": "persona", "group": "near"}
    interval = {"estimate": 0.6, "ci_low": 0.55, "ci_high": 0.65}
    views = [
        near | {"kpi": "csat", "view": "response_rate", "unit": "share", "n": 900, "n_customers": 700} | interval,
        near | {"kpi": "csat", "view": "weighted", "unit": "share", "n": 500, "n_customers": 700} | interval,
        near | {"kpi": "csat", "view": "backtest_ratio", "unit": "ratio", "n": 500, "n_customers": 500} | interval,
        near | {"kpi": "nps", "view": "weighted", "unit": "points", "note": "too few answers to weight"},
    ]
    back = {"kpi": "retention", "n_customers": 400, "n_at_risk": 300, "n_returned": 30}
    share = {"share": 0.1, "ci_low": 0.07, "ci_high": 0.14}
    cohort = {"grouping": "cohort", "group": "2018-02"}
    retention = [
        near | back | share | {"months": 1},
        near | {"kpi": "retention", "months": 2, "note": "n < 5"},
        cohort | back | share | {"months": 1},
        cohort | {"kpi": "retention", "n_customers": 400, "months": 2, "note": "not yet followed"},
        cohort | {"kpi": "retention", "group": "2018-03", "months": 1, "note": "n < 5"},
    ]
    measured = {
        "parent": "grow",
        "depth": 1,
        "measured_by": "kpi",
        "group": "(all)",
        "unit": "share",
        "n": 900,
    } | interval
    goal = {"better": "higher", "by": "2018-06-30", "is_due": "yes"}
    belief = {"believed": 0.9, "gap": 0.3, "gap_low": 0.25, "gap_high": 0.35, "belief": "too high"}
    objectives = [
        goal | {"id": "grow", "depth": 0, "measured_by": "objectives", "group": "(all)", "status": "not reached"},
        goal | measured | {"id": "convert", "target": 0.5, "status": "reached"},
        goal | measured | belief | {"id": "please", "target": 0.8, "status": "not reached"},
        goal | measured | {"id": "keep", "group": "near", "target": 0.6, "status": "not shown"},
        {"id": "calm", "parent": "grow", "depth": 1, "measured_by": "transition", "group": "(all)", "unit": "share"}
        | {"target": 0.1, "better": "lower", "status": "not measured", "note": "n < 5"},
        {
            "id": "cheer",
            "parent": "grow",
            "depth": 1,
            "measured_by": "emotion",
            "group": "(all)",
            "unit": "emotion",
            "n": 402,
        }
        | {"estimate": 0.31, "ci_low": 0.12, "ci_high": 0.5, "target": 0.5, "better": "higher", "status": "not shown"},
    ]
    paths = [near | {"path": "discovery > purchase", "n_variants": 40, "n_journeys": 900, "n_walked": 90, "n_customers": 80}
             | {"share": 0.1, "ci_low": 0.08, "ci_high": 0.12, "distance": 0.4}]  # fmt: skip
    return {
        "typical_paths": pd.DataFrame(paths, columns=list(tables.TYPICAL_PATHS.columns)),
        "kpi_views": pd.DataFrame(views, columns=list(tables.KPI_VIEWS.columns)),
        "retention": pd.DataFrame(retention, columns=list(tables.RETENTION.columns)),
        "objectives": pd.DataFrame(objectives, columns=list(tables.OBJECTIVES.columns)),
    }


def _coverage() -> list[dict[str, Any]]:
    """Return customers seen by one, two and (too few to tell) three sources, one overlap, and the share off site."""
    share = {"share": 0.75, "ci_low": 0.74, "ci_high": 0.76}
    return [
        {"measure": "seen_by", "other": "(all)", "item": "1", "n": 70000, "n_customers": 93590, **share},
        {"measure": "seen_by", "other": "(all)", "item": "2", "n": 23500, "n_customers": 93590, **share},
        {"measure": "seen_by", "other": "(all)", "item": "3", "note": "n < 5"},
        {"measure": "overlap", "item": "shop", "other": "web", "n": 300, "n_customers": 400, **share},
        {"measure": "overlap", "item": "web", "other": "shop", "note": "n < 5"},
        {"measure": "off_site", "other": "(all)", "item": "(all)", "n": 1600, "n_customers": 93590, **share},
    ]


def _campaign_costs() -> list[dict[str, Any]]:
    """Return a campaign whose goals are priced, under a hostile name, and one with too few customers to tell."""
    days = {"first_day": "2026-01-12", "last_day": "2026-02-18", "cost": 1234.5, "clicks": 900}
    counted = {"n_journeys": 410, "n_customers": 400, "n_goals": 50}
    price = {"cost_per_goal": 24.69, "ci_low": 18.7, "ci_high": 32.6}
    return [
        {"campaign": brand.HOSTILE, **days, **counted, **price},
        {"campaign": "spring", **days, "note": "n < 5"},
    ]


def _of_the_matrix() -> dict[str, pd.DataFrame]:
    """Return reaching and checks: one persona known, one suppressed, one check failed, one that does not apply."""
    known = {
        "n_visits": 900, "n_customers": 700, "n_reached": 300, "p": 1 / 3, "ci_low": 0.3, "ci_high": 0.37, "design_effect": 1.2,
        "chain": 0.29, "chain_low": 0.26, "chain_high": 0.31, "gap": 0.043, "gap_low": 0.02, "gap_high": 0.07,
        "n_replicates": 2000, "n_degenerate": 0,
    }  # fmt: skip
    keys = {"grouping": "persona", "stage": "purchase", "horizon": "60 d"}
    reaching = [
        keys | known | {"group": "near"},
        keys | {"group": "far", "n_visits": 3, "n_customers": 3, "note": "n < 5"},
    ]
    check = {"group": "(all)", "from_stage": "(all)", "n_customers": 93590, "statistic": 3.1, "degrees": 4}
    checks = [
        check | {"check": "order", "p": 0.4, "p_adjusted": 0.4, "verdict": "passed"},
        check | {"check": "stationarity", "p": 0.001, "p_adjusted": 0.003, "verdict": "failed"},
        check | {"check": "homogeneity", "statistic": None, "verdict": "not applicable", "note": "no persona"},
    ]
    return {
        "reaching": pd.DataFrame(reaching, columns=list(tables.REACHING.columns)),
        "checks": pd.DataFrame(checks, columns=list(tables.CHECKS.columns)),
    }
