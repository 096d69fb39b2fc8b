"""What a report on a simulated brand says of its declared truth: (French, English). `sentences.say` reads it."""

from __future__ import annotations

TRUTH_SENTENCES: dict[str, tuple[str, str]] = {
    "planted_title": ("Ce qui fut planté, ce qui est trouvé", "What was planted, what was found"),
    "planted_lead": (
        "Cette marque est simulée : ses irritants et ses leurres sont connus d’avance. Sur {planted} effets plantés, "
        "{found} sont soutenus ; sur {decoys} leurres, {fooled} le sont à tort ; {held} intervalles sur {intervals} "
        "(à {level} au moins) contiennent la vérité.",
        "This brand is simulated: its pain points and its decoys are known beforehand. Of {planted} planted effects "
        "{found} are supported; of {decoys} decoys {fooled} are, wrongly; {held} of {intervals} intervals (of "
        "at least {level}) hold the truth.",
    ),
    "planted_caption": (
        "Chaque effet planté, sur tous les clients, dans l’ordre de params.yaml",
        "Each planted effect, over all customers, in the order of params.yaml",
    ),
    "planted_remark": (
        "Vérité : la différence moyenne, chez les clients exposés, entre leur vie simulée et la même vie sans ce seul "
        "effet – un comptage complet, sans intervalle. La chaîne d’analyse ne lit jamais la vérité ; seule cette page "
        "le fait. Ce tirage est l’un parmi d’autres : docs/proof.md donne les fréquences sur de nombreux tirages.",
        "Truth: the mean difference, in exposed customers, between their simulated life and the same life without this"
        " one effect – a complete count that carries no interval. The pipeline never reads the truth; this page alone "
        "does. This is one draw among many: docs/proof.md has the frequencies over many draws.",
    ),
    "planted_truth": ("Vérité", "Truth"),
    "planted_held": ("Dans l’intervalle", "Inside the interval"),
    "planted_outcome": ("Bilan", "Outcome"),
    "planted_yes": ("oui", "yes"),
    "planted_no": ("non", "no"),
    "planted_pain": ("irritant planté", "planted pain point"),
    "planted_lever": ("levier planté", "planted lever"),
    "planted_decoy": ("leurre", "decoy"),
    "planted_found": ("trouvé", "found"),
    "planted_missed": ("manqué", "missed"),
    "planted_seen_through": ("déjoué", "seen through"),
    "planted_fooled": ("trompé", "fooled"),
}
