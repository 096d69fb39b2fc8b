"""What companion pictures say: name → (French, English)."""

from __future__ import annotations

# fmt: off
PICTURES: dict[str, tuple[str, str]] = {
    # months
    "picture_control": ("Mois après mois : ce qui sort de l’ordinaire", "Month by month: what is out of the ordinary"),
    "control_what": (
        "Bande : limites apprises des mois d’avant, par client ; n : clients du dernier mois.\n"
        "Si rien ne change, {rate} de ces images au plus montrent un mois hors des limites ({point} par mois).",
        "Band: limits learnt from the months before, clustered by customer; n: customers of the last month.\n"
        "If nothing changes, at most {rate} of such pictures show any month outside ({point} a month)."),
    "control_inside": ("aucun mois hors des limites", "no month outside its limits"),
    "control_outside": ("mois hors des limites : {n}", "months outside their limits: {n}"),
    "picture_month_change": ("D’un mois à l’autre : de quoi l’écart est fait",
                             "From one month to the next: what a change is made of"),
    "month_change_what": (
        "Mélange : poids des personas ; taux : ce qui change dans les personas. Écart avec son intervalle à {level} : "
        "s’il contient 0, aucun changement n’est montré.",
        "Mix: weights of personas; rate: what changes inside them. Change with its {level} interval: if it holds 0, no "
        "change is shown."),
    "month_mix": ("mélange", "mix"),
    "month_rate": ("taux", "rate"),
    # losses and feelings by stage
    "picture_losses": ("Où l’on perd les clients, étape par étape", "Where customers are lost, stage by stage"),
    "losses_what": (
        "Visites sans suite dans les {horizon}, ajoutées d’étape en étape. À côté : part des visites de l’étape, "
        "intervalle à {level}.",
        "Visits that lead nowhere within {horizon}, added up stage by stage. Beside: share of the stage’s visits, "
        "{level} interval."),
    "losses_all": ("en tout", "in all"),
    "picture_feelings": ("Ce que les clients ressentent, étape par étape", "What customers feel, stage by stage"),
    "feelings_what": (
        "De −2 à +2, intervalle à {level}. Rond : notes (NPS, CSAT, CES) ; losange : mots des clients. Creux : moins "
        "de {least} réponses.",
        "From −2 to +2, {level} interval. Circle: scores (NPS, CSAT, CES); diamond: customers’ words. Hollow: fewer "
        "than {least} answers."),
    "feelings_none": ("aucune réponse", "no answer"),
    "picture_scores": ("Les notes, selon l’étape avant la réponse", "Scores, by the stage before the answer"),
    "scores_what": (
        "Dernière étape du parcours avant la réponse, intervalle à {level}. D’autres clients à chaque étape.",
        "Last stage of the journey before the answer, {level} interval. Other customers at each stage."),
}
# fmt: on
