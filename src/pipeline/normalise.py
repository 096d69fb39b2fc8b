"""Identifiers in one form: what `normalise:` of params.yaml declares, applied to distinct values in Python.

One place for every kind, because a phone number needs a library and a key must never reach a query.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable

from pipeline.errors import ParcoursError, nearest
from pipeline.params import IdentifierKind

PLACEHOLDER, UNREADABLE, NOBODY = "placeholder", "unreadable", "nobody"
PLACEHOLDERS = frozenset((
    "", "undefined", "null", "none", "nan", "n/a", "na", "-", "0", "0000", "unknown", "(not set)", "anonymous",
))  # fmt: skip
# Whole values: an address that systems and testers fill in, and one digit typed seven times or more.
_NO_ADDRESS = re.compile(r"(test@test\..*|(no-?reply|do-?not-?reply)@.*)\Z")
_ONE_DIGIT = re.compile(r"(\d)\1{6,}\Z")

Rule = Callable[[str], str | None]


def normaliser(kind: IdentifierKind) -> Callable[[str], tuple[str | None, str | None]]:
    """Return a function from a raw value to its form and, where it is nobody's, the reason instead.

    Parameters
    ----------
    kind
        What is declared of this kind.

    Raises
    ------
    ParcoursError
        If the country is unknown, or a value declared as nobody's cannot be read by the kind's own rules.

    Examples
    --------
    >>> phone = normaliser(IdentifierKind("phone", ("e164",), country="FR"))
    >>> phone("06 12 34 56 78"), phone("+33 (0)6 12 34 56 78"), phone("12")
    (('+33612345678', None), ('+33612345678', None), (None, 'unreadable'))
    >>> email = normaliser(IdentifierKind("email", ("email",), nobody=("orders@market.example",)))
    >>> email(" Ana@Shop.example"), email("undefined"), email("Orders@market.example")
    (('ana@shop.example', None), (None, 'placeholder'), (None, 'nobody'))
    """
    rules = [_rule(name, kind) for name in kind.normalise]
    nobody = frozenset(_declared_nobody(kind, rules))

    def normalise(raw: str) -> tuple[str | None, str | None]:
        value = _applied(rules, raw)
        if is_placeholder(raw) or (value is not None and is_placeholder(value)):
            return None, PLACEHOLDER
        if value is None:
            return None, UNREADABLE
        return (None, NOBODY) if value in nobody else (value, None)

    return normalise


def is_placeholder(value: str) -> bool:
    """Return whether a value stands for no one: undefined, 0000, test@test.fr, no-reply@…, 0000000000.

    Examples
    --------
    >>> [is_placeholder(text) for text in ("N/A", " 0000 ", "00 00 00 00 00", "test@test.fr")]
    [True, True, True, True]
    >>> [is_placeholder(text) for text in ("2222", "ana@shop.example")]
    [False, False]
    """
    plain = value.strip().lower()
    bare = re.sub(r"[\s.+/()-]", "", plain)
    return plain in PLACEHOLDERS or bool(_NO_ADDRESS.match(plain)) or bool(_ONE_DIGIT.match(bare))


def _applied(rules: Iterable[Rule], raw: str) -> str | None:
    value: str | None = raw
    for rule in rules:
        if value is None:
            return None
        value = rule(value)
    return value


def _declared_nobody(kind: IdentifierKind, rules: list[Rule]) -> Iterable[str]:
    for raw in kind.nobody:
        if (value := _applied(rules, raw)) is None:
            raise ParcoursError(f"params.yaml: identifiers.{kind.kind}.nobody: {raw!r} cannot be read as such a value.")
        yield value


def _rule(name: str, kind: IdentifierKind) -> Rule:
    return _e164(kind) if name == "e164" else _RULES[name]


# -- the rules -------------------------------------------------------------------------------------------------------


def _digits(value: str) -> str:
    return re.sub(r"[^0-9]", "", value)


def _no_leading_zeros(value: str) -> str:
    return value.lstrip("0")


def _no_accents(value: str) -> str:
    decomposed = unicodedata.normalize("NFKD", value)
    return unicodedata.normalize("NFC", "".join(sign for sign in decomposed if not unicodedata.combining(sign)))


def _email(value: str) -> str | None:
    address = value.strip().lower().removeprefix("mailto:").strip()
    return address if re.fullmatch(r"[^@\s]+@[^@\s]+", address) else None


def _no_plus_tag(value: str) -> str:
    return re.sub(r"\+[^@]*(?=@)", "", value)


def _gmail_dots(value: str) -> str:
    """Return the address without the dots that Gmail, and no other mailbox, does not see."""
    mailbox, at, domain = value.rpartition("@")
    if domain.lower() not in ("gmail.com", "googlemail.com"):
        return value
    return mailbox.replace(".", "") + at + "gmail.com"


def _e164(kind: IdentifierKind) -> Rule:
    import phonenumbers  # only where phones are read: its tables take a while to load

    country = str(kind.country).upper()
    if country not in phonenumbers.SUPPORTED_REGIONS:
        raise ParcoursError(
            f"params.yaml: identifiers.{kind.kind}.country: {kind.country!r} is unknown."
            f"{nearest(country, sorted(phonenumbers.SUPPORTED_REGIONS))} Expected two letters such as FR."
        )

    def e164(value: str) -> str | None:
        try:
            number = phonenumbers.parse(value, country)
        except phonenumbers.NumberParseException:
            return None
        # Possible, not valid: numbering plans open new ranges before any library knows them.
        if not phonenumbers.is_possible_number(number):
            return None
        return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))

    return e164


_RULES: dict[str, Rule] = {
    "trim": str.strip,
    "lower": str.lower,
    "upper": str.upper,
    "digits": _digits,
    "no_leading_zeros": _no_leading_zeros,
    "no_accents": _no_accents,
    "email": _email,
    "no_plus_tag": _no_plus_tag,
    "gmail_dots": _gmail_dots,
}
