"""Result tables of an invented brand, by contract: several personas, suppressed cells, lanes without data."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from pipeline import params as parameters
from pipeline import tables
from pipeline.params import Params
from pipeline.workspace import Workspace

FACTS: dict[str, Any] = {"window_start": "2025-01-01T00:00:00Z", "cut_off": "2026-10-31T22:30:00Z"}
SNAPSHOT = "3f9a1c07be52"
HOSTILE = '<script>alert(1)</script> "L\'été" & =cmd() \u202e\x07'
STAGES = ("discovery", "consideration", "purchase", "experience", "loyalty")

PARAMS = """
workspace:
  id: invented_brand
  name: {fr: "Marque inventée", en: "Invented brand"}
  about: {fr: "Données inventées.", en: "Invented data."}
  languages: [fr, en]
  currency: EUR
  time_zone: Europe/Paris
  key: {public: invented}
sources: [shop]
identifiers: {person: {}}
journeys: {silence: 60 d, goal: touchpoint = 'order_placed'}
stages:
  - {id: discovery, name: {fr: Découverte, en: Discovery}, when: "channel = 'ads'"}
  - {id: consideration, name: {fr: Considération, en: Consideration}, when: "channel = 'web'"}
  - {id: purchase, name: {fr: Achat, en: Purchase}, when: is_goal}
  - {id: experience, name: {fr: "Expérience d’achat", en: Experience}, when: is_after_goal}
  - {id: loyalty, name: {fr: Fidélité, en: Loyalty}, when: "true"}
touchpoints:
  ad_seen: {fr: Publicité vue, en: Ad seen}
  newsletter_received: {fr: Lettre d’information reçue, en: Newsletter received}
  product_viewed: {fr: Fiche produit consultée, en: Product page viewed}
  basket_filled: {fr: Panier rempli, en: Basket filled}
  question_asked: {fr: Question posée au service client, en: Question to customer service}
  order_placed: {fr: Commande passée, en: Order placed}
  order_approved: {fr: Commande approuvée, en: Order approved}
  order_shipped: {fr: Colis remis au transporteur, en: Parcel handed to the carrier}
  order_delivered: {fr: Commande livrée, en: Order delivered}
  review_answered: {fr: Avis déposé, en: Review left}
  ticket_opened: {fr: Réclamation ouverte, en: Complaint opened}
  card_used: {fr: Carte de fidélité utilisée, en: Loyalty card used}
  order_repeated: {fr: Nouvelle commande, en: Ordered again}
personas:
  - id: near
    name: {fr: "Citadins pressés", en: "City dwellers in a hurry"}
    goal: {fr: "recevoir vite, sans mauvaise surprise", en: "get it soon, without bad surprises"}
    when: "city = 'Paris'"
  - id: far
    name: {fr: "Acheteurs des campagnes, clients depuis longtemps et peu nombreux", en: "Country buyers of long standing, and few"}
    goal: {fr: "ne pas se déplacer", en: "save the journey to town"}
    when: "city = 'Ailleurs'"
  - id: nobody
    name: {fr: "Personne", en: "Nobody"}
    goal: {fr: "rien", en: "nothing"}
    when: "false"
  - id: hostile
    name: {fr: '@hostile', en: '@hostile'}
    goal: {fr: '@hostile', en: '@hostile'}
    otherwise: true
planned:
  touchpoints:
    - {touchpoint: order_placed, emotion: 1}
    - {touchpoint: order_approved, within: 2 h}
    - {touchpoint: order_shipped, within: 3 d}
    - {touchpoint: order_delivered, within: 9 d, emotion: 1.5}
    - {touchpoint: review_answered, emotion: -2}
estimate: {horizon: 60 d, duration_bins: [1 h, 1 d, 7 d, 60 d], smallest_cell: 5}
kpis:
  - {id: conversion, kind: conversion, name: {fr: Taux de conversion, en: Conversion rate}, target: 0.2}
  - {id: average_order_value, kind: mean_value, when: is_goal, name: {fr: Panier moyen, en: Average order value}}
  - {id: retention, kind: return, when: is_goal, within: 90 d, name: {fr: Taux de rétention, en: Retention rate}, target: 0.4}
  - {id: csat, kind: top_box, when: "true", top: 4, name: {fr: Satisfaits, en: Satisfied}, target: 0.8}
  - {id: nps, kind: nps, when: "true", name: {fr: NPS, en: NPS}, target: 20}
