"""What a report says of key figures in their second views, of coming back, of objectives: (French, English)."""

from __future__ import annotations

KPI_SENTENCES: dict[str, tuple[str, str]] = {
    "views_caption": ("Les mêmes indicateurs, vus autrement", "The same key figures, seen otherwise"),
    "view_winsorised": ("sans les achats extrêmes", "without extreme purchases"),
    "view_response_rate": ("taux de réponse", "response rate"),
    "view_weighted": ("redressé sur les clients interrogés", "weighted to the customers asked"),
    "view_backtest_predicted": ("épreuve rétrospective : prévu", "back-test: predicted"),
    "view_backtest_actual": ("épreuve rétrospective : constaté", "back-test: actual"),
    "view_backtest_ratio": ("épreuve rétrospective : prévu / constaté", "back-test: predicted / actual"),
    "views_remark": (
        "Les notes redressées pèsent chaque réponse par l’inverse du taux de réponse des clients semblables ; elles "
        "valent si, entre semblables, ceux qui répondent pensent comme les autres.",
        "Weighted scores give each answer the inverse of the response rate among similar customers; they hold if, "
        "among similar customers, those who answer think like the others.",
    ),
    "winsorised_remark": (
        "{kpi} : les {share} d’achats les plus élevés sont ramenés à un même plafond.",
        "{kpi}: the highest {share} of purchases are brought down to one ceiling.",
    ),
    "backtest_remark": (
        "Une prévision n’est montrée que si, une période plus tôt, elle serait tombée à {tolerance} près, intervalle "
        "compris.",
        "A prediction is shown only if, one period earlier, it would have come within {tolerance}, interval and all.",
    ),
    "curve_caption": ("{kpi} : part des clients revenus, mois après mois", "{kpi}: share of customers back, by month"),
    "curve_remark": (
        "Un moins Kaplan-Meier, en mois de 30 jours depuis la première fois observée ; les clients suivis moins "
        "longtemps comptent tant qu’ils sont suivis.",
        "One minus Kaplan-Meier, in months of 30 days since the first time seen; customers followed for a shorter time "
        "count as long as they are followed.",
    ),
    "triangle_caption": ("{kpi} : par cohorte, part revenue chaque mois", "{kpi}: by cohort, share back in each month"),
    "triangle_remark": (
        "Ensemble des clients. Une case vide n’est pas un zéro : la cohorte n’est pas encore suivie jusque-là.",
        "All customers. An empty cell is no zero: the cohort has not been followed that far yet.",
    ),
    "rule_clusters": (
        "Groupe trouvé dans les données, parmi des clients comparés par : {by}. N’est retenu qu’un découpage que l’on "
        "retrouve en rééchantillonnant, et que le hasard ne ferait pas aussi net.",
        "A group found in the data, among customers compared by: {by}. Only a split is kept that is found again when "
        "customers are resampled, and that chance would not make as clear.",
    ),
    "typical_path": ("Parcours réel le plus typique", "Most typical real path"),
    "typical_path_remark": (
        "Le plus proche de tous les autres ({variants} parcours différents, distance d’édition). {share} {interval} "
        "des {n} parcours complets le suivent exactement, soit {walked}.",
        "The nearest to all others ({variants} different paths, edit distance). {share} {interval} of the {n} complete "
        "journeys follow exactly it: {walked}.",
    ),
    "months": ("Mois", "Months"),
    "cohort": ("Cohorte", "Cohort"),
    "share_back": ("Revenus", "Back"),
    "n_at_risk": ("Suivis, pas encore revenus", "Followed, not back yet"),
    "scores_caption": ("Notes par étape", "Scores by stage"),
    "stage_before": ("Étape avant la réponse", "Stage before the answer"),
    "no_stage_before": ("Aucune : la réponse ouvre le parcours", "None: the answer opens the journey"),
    "scores_remark": (
        "L’étape est la dernière que le parcours a connue avant la réponse ; les réponses elles-mêmes ne comptent pas. "
        "Chaque étape a d’autres répondants : un écart entre deux étapes ne prouve pas que l’étape en est la cause.",
        "The stage is the last one of the journey before the answer; answers themselves do not count. Each stage has "
        "other respondents: a gap between two stages does not prove that the stage is its cause.",
    ),
    "title_objectives": ("Objectifs", "Objectives"),
    "no_objective": ("Aucun objectif n’est déclaré.", "No objective is declared."),
    "objectives_caption": ("Objectifs fixés avant la carte", "Objectives set before the map"),
    "objectives_lead": (
        "Objectifs à mesurer : {n}. Atteints : {reached} ; non atteints : {not_reached} ; non départagés par les "
        "données : {not_shown} ; non mesurés : {not_measured}.",
        "Objectives to measure: {n}. Reached: {reached}; not reached: {not_reached}; not decided by the data: "
        "{not_shown}; not measured: {not_measured}.",
    ),
    "objectives_remark": (
        "✔ : tout l’intervalle est du bon côté de la cible ; ✘ : du mauvais ; ? : la cible est dans l’intervalle. Un "
        "objectif qui en réunit d’autres est atteint quand tous le sont. Croyance : ce que l’entreprise tenait pour "
        "acquis, et son écart à la mesure.",
        "✔: the whole interval lies on the good side of the target; ✘: on the other; ?: the target lies inside. An "
        "objective made of others is reached when all are. Belief: what the company took for granted, and how far that "
        "is from what is measured.",
    ),
    "objective": ("Objectif", "Objective"),
    "status": ("État", "Status"),
    "measured": ("Mesuré", "Measured"),
    "wanted_by": ("Pour le", "Wanted by"),
    "believed": ("Croyance de l’entreprise", "Company’s belief"),
    "as_those_under_it": ("comme ceux qu’il réunit", "as those under it"),
    "status_reached": ("atteint", "reached"),
    "status_not_reached": ("non atteint", "not reached"),
    "status_not_shown": ("non départagé", "not shown"),
    "status_not_measured": ("non mesuré", "not measured"),
    "target_reached": ("cible atteinte", "target reached"),
    "target_not_reached": ("cible non atteinte", "target not reached"),
    "target_not_shown": ("non départagé", "not shown"),
    "overdue": ("échéance passée", "overdue"),
    "belief_too_high": ("trop haute", "too high"),
    "belief_too_low": ("trop basse", "too low"),
    "belief_compatible": ("compatible avec la mesure", "compatible with what is measured"),
}
