"""What a report says of one effect: (French, English). `sentences.say` reads it."""

from __future__ import annotations

EFFECT_SENTENCES: dict[str, tuple[str, str]] = {
    "verdict_graded": (
        "{verdict} (niveau de preuve {grade}, {adjustment}{label}).",
        "{verdict} (grade {grade}, {adjustment}{label}).",
    ),
    "effect_known": (
        "{group} : {effect} ({interval} : {low} à {high} ; {exposed} cas exposés contre {unexposed} "
        "autres, {customers} clients, calculé par grappes de clients ; {q}).",
        "{group}: {effect} ({interval}: {low} to {high}; {exposed} exposed cases against {unexposed} others, "
        "{customers} customers, clustered by customer; {q}).",
    ),
    "effect_bounded": (
        "{group} : {effect} (de {low} à {high} quoi qu’auraient dit les silencieux, {interval} ; "
        "{exposed} cas exposés contre {unexposed} autres, {customers} clients, calculé par grappes de clients ; {q}).",
        "{group}: {effect} ({low} to {high} whatever the silent would have said, {interval}; "
        "{exposed} exposed cases against {unexposed} others, {customers} customers, clustered by customer; {q}).",
    ),
    "interval_seen": ("intervalle à {level}", "{level} interval"),
    "interval_corrected": (
        "intervalle à {level} au moins, corrigé de la sélection",
        "interval of at least {level}, corrected for selection",
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
    "before_correction": (
        "Sans correction de la sélection, intervalle à {level} : {low} à {high}.",
        "Without correction for selection, {level} interval: {low} to {high}.",
    ),
}