objectives:
  - {id: grow, name: {fr: Grandir, en: Grow}}
  - {id: convert, parent: grow, name: {fr: Convertir, en: Convert}, measured_by: {kpi: conversion}, target: 0.5, by: "2018-06-30"}
  - {id: please, parent: grow, name: {fr: '@hostile', en: '@hostile'}, measured_by: {kpi: csat}, target: 0.8, believed: 0.9, by: "2018-06-30"}
  - {id: keep, parent: grow, name: {fr: Garder, en: Keep}, measured_by: {kpi: retention, persona: near}, target: 0.6, by: "2018-06-30"}
  - {id: calm, parent: grow, name: {fr: Apaiser, en: Calm}, measured_by: {transition: {from: purchase, to: (lost)}}, target: 0.1}
  - {id: cheer, parent: grow, name: {fr: Réjouir, en: Cheer}, measured_by: {emotion: score, stage: experience}, target: 0.5}
hypotheses:
@hypotheses
"""

HYPOTHESES = {
    "late_delivery": ("Une livraison en retard fait baisser la note laissée par le client.",
                      "A late delivery lowers the score the customer leaves.", "ordinal", "experience", "waiting"),
    "unexpected_fees": ("Des frais inattendus font abandonner le panier.",
                        "Unexpected fees make customers abandon the basket.", "binary", "consideration", "surprise"),
    "slow_answer": ("Une question restée sans réponse pendant deux jours réduit les achats des trois mois qui suivent.",
                    "A question left unanswered for two days lowers spending in the three months that follow.",
                    "continuous", "consideration", "silence"),
    "weekend_order": ("Commander le week-end fait baisser la note.", "Ordering at the weekend lowers the score.",
                      "ordinal", "purchase", "null"),
    "first_ad": ("Une publicité vue le soir réduit la conversion.", "An ad seen in the evening lowers conversion.",
                 "binary", "discovery", "null"),
}  # fmt: skip


_PATTERNS = {
    "waiting": "{fr: attente, en: waiting}",
    "surprise": "{fr: surprise, en: surprise}",
    "silence": "{fr: silence, en: silence}",
}
_SMALLEST = {"ordinal": 0.25, "binary": 0.02, "continuous": 5.0}


def _hypothesis_yaml(name: str) -> str:
    fr, en, kind, stage, pattern = HYPOTHESES[name]
    total = ", sum: value" if kind == "continuous" else ""
    return f"""  - id: {name}
    claim: {{fr: "{fr}", en: "{en}"}}
    index: first order_placed
    exposure: days_late > 0
    outcome: {{kind: {kind}, when: "true"{total}}}
    outcome_window: 30 d
    direction: lower
    smallest_effect: {_SMALLEST[kind]}
    stage: {stage}
    owner: logistics
    pattern: {_PATTERNS.get(pattern, "null")}
"""


@cache
def params() -> Params:
    """Return the invented brand's params, read like anybody's."""
    text = PARAMS.replace("@hypotheses", "".join(_hypothesis_yaml(name) for name in HYPOTHESES))
    quoted = HOSTILE.replace("\\", "\\\\").replace('"', '\\"').replace("\u202e", "\\u202e").replace("\x07", "\\a")
    text = text.replace("'@hostile'", f'"{quoted}"')
    with TemporaryDirectory() as folder:
        (Path(folder) / "params.yaml").write_text(text, encoding="utf-8")
        return parameters.load(Workspace.at(folder))


def frame(table: tables.Table, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return a frame with exactly the columns of a contract; what a row leaves out is empty, counts are 0."""
    full = [{name: 0 if not column.nullable and column.type == tables.WHOLE else None for name, column in table.columns.items()}
            | row for row in rows]  # fmt: skip
    made = pd.DataFrame(full, columns=list(table.columns))
    assert list(made.columns) == list(table.columns)
    return made


