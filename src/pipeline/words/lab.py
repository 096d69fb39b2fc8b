"""Words of the notebooks: their pickers, their sandbox, their pictures: (French, English)."""

# fmt: off
LAB: dict[str, tuple[str, str]] = {
    # journey explorer
    "explorer_title": ("Avant et après : {place}", "Before and after: {place}"),
    "explorer_before": ("Juste avant", "Just before"),
    "explorer_after": ("Juste après", "Just after"),
    "explorer_paths": ("Chemins réels les plus suivis", "Real paths most walked"),
    "explorer_what": (
        "{group}. Parts des étapes à ce point de contact, intervalle à {level} par client ; n : étapes observées un "
        "silence ({silence}) entier de ce côté.",
        "{group}. Shares of the steps at this touchpoint, {level} interval by customer; n: steps with a whole silence "
        "({silence}) observed on that side."),
    "explorer_paths_what": (
        "Parcours vus du début à la fin ; les répétitions de suite comptent une fois ; aucun chemin de "
        "moins de {smallest} clients.",
        "Journeys seen from start to end; repeats in a row count once; no path of fewer than {smallest} customers."),
    "explorer_nobody": ("Personne de ce groupe n’y est passé.", "Nobody of this group was there."),
    "explorer_no_path": ("Aucun chemin suivi par assez de clients.", "No path that enough customers walked."),
    "explorer_others": ("autres, plus rares ou de trop peu de clients", "others, rarer or of too few customers"),
    "column_touchpoint": ("Point de contact", "Touchpoint"),
    "column_share": ("Part", "Share"),
    "column_interval": ("Intervalle", "Interval"),
    "column_n": ("n", "n"),
    "column_customers": ("Clients", "Customers"),
    "column_path": ("Chemin", "Path"),
    "column_comparison": ("Comparaison", "Comparison"),
    "column_effect": ("Effet", "Effect"),
    "choose_stage": ("Étape", "Stage"),
    "choose_touchpoint": ("Point de contact", "Touchpoint"),
    "choose_persona": ("Persona", "Persona"),
    # hypothesis sandbox
    "sandbox_title": ("Essai : {exposure}", "Trial: {exposure}"),
    "sandbox_label": ("moitié exploratoire : pas un résultat", "screening half: not a finding"),
    "sandbox_arms": (
        "{exposed} unités exposées, {unexposed} autres ; moyennes {mean_exposed} et {mean_unexposed}.",
        "{exposed} exposed units, {unexposed} others; means {mean_exposed} and {mean_unexposed}."),
    "sandbox_crude": ("brut", "crude"),
    "sandbox_adjusted": ("ajusté pour {names}", "adjusted for {names}"),
    "sandbox_not_adjusted": ("non ajusté", "not adjusted"),
    "sandbox_paste": (
        "À coller sous hypotheses dans params.yaml ; assess la testera sur l’autre moitié des clients, que cet "
        "essai n’a pas vue :",
        "To paste under hypotheses in params.yaml; assess will test it on the other half of the customers, which this "
        "trial has not seen:"),
    "sandbox_not_tested": ("Rien à comparer : {why}", "Nothing to compare: {why}"),
    "sandbox_try": ("Essayer", "Try"),
    # pictures of flows
    "picture_flow": ("Où vont les visites, en {horizon}", "Where visits go, within {horizon}"),
    "flow_what": (
        "Hauteur : visites. Part de la ligne, intervalle à {level}. Autres flux, chacun sous {least} des visites : "
        "{other}.",
        "Height: visits. Share of the row, {level} interval. Other flows, each under {least} of the visits: {other}."),
    "flow_other": ("autres", "other"),
    "picture_actors": ("Qui agit, par quel canal", "Who acts, through which channel"),
    "actors_what": (
        "Épaisseur : événements. Autres liens, chacun sous {least} des événements : {other}.",
        "Width: events. Other links, each under {least} of the events: {other}."),
}
# fmt: on
