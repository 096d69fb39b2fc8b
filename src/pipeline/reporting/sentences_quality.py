"""What a report says of identity and of the quality of the data: (French, English). `sentences.say` reads it."""

from __future__ import annotations

QUALITY_SENTENCES: dict[str, tuple[str, str]] = {
    "quality_lead": (
        "Chaque ligne brute est utilisée, vide (sans événement), filtrée, refusée ou en double ; les cinq nombres "
        "font le total.",
        "Each raw row is used, empty (gives no event), filtered, refused or a duplicate; the five numbers add up to "
        "the total.",
    ),
    "complete_counts": (
        "Comptages complets, pas des estimations : sans intervalle.",
        "Complete counts, not estimates: no interval.",
    ),
    "no_reject": ("Aucune ligne n’a été refusée.", "No row was refused."),
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
    "identity_tie_share": (
        "Événements au même instant qu’un autre du même client",
        "Events at the same instant as another of the same customer",
    ),
    "no_row": ("Aucune ligne pour ce persona.", "No row for this persona."),
    "nobody_lead": (
        "{n} événements portent un identifiant qui n’est à personne (vide de sens, illisible ou déclaré tel) ; leurs "
        "autres identifiants comptent.",
        "{n} events bear an identifier that is nobody’s (a placeholder, unreadable or declared so); their other "
        "identifiers count.",
    ),
    "seen_by_remark": (
        "Clients placés dans un parcours. Qui n’est vu que d’une source l’est peut-être d’autres, sans lien.",
        "Customers placed in a journey. Whoever only one source sees may be seen by others, without a link.",
    ),
    "overlap_remark": (
        "À lire par ligne : parmi les clients de la source, part que voit aussi l’autre.",
        "Read by row: of the source’s customers, the share that the other sees too.",
    ),
    "off_site": (
        "Hors du site et de l’application : {share} des événements{interval}, {n} clients.",
        "Off the site and the app: {share} of the events{interval}, {n} customers.",
    ),
    "conflicts_none": ("Aucun conflit d’identité.", "No identity conflict."),
}
