"""What the words of the product mean here."""

from __future__ import annotations

# Term of `pipeline.words.terms` → its meaning here (French, English).
GLOSSARY: dict[str, tuple[str, str]] = {
    "journey": (
        "toutes les interactions d’un client entre un premier contact et un long silence",
        "all interactions of one customer between a first touch and a long silence",
    ),
    "stage": ("une phase déclarée du parcours", "a declared phase of the journey"),
    "touchpoint": ("un type d’interaction", "a kind of interaction"),
    "channel": ("le support par lequel une interaction a lieu", "the medium through which an interaction takes place"),
    "pain_point": (
        "une condition, à un point de contact, qui dégrade un résultat",
        "a condition at a touchpoint that makes an outcome worse",
    ),
    "moment_of_truth": (
        "un point de contact dont la meilleure et la pire expérience changent le résultat final",
        "a touchpoint whose best and worst experience change the final outcome",
    ),
    "current_state_map": (
        "le parcours tel que les données le montrent, sans projection",
        "the journey as the data show it, without projection",
    ),
    "average_order_value": ("montant moyen d’un achat", "mean amount of a purchase"),
    "friction_point": (
        "un endroit du parcours où le client peine, qu’un effet y soit prouvé ou non",
        "a condition at a touchpoint that makes an outcome worse",
    ),
    "day_in_the_life_map": ("la journée et la semaine du client", "the customer’s day and week"),
    "future_state_map": ("le parcours projeté, avec sa bande visée", "the projected journey, with its target band"),
    "planned_map": (
        "les points de contact déclarés, comparés à ceux qui sont observés",
        "declared touchpoints, compared with those observed",
    ),
    "abandonment_rate": (
        "part des visites d’une étape qui finissent par un silence complet",
        "share of a stage’s visits that end in a completed silence",
    ),
    "retention_rate": (
        "part des clients qui reviennent dans un délai donné",
        "share of customers who come back within a given time",
    ),
    "customer_effort": (
        "ce qu’il en coûte au client d’atteindre son but",
        "what it costs customers to reach their goal",
    ),
    "confidence_interval": (
        "les valeurs compatibles avec les données, au niveau annoncé",
        "the values compatible with the data, at the stated level",
    ),
    "false_discovery_rate": (
        "part attendue d’erreurs parmi les hypothèses soutenues",
        "expected share of errors among supported hypotheses",
    ),
    "partner": ("un acteur qui n’est pas la marque", "an actor that is not the brand"),
}
