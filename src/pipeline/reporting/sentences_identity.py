"""What a report says of link errors in the intervals of KPIs: (French, English). `sentences.say` reads it."""

from __future__ import annotations

IDENTITY_SENTENCES: dict[str, tuple[str, str]] = {
    "identity_effects_caption": (
        "Indicateurs de tous les clients, erreurs d’identité comprises",
        "Key figures of all customers, identity errors included",
    ),
    "as_found": ("Tel que trouvé", "As found"),
    "identity_known": ("Intervalle à {level} si l’identité était sûre", "{level} interval if identity were certain"),
    "identity_bias": ("Biais", "Bias"),
    "without_bias": ("Biais retiré", "Bias taken off"),
    "identity_in_interval": ("Intervalle à {level}, identité comprise", "{level} interval, identity included"),
    "identity_sensitivity": ("Plage de sensibilité", "Sensitivity range"),
    "identity_variance": ("Part de l’identité dans la variance", "Identity’s share of the variance"),
    "identity_effects_labelled": (
        "Sur {graphs} graphes d’identité, autant de liens manqués et de liens faux sont refaits qu’en montrent les "
        "paires étiquetées ; ce qu’ils changent est retiré (le biais), ce qu’ils laissent incertain élargit "
        "l’intervalle.",
        "On {graphs} identity graphs, as many links are missed and made falsely again as the labelled pairs show; what "
        "they change is taken off (the bias), what they leave uncertain widens the interval.",
    ),
    "identity_effects_declared": (
        "Plage de sensibilité, pas un intervalle de confiance : les taux d’erreur de {graphs} graphes redessinés sont "
        "déclarés, non mesurés, faute de paires étiquetées.",
        "A sensitivity range, not a confidence interval: the error rates of {graphs} redrawn graphs are declared, not "
        "measured, since no pair is labelled.",
    ),
    "sweep_caption": (
        "Liens probabilistes : ce que donnerait chaque seuil",
        "Probabilistic links: what each threshold would give",
    ),
    "sweep_threshold": ("Seuil de probabilité", "Threshold of probability"),
    "sweep_declared": ("{threshold} (déclaré)", "{threshold} (declared)"),
    "sweep_links": ("Liens", "Links"),
    "sweep_joining": ("dont réunissent deux clients", "of which join two customers"),
    "sweep_expected_false": ("dont faux, attendus", "of which false, expected"),
    "sweep_customers": ("Clients", "Customers"),
    "sweep_precision": ("Précision (paires étiquetées)", "Precision (labelled pairs)"),
    "sweep_recall": ("Rappel (paires étiquetées)", "Recall (labelled pairs)"),
    "sweep_labelled": (
        "Précision : parmi les paires étiquetées réunies, la part d’une même personne. Rappel : parmi les paires "
        "étiquetées d’une même personne, la part réunie. Les faux attendus viennent du modèle lui-même.",
        "Precision: of labelled pairs joined, the share that is one person. Recall: of labelled pairs that are one "
        "person, the share joined. Expected false ones are the model’s own word.",
    ),
    "sweep_unlabelled": (
        "Sans paires étiquetées, seul le modèle dit combien de liens sont faux : étiquetez-en avant de choisir un "
        "seuil.",
        "Without labelled pairs only the model says how many links are false: label some, then choose a threshold.",
    ),
}