def _group(group: str) -> dict[str, str]:
    return {"grouping": "all" if group == "(all)" else "persona", "group": group}


def _share(p: float, spread: float) -> dict[str, float]:
    return {"p": p, "ci_low": max(p - spread, 0.0), "ci_high": min(p + spread, 1.0), "design_effect": 1.3}


_SUPPRESSED = {"note": "n < 5"}
_TOUCHPOINTS = [
    ("discovery", "ad_seen", [("ads", "brand", 0.62), ("social", "brand", 0.21), ("web", "partner", 0.08)]),
    ("discovery", "newsletter_received", [("email", "brand", 0.41)]),
    ("consideration", "product_viewed", [("web", "customer", 0.55), ("app", "customer", 0.31)]),
    ("consideration", "basket_filled", [("web", "customer", 0.33)]),
    ("consideration", "question_asked", [("support", "customer", 0.07), ("call", "customer", 0.012)]),
    ("purchase", "order_placed", [("web", "customer", 0.223), ("store", "customer", 0.11)]),
    ("purchase", "order_approved", [("sales", "brand", 0.221)]),
    ("experience", "order_shipped", [("partner", "partner", 0.219)]),
    ("experience", "order_delivered", [("partner", "partner", 0.214)]),
    ("experience", "review_answered", [("survey", "customer", 0.09)]),
    ("experience", "ticket_opened", [("support", "customer", 0.03), ("email", "customer", None)]),
    ("loyalty", "card_used", [("loyalty", "customer", 0.18)]),
    ("loyalty", "order_repeated", [("web", "customer", 0.12)]),
]


def _moved(visits: int, share: dict[str, Any]) -> dict[str, Any]:
    return {"n_moved": round(visits * share["p"])} if "p" in share else {}


def _touchpoints(persona: str, customers: int, few: bool) -> list[dict[str, Any]]:
    rows = []
    for stage, touchpoint, ways in _TOUCHPOINTS[: 9 if few else None]:
        for channel, actor, reach in ways:
            row: dict[str, Any] = _group(persona) | {
                "stage": stage, "touchpoint": touchpoint, "channel": channel, "actor": actor,
            }  # fmt: skip
            if reach is None or customers * reach < 5:
                row |= _SUPPRESSED
            else:
                row |= {"n_events": int(customers * reach * 2.3), "n_customers": int(customers * reach), "reach": reach,
                        "reach_low": reach * 0.96, "reach_high": min(reach * 1.04, 1)}  # fmt: skip
            rows.append(row)
    return rows


