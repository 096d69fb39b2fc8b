"""What a report says of how far a comparison holds, and of what was found without being declared: (French, English)."""

from __future__ import annotations

EVIDENCE_SENTENCES: dict[str, tuple[str, str]] = {
    # --- a finding in one line ------------------------------------------------------------------------
    "headline_opening": ("{verdict} (preuve {grade}).", "{verdict} (grade {grade})."),
    "headline_known": (
        "{claim} : {effect} [{low} ; {high}], {group}, {customers} clients.",
        "{claim}: {effect} [{low}, {high}], {group}, {customers} customers.",
    ),
    "headline_unknown": (
        "{claim} : {note}, {group}, {customers} clients.",
        "{claim}: {note}, {group}, {customers} customers.",
    ),
    "headline_cost": ("Enjeu : {cost} [{low} ; {high}].", "At stake: {cost} [{low}, {high}]."),
    "headline_of_all": ("tous clients confondus", "all customers together"),
    "headline_of_persona": ("dans ce persona", "in this persona"),
    "ratio_is": (
        "Rapport des moyennes, brut : {x} [{low} ; {high}].",
        "Crude ratio of means: {x} [{low}, {high}].",
    ),
    "e_value_is": (
        "Valeur E : {x} (borne : {bound}), le risque relatif qu’un facteur oublié devrait avoir avec l’exposition et "
        "avec l’issue pour tout expliquer.",
        "E-value: {x} (bound: {bound}), the risk ratio that a factor left out would need with both the exposure and "
        "the outcome to explain it all away.",
    ),
    "lee_bounds": (
        "Tous n’ont pas répondu : l’effet chez ceux qui répondent dans les deux cas est entre {low}"
        " et {high} (bornes de Lee, incertitude comprise) ; le verdict repose sur elles.",
        "Not everybody answered: the effect on those who answer in either case lies between {low} and "
        "{high} (Lee’s bounds, uncertainty included); the verdict rests on them.",
    ),
    "selected_because": (
        "Exposés et autres n’ont pas répondu autant : la différence peut venir de qui a répondu (bornes : {low} à "
        "{high}).",
        "Exposed and others did not answer alike: the difference may come from who answered (bounds: {low} to {high}).",
    ),
    "randomised": ("tiré au sort", "randomised"),
    "worst_bounds": (
        "Si les silencieux avaient répondu au pire d’un côté ou de l’autre, l’effet brut irait de {low} à {high}.",
        "Had the silent answered at worst one way or the other, the crude effect would run from {low} to {high}.",
    ),
    "time_lost_is": (
        "Jours perdus dans la fenêtre, exposés moins autres : {x} [{low} ; {high}].",
        "Days lost within the window, exposed minus others: {x} [{low}, {high}].",
    ),
    "screened_heading": (
        "Trouvés sans avoir été déclarés",
        "Found without being declared",
    ),
    "screened_caption": (
        "Candidats cherchés chez une moitié des clients, verrouillés, puis confirmés chez l’autre",
        "Candidates searched in one half of the customers, locked, then confirmed in the other",
    ),
    "screened_remark": (
        "Effet et intervalle : moitié de confirmation, que la recherche n’avait pas vue. Une différence au sein des "
        "personas, pas encore une cause ; seul ce qui est confirmé peut s’appeler irritant. docs/screening.md dit "
        "comment faire.",
        "Effect and interval: the confirming half, which the search never saw. A difference within personas, not yet a"
        " cause; only what is confirmed may be called a pain point. docs/screening.md says how it is done.",
    ),
    "screened_candidate": ("Candidat", "Candidate"),
    "screened_effect": ("Effet", "Effect"),
    "screened_excess_exit": ("abandons plus fréquents", "more exits"),
    "screened_wait": ("attente plus longue", "longer wait"),
    "screened_rework": ("retours en arrière", "steps back"),
    "screened_support_contact": ("appels à l’aide", "contacts with support"),
    "screened_repeated_contact": ("contacts répétés", "repeated contacts"),
    "screened_channel_switch": ("changement de canal forcé", "forced switch of channel"),
    "screened_emotion_dip": ("émotion en baisse", "emotion dip"),
    "screened_confirmed": ("confirmé", "confirmed"),
    "screened_not_confirmed": ("non confirmé", "not confirmed"),
    "screened_when": ("{touchpoint}, {kind} quand {condition}", "{touchpoint}, {kind} when {condition}"),
    "screened_met": ("{touchpoint}, {kind}", "{touchpoint}, {kind}"),
}
