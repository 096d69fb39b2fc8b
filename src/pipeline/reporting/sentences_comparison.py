"""What the page that compares personas says: (French, English). `sentences.say` reads it."""

from __future__ import annotations

COMPARISON_SENTENCES: dict[str, tuple[str, str]] = {
    "comparison_title": ("Les personas côte à côte", "Personas side by side"),
    "comparison_lead": (
        "Chaque persona dans une colonne, l’ensemble des clients dans la dernière.",
        "Each persona in a column, all customers in the last one.",
    ),
    "comparison_differ": (
        "Les personas ne passent pas d’une étape à l’autre de la même façon (un seul test pour toute la matrice : "
        "p\u00a0=\u00a0{p}, {n} clients).",
        "Personas do not move from stage to stage alike (one test of the whole matrix: p\u00a0=\u00a0{p}, "
        "{n} customers).",
    ),
    "comparison_alike": (
        "Il n’est pas démontré que les personas passent différemment d’une étape à l’autre (un seul test pour toute la "
        "matrice : p\u00a0=\u00a0{p}, {n} clients).",
        "Personas are not shown to move differently from stage to stage (one test of the whole matrix: p\u00a0=\u00a0"
        "{p}, {n} customers).",
    ),
    "comparison_untested": (
        "Trop peu de clients pour tester si les personas passent différemment d’une étape à l’autre.",
        "Too few customers to test whether personas move differently from stage to stage.",
    ),
    "comparison_kpis": ("Indicateurs", "Key figures"),
    "comparison_losses": ("Visites sans suite, par étape quittée", "Visits that nothing follows, by the stage left"),
    "comparison_funnel": ("Parcours qui atteignent chaque étape", "Journeys that reach each stage"),
    "comparison_time": ("Temps médian dans chaque étape", "Median time in each stage"),
    "comparison_pains": ("Irritants testés dans un persona", "Pain points tested in a persona"),
    "comparison_remark": (
        "Sous chaque nombre : son intervalle à {level}, groupé par client, et son effectif (plus large pour une "
        "hypothèse soutenue : corrigé de la sélection). Parmi beaucoup de colonnes, la plus haute et la plus basse "
        "s’écartent aussi par hasard : deux intervalles disjoints, lus après coup, ne sont pas un test. Un écart qui "
        "compte se déclare comme hypothèse.",
        "Below each number: its {level} interval, clustered by customer, and its n (wider for a supported hypothesis: "
        "corrected for selection). Among many columns the highest and the lowest differ by chance as well: two "
        "intervals apart, read afterwards, are no test. A difference that matters is declared as a hypothesis.",
    ),
}
