"""What may be compared of a person, how it is declared in source.yaml, and in which form it is compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

from pipeline.declarations import Section
from pipeline.errors import ParcoursError, nearest

FIRST_NAME, LAST_NAME, BIRTH_DATE, POSTCODE, CITY = "first_name", "last_name", "birth_date", "postcode", "city"
LAST_NAME_START = "last_name_start"  # its first three letters: most typing mistakes come later
PLACES = (POSTCODE, CITY)
NAMES = (FIRST_NAME, LAST_NAME)
LEAST_PROBABILITY = 0.5  # what is less likely than not is never handed on
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l"})
_SAINTS = {"st": "saint", "ste": "sainte"}
_NO_CITY = re.compile(r"cedex\b.*|\b\d+\s*(er|e|eme)?\b|\barrondissement\b")
_NO_BIRTH = frozenset(("1900-01-01", "1970-01-01"))  # what systems write where nobody knew
_EARLIEST_BIRTH = "1900-01-01"


def letters(text: str) -> str:
    """Return small letters without accents, hyphens, apostrophes and blanks.

    Examples
    --------
    >>> [letters(name) for name in ("Jean-François", "JEAN FRANCOIS", "O’Cœur")]
    ['jeanfrancois', 'jeanfrancois', 'ocoeur']
    """
    return "".join(sign for sign in _plain(text) if sign.isalpha())


def city(text: str) -> str:
    """Return a city's letters without its district or sorting office; St is Saint.

    Examples
    --------
    >>> [city(name) for name in ("St-Étienne Cedex 1", "SAINT ETIENNE", "Lyon 3e arrondissement", "lyon")]
    ['saintetienne', 'saintetienne', 'lyon', 'lyon']
    """
    words = re.sub(r"[^\w]+", " ", _NO_CITY.sub(" ", _plain(text))).split()
    return letters("".join(_SAINTS.get(word, word) for word in words))


def postcode(text: str) -> str:
    """Return a postcode's letters and digits, in capitals.

    Examples
    --------
    >>> postcode(" 69003 "), postcode("sw1a 1aa")
    ('69003', 'SW1A1AA')
    """
    return "".join(sign for sign in text.upper() if sign.isalnum())


def birth_date(text: str) -> str:
    """Return the ISO date that a text begins with; nothing where there is none, or one that stands for no date.

    Examples
    --------
    >>> birth_date("1980-05-01 00:00:00"), birth_date("01/05/1980"), birth_date("1900-01-01")
    ('1980-05-01', '', '')
    """
    date = text.strip()[:10]
    is_date = re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", date)
    return date if is_date and date >= _EARLIEST_BIRTH and date not in _NO_BIRTH else ""


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


FORMS: Mapping[str, Callable[[str], str]] = {
    FIRST_NAME: letters, LAST_NAME: letters, BIRTH_DATE: birth_date, POSTCODE: postcode, CITY: city,
}  # fmt: skip
BLOCKING_KEYS = (*FORMS, LAST_NAME_START)


def read_person_fields(top: Section, is_aggregate: bool, is_asked: bool) -> dict[str, str]:
    """Return the section `person_fields` of a source.yaml: field → SQL over the source's columns; none unless asked.

    Raises
    ------
    ParcoursError
        If a field is unknown, a name is missing, there is nothing beside names, or rows are sums over people.
    """
    section = top.section("person_fields", {})
    for name in section.content:
        if name not in FORMS:
            raise section.fail(str(name), f"no such field.{nearest(str(name), FORMS)}")
    declared = top.mapping("person_fields", {})
    if declared and is_aggregate:
        raise top.fail("person_fields", "an aggregate names nobody: its rows are sums over people. Leave them out.")
    if declared and not (set(NAMES) <= set(declared) and set(declared) - set(NAMES)):
        raise top.fail(
            "person_fields",
            "expected first_name, last_name and at least one of birth_date, postcode, city beside them.",
        )
    return declared if is_asked else {}


def compared_fields(declared: Mapping[str, Sequence[str]], blocking: Sequence[Sequence[str]] = ()) -> list[str]:
    """Return the fields that two sources have, which are those that can be compared.

    Parameters
    ----------
    declared
        Source → the fields it declares.
    blocking
        Declared lists of fields on which records must agree to be compared.

    Raises
    ------
    ParcoursError
        If no two sources have names and something beside them, or a list names what cannot be compared.
    """
    found = [name for name in FORMS if sum(name in fields for fields in declared.values()) > 1]
    if not set(found) - set(NAMES):
        having = ", ".join(source for source, fields in declared.items() if fields) or "none"
        raise ParcoursError(
            "params.yaml: identity.probabilistic: two sources or more must declare the same `person_fields:` "
            f"(first_name, last_name and one of birth_date, postcode, city) in their source.yaml; now: {having}."
        )
    for name in (name for rule in blocking for name in rule):
        if name not in (*found, LAST_NAME_START):
            raise ParcoursError(
                f"params.yaml: identity.probabilistic.blocking: no two sources declare {name!r} in their "
                f"`person_fields:`.{nearest(name, [*found, LAST_NAME_START])}"
            )
    return found