def _stage_rows(persona: str, customers: int, few: bool) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = {"funnel": [], "transitions": [], "time_in_stage": [], "survival": [],
                                             "emotions": [], "themes": [], "effort": [], "losses": []}  # fmt: skip
    reached = (1.0, 0.71, 0.334, 0.318, 0.14)
    lost, going = (0.24, 0.41, 0.036, 0.52, 0.31), (0.05, 0.09, 0.01, 0.12, 0.2)
    medians, emotions = (0.8, 3.4, 0.09, 9.6, 41.0), (None, 0.35, 1.22, -0.64, 0.9)
    answers = (None, 214, 1840, 1911, 17)
    spread = 0.09 if few else 0.012
    for index, stage in enumerate(STAGES):
        own, n = _group(persona) | {"stage": stage}, int(customers * 1.4)
        is_hidden = few and stage == "loyalty"
        hidden = _SUPPRESSED if is_hidden else {}
        share = {} if is_hidden else _share(reached[index], 0.0 if index == 0 else spread)
        rows["funnel"].append(own | {"position": index + 1, "n_journeys": n, "n_customers": customers,
                                     "n_reached": int(n * reached[index])} | share | hidden)  # fmt: skip
        for to_stage, shares in (("(lost)", lost), ("(unresolved)", going)):
            moved = {} if is_hidden else _share(shares[index], spread)
            rows["transitions"].append(_group(persona) | {
                "from_stage": stage, "to_stage": to_stage, "horizon": "60 d", "n_visits": n, "n_customers": customers,
            } | moved | _moved(n, moved) | hidden)  # fmt: skip
        rows["transitions"].append(_group(persona) | {
            "from_stage": "(start)", "to_stage": stage, "horizon": "60 d", "n_visits": n, "n_customers": customers,
        } | _share((0.55, 0.3, 0.08, 0.05, 0.02)[index], spread / 2))  # fmt: skip
        for to_stage in STAGES[index + 1 : index + 2]:
            moved = _share(1 - lost[index] - going[index], spread)
            rows["transitions"].append(_group(persona) | {
                "from_stage": stage, "to_stage": to_stage, "horizon": "60 d", "n_visits": n, "n_customers": customers,
            } | moved | _moved(n, moved))  # fmt: skip
        rows["losses"].append(own | {"n_visits": n, "n_customers": customers} | ({} if is_hidden else {
            "n_lost": int(n * lost[index]), "value_kept": 31.5, "kept_low": 28.2, "kept_high": 34.8,
            "loss": 31.5 * int(n * lost[index]), "loss_low": 28 * int(n * lost[index]), "loss_high": 35 * int(n * lost[index]),
        }) | hidden)  # fmt: skip
        median = medians[index]
        times = {} if is_hidden else {"quartile_1": median * 0.4, "median": median, "median_low": median * 0.93,
                                      "median_high": median * 1.08, "quartile_3": median * 2.6}  # fmt: skip
        rows["time_in_stage"].append(own | {"n_visits": n, "n_customers": customers} | times | hidden)
        rows["effort"] += [own | {"measure": name, "n": n, "n_customers": customers} | ({} if is_hidden else {
            "estimate": value, "ci_low": value * 0.9, "ci_high": value * 1.1}) | hidden
            for name, value in (("steps", 1.4 + index), ("channel_switches", 0.3 * index), ("repeated_contacts", 0.02 * index))
        ]  # fmt: skip
        if stage == "experience":
            rows["effort"].append(own | {"measure": "declared", "n": 402, "n_customers": 390, "estimate": 4.95, "ci_low": 4.87,
                                         "ci_high": 5.06} if not few else own | {"measure": "declared"} | _SUPPRESSED)  # fmt: skip
        rows["survival"] += _survival(persona, stage, STAGES[index + 1 :], n, customers, hidden)
        if emotions[index] is not None and not few:
            rows["emotions"].append(own | {
                "measured_by": "score", "n": answers[index], "n_customers": answers[index], "emotion": emotions[index],
                "ci_low": emotions[index] - 4 / answers[index] ** 0.5 / 2, "ci_high": emotions[index] + 4 / answers[index] ** 0.5 / 2,
            })  # fmt: skip
        if stage in _SAID and not few:
            rows["emotions"].append(own | {"measured_by": "text", "n": _SAID[stage][1], "n_customers": _SAID[stage][1],
                                           "emotion": 0.21, "ci_low": 0.02, "ci_high": 0.4})  # fmt: skip
            rows["themes"].append(own | {
                "language": "fr", "theme": HOSTILE if persona == "hostile" else _SAID[stage][0], "n": _SAID[stage][1] // 3,
                "n_customers": _SAID[stage][1] // 3, "n_texts": _SAID[stage][1], "p": 1 / 3, "ci_low": 0.27, "ci_high": 0.41,
                "change": 0.08, "change_low": 0.03, "change_high": 0.13, "q": 0.01,
            })  # fmt: skip
            rows["themes"].append(own | {"language": "en", "theme": "parcel · weeks"} | _SUPPRESSED)
    return rows


# What the invented brand's customers write about: theme, and texts of the stage.
_SAID = {"consideration": ("anticonstitutionnellement · livraison", 190), "experience": ("retard · colis", 912),
         "loyalty": ("carte · points", 21)}  # fmt: skip


