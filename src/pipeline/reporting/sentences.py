"""Every sentence and heading of a report, in French and in English.

Terms of the trade (journey, stage, channel …) and number formats are in `pipeline.words`; here is what a
report says with them. Placeholders are the same in both languages, which a test checks.
"""

from __future__ import annotations

import re

from markupsafe import Markup

from pipeline.reporting.headings import HEADINGS
from pipeline.reporting.sentences_backlog import BACKLOG_SENTENCES
from pipeline.reporting.sentences_campaigns import CAMPAIGN_SENTENCES
from pipeline.reporting.sentences_comparison import COMPARISON_SENTENCES
from pipeline.reporting.sentences_effects import EFFECT_SENTENCES
from pipeline.reporting.sentences_evidence import EVIDENCE_SENTENCES
from pipeline.reporting.sentences_gains import GAIN_SENTENCES
from pipeline.reporting.sentences_identity import IDENTITY_SENTENCES
from pipeline.reporting.sentences_kpis import KPI_SENTENCES
from pipeline.reporting.sentences_matrix import MATRIX_SENTENCES
from pipeline.reporting.sentences_month import MONTH_SENTENCES
from pipeline.reporting.sentences_quality import QUALITY_SENTENCES
from pipeline.reporting.sentences_truth import TRUTH_SENTENCES
from pipeline.reporting.sentences_verbatims import VERBATIM_SENTENCES

