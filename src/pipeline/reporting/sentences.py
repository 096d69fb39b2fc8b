"""Every sentence and heading of a report, in French and in English.

Terms of the trade (journey, stage, channel …) and number formats are in `pipeline.words`; here is what a
report says with them. Placeholders are the same in both languages, which a test checks.
"""

from __future__ import annotations

import re

from markupsafe import Markup

# key: (French, English)
SENTENCES: dict[str, tuple[str, str]] = {
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
    "all_reports": ("Tous les rapports", "All reports"),
    "this_report_in": ("Ce rapport en français", "This report in English"),
    "contents": ("Sommaire", "Contents"),
    "skip": ("Aller au contenu", "Skip to the content"),
    "index_title": ("Rapports de parcours client", "Customer journey reports"),
    "index_caption": ("Un rapport par persona et par langue", "One report per persona and language"),
    "index_remark": (
        "Hypothèses soutenues : sur celles testées, dans le persona et sur l’ensemble des clients. Les nombres de "
        "clients et d’hypothèses sont des comptages complets, sans intervalle.",
        "Hypotheses supported: out of those tested, in the persona and over all customers. Numbers of customers and "
        "of hypotheses are complete counts and carry no interval.",
    ),
    "report": ("Rapport", "Report"),
    "hypotheses_supported": ("Hypothèses soutenues", "Hypotheses supported"),
    "n_of_n": ("{part} sur {whole}", "{part} of {whole}"),
    # --- titles of the sections -----------------------------------------------------------------------
    "title_findings": ("Ce que montrent les données", "What the data show"),
    "title_map": ("Carte du parcours, état actuel", "Current-state journey map"),
    "title_transitions": ("D’une étape à l’autre", "From stage to stage"),
    "title_funnel": ("Entonnoir", "Funnel"),
    "title_time": ("Temps passé dans chaque étape", "Time in each stage"),
    "title_kpis": ("Indicateurs", "Key figures"),
    "title_pains": ("Irritants : trouvés et non trouvés", "Pain points: found and not found"),
    "title_emotions": ("Émotions", "Emotions"),
    "title_touchpoints": ("Points de contact", "Touchpoints"),
    "title_persona": ("Fiche du persona", "Persona card"),
    "title_quality": ("Identité et qualité des données", "Identity and data quality"),
    "title_method": ("Méthode", "Method"),
    "title_glossary": ("Glossaire", "Glossary"),
    # --- findings -------------------------------------------------------------------------------------
    "no_customer": (
        "Aucun client ne correspond à ce persona : la règle qui le définit dans params.yaml n’a retenu personne. "
        "Les tableaux qui suivent restent donc vides ; ceux qui portent sur l’ensemble des clients sont remplis.",
        "No customer matches this persona: the rule that defines it in params.yaml selected nobody. The tables "
        "below therefore stay empty; those about all customers are filled.",
    ),
    "limits": ("À lire d’abord.", "Read this first."),
    "data_limits": ("Limites des données.", "Limits of the data."),
    "check_order": ("ordre des étapes", "order of steps"),
    "check_stationarity": ("stabilité dans le temps", "stability over time"),
    "check_homogeneity": ("homogénéité entre personas", "homogeneity between personas"),
    "check_failed": (
        "Le contrôle « {check} » a échoué (p = {p}, {n} clients) : rien n’est classé d’après la chaîne.",
        "The check “{check}” failed (p = {p}, {n} customers): nothing is ranked on the chain.",
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
        "Hypothèses d’irritants déclarées avant l’analyse et testées, dans ce persona ou sur l’ensemble des clients "
        ": {tested}, dont soutenues {supported}, réfutées {refuted}, non concluantes {inconclusive} (taux de "
        "fausses découvertes de {level} sur une famille de {family}).",
        "Pain-point hypotheses declared before the analysis and tested, in this persona or over all customers: "
        "{tested}, of which {supported} supported, {refuted} refuted, {inconclusive} inconclusive (false discovery "
        "rate {level} over a family of {family}).",
    ),
    "no_hypothesis": (
        "Aucune hypothèse d’irritant n’est déclarée dans params.yaml.",
        "No pain-point hypothesis is declared in params.yaml.",
    ),
    "nothing_supported": ("Aucune n’est soutenue.", "None is supported."),
    "verdict_graded": (
        "{verdict} (niveau de preuve {grade}, {adjustment}{label}).",
        "{verdict} (grade {grade}, {adjustment}{label}).",
    ),
    "adjusted": ("effet ajusté", "adjusted"),
    "not_adjusted": ("effet non ajusté", "not adjusted"),
    "of_persona": ("Dans ce persona", "In this persona"),
    "of_all": ("Sur l’ensemble des clients", "Over all customers"),
    "effect_known": (
        "{group} : {effect} (intervalle à {level} : {low} à {high} ; {exposed} cas exposés contre {unexposed} "
        "autres, {customers} clients, calculé par grappes de clients ; {q}).",
        "{group}: {effect} ({level} interval {low} to {high}; {exposed} exposed cases against {unexposed} others, "
        "{customers} customers, clustered by customer; {q}).",
    ),
    "effect_unknown": (
        "{group} : pas d’effet calculé ({exposed} cas exposés, {unexposed} autres, {customers} clients : {note}).",
        "{group}: no effect computed ({exposed} exposed cases, {unexposed} others, {customers} customers: {note}).",
    ),
    "not_tested_of": (
        "{group} : {note} ({exposed} cas exposés, {unexposed} autres).",
        "{group}: {note} ({exposed} exposed cases, {unexposed} others).",
    ),
    "crude_beside": ("Sans ajustement : {effect} ({low} à {high}).", "Without adjustment: {effect} ({low} to {high})."),
    "means": (
        "En moyenne {exposed} pour les {n_exposed} cas exposés, {unexposed} pour les {n_unexposed} autres.",
        "On average {exposed} in the {n_exposed} exposed cases, {unexposed} in the {n_unexposed} others.",
    ),
    "q_is": ("q = {q}", "q = {q}"),
    "q_below": ("q < {q}", "q < {q}"),
    "hit": (
        "{share} des cas sont touchés, soit {customers} clients.",
        "{share} of cases are hit, that is {customers} customers.",
    ),
    "cost": (
        "Enjeu : {cost} ({low} à {high}) sur la période observée.",
        "At stake: {cost} ({low} to {high}) over the observed period.",
    ),
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
    "transitions_list": ("Toutes les transitions", "All transitions"),
    "transitions_remark": (
        "« {lost} » n’apparaît que si l’horizon atteint le silence ({silence}). « {unresolved} » : la visite durait "
        "encore à l’horizon. Effet de plan : variance rapportée à celle de lignes indépendantes.",
        "“{lost}” appears only where the horizon reaches the silence ({silence}). “{unresolved}”: the visit was "
        "still going on at the horizon. Design effect: variance over that of independent rows.",
    ),
    "from": ("De", "From"),
    "to": ("Vers", "To"),
    "share": ("Part", "Share"),
    "interval": ("Intervalle à {level}", "{level} interval"),
    "n_visits": ("Visites (n)", "Visits (n)"),
    "n_customers": ("Clients (n)", "Customers (n)"),
    "n_journeys": ("Parcours (n)", "Journeys (n)"),
    "n_moved": ("Passées", "Moved"),
    "design_effect": ("Effet de plan", "Design effect"),
    "cell_n": ("{visits} visites, {customers} clients", "{visits} visits, {customers} customers"),
    "note": ("Remarque", "Note"),
    # --- funnel, time ---------------------------------------------------------------------------------
    "funnel_lead": (
        "Part des parcours, suivis {horizon} ou plus et dont le début a été vu, qui atteignent chaque étape ou une "
        "étape plus avancée.",
        "Share of journeys, followed for {horizon} or longer and seen from their start, that reach each stage or a "
        "later one.",
    ),
    "funnel_caption": ("Atteinte des étapes", "Stages reached"),
    "stage": ("Étape", "Stage"),
    "n_reached": ("Ont atteint", "Reached"),
    "n_visited": ("Ont visité", "Visited"),
    "all_customers": ("Ensemble des clients", "All customers"),
    "this_persona": ("Ce persona", "This persona"),
    "group": ("Population", "Population"),
    "time_lead": (
        "Temps entre l’entrée dans une étape et le passage à la suivante, parmi les visites qui sont passées dans "
        "les {horizon}.",
        "Time between entering a stage and moving on, among visits that moved on within {horizon}.",
    ),
    "time_caption": ("Durée des visites", "Length of visits"),
    "time_remark": (
        "Les quartiles décrivent l’étendue des durées ; l’intervalle porte sur la médiane.",
        "Quartiles describe the spread of durations; the interval is that of the median.",
    ),
    "median": ("Médiane", "Median"),
    "quartiles": ("1er – 3e quartile", "1st – 3rd quartile"),
    # --- KPIs -----------------------------------------------------------------------------------------
    "kpis_caption": ("Indicateurs, avec leur cible", "Key figures, with their targets"),
    "kpi": ("Indicateur", "Key figure"),
    "value": ("Valeur", "Value"),
    "target": ("Cible", "Target"),
    "against_target": ("Par rapport à la cible", "Against the target"),
    "kpis_remark": (
        "▲ ou ▼ : tout l’intervalle est d’un côté de la cible ; ● : la cible est dans l’intervalle.",
        "▲ or ▼: the whole interval lies on one side of the target; ●: the target lies inside the interval.",
    ),
    "no_kpi": ("Aucun indicateur n’est déclaré.", "No key figure is declared."),
    # --- pain points ----------------------------------------------------------------------------------
    "pains_found": ("Trouvés", "Found"),
    "pains_not_found": ("Testés ou déclarés, non trouvés", "Tested or declared, not found"),
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
    "hypothesis": ("Hypothèse", "Hypothesis"),
    "verdict": ("Verdict", "Verdict"),
    "grade": ("Preuve", "Grade"),
    "crude_effect": ("Effet brut", "Crude effect"),
    "adjusted_effect": ("Effet ajusté", "Adjusted effect"),
    "exposed_others": ("Exposés / autres (n)", "Exposed / others (n)"),
    "customers_hit": ("Clients touchés", "Customers hit"),
    "cost_heading": ("Coût", "Cost"),
    "nothing_to_adjust": ("rien à ajuster", "nothing to adjust for"),
    "not_computed": ("non calculé", "not computed"),
    "no_value_declared": ("aucune valeur déclarée", "no value declared"),
    "no_cost_unless_supported": ("sans objet", "not applicable"),
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
    "fcr": (
        "Intervalle corrigé de la sélection : {low} à {high}.",
        "Interval corrected for selection: {low} to {high}.",
    ),
    "design_effect_is": ("Effet de plan : {x}.", "Design effect: {x}."),
    "noted": ("Remarque : {note}.", "Note: {note}."),
    "claimed_higher": ("hausse", "higher"),
    "claimed_lower": ("baisse", "lower"),
    "verdict_in_table": ("{verdict} (preuve {grade})", "{verdict} (grade {grade})"),
    "details_of": ("Détail de chaque test", "Details of each test"),
    # --- emotions, touchpoints ------------------------------------------------------------------------
    "emotions_lead": (
        "Scores ramenés à une échelle de −2 (très négatif) à +2 (très positif), par étape. Seuls ceux qui ont "
        "répondu comptent.",
        "Scores put on a scale from −2 (very negative) to +2 (very positive), by stage. Only those who answered count.",
    ),
    "emotions_caption": ("Émotion moyenne par étape", "Mean emotion by stage"),
    "emotion": ("Émotion", "Emotion"),
    "n_scores": ("Scores (n)", "Scores (n)"),
    "no_emotion": (
        "Aucun score dans les données : pas d’émotion à montrer.",
        "No score in the data: no emotion to show.",
    ),
    "few_scores": ("moins de {n} scores", "fewer than {n} scores"),
    "touchpoints_lead": (
        "Portée : part des clients de ce persona qui ont rencontré le point de contact.",
        "Reach: share of this persona’s customers who met the touchpoint.",
    ),
    "touchpoints_caption": ("Points de contact par étape", "Touchpoints by stage"),
    "touchpoint": ("Point de contact", "Touchpoint"),
    "channel": ("Canal", "Channel"),
    "actor": ("Acteur", "Actor"),
    "n_events": ("Événements", "Events"),
    "reach": ("Portée", "Reach"),
    # --- persona card ---------------------------------------------------------------------------------
    "persona_caption": ("Le persona en chiffres", "The persona in numbers"),
    "figure": ("Donnée", "Figure"),
    "share_of_customers": ("Part des clients", "Share of customers"),
    "share_of_value": ("Part du chiffre d’affaires", "Share of money at goals"),
    "rule": ("Règle de params.yaml : {rule}", "Rule of params.yaml: {rule}"),
    "rule_otherwise": ("Règle de params.yaml : tous les autres clients.", "Rule of params.yaml: all other customers."),
    "traits": ("Traits", "Traits"),
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
    # --- identity and quality -------------------------------------------------------------------------
    "quality_lead": (
        "Chaque ligne brute est utilisée, vide (sans événement), filtrée, refusée ou en double ; les cinq nombres "
        "font le total.",
        "Each raw row is used, empty (gives no event), filtered, refused or a duplicate; the five numbers add up to "
        "the total.",
    ),
    "conservation_caption": ("Conservation des lignes, par fichier", "Conservation of rows, by file"),
    "complete_counts": (
        "Comptages complets, pas des estimations : sans intervalle.",
        "Complete counts, not estimates: no interval.",
    ),
    "source": ("Source", "Source"),
    "file": ("Fichier", "File"),
    "role": ("Rôle", "Role"),
    "main": ("principal", "main"),
    "lookup": ("complément", "lookup"),
    "raw": ("Brutes", "Raw"),
    "used": ("Utilisées", "Used"),
    "empty": ("Vides", "Empty"),
    "filtered": ("Filtrées", "Filtered"),
    "refused": ("Refusées", "Refused"),
    "duplicate": ("En double", "Duplicate"),
    "events": ("Événements", "Events"),
    "total": ("Total", "Total"),
    "rejects_caption": ("Lignes refusées, par raison", "Refused rows, by reason"),
    "reason": ("Raison", "Reason"),
    "column": ("Colonne", "Column"),
    "rows": ("Lignes", "Rows"),
    "no_reject": ("Aucune ligne n’a été refusée.", "No row was refused."),
    "identity_caption": ("Identité des clients", "Identity of customers"),
    "count": ("Nombre", "Number"),
    "identity_identifiers": ("Identifiants distincts", "Distinct identifiers"),
    "identity_links": ("Liens entre identifiants", "Links between identifiers"),
    "identity_customers": ("Clients", "Customers"),
    "identity_largest_customer": (
        "Identifiants du client qui en a le plus",
        "Identifiers of the customer who has most",
    ),
    "identity_hubs": (
        "Identifiants partagés par trop de monde (ils ne lient personne)",
        "Identifiers shared by too many (they link nobody)",
    ),
    "identity_customers_with_several_values": (
        "Clients à plusieurs valeurs d’un identifiant qui devrait être unique",
        "Customers with several values of an identifier meant to be unique",
    ),
    "identity_events_of_hubs": (
        "Événements rattachés seulement à un identifiant partagé",
        "Events attached only to a shared identifier",
    ),
    "identity_n_events": ("Événements", "Events"),
    "identity_n_steps": ("Événements placés dans un parcours", "Events placed in a journey"),
    "identity_n_journeys": ("Parcours", "Journeys"),
    "identity_n_visits": ("Visites d’étapes", "Visits to stages"),
    "identity_events_without_stage": ("Événements hors de toute étape", "Events outside every stage"),
    "identity_tie_share": (
        "Événements au même instant qu’un autre du même client",
        "Events at the same instant as another of the same customer",
    ),
    "conflicts_caption": ("Conflits d’identité, par type d’identifiant", "Identity conflicts, by kind of identifier"),
    "problem": ("Problème", "Problem"),
    "kind": ("Type d’identifiant", "Kind of identifier"),
    "cases": ("Cas", "Cases"),
    "largest": ("Le plus grand", "Largest"),
    "problem_hub": ("partagé par trop de monde, ne lie personne", "shared by too many, links nobody"),
    "problem_several_values": ("plusieurs valeurs pour un seul client", "several values for one customer"),
    "reason_malformed_row": ("ligne mal formée", "malformed row"),
    "reason_unreadable_value": ("valeur illisible", "unreadable value"),
    "no_row": ("Aucune ligne pour ce persona.", "No row for this persona."),
    "conflicts_none": ("Aucun conflit d’identité.", "No identity conflict."),
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
        "cases de moins de {cell} clients sont masquées (« {suppressed} »).",
        "{level} intervals, clustered by customer: rows of one customer are not independent. Cells of fewer than "
        "{cell} customers are suppressed (“{suppressed}”).",
    ),
    "method_family": (
        "Hypothèses déclarées avant l’analyse, testées ensemble, avec un taux de fausses découvertes de {level} "
        "(Benjamini-Hochberg).",
        "Hypotheses declared before the analysis, tested together at a false discovery rate of {level} "
        "(Benjamini-Hochberg).",
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

# Term of `pipeline.labels` → its meaning here (French, English).
GLOSSARY: dict[str, tuple[str, str]] = {
    "journey": (
        "toutes les interactions d’un client entre un premier contact et un long silence",
        "all interactions of one customer between a first touch and a long silence",
    ),
    "stage": ("une phase déclarée du parcours", "a declared phase of the journey"),
    "touchpoint": ("un type d’interaction", "a kind of interaction"),
    "channel": ("le support par lequel une interaction a lieu", "the medium through which an interaction takes place"),
    "pain_point": (
        "une condition, à un point de contact, qui dégrade un résultat",
        "a condition at a touchpoint that makes an outcome worse",
    ),
    "moment_of_truth": (
        "un point de contact dont la meilleure et la pire expérience changent le résultat final",
        "a touchpoint whose best and worst experience change the final outcome",
    ),
    "current_state_map": (
        "le parcours tel que les données le montrent, sans projection",
        "the journey as the data show it, without projection",
    ),
    "average_order_value": ("montant moyen d’un achat", "mean amount of a purchase"),
    "friction_point": (
        "un endroit du parcours où le client peine, qu’un effet y soit prouvé ou non",
        "a condition at a touchpoint that makes an outcome worse",
    ),
    "day_in_the_life_map": ("la journée et la semaine du client", "the customer’s day and week"),
    "future_state_map": ("le parcours projeté, avec sa bande visée", "the projected journey, with its target band"),
    "planned_map": (
        "les points de contact déclarés, comparés à ceux qui sont observés",
        "declared touchpoints, compared with those observed",
    ),
    "abandonment_rate": (
        "part des visites d’une étape qui finissent par un silence complet",
        "share of a stage’s visits that end in a completed silence",
    ),
    "retention_rate": (
        "part des clients qui reviennent dans un délai donné",
        "share of customers who come back within a given time",
    ),
    "customer_effort": (
        "ce qu’il en coûte au client d’atteindre son but",
        "what it costs customers to reach their goal",
    ),
    "confidence_interval": (
        "les valeurs compatibles avec les données, au niveau annoncé",
        "the values compatible with the data, at the stated level",
    ),
    "false_discovery_rate": (
        "part attendue d’erreurs parmi les hypothèses soutenues",
        "expected share of errors among supported hypotheses",
    ),
    "partner": ("un acteur qui n’est pas la marque", "an actor that is not the brand"),
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