def _survival(
    persona: str, stage: str, onwards: tuple[str, ...], n: int, customers: int, hidden: dict[str, Any]
) -> list[dict[str, Any]]:
    times, rows = ("1 h", "1 d", "7 d", "60 d"), []
    ways = {way: 0.5 / 2**place for place, way in enumerate((*onwards, "(lost)"))}
    for way, most in ways.items():
        for place, time in enumerate(times):
            if way != "(lost)" or time == "60 d":
                share = most * (place + 1) / len(times)
                found = {
                    "n_left": int(n * share),
                    "n_at_risk": n // 2,
                    "estimate": share,
                    "ci_low": share * 0.9,
                    "ci_high": share * 1.1,
                }
                rows.append(_group(persona) | {
                    "from_stage": stage, "to_stage": way, "statistic": "incidence", "time": time, "unit": "share",
                    "n_visits": n, "n_customers": customers,
                } | ({} if hidden else found) | hidden)  # fmt: skip
    return rows


def _kpis(persona: str, customers: int) -> list[dict[str, Any]]:
    values = [
        ("conversion", "share", 0.334, 0.012, 0.2), ("average_order_value", "money", 64.2, 1.9, None),
        ("retention", "share", 0.31, 0.02, 0.4), ("csat", "share", 0.79, 0.02, 0.8), ("nps", "points", 12.4, 3.1, 20),
    ]  # fmt: skip
    return [
        _group(persona) | {"kpi": kpi, "unit": unit, "n": customers, "n_customers": customers, "estimate": value,
                           "ci_low": value - spread, "ci_high": value + spread, "target": target}
        for kpi, unit, value, spread, target in values
    ]  # fmt: skip


def _hypotheses() -> list[dict[str, Any]]:
    common = {"group": "(all)", "direction": "lower", "family_size": 6, "n_exposed": 450,
              "n_unexposed": 6201, "n_customers": 6400, "p": 0.001}  # fmt: skip
    adjusted = {
        "adjusted_effect": -1.98,
        "adjusted_low": -2.15,
        "adjusted_high": -1.81,
        "fcr_low": -2.2,
        "fcr_high": -1.76,
    }
    found = {"verdict": "supported", "sub_label": "material"}
    rows = [
        common | found | adjusted | {"id": "late_delivery", "group": "near", "outcome_kind": "ordinal", "crude_effect": -2.07,
                                     "crude_low": -2.21, "crude_high": -1.92, "q": 0.0002, "grade": "C", "customers_hit": 12450,
                                     "cost": 295000.0, "cost_low": 262000.0, "cost_high": 331000.0},
        common | found | {"id": "late_delivery", "outcome_kind": "ordinal", "crude_effect": -1.8, "crude_low": -2, "crude_high": -1.6,
                          "q": 0.001, "grade": "D", "customers_hit": 20000},
        common | found | {"id": "unexpected_fees", "outcome_kind": "binary", "crude_effect": -0.082, "crude_low": -0.11,
                          "crude_high": -0.054, "q": 0.004, "grade": "D", "customers_hit": 3120, "cost": None},
        common | found | {"id": "slow_answer", "outcome_kind": "continuous", "crude_effect": -14.2, "crude_low": -22.0,
                          "crude_high": -6.4, "q": 0.031, "grade": "D", "customers_hit": 870, "cost": 12354.0,
                          "cost_low": 5568.0, "cost_high": 19140.0},
        common | {"id": "weekend_order", "outcome_kind": "ordinal", "crude_effect": -0.02, "crude_low": -0.06, "crude_high": 0.02,
                  "q": 0.41, "grade": "D", "verdict": "refuted", "sub_label": "too small"},
        common | {"id": "first_ad", "outcome_kind": "binary", "crude_effect": -0.01, "crude_low": -0.05, "crude_high": 0.03,
                  "q": 0.6, "grade": "D", "verdict": "inconclusive", "customers_needed": 8200},
    ]  # fmt: skip
    return [{"smallest_effect": _SMALLEST[str(row["outcome_kind"])]} | row for row in rows]


