"""Notes of result tables: as the table holds them, in (French, English). ``n < 5`` reads the same in both."""

# fmt: off
NOTES: dict[str, tuple[str, str]] = {
    "language not read": ("langue non lue", "language not read"),
    "withheld": ("non montré", "withheld"),
    "not shown to predict": ("une prévision qui n’a pas fait ses preuves", "not shown to predict"),
    "no path shared by enough customers": (
        "aucun parcours commun à assez de clients", "no path shared by enough customers"),
    "not yet followed": ("pas encore suivi", "not yet followed"),
    "too few answers to weight": ("trop peu de réponses pour redresser", "too few answers to weight"),
    "a month beside the action is not full or too small": (
        "un mois voisin de l’action est incomplet ou trop petit", "a month beside the action is not full or too small"),
    "the hypothesis could not be tested": (
        "l’hypothèse n’a pas pu être testée", "the hypothesis could not be tested"),
    "not measured for this group": ("non mesuré pour cette population", "not measured for this group"),
    "need {0} customers who came back, got {1}": (
        "{1} clients revenus, il en faut {0}", "need {0} customers who came back, got {1}"),
    "no clear maximum": ("la vraisemblance n’a pas de maximum net", "the likelihood has no clear maximum"),
    "no bounded mean": ("la moyenne du modèle n’a pas de borne", "the mean of the model has no bound"),
    "nobody spent anything": ("personne n’a rien dépensé", "nobody spent anything"),
    "one customer: no interval": ("un seul client : pas d’intervalle", "one customer: no interval"),
    "no visit was lost": ("aucune visite perdue", "no visit was lost"),
    "every visit was lost": ("toutes les visites sont perdues", "every visit was lost"),
    "no goal": ("aucun but atteint", "no goal"),
    "no attribute campaign": ("pas d’attribut campaign", "no attribute campaign"),
    "no variation: no interval": ("aucune variation : pas d’intervalle", "no variation: no interval"),
    "half is not reached": ("la moitié n’est pas atteinte", "half is not reached"),
    "upper bound not reached": ("borne haute non atteinte", "upper bound not reached"),
    "no variation": ("aucune variation", "no variation"),
    "sample ratio": (
        "les effectifs des bras ne sont pas ceux du tirage", "the arms did not come out in the shares that were drawn"),
    "nobody followed to the end of the outcome window": (
        "personne n’est suivi jusqu’au bout de la fenêtre", "nobody followed to the end of the outcome window"),
    "persona defined by behaviour up to the end of the data": (
        "persona défini par des comportements jusqu’à la fin des données",
        "persona defined by behaviour up to the end of the data"),
    "only the confirming half of the customers": (
        "seulement la moitié de confirmation des clients", "only the confirming half of the customers"),
    "permutation test": ("test par permutation", "permutation test"),
    "not adjusted for {0}: too few units": (
        "non ajusté pour {0} : trop peu d’unités", "not adjusted for {0}: too few units"),
    "not known on a sample": ("inconnu sur un échantillon", "not known on a sample"),
    "no overlap": ("pas de clients comparables", "no overlap"),
    "response differs between exposed and other units": (
        "le taux de réponse diffère entre exposés et autres", "response differs between exposed and other units"),
    "no comparable units for the adjusted estimate": (
        "pas d’unités comparables pour l’estimation ajustée", "no comparable units for the adjusted estimate"),
    "{0} units left out: look-back not complete": (
        "{0} unités écartées : passé observé incomplet", "{0} units left out: look-back not complete"),
    "{0} units left out: exposure not known": (
        "{0} unités écartées : exposition inconnue", "{0} units left out: exposure not known"),
    "{0} units left out: outcome before the exposure window closed": (
        "{0} unités écartées : résultat avant la fin de la fenêtre d’exposition",
        "{0} units left out: outcome before the exposure window closed"),
    "fewer than {0} exposed units": ("moins de {0} unités exposées", "fewer than {0} exposed units"),
    "fewer than {0} other units": ("moins de {0} unités non exposées", "fewer than {0} other units"),
    "fewer than {0} units with the outcome": (
        "moins de {0} unités avec le résultat", "fewer than {0} units with the outcome"),
    "fewer than {0} units expected in a cell": (
        "moins de {0} unités attendues dans une case", "fewer than {0} units expected in a cell"),
    "no variation within exposed and within other units": (
        "aucune variation parmi les exposés ni parmi les autres", "no variation within exposed and within other units"),
    "fewer than {0} units without the outcome": (
        "moins de {0} unités sans le résultat", "fewer than {0} units without the outcome"),
    "worst case for those who did not answer: {0} to {1}": (
        "au pire pour les non-répondants : de {0} à {1}", "worst case for those who did not answer: {0} to {1}"),
    "met too rarely": ("trop rarement rencontré", "met too rarely"),
    "gap too small or not found": ("écart trop petit ou non trouvé", "gap too small or not found"),
    "not stable": ("instable", "not stable"),
    "not shown in the other half": ("non montré sur l’autre moitié", "not shown in the other half"),
}
# fmt: on
