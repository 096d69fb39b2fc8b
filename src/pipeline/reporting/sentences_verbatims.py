"""What a report says of customers' words, their emotion and themes: (French, English). `sentences.say` reads it."""

from __future__ import annotations

VERBATIM_SENTENCES: dict[str, tuple[str, str]] = {
    "title_themes": ("De quoi parlent les clients", "What customers write about"),
    "measured_by": ("Mesurée par", "Measured by"),
    "by_score": ("notes", "scores"),
    "by_text": ("mots", "words"),
    "whole_journey": ("Tout le parcours (par client)", "Whole journey (per customer)"),
    "emotions_lead": (
        "Échelle de −2 (très négatif) à +2 (très positif), par étape : d’après les notes et, à part, "
        "d’après les mots "
        "que les clients écrivent. Les deux ne sont jamais mêlés. Seuls ceux qui ont répondu ou écrit comptent.",
        "Scale from −2 (very negative) to +2 (very positive), by stage: from scores and, apart, from the words that "
        "customers write. The two are never mixed. Only those who answered or wrote count.",
    ),
    "effort_caption": ("Effort : compté, et déclaré", "Effort: counted, and declared"),
    "effort_measure": ("Par visite", "Per visit"),
    "effort_by_steps": ("gestes du client", "customer’s own steps"),
    "effort_by_channel_switches": ("changements de canal", "switches of channel"),
    "effort_by_repeated_contacts": (
        "contacts répétés avec le service client",
        "repeated contacts with customer service",
    ),
    "effort_by_declared": ("effort déclaré, par réponse", "declared effort, per answer"),
    "mean": ("Moyenne", "Mean"),
    "effort_remark": (
        "Visites suivies jusqu’à l’horizon ; répondre à une enquête n’est pas un geste. L’effort déclaré est rangé à "
        "l’étape sur laquelle porte la question. Les deux n’ont pas la même unité : ils se lisent côte à côte, jamais "
        "l’un moins l’autre.",
        "Visits followed for the horizon; to answer a survey is no step. Declared effort stands in the stage that the "
        "question is about. The two have different units: they are read side by side, never one minus the other.",
    ),
    "agreement_caption": (
        "Les mots disent-ils la même chose que les notes ?",
        "Do the words say the same as the scores?",
    ),
    "agreement_remark": (
        "Réponses qui ont une note et des mots : corrélation de rangs de Spearman entre les deux émotions (0 : aucun "
        "accord ; 1 : même ordre). Un lexique lit des mots, pas des faits : « le colis n’est jamais venu » "
        "ne lui dit "
        "rien, et un texte sans mot connu n’est pas compté comme neutre. Sous 0,5, l’émotion des mots ne se "
        "lit pas seule.",
        "Answers with a score and words: Spearman’s rank correlation of the two emotions (0: no agreement; 1: same "
        "order). A lexicon reads words, not facts: “the parcel never came” tells it nothing, and a text "
        "without a known "
        "word does not count as neutral. Under 0.5, the emotion of words should not be read alone.",
    ),
    "no_label": ("aucune note à côté des textes", "no score beside the texts"),
    "language": ("Langue", "Language"),
    "language_fr": ("français", "French"),
    "language_en": ("anglais", "English"),
    "language_none": ("non indiquée", "not given"),
    "texts_read": ("Textes avec un mot du lexique", "Texts with a word of the lexicon"),
    "rank_correlation": ("Corrélation de rangs", "Rank correlation"),
    "n_pairs": ("Réponses (n)", "Answers (n)"),
    "themes_lead": (
        "Les termes qui distinguent les textes d’une étape de ceux des autres étapes, dans la même langue ; "
        "jamais une "
        "citation. Les thèmes sont ceux de l’ensemble des clients, comptés ici dans ce persona.",
        "The terms that set the texts of a stage apart from those of other stages, in the same language; "
        "never a quote. "
        "Themes are those of all customers, counted here in this persona.",
    ),
    "no_verbatim": (
        "Aucun texte de client n’est déclaré (« verbatims » dans params.yaml) : pas de thème à montrer.",
        "No text of customers is declared (“verbatims” in params.yaml): no theme to show.",
    ),
    "themes_caption": ("Thèmes par étape", "Themes by stage"),
    "theme": ("Thème", "Theme"),
    "theme_quoted": ("« {theme} »", "“{theme}”"),
    "share_of_texts": ("Part des textes", "Share of texts"),
    "n_texts_with": ("Textes du thème", "Texts of the theme"),
    "n_texts": ("Textes de l’étape (n)", "Texts of the stage (n)"),
    "change_of_theme": ("Évolution (points)", "Change (points)"),
    "theme_more": ("▲ en hausse", "▲ more"),
    "theme_less": ("▼ en baisse", "▼ less"),
    "theme_same": ("● rien de montré", "● nothing shown"),
    "themes_remark": (
        "Évolution : part dans la seconde moitié de la période moins la première, avec son intervalle à {level} ; "
        "▲ ou ▼ au taux de fausses découvertes de {rate} sur tous les thèmes. Par mois : "
        "data/estimate/themes.csv. {hidden}",
        "Change: share in the second half of the period minus the first, with its {level} interval; ▲ or ▼ "
        "at a false "
        "discovery rate of {rate} over all themes. By month: data/estimate/themes.csv. {hidden}",
    ),
    "themes_hidden": (
        "{n} thèmes ne sont pas montrés : moins de {cell} clients, ou déductibles.",
        "{n} themes are not shown: fewer than {cell} customers, or deducible.",
    ),
    "method_verbatims": (
        "Textes : masqués avant tout, lus en français et en anglais par des lexiques ouverts ; termes clés "
        "par le rapport "
        "de cotes pondéré (Monroe et al., 2008).",
        "Texts: masked before anything, read in French and English by open lexicons; key terms by the "
        "weighted log odds "
        "(Monroe et al., 2008).",
    ),
}