def _monthly(persona: str, customers: int, few: bool) -> list[dict[str, Any]]:
    """Return four months of conversion (in the last of them it falls) and of the order value; half come back."""
    rows = []
    for kpi, unit, sizes in (
        ("conversion", "share", (0.33, 0.34, 0.32, 0.21)),
        ("average_order_value", "money", (64.2,) * 4),
    ):
        for later, size in enumerate(sizes):
            for earlier in range(later + 1):
                n, other = max(customers // (100 if later == earlier else 200), 3), sizes[earlier]
                square = n * size * (1 if unit == "share" else size * 1.3) if later == earlier else n * size * other
                sums = {"n_customers": n, "numerator": n * size, "denominator": n, "nn": square, "nd": n * size,
                        "dn": n * other, "dd": n}  # fmt: skip
                rows.append(_group(persona) | {
                    "measure": "kpi", "item": kpi, "unit": unit, "definition": "d", "period": f"2026-{later + 6:02d}",
                    "other_period": f"2026-{earlier + 6:02d}",
                } | (_SUPPRESSED if few else sums))  # fmt: skip
    return rows


def _opportunities() -> list[dict[str, Any]]:
    common = {
        "group": "(all)",
        "owner": "logistics",
        "status": "ranked",
        "grade": "C",
        "months": 11.0,
        "n_replicates": 1000,
    }
    money = {"gain": 24100.0, "gain_low": 19750.0, "gain_high": 29012.5}
    rows: list[dict[str, Any]] = [
        common | money | {"id": "late_delivery", "group": "near", "rank": 1, "outcome_kind": "ordinal", "effect": 1.95,
                          "effect_low": 1.7, "effect_high": 2.2, "customers_hit": 12450, "n_exposed": 12999,
                          "n_estimated": 6480, "n_compared": 20113, "mean_now": 3.41, "mean_now_low": 3.38,
                          "mean_now_high": 3.44, "mean_removed": 4.04, "mean_removed_low": 3.93, "mean_removed_high": 4.15},
        common | {"id": "unexpected_fees", "status": "no value", "outcome_kind": "binary", "effect": 0.08,
                  "effect_low": 0.05, "effect_high": 0.11, "customers_hit": 3120, "n_exposed": 3120, "n_estimated": 1544,
                  "n_compared": 4051, "mean_now": 0.641, "mean_now_low": 0.62, "mean_now_high": 0.655,
                  "mean_removed": 0.688, "mean_removed_low": 0.67, "mean_removed_high": 0.705},
        common | {"id": "slow_answer", "rank": 1, "outcome_kind": "continuous", "effect": 14.0, "effect_low": 6.0,
                  "effect_high": 22.0, "gain": 1050.5, "gain_low": 410.0, "gain_high": 1633.0, "customers_hit": 870,
                          "n_exposed": 901, "n_estimated": 444, "n_compared": 5120, "mean_now": 71.25, "mean_now_low": 68.5,
                          "mean_now_high": 74.0, "mean_removed": 72.5, "mean_removed_low": 69.0, "mean_removed_high": 76.0},
        common | {"id": "late_delivery", "status": "not estimated", "outcome_kind": "ordinal", "note": "no overlap"},
        {"id": "(all of them)", "group": "near", "status": "joint", "grade": "D", "gain": 24900.0, "gain_low": 20100.0,
         "gain_high": 30010.0},
    ]  # fmt: skip
    return [{"hypotheses": row["id"]} | row for row in rows]


def _moments() -> list[dict[str, Any]]:
    scores = {"measure": "score", "n_journeys": 70211, "n_customers": 58120, "reach": 0.412, "reach_low": 0.405,
              "reach_high": 0.419, "gap": 0.094, "gap_low": 0.071, "gap_high": 0.117, "selection_gap": 0.11, "q": 0.0001,
              "family_size": 12, "stability": 1.0, "n_best": 4100, "n_worst": 3977}  # fmt: skip
    rows: list[dict[str, Any]] = [
        scores | {"group": "near", "stage": "purchase", "touchpoint": "order_placed", "status": "moment of truth",
                  "position": "first"},
        scores | {"group": "near", "stage": "discovery", "touchpoint": "ad_seen", "status": "not confirmed",
                  "gap": 0.02, "gap_low": -0.01, "gap_high": 0.05, "stability": 0.81, "note": "not shown in the other half"},
        {"group": "near", "stage": "discovery", "touchpoint": "newsletter_received", "status": "not found", "note": "met too rarely",
         "measure": "effort", "reach": 0.04, "reach_low": 0.03, "reach_high": 0.05, "n_journeys": 70211},
        {"group": "hostile", "stage": "discovery", "touchpoint": HOSTILE, "status": "not found", "note": "not stable",
         "measure": "effort", "reach": 0.98, "reach_low": 0.97, "reach_high": 0.99, "n_journeys": 900},
        {"group": "far", "stage": "discovery", "touchpoint": "ad_seen", "status": "not examined", "note": "n < 5"},
    ]  # fmt: skip
    return rows


def _cards() -> list[dict[str, Any]]:
    traits = {
        "trait_1": "orders: 1 | 2 | 4",
        "trait_2": "city=Paris (53470/58120)",
        "trait_3": "value: 18.5 | 57 | 142.25",
    }
    full = {
        "share_low": 0.611,
        "share_high": 0.63,
        "value_share": 0.71,
        "value_share_low": 0.68,
        "value_share_high": 0.74,
    }
    return [
        {"persona": "near", "n_customers": 58120, "share": 0.621} | full | traits,
        {"persona": "far", "n_customers": 46, "share": 0.0005, "share_low": 0.0003, "share_high": 0.0008},
        {"persona": "nobody", "n_customers": 0, "note": "n = 0"},
        {
            "persona": "hostile",
            "n_customers": 900,
            "share": 0.01,
            "share_low": 0.009,
            "share_high": 0.011,
            "trait_1": HOSTILE,
        },
    ]


@cache
def frames() -> dict[str, pd.DataFrame]:
    """Return every table that maps are drawn from."""
    rows: dict[str, list[dict[str, Any]]] = {"touchpoints": [], "kpis": [], "monthly": []}
    for persona, customers, few in (
        ("(all)", 93590, False),
        ("near", 58120, False),
        ("far", 46, True),
        ("hostile", 900, False),
    ):
        rows["touchpoints"] += _touchpoints(persona, customers, few)
        rows["kpis"] += [] if few else _kpis(persona, customers)
        rows["monthly"] += _monthly(persona, customers, few)
        for name, some in _stage_rows(persona, customers, few).items():
            rows.setdefault(name, []).extend(some)
    rows["touchpoints"] += [_group("hostile") | {
        "stage": "discovery", "touchpoint": HOSTILE, "channel": "web", "actor": "customer", "n_events": 99999,
        "n_customers": 890, "reach": 0.98, "reach_low": 0.97, "reach_high": 0.99,
    }]  # fmt: skip
    rows["hypotheses"], rows["persona_cards"] = _hypotheses(), _cards()
    rows["opportunities"], rows["moments"] = _opportunities(), _moments()
    rows["conservation"] = [{"source": "shop", "source_file": "orders.csv", "role": "main", "raw": 1204331, "used": 1204319,
                             "empty": 0, "filtered": 0, "refused": 12, "duplicate": 0, "events": 2408638}]  # fmt: skip
    rows["rhythm"], rows["deviations"] = _rhythm(), _deviations()
    rows["objectives"] = _objectives()
    rows["kpi_stages"] = _kpi_stages()
    rows["text_agreement"] = [
        {"language": "en", "n_texts": 40, "n_read": 12, "n_pairs": 0, "n_customers": 0, "note": "n = 0"},
        {"language": "fr", "n_texts": 1123, "n_read": 640, "n_pairs": 402, "n_customers": 390, "rho": 0.41, "ci_low": 0.33,
         "ci_high": 0.48},
        {"language": "pt", "n_texts": 7, "n_read": 0, "note": "language not read"},
    ]  # fmt: skip
    return {name: frame(tables.ALL[name], some) for name, some in rows.items()}


def _kpi_stages() -> list[dict[str, Any]]:
    """NPS after two stages and before any, one withheld; satisfied customers after few answers."""
    nps = {"kpi": "nps", "unit": "points", "n": 640, "n_customers": 600}
    rows = []
    for group in ("(all)", "near"):
        near = _group(group)
        rows += [
            near | nps | {"stage": "purchase", "estimate": 12.5, "ci_low": 4.1, "ci_high": 20.9},
            near | nps | {"stage": "experience", "estimate": -31.0, "ci_low": -38.2, "ci_high": -23.8},
            near | nps | {"stage": "(start)", "estimate": 3.0, "ci_low": -5.0, "ci_high": 11.0},
            near | {"kpi": "nps", "unit": "points", "stage": "loyalty"} | _SUPPRESSED,
            near
            | {"kpi": "csat", "unit": "share", "stage": "experience", "n": 21, "n_customers": 21}
            | {"estimate": 0.62, "ci_low": 0.38, "ci_high": 0.82},
        ]
    return rows


def _objectives() -> list[dict[str, Any]]:
    """One of each status and unit; the first stands over the others."""
    share = {
        "measured_by": "kpi",
        "group": "(all)",
        "unit": "share",
        "better": "higher",
        "by": "2018-06-30",
        "is_due": "yes",
    }
    return [
        {"id": "grow", "measured_by": "objectives", "group": "(all)", "better": "higher", "status": "not reached"},
        share | {"id": "convert", "parent": "grow", "depth": 1, "n": 93590, "estimate": 0.334, "ci_low": 0.329, "ci_high": 0.339,
                 "target": 0.5, "status": "not reached"},
        share | {"id": "please", "parent": "grow", "depth": 1, "n": 1911, "estimate": 0.79, "ci_low": 0.77, "ci_high": 0.81,
                 "target": 0.8, "status": "not shown"},
        share | {"id": "keep", "parent": "grow", "depth": 1, "group": "near", "n": 6022, "estimate": 0.631, "ci_low": 0.611,
                 "ci_high": 0.652, "target": 0.6, "status": "reached"},
        share | {"id": "calm", "parent": "grow", "depth": 1, "measured_by": "transition", "better": "lower", "by": None,
                 "is_due": None, "target": 0.1, "status": "not measured"} | _SUPPRESSED,
        {"id": "cheer", "parent": "grow", "depth": 1, "measured_by": "emotion", "group": "(all)", "unit": "emotion",
         "better": "higher", "n": 402, "estimate": 0.31, "ci_low": 0.12, "ci_high": 0.5, "target": 0.5, "status": "not shown"},
    ]  # fmt: skip


def _rhythm() -> list[dict[str, Any]]:
    """Every hour and weekday: numbers for one persona, none for one too small, holes for the hostile one."""
    rows = []
    for persona, clock, times in (
        ("near", "hour", 24),
        ("near", "weekday", 7),
        ("far", "hour", 24),
        ("hostile", "hour", 9),
    ):
        for at in range(times):
            for measure, channel in (
                ("activity", "(all)"),
                ("channel", "web"),
                ("channel", "support"),
                ("contacts", "(all)"),
                ("emotion", "(all)"),
                ("lost", "(all)"),
            ):
                key = {**_group(persona), "clock": clock, "at": at, "measure": measure, "channel": channel}
                value = -1.95 + at / 6 if measure == "emotion" else 1 / (at + 2)
                bounds = {"estimate": value, "ci_low": value - 0.01, "ci_high": value + 0.04}
                rows.append(
                    key | (_SUPPRESSED if persona == "far" else {"n": 10 ** (at % 6), "n_customers": 9, **bounds})
                )
    return rows


def _deviations() -> list[dict[str, Any]]:
    rows = []
    names = ["order_placed", "order_approved", "order_shipped", "order_delivered", "review_answered"]
    for persona, n in (("near", 123456), ("far", None), ("hostile", 40)):
        places = [
            (place, name, kind)
            for place, name in enumerate(names, 1)
            for kind in ("as_planned", "failed", "out_of_order", "missing")
        ]
        places += [
            (6, name, "ad_hoc")
            for name in ["ticket_opened", "card_used", HOSTILE, "ad_seen", "basket_filled", "product_viewed"]
        ]
        for place, name, kind in places:
            key = {**_group(persona), "place": place, "touchpoint": name, "deviation": kind}
            share = {"n": n, "n_customers": n, "n_journeys": n, "share": 0.25, "ci_low": 0.2468, "ci_high": 0.31}
            rows.append(key | (_SUPPRESSED if n is None else share))
    return rows
