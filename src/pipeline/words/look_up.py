"""A term or a note in one language, from the lists beside."""

from __future__ import annotations

import math
import re

from pipeline.words.lab import LAB
from pipeline.words.maps import MAPS
from pipeline.words.notes import NOTES
from pipeline.words.pictures import PICTURES
from pipeline.words.reports import REPORTS
from pipeline.words.terms import TERMS

# One look-up: no two of these may use one name (tests/test_words.py).
LABELS = {**TERMS, **REPORTS, **MAPS, **PICTURES, **LAB}
LANGUAGES = ("fr", "en")
MISSING = "–"


def term(name: str, language: str, **values: object) -> str:
    """Return a term or label in one language, its placeholders filled.

    Parameters
    ----------
    name
        One of `LABELS`.
    language
        ``"fr"`` or ``"en"``.
    **values
        What the placeholders stand for, already written as text.

    Raises
    ------
    KeyError
        If there is no such term; the message names it.

    Examples
    --------
    >>> term("stage", "fr"), term("lost_share", "en", share="3.1%")
    ('étape', '3.1% leave')
    """
    if name not in LABELS:
        raise KeyError(f"no term or label {name!r} in pipeline.words")
    text = LABELS[name][LANGUAGES.index(language)]
    return text.format(**values) if values else text


def suppressed(smallest_cell: int) -> str:
    """Return what stands in place of a number that too few customers are behind.

    Examples
    --------
    >>> suppressed(5)
    'n < 5'
    """
    return f"n < {smallest_cell}"


def note(text: str | None, language: str) -> str:
    """Return a table's note in one language; ``n < 5`` and what nobody has translated stay as they are.

    Examples
    --------
    >>> note("n < 5", "fr"), note("no variation; 12 units left out: exposure not known", "fr"), note(None, "en")
    ('n < 5', 'aucune variation; 12 unités écartées : exposition inconnue', '–')
    """
    if is_missing(text) or not text:
        return MISSING
    return "; ".join(_translated(part, language) for part in text.split("; "))


def is_missing(value: object) -> bool:
    return value is None or (isinstance(value, float) and not math.isfinite(value)) or value != value


def _translated(part: str, language: str) -> str:
    for pattern, known in NOTES.items():
        found = re.fullmatch(re.sub(r"\\{\d\\}", "(.+)", re.escape(pattern)), part)
        if found:
            return known[LANGUAGES.index(language)].format(*found.groups())
    return part
