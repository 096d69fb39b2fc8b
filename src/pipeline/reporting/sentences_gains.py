"""What a report says of opportunities and moments of truth: (French, English). `sentences.say` reads it."""

from __future__ import annotations

GAIN_SENTENCES: dict[str, tuple[str, str]] = {
    "title_opportunities": ("Opportunités", "Opportunities"),
    "title_moments": ("Moments de vérité", "Moments of truth"),
    "opportunities_caption": (
        "Gain si l’irritant disparaît, le plus sûr d’abord",
        "Gain if the pain point goes, the surest first",
    ),
    "opportunities_none": (
        "Aucun irritant n’est assez établi pour en estimer le gain.",
        "No pain point is established enough to estimate its gain.",
    ),
    "opportunities_lead": (
        "Un irritant est choisi sur une moitié des clients et son gain estimé sur l’autre : il n’est pas gonflé par le "
        "choix. Seule change la suite des cas exposés, de l’effet ajusté ; ce que les clients regagnés rencontreraient "
        "ensuite n’est pas suivi.",
        "A pain point is chosen in one half of the customers and its gain estimated in the other, so that the choice "
        "does not inflate it. Only what follows exposed cases changes, by the adjusted effect; what customers who were "
        "won back would meet next is not followed.",
    ),
    "opportunities_remark": (
        "Gain : cas exposés par mois × effet × valeur déclarée ; intervalle à {level} par rééchantillonnage des "
        "clients. Rang : borne basse du gain. Un irritant soutenu seulement sur l’ensemble des clients est montré sans "
        "rang. Qui déclare l’irritant en est le responsable, sauf si actions.yaml en nomme un.",
        "Gain: exposed cases a month × effect × declared value; {level} interval by resampling customers. Rank: lower "
        "bound of the gain. A pain point that only all customers together support is shown without a rank. Its "
        "owner is who declared it, unless actions.yaml names one.",
    ),
    "opportunity": ("Irritant et action", "Pain point and action"),
    "action_planned": ("Action : {action}", "Action: {action}"),
    "no_action_planned": ("Aucune action prévue", "No action planned"),
    "owner_and_date": ("Responsable, date", "Owner, date"),
    "rank": ("Rang", "Rank"),
    "gain_per_month": ("Gain par mois", "Gain a month"),
    "gain_per_case": ("Par cas exposé", "Per exposed case"),
    "cases_estimated": ("Cas exposés estimés / tous", "Exposed cases estimated / all"),
    "gain_joint": (
        "Tous les irritants classés ({group}) supprimés à la fois : {gain} par mois (intervalle à {level} : "
        "{interval}). Là où plusieurs touchent un client dans la même période, un seul résultat est regagné ; ce "
        "n’est donc pas la somme des lignes.",
        "All ranked pain points ({group}) removed together: {gain} a month ({level} interval {interval}). Where "
        "several hit one customer in the same period, one outcome is won back, so it is not the sum of the rows.",
    ),
    "opportunity_no_value": ("sans valeur déclarée", "no value declared"),
    "opportunity_not_selected": (
        "trouvé seulement sur tous les clients : peut être surestimé",
        "found only with all customers: may be too high",
    ),
    "moments_caption": (
        "Points de contact examinés, et leurs trois scores",
        "Touchpoints examined, and their three scores",
    ),
    "moments_lead": (
        "Un moment de vérité est rencontré par au moins {reach} des parcours ; entre le meilleur et le pire quart "
        "d’expérience, la part qui atteint le résultat en {window} diffère d’au moins {gap} (q ≤ {level}, ajusté) ; il "
        "est retenu dans au moins {stability} des rééchantillons de clients. Choisi sur une moitié des clients ; "
        "portée et écart sont ceux de l’autre.",
        "A moment of truth is met by at least {reach} of journeys; between the best and the worst quarter of "
        "experiences the share that reaches the outcome within {window} differs by at least {gap} (q ≤ {level}, "
        "adjusted); it is held in at least {stability} of resamples of customers. Chosen in one half of the customers; "
        "reach and gap are those of the other.",
    ),
    "moments_found": (
        "{n} des {examined} points de contact examinés remplissent la règle.",
        "{n} of the {examined} touchpoints examined meet the rule.",
    ),
    "moments_none": ("Aucun point de contact n’a pu être examiné.", "No touchpoint could be examined."),
    "moments_remark": (
        "Expérience : mesure déclarée, sinon la note donnée, sinon l’attente avant le contact ou l’effort (étapes du "
        "client dans la visite). La première et la dernière étape sont signalées et jamais promues par leur place.",
        "Experience: a declared measure, else the score given, else the wait before it or the effort (the customer’s "
        "steps in the visit). First and last steps are flagged and never promoted by their place.",
    ),
    "moment_status": ("Résultat", "Result"),
    "moment_of_truth_found": ("moment de vérité", "moment of truth"),
    "moment_not_confirmed": ("non confirmé", "not confirmed"),
    "moment_not_found": ("non retenu", "not found"),
    "moment_measure": ("Expérience", "Experience"),
    "measure_declared": ("mesure déclarée", "declared measure"),
    "measure_score": ("note", "score"),
    "measure_wait": ("attente", "wait"),
    "measure_effort": ("effort", "effort"),
    "moment_reach": ("Parcours touchés", "Journeys that meet it"),
    "moment_gap": ("Écart meilleur − pire quart", "Gap, best − worst quarter"),
    "moment_stability": ("Rééchantillons", "Resamples"),
    "quarters_n": ("Parcours (n) ; quarts", "Journeys (n); quarters"),
    "position_first": ("souvent première étape", "often the first step"),
    "position_last": ("souvent dernière étape", "often the last step"),
}