# key: (French, English)
SENTENCES: dict[str, tuple[str, str]] = {
    **HEADINGS,
    **CAMPAIGN_SENTENCES,
    **EFFECT_SENTENCES,
    **EVIDENCE_SENTENCES,
    **IDENTITY_SENTENCES,
    **KPI_SENTENCES,
    **GAIN_SENTENCES,
    **MATRIX_SENTENCES,
    **MONTH_SENTENCES,
    **BACKLOG_SENTENCES,
    **QUALITY_SENTENCES,
    **VERBATIM_SENTENCES,
    **COMPARISON_SENTENCES,
    **TRUTH_SENTENCES,
    # --- head -----------------------------------------------------------------------------------------
    "kicker": ("Rapport de parcours client · {workspace}", "Customer journey report · {workspace}"),
    "goal": ("Son but : {goal}", "Their goal: {goal}"),
    "facts": (
        "{customers} clients · {journeys} parcours · observés du {start} au {end}",
        "{customers} customers · {journeys} journeys · observed {start} to {end}",
    ),
    "facts_of_persona": (
        "Persona : {n} clients sur {customers} · {journeys} parcours en tout · observés du {start} au {end}",
        "Persona: {n} of {customers} customers · {journeys} journeys in all · observed {start} to {end}",
    ),
    "snapshot": ("Données : {digest}", "Data: {digest}"),
    "index_remark": (
        "Hypothèses soutenues : sur celles testées, dans le persona et sur l’ensemble des clients. Les nombres de "
        "clients et d’hypothèses sont des comptages complets, sans intervalle.",
        "Hypotheses supported: out of those tested, in the persona and over all customers. Numbers of customers and "
        "of hypotheses are complete counts and carry no interval.",
    ),
    "n_of_n": ("{part} sur {whole}", "{part} of {whole}"),
    # --- titles of the sections -----------------------------------------------------------------------
    # --- findings -------------------------------------------------------------------------------------
    "no_customer": (
        "Aucun client ne correspond à ce persona : la règle qui le définit dans params.yaml n’a retenu personne. "
        "Les tableaux qui suivent restent donc vides ; ceux qui portent sur l’ensemble des clients sont remplis.",
        "No customer matches this persona: the rule that defines it in params.yaml selected nobody. The tables "
        "below therefore stay empty; those about all customers are filled.",
    ),
    "limits": ("À lire d’abord.", "Read this first."),
    "data_limits": ("Limites des données.", "Limits of the data."),
    "check_failed": (
        "Contrôle échoué : {check} (p {p}, {n} clients). Rien n’est classé d’après la chaîne.",
        "Failed check: {check} (p {p}, {n} customers). Nothing is ranked on the chain.",
    ),
    "means_homogeneity": (
        "Les personas ne passent pas d’une étape à l’autre de la même façon : lisez la page de chacun plutôt que la "
        "moyenne de tous.",
        "Personas do not move between stages alike: read the page of each rather than the average of all.",
    ),
    "means_order": (
        "Ce qu’un client fait ensuite dépend aussi de ce qu’il a fait avant.",
        "What customers do next also depends on what they did before.",
    ),
    "means_stationarity": (
        "Les comportements ont changé au cours de la période.",
        "Behaviour changed during the period.",
    ),
    "means_for_the_reader": (
        "Les passages d’étape en étape décrivent donc la période observée ; ils ne prédisent pas la suivante.",
        "Moves from stage to stage therefore describe the period observed; they do not predict the next.",
    ),
    "limit_few": (
        "Ce persona ne compte que {n} clients : les intervalles sont larges.",
        "This persona has only {n} customers: intervals are wide.",
    ),
    "limit_truncated": (
        "{share} des parcours ({n} sur {journeys}) ont commencé avant la fenêtre d’observation ; ils comptent dans "
        "les volumes, pas dans l’entonnoir.",
        "{share} of journeys ({n} of {journeys}) began before the window of observation; they count in volumes, not "
        "in the funnel.",
    ),
    "limit_stage": (
        "{n} événements sur {events} ({share}) n’entrent dans aucune étape déclarée.",
        "{n} of {events} events ({share}) belong to no declared stage.",
    ),
    "limit_refused": (
        "{share} des lignes brutes ({n} sur {raw}) ont été refusées.",
        "{share} of raw rows ({n} of {raw}) were refused.",
    ),
    "limit_ties": (
        "{share} des {events} événements partagent leur horodatage avec un autre du même client : leur ordre suit "
        "le rang des sources, pas l’observation.",
        "{share} of the {events} events share their time with another of the same customer: their order follows the "
        "rank of the sources, not observation.",
    ),
    "summary": (
        "Hypothèses déclarées avant de regarder et testées ici : {tested}. Soutenues : {supported} ; réfutées : "
        "{refuted} ; sans réponse faute de données : {inconclusive}. Parmi celles qui sont soutenues, on attend au "
        "plus {level} d’erreurs.",
        "Hypotheses declared before looking and tested here: {tested}. Supported: {supported}; refuted: {refuted}; "
        "without an answer for lack of data: {inconclusive}. Of those supported, at most {level} are expected to be "
        "wrong.",
    ),
    "no_hypothesis": (
        "Aucune hypothèse d’irritant n’est déclarée dans params.yaml.",
        "No pain-point hypothesis is declared in params.yaml.",
    ),
    "nothing_supported": ("Aucune n’est soutenue.", "None is supported."),
    "refuted_because": (
        "Tout l’intervalle reste sous {delta}, le plus petit effet qui vaille d’agir.",
        "The whole interval stays under {delta}, the smallest effect worth acting on.",
    ),
    "needed": (
        "Il faudrait environ {n} clients pour voir un effet de {delta} quatre fois sur cinq.",
        "About {n} customers would be needed to see an effect of {delta} four times in five.",
    ),
    "inconclusive_because": (
        "L’intervalle ne permet ni de confirmer l’effet annoncé, ni de l’écarter à {delta}, le plus petit effet qui "
        "vaille d’agir.",
        "The interval allows neither to confirm the claimed effect nor to rule it out at {delta}, the smallest "
        "effect worth acting on.",
    ),
    "answers": (
        "Ont répondu : {exposed} des {all_exposed} cas exposés, {unexposed} des {all_unexposed} autres.",
        "Answered: {exposed} of {all_exposed} exposed cases, {unexposed} of {all_unexposed} others.",
    ),
    "effect_lower": ("{x} de moins", "{x} lower"),
    "effect_higher": ("{x} de plus", "{x} higher"),
    "in_points": ("{x} points de pourcentage", "{x} percentage points"),
    "in_score": ("{x} points de note", "{x} points of score"),
    # --- map ------------------------------------------------------------------------------------------
    "map_missing": (
        "La carte de ce persona n’a pas été dessinée : lancez « parcours draw ».",
        "The map of this persona has not been drawn: run “parcours draw”.",
    ),
    "map_caption": (
        "Carte dessinée à partir des données ; chaque nombre y figure avec son effectif et se retrouve dans les "
        "tableaux ci-dessous.",
        "Map drawn from the data; each number on it stands with its n and is found again in the tables below.",
    ),
    "map_caption_day_in_the_life": (
        "Heures et jours locaux de la marque. Tous les nombres viennent de data/estimate/rhythm.csv.",
        "Hours and days in the brand’s local time. All numbers come from data/estimate/rhythm.csv.",
    ),
    "map_caption_future_state": (
        "Ce qui est mesuré, ce que la disparition des irritants changerait selon la comparaison ajustée (une "
        "projection, avec son intervalle), et ce qui est visé. Les projections viennent de "
        "data/assess/opportunities.csv.",
        "What is measured, what removing pain points would change as the adjusted comparison has it (a projection, "
        "with its interval), and what is wanted. Projections come from data/assess/opportunities.csv.",
    ),
    "map_caption_planned": (
        "Le parcours déclaré dans params.yaml, et ce qui est arrivé à sa place. Tous les nombres viennent de "
        "data/estimate/deviations.csv et emotions.csv.",
        "The journey declared in params.yaml, and what happened instead. All numbers come from "
        "data/estimate/deviations.csv and emotions.csv.",
    ),
    # --- transitions ----------------------------------------------------------------------------------
    "transitions_lead": (
        "Chaque ligne part d’une étape : part des visites qui passent à l’étape de la colonne dans les {horizon} "
        "qui suivent l’entrée, avec son intervalle à {level}. Une ligne fait 100 %.",
        "Each row leaves a stage: share of visits that move to the column’s stage within {horizon} of entry, with "
        "its {level} interval. A row adds up to 100%.",
    ),
    "transitions_matrix": (
        "Matrice de transition : du clair (rare) au foncé (fréquent)",
        "Transition matrix: from light (rare) to dark (frequent)",
    ),
    "transitions_remark": (
        "« {lost} » n’apparaît que si l’horizon atteint le silence ({silence}). « {unresolved} » : la visite durait "
        "encore à l’horizon. Effet de plan : variance rapportée à celle de lignes indépendantes.",
        "“{lost}” appears only where the horizon reaches the silence ({silence}). “{unresolved}”: the visit was "
        "still going on at the horizon. Design effect: variance over that of independent rows.",
    ),
    "interval": ("Intervalle à {level}", "{level} interval"),
    "cell_visits": ("{n} visites", "{n} visits"),
    "cell_customers": ("{n} clients", "{n} customers"),
    # --- funnel, time ---------------------------------------------------------------------------------
    "funnel_lead": (
        "Part des parcours, suivis {horizon} ou plus et dont le début a été vu, qui atteignent chaque étape ou une "
        "étape plus avancée.",
        "Share of journeys, followed for {horizon} or longer and seen from their start, that reach each stage or a "
        "later one.",
    ),
    "time_lead": (
        "Temps entre l’entrée dans une étape et le passage à la suivante, parmi les visites qui sont passées dans "
        "les {horizon}.",
        "Time between entering a stage and moving on, among visits that moved on within {horizon}.",
    ),
    "time_remark": (
        "Les quartiles décrivent l’étendue des durées ; l’intervalle porte sur la médiane.",
        "Quartiles describe the spread of durations; the interval is that of the median.",
    ),
    # --- KPIs -----------------------------------------------------------------------------------------
    "kpis_remark": (
        "▲ ou ▼ : tout l’intervalle est d’un côté de la cible ; ● : la cible est dans l’intervalle.",
        "▲ or ▼: the whole interval lies on one side of the target; ●: the target lies inside the interval.",
    ),
    "no_kpi": ("Aucun indicateur n’est déclaré.", "No key figure is declared."),
    # --- pain points ----------------------------------------------------------------------------------
    "pains_found_caption": (
        "Hypothèses soutenues, de la plus coûteuse à la moins coûteuse",
        "Hypotheses supported, costliest first",
    ),
    "pains_not_found_caption": (
        "Hypothèses réfutées, non concluantes ou non testées",
        "Hypotheses refuted, inconclusive or not tested",
    ),
    "pains_none": ("Aucune ligne.", "No row."),
    "pains_remark": (
        "Effet : cas exposés moins les autres, dans l’unité du résultat. L’effet ajusté porte sur les cas exposés. "
        "q : taux de fausses découvertes (Benjamini-Hochberg) sur une famille de {family} tests. Coût : clients "
        "touchés × effet × valeur déclarée.",
        "Effect: exposed cases minus others, in the outcome’s unit. The adjusted effect is that on exposed cases. "
        "q: false discovery rate (Benjamini-Hochberg) over a family of {family} tests. Cost: customers hit × effect "
        "× declared value.",
    ),
    "declared": (
        "Résultat observé dans les {window} ; sens annoncé : {direction} ; plus petit effet utile : {delta} ; "
        "responsable : {owner}.",
        "Outcome within {window}; claimed direction: {direction}; smallest effect worth acting on: {delta}; owner: "
        "{owner}.",
    ),
    "left_out": (
        "{n} cas écartés car leur fenêtre de résultat dépasse la fin des données.",
        "{n} cases left out because their outcome window runs past the end of the data.",
    ),
    "overlap": (
        "{share} des {n} cas exposés ont des cas comparables.",
        "{share} of {n} exposed cases have comparable others.",
    ),
    "superiority": (
        "Probabilité qu’un cas exposé ait un score plus élevé qu’un autre : {x} ({low} à {high}).",
        "Chance that an exposed case scores higher than another: {x} ({low} to {high}).",
    ),
    "design_effect_is": ("Effet de plan : {x}.", "Design effect: {x}."),
    "noted": ("Remarque : {note}.", "Note: {note}."),
    "verdict_in_table": ("{verdict} (preuve {grade})", "{verdict} (grade {grade})"),
    # --- emotions, touchpoints ------------------------------------------------------------------------
    "no_emotion": (
        "Ni note ni texte dans les données : pas d’émotion à montrer.",
        "Neither score nor text in the data: no emotion to show.",
    ),
    "few_scores": ("n < {n}", "n < {n}"),
    "touchpoints_lead": (
        "Portée : part des clients de ce persona qui ont rencontré le point de contact.",
        "Reach: share of this persona’s customers who met the touchpoint.",
    ),
    # --- persona card ---------------------------------------------------------------------------------
    "rule": ("Règle de params.yaml : {rule}", "Rule of params.yaml: {rule}"),
    "rule_otherwise": ("Règle de params.yaml : tous les autres clients.", "Rule of params.yaml: all other customers."),
    "trait_number": (
        "{name} : médiane {middle}, la moitié des {n} clients entre {low} et {high}",
        "{name}: median {middle}, half of the {n} customers between {low} and {high}",
    ),
    "trait_text": (
        "{name} : le plus souvent {value} ({share}, {n} clients sur {total})",
        "{name}: most often {value} ({share}, {n} of {total} customers)",
    ),
    "traits_remark": (
        "Les traits décrivent les clients de ce persona tels qu’ils sont tous observés : pas d’intervalle.",
        "Traits describe all observed customers of this persona as they are: no interval.",
    ),
    # --- method ---------------------------------------------------------------------------------------
    "method_window": (
        "Fenêtre d’observation : du {start} au {end}. Rien de ce qui suit la fin n’est supposé.",
        "Window of observation: {start} to {end}. Nothing is assumed about what comes after.",
    ),
    "method_silence": (
        "Un parcours s’achève après un silence de {silence} : {lost} parcours sur {journeys} sont ainsi clos, "
        "{censored} étaient encore en cours à la fin des données (ils ne comptent jamais comme des abandons).",
        "A journey ends after a silence of {silence}: {lost} of {journeys} journeys are closed that way, {censored} "
        "were still going on at the end of the data (they never count as abandoned).",
    ),
    "method_truncated": (
        "Les parcours vus moins d’un silence après l’ouverture de la fenêtre ({n}) ont pu commencer avant : ils "
        "sont tenus hors de l’entonnoir.",
        "Journeys first seen less than one silence after the window opens ({n}) may have begun before: they are "
        "kept out of the funnel.",
    ),
    "method_horizon": (
        "Horizon {horizon} : seules comptent les visites entrées au moins un horizon avant la fin des données, "
        "toutes entièrement observées.",
        "Horizon {horizon}: only visits entered at least one horizon before the end of the data count, all fully "
        "observed.",
    ),
    "method_interval": (
        "Intervalles à {level}, par grappes de clients : les lignes d’un même client ne sont pas indépendantes. Les "
        "cases de moins de {cell} clients sont masquées (« {suppressed} »), et avec elles celles qui les trahiraient "
        "par différence (« non montré »).",
        "{level} intervals, clustered by customer: rows of one customer are not independent. Cells of fewer than "
        "{cell} customers are suppressed (“{suppressed}”), and with them those that would give them away by a "
        "difference (“withheld”).",
    ),
    "method_family": (
        "Hypothèses déclarées dans params.yaml, testées ensemble (une famille de {family}), avec un taux de fausses "
        "découvertes de {level} (Benjamini-Hochberg). Les intervalles de celles qui sont soutenues sont élargis "
        "jusqu’à ce qu’on attende au plus autant d’intervalles faux (Benjamini-Yekutieli).",
        "Hypotheses declared in params.yaml, tested together (a family of {family}) at a false discovery rate of "
        "{level} (Benjamini-Hochberg). The intervals of those supported are widened until at most as many are expected "
        "to miss the truth (Benjamini-Yekutieli).",
    ),
    "method_grades": ("Niveaux de preuve : {grades}.", "Evidence grades: {grades}."),
    "method_goal": ("But d’un parcours : {goal}", "Goal of a journey: {goal}"),
    "method_emotion": (
        "Émotions : scores ramenés linéairement à −2 … +2 ; points creux sous {n} scores.",
        "Emotions: scores mapped linearly to −2 … +2; hollow points under {n} scores.",
    ),
    "time_zone": (
        "Les dates sont à l’heure locale de la marque ({zone}).",
        "Dates are in the brand’s local time ({zone}).",
    ),
}

_FRENCH_SPACES = (
    (re.compile(" (?=[;!?%])"), "\u202f"),
    (re.compile(" (?=[:»])"), "\u00a0"),
    (re.compile("(?<=«) "), "\u00a0"),
)


def french_spaces(text: str) -> str:
    """Return French text whose spaces before double punctuation do not break.

    Examples
    --------
    >>> french_spaces("Pourquoi ? « Ici »") == "Pourquoi\u202f? «\u00a0Ici\u00a0»"
    True
    """
    for pattern, space in _FRENCH_SPACES:
        text = pattern.sub(space, text)
    return text


def say(key: str, language: str, **values: object) -> Markup:
    """Return a sentence in a language; the values are escaped unless they are `Markup`."""
    french, english = SENTENCES[key]
    template = french_spaces(french) if language == "fr" else english
    return Markup(template.replace("<", "&lt;")).format(**values)  # noqa: S704 – ours, and escaped; format escapes the rest
