"""Words of opportunities and moments of truth: (French, English). `words.term` reads them beside `labels`."""

from __future__ import annotations

# fmt: off
GAIN_LABELS: dict[str, tuple[str, str]] = {
    "lane_moments_unit": ("règle en trois points", "a rule of three parts"),
    "lane_opportunities_unit": ("gain par mois si l’irritant disparaît", "gain a month if the pain point goes"),
    "no_moment": (
        "aucun des {n} points de contact examinés ne remplit la règle (rencontré par {reach} des parcours, écart d’au "
        "moins {gap}, retrouvé dans {stability} des rééchantillons)",
        "none of the {n} touchpoints examined meets the rule (met by {reach} of journeys, gap of at least {gap}, held "
        "in {stability} of resamples)"),
    "moment_reach": ("rencontré par {share} {interval} des parcours", "met by {share} {interval} of journeys"),
    "moment_gap": ("meilleur quart − pire quart : {gap} {interval} de résultats en {window}",
                   "best quarter − worst quarter: {gap} {interval} of outcomes in {window}"),
    "moment_stability": ("retenu dans {share} des rééchantillons", "held in {share} of resamples"),
    "moment_not_confirmed": ("retenu sur une moitié des clients, non montré sur l’autre",
                             "found in one half of the customers, not shown in the other"),
    "moment_first": ("souvent première étape", "often the first step"),
    "moment_last": ("souvent dernière étape", "often the last step"),
    "further_moments": ("et {n} autres", "and {n} more"),
    "moment_sign": ("moment de vérité", "moment of truth"),
    "gain_a_month": ("{money} par mois", "{money} a month"),
    "gain_no_value": ("sans valeur déclarée", "no value declared"),
    "gain_per_unit": ("{effect} {interval} par cas", "{effect} {interval} per case"),
    "gain_not_selected": ("trouvé seulement sur tous les clients : peut être surestimé",
                          "found only with all customers: may be too high"),
    "gain_not_estimated": ("gain non estimé", "gain not estimated"),
    "no_action": ("Aucune action prévue", "No action planned"),
    "owner_is": ("{owner}", "{owner}"),
    "from_day": ("dès le {day}", "from {day}"),
    "removes": ("Contre :", "Against:"),
    "gains_together": ("Tous à la fois :", "All of them together:"),
    "further_gains": ("Aussi :", "Also:"),
    "lane_no_opportunities": ("Opportunités", "Opportunities"),
    "quiet_no_opportunities": ("aucun irritant n’est assez établi sur une moitié des clients pour en estimer le gain",
                       "no pain point is established enough in one half of the customers to estimate its gain"),
    "picture_opportunities": ("Opportunités : gain par mois si l’irritant disparaît, la plus sûre d’abord",
                              "Opportunities: gain a month if the pain point goes, the surest first"),
    "picture_opportunities_what": (
        "Choisies sur une moitié des clients, estimées sur l’autre ; intervalle à {level} ; rang : borne basse. « Tous "
        "à la fois » n’est pas la somme.",
        "Chosen in one half of the customers, estimated in the other; {level} interval; rank: lower bound. “All of "
        "them” is not the sum."),
    "gains_all": ("Tous à la fois", "All of them together"),
}

GAIN_NOTES: dict[str, tuple[str, str]] = {
    "met too rarely": ("trop rarement rencontré", "met too rarely"),
    "gap too small or not found": ("écart trop petit ou non trouvé", "gap too small or not found"),
    "not stable": ("instable", "not stable"),
    "not shown in the other half": ("non montré sur l’autre moitié", "not shown in the other half"),
}
# fmt: on
