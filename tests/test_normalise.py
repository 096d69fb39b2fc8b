"""Identifiers in one form: each rule, on the ways people and systems write things."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipeline import normalise
from pipeline.errors import ParcoursError
from pipeline.normalise import NOBODY, PLACEHOLDER, UNREADABLE, normaliser
from pipeline.params import NORMALISATIONS, IdentifierKind


def form(value: str, *rules: str, **declared: object) -> str | None:
    return normaliser(IdentifierKind("k", rules, **declared))(value)[0]  # type: ignore[arg-type]


def test_every_declared_rule_exists() -> None:
    assert set(NORMALISATIONS) == {*normalise._RULES, "e164"}


@pytest.mark.parametrize(
    ("country", "written", "expected"),
    [
        *(("FR", text, "+33612345678") for text in (
            "0612345678", "06 12 34 56 78", "06.12.34.56.78", "(06) 12-34-56-78", "+33612345678", "+33 6 12 34 56 78",
            "+33 (0)6 12 34 56 78", "0033 6 12 34 56 78", "tel:+33612345678",
        )),
        *(("BE", text, "+32470123456") for text in ("0470 12 34 56", "+32 470 12 34 56", "0032470123456", "+32(0)470/12.34.56")),
        *(("GB", text, "+442079460958") for text in ("020 7946 0958", "+44 (0)20 7946 0958", "0044 20 7946 0958", "(020) 79460958")),
        ("FR", "+32 470 12 34 56", "+32470123456"),  # a Belgian in a French file
        ("FR", "0032 470 12 34 56", "+32470123456"),
    ],
)  # fmt: skip
def test_phones_in_every_form_are_one(country: str, written: str, expected: str) -> None:
    assert form(written, "e164", country=country) == expected


@pytest.mark.parametrize("written", ["12", "call me", "020 7946 0958 99 99 99"])
def test_a_phone_that_cannot_be_read_is_nobodys(written: str) -> None:
    assert normaliser(IdentifierKind("phone", ("e164",), country="FR"))(written) == (None, UNREADABLE)


def test_gmail_dots_and_plus_tags_only_where_declared() -> None:
    written = " Ana.Durand+shop@GMail.com "
    assert form(written, "email") == "ana.durand+shop@gmail.com"
    assert form(written, "email", "gmail_dots") == "anadurand+shop@gmail.com"
    assert form(written, "email", "no_plus_tag") == "ana.durand@gmail.com"
    assert form(written, "email", "no_plus_tag", "gmail_dots") == "anadurand@gmail.com"
    assert form("ana.durand@googlemail.com", "email", "gmail_dots") == "anadurand@gmail.com"
    assert form("ana.durand@shop.example", "email", "gmail_dots") == "ana.durand@shop.example"


@pytest.mark.parametrize(
    ("rules", "written", "expected"),
    [
        (("email",), "mailto:Ana@Shop.example", "ana@shop.example"),
        (("email",), "ana at shop.example", None),
        (("trim",), "\u00a0 A b ", "A b"),  # no-break spaces, too
        (("lower", "no_accents"), "Éloïse", "eloise"),
        (("upper",), "ab", "AB"),
        (("digits",), "FR 76-30", "7630"),
        (("trim", "no_leading_zeros"), " 00420 ", "420"),
    ],
)
def test_rules(rules: tuple[str, ...], written: str, expected: str | None) -> None:
    assert form(written, *rules) == expected


@pytest.mark.parametrize(
    "value", ["undefined", " NULL ", "0000", "0000000", "11 11 11 11 11", "test@test.com", "no-reply@shop.example"]
)
def test_placeholders_are_nobodys(value: str) -> None:
    assert normaliser(IdentifierKind("k", ("trim",)))(value) == (None, PLACEHOLDER)


@pytest.mark.parametrize("value", ["2222", "77", "testa@testing.example", "0612345678"])
def test_what_only_looks_like_one_is_kept(value: str) -> None:
    assert form(value, "trim") == value


def test_declared_values_are_nobodys_in_any_form() -> None:
    kind = IdentifierKind(
        "phone", ("e164",), country="FR", nobody=("+33 1 55 00 00 99",), reassigned_after=timedelta(1)
    )
    assert normaliser(kind)("01.55.00.00.99") == (None, NOBODY)


@pytest.mark.parametrize(
    ("declared", "message"),
    [({"country": "FX"}, "'FX' is unknown"), ({"country": "FR", "nobody": ("desk",)}, "nobody: 'desk' cannot be read")],
)
def test_what_is_declared_wrong_is_refused(declared: dict[str, object], message: str) -> None:
    with pytest.raises(ParcoursError, match=message):
        normaliser(IdentifierKind("phone", ("e164",), **declared))  # type: ignore[arg-type]
