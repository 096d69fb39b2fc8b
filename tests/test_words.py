"""Words and numbers in two languages."""

from __future__ import annotations

import string

import pytest

from pipeline import words
from pipeline.tables import ACTORS, CHANNELS, RESERVED
from pipeline.words import lab, maps, pictures, reports, terms

PRODUCT_TERMS = {
    "parcours client": "journey", "étape": "stage", "point de contact": "touchpoint", "canal": "channel",
    "irritant": "pain point", "point de friction": "pain point", "moment de vérité": "moment of truth",
    "carte état actuel": "current-state map", "carte du quotidien": "day-in-the-life map",
    "carte axée sur le futur": "future-state map", "carte planifiée": "planned map",
    "panier moyen": "average order value", "taux d’abandon": "abandonment rate",
    "taux de rétention": "retention rate", "effort client": "customer effort",
    "intervalle de confiance": "confidence interval", "taux de fausses découvertes": "false discovery rate",
    "prestataire, partenaire": "partner",
}  # fmt: skip


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_terms_are_the_words_of_the_product() -> None:
    assert dict(terms.TERMS.values()) == PRODUCT_TERMS


def test_no_two_lists_use_one_name() -> None:
    lists = (terms.TERMS, reports.REPORTS, maps.MAPS, pictures.PICTURES, lab.LAB)
    assert len(words.LABELS) == sum(len(names) for names in lists)


@pytest.mark.parametrize("names", [words.LABELS, words.NOTES], ids=["labels", "notes"])
def test_both_languages_have_the_same_placeholders(names: dict[str, tuple[str, str]]) -> None:
    assert not {name for name, (french, english) in names.items() if placeholders(french) != placeholders(english)}
    assert all(french.strip() and english.strip() for french, english in names.values())


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_channel_actor_and_state_has_a_name(language: str) -> None:
    for channel in CHANNELS:
        assert words.term(f"channel_{channel}", language)
        assert len(words.term(f"code_{channel}", language)) == 3
    assert len({words.term(f"code_{channel}", language) for channel in CHANNELS}) == len(CHANNELS)
    assert all(words.term(f"actor_{actor}", language) for actor in ACTORS)
    assert all(words.term(state, language) for state in RESERVED)


def test_unknown_term_is_named() -> None:
    with pytest.raises(KeyError, match="no_such_word"):
        words.term("no_such_word", "fr")


def test_numbers_of_the_map_specification() -> None:
    assert words.percent(123.456, "fr") == "12\u202f345,6\u202f%"
    assert words.percent(123.456, "en") == "12,345.6%"
    assert words.date("2026-11-03", "fr") == "03/11/2026"
    assert words.date("2026-11-03", "en") == "2026-11-03"


@pytest.mark.parametrize("write", [
    lambda value: words.number(value, "fr"), lambda value: words.percent(value, "en"),
    lambda value: words.money(value, "EUR", "fr"), lambda value: words.duration(value, "fr"),
    lambda value: words.probability(value, "fr"), lambda value: words.effect(value, "binary", "EUR", "fr"),
    lambda value: words.number_interval(value, 1.0, "fr"), lambda value: words.in_unit(value, "money", "EUR", "en"),
    lambda value: words.duration_interval(1.0, value, "fr"),
    lambda value: words.money_interval(value, value, "EUR", "fr"),
])  # fmt: skip
@pytest.mark.parametrize("missing", [None, float("nan"), float("inf")])
def test_what_is_missing_is_a_dash(write, missing) -> None:  # type: ignore[no-untyped-def]
    assert write(missing) == words.MISSING


def test_zero_has_no_sign() -> None:
    assert words.number(-0.001, "fr", 1, signed=True) == "0,0"
    assert words.money(-0.001, "EUR", "en") == "€0.00"


def test_an_interval_writes_both_bounds_in_one_unit() -> None:
    assert words.duration_interval(0.01, 3, "fr") == "[0,0\u00a0; 3,0]\u202fj"
    assert words.duration_interval(1.8, 2.1, "en", beside=1.95) == "[43.2, 50.4]\u202fh"
    assert words.money_interval(2, 5000, "BRL", "fr") == "[2\u202fR$\u00a0; 5\u202f000\u202fR$]"


def test_notes_are_translated_part_by_part() -> None:
    text = "fewer than 5 exposed units; 3 units left out: exposure not known; something new"
    assert (
        words.note(text, "fr") == "moins de 5 unités exposées; 3 unités écartées : exposition inconnue; something new"
    )
    assert words.note(text, "en") == text
