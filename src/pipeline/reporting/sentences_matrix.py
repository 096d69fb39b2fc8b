"""What a report says of reaching the goal, of the checks of the matrix, of exits: (French, English)."""

from __future__ import annotations

MATRIX_SENTENCES: dict[str, tuple[str, str]] = {
    "losses_caption": ("Argent aux sorties : mesuré et projeté", "Money at the exits: measured and projected"),
    "visits_lost": ("Mesuré : visites perdues", "Measured: visits lost"),
    "value_kept": (
        "Mesuré : ce que rapporte ensuite une autre visite",
        "Measured: what another visit brings afterwards",
    ),
    "projected_loss": ("Projeté : manque à gagner", "Projected: money lost"),
    "losses_remark": (
        "Mesuré : les visites sans suite, et l’argent que les autres visites de l’étape rapportent après elle, dans le "
        "même parcours et sous {horizon}. Projeté : le produit des deux, comme si ceux qui partent valaient ceux qui "
        "restent. Ils en diffèrent sans doute : c’est un ordre de grandeur, pas ce qu’une action rapporterait (voir "
        "les gains). Qui revient plus tard commence un autre parcours.",
        "Measured: visits that lead nowhere, and the money that the stage’s other visits bring after it, in the same "
        "journey and within {horizon}. Projected: the product of both, as if those who leave were like those who stay. "
        "They probably are not: this is an order of magnitude, not what an action would bring (see the gains). "
        "Who comes back later begins another journey.",
    ),
    "title_reaching": ("Atteindre le but", "Reaching the goal"),
    "reaching_lead": (
        "Part des entrées dans chaque étape suivies du but du parcours dans les {horizon}, comptée directement sur des"
        " visites suivies jusqu’au bout. À côté, ce qu’en dirait la matrice si chaque passage ne dépendait que de "
        "l’étape : une réponse de modèle.",
        "Share of the entries into each stage that were followed by the goal of the journey within {horizon}, counted "
        "directly on visits followed to the end. Beside it, what the matrix would say if each move depended on the "
        "stage alone: a model-based answer.",
    ),
    "reaching_caption": (
        "Entrées suivies du but dans les {horizon}",
        "Entries followed by the goal within {horizon}",
    ),
    "reaching_direct": ("Compté", "Counted"),
    "reaching_chain": ("Selon la matrice", "Model-based"),
    "reaching_gap": ("Écart", "Gap"),
    "reaching_remark": (
        "L’écart dit combien le modèle se trompe ici ; c’est le compte direct qui vaut.",
        "The gap says how far the model errs here; the direct count is what holds.",
    ),
    "reaching_remark_failed": (
        "Une vérification de la matrice échoue ci-dessous : rien n’est classé d’après le modèle, seul vaut le compte "
        "direct.",
        "A check of the matrix fails below: nothing is ranked on the model, only the direct count holds.",
    ),
    "checks_caption": ("Vérifications de la matrice, sur tous les clients", "Checks of the matrix, over all customers"),
    "checks_remark": (
        "Ordre : l’étape suivante dépend-elle de l’étape précédente ? Stabilité : la matrice change-t-elle d’un mois "
        "d’entrée à l’autre ? Homogénéité : les personas passent-ils de même d’une étape à la suivante ? Une "
        "vérification échoue si son p, ajusté pour toutes les étapes testées, est d’au plus 0,05.",
        "Order: does the next stage depend on the one before? Stability: does the matrix change between months of "
        "entry? Homogeneity: do personas move on alike? A check fails where its p, adjusted for all stages tested, is "
        "at most 0.05.",
    ),
    "check_heading": ("Vérification", "Check"),
    "check_row": ("{check} · {stage}", "{check} · {stage}"),
    "check_passed": ("passée", "passed"),
    "check_failed_word": ("échouée", "failed"),
    "check_not_applicable": ("sans objet", "not applicable"),
    "check_adjusted": ("p ajusté", "adjusted p"),
    "all_stages": ("toutes les étapes", "all stages"),
    "pooled_share": ("Rapprochée", "Pooled"),
    "pooled_remark": (
        "Rapprochée : la part tirée vers celle de tous les clients, d’autant plus que le persona est petit (intervalle "
        "bayésien empirique) ; elle accompagne la part brute et ne la remplace pas.",
        "Pooled: the share drawn towards that of all customers, the more so the smaller the persona (empirical-Bayes "
        "interval); it stands beside the raw share and never replaces it.",
    ),
    "exits_caption": (
        "Où mènent les étapes, les sorties étant en concurrence",
        "Where stages lead, exits competing",
    ),
    "exits_remark": (
        "Parmi toutes les visites, celles en cours comprises : part qui a quitté l’étape vers chaque suite au terme de "
        "l’horizon (incidence cumulée d’Aalen-Johansen), et temps moyen passé jusque-là.",
        "Of all visits, those still going included: share that left the stage for each destination by the end of the "
        "horizon (Aalen-Johansen cumulative incidence), and mean time spent until then.",
    ),
    "exits_share": ("Part sortie", "Share that left"),
    "exits_mean": ("temps moyen", "mean time"),
}
