"""The one exception a user is meant to read."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class ParcoursError(Exception):
    """Something the user can mend: the message says what, where, what was expected and how to mend it."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return `` Nearest: <name>.`` for a misspelt word, or the known names when none comes close.

    Examples
    --------
    >>> nearest("day_late", ["days_late", "channel"])
    ' Nearest: days_late.'
    >>> nearest("zzz", ["b", "a"])
    ' Known: a, b.'
    """
    names = sorted(known)
    close = get_close_matches(word, names, n=1)
    if close:
        return f" Nearest: {close[0]}."
    shown = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    return f" Known: {shown}." if names else ""


def shape(value: str) -> str:
    """Return letters as x, digits as 9: nothing personal leaves clean, not even in an error.

    Examples
    --------
    >>> shape("Ana 06-12")
    'xxx 99-99'
    """
    marked = "".join("9" if sign.isdigit() else "x" if sign.isalpha() else sign for sign in value[:40])
    return marked + ("…" if len(value) > 40 else "")
