"""What a report says of the backlog of actions: (French, English). `sentences.say` reads it."""

from __future__ import annotations

BACKLOG_SENTENCES: dict[str, tuple[str, str]] = {
    "backlog_title": ("Actions : effet attendu, effet mesuré", "Actions: effect expected, effect measured"),
    "backlog_lead": (
        "Un effet n’est mesuré qu’une fois sa fenêtre close. « Avant et après » compare deux mois sans groupe "
        "témoin : l’écart peut venir d’autre chose que de l’action. Seul un tirage au sort en montre un effet.",
        "An effect is measured only once its window has closed. “Before and after” compares two months without a "
        "control group: the change may come from something else than the action. Only a random draw shows an effect "
        "of it.",
    ),
    "backlog_caption": ("Ce que les actions devaient changer, ce qui a changé", "What actions should change, what did"),
    "backlog_remark": (
        "Effets : au-dessus de 0, c’est mieux ; intervalle à {level}, par client. Avant et après : les mois entiers "
        "d’avant et d’après le mois de l’action ; n : clients avant / après. Tirage au sort : n : unités sans / avec. "
        "Attendu : dans l’unité de la mesure ; sans mesure, par cas exposé.",
        "Effects: above 0 is better; {level} interval, clustered by customer. Before and after: the full months "
        "before and after the month of the action; n: customers before / after. Random draw: n: units without / "
        "with. Expected: in the unit of the measure; without one, per exposed case.",
    ),
    "backlog_action": ("Action", "Action"),
    "backlog_measured_by": ("Mesuré par", "Measured by"),
    "backlog_expected": ("Attendu", "Expected"),
    "backlog_measured": ("Mesuré", "Measured"),
    "backlog_finding": ("Constat", "Finding"),
    "backlog_no_measure": (
        "actions.yaml ne dit pas par quoi le mesurer",
        "actions.yaml does not say what to measure it by",
    ),
    "backlog_randomised": ("tirage au sort, preuve {grade}", "random draw, evidence {grade}"),
    "backlog_before_after": (
        "avant et après ({before}, {after}), preuve {grade}",
        "before and after ({before}, {after}), evidence {grade}",
    ),
    "backlog_too_early": ("trop tôt pour le dire, avant le {day}", "too early to say, before {day}"),
    "backlog_not_measured": ("non mesuré", "not measured"),
    "backlog_season": ("un an plus tôt : {change}", "a year before: {change}"),
    "backlog_better": ("mieux", "better"),
    "backlog_worse": ("moins bien", "worse"),
    "backlog_not_shown": ("aucun changement démontré", "no change shown"),
    "backlog_expected_too_high": ("moins que l’attendu", "less than expected"),
    "backlog_expected_too_low": ("plus que l’attendu", "more than expected"),
    "backlog_expected_compatible": ("compatible avec l’attendu", "compatible with what was expected"),
}
