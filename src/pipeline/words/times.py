"""Days, months and durations as each language writes them."""

from __future__ import annotations

import datetime

from pipeline.words.look_up import MISSING, is_missing
from pipeline.words.numbers import NARROW, interval, number

# Unit of a duration: days in one, from how many days on it reads best, the word.
_DURATIONS = (
    (1.0, 2.0, {"fr": "j", "en": "d"}),
    (1 / 24, 2 / 24, {"fr": "h", "en": "h"}),
    (1 / 1440, 0.0, {"fr": "min", "en": "min"}),
)

_TOO_MANY = 1000  # of a unit to read


def date(value: datetime.date | str, language: str) -> str:
    """Return a day: French 03/11/2026, English 2026-11-03. Text is taken as ISO 8601.

    Examples
    --------
    >>> date("2026-11-03T10:00:00", "fr"), date("2026-11-03", "en")
    ('03/11/2026', '2026-11-03')
    """
    if isinstance(value, str):
        value = datetime.datetime.fromisoformat(value)
    return value.strftime("%d/%m/%Y") if language == "fr" else value.strftime("%Y-%m-%d")


def month(period: str, language: str) -> str:
    """Return a month, given as 2026-11: French 11/2026, English 2026-11.

    Examples
    --------
    >>> month("2026-11", "fr"), month("2026-11", "en")
    ('11/2026', '2026-11')
    """
    return "/".join(reversed(period.split("-"))) if language == "fr" else period


def duration(days: float | None, language: str) -> str:
    r"""Return a duration in days, hours or minutes, whichever reads best.

    Examples
    --------
    >>> duration(12.34, "fr"), duration(0.5, "en"), duration(400, "en"), duration(0.01, "en")
    ('12,3\u202fj', '12.0\u202fh', '400\u202fd', '14\u202fmin')
    """
    if is_missing(days):
        return MISSING
    size, word = _duration_scale(days)  # type: ignore[arg-type]
    return f"{_in_unit(days, size, language)}{NARROW}{word[language]}"  # type: ignore[arg-type]


def _duration_scale(days: float) -> tuple[float, dict[str, str]]:
    return next((size, word) for size, start, word in _DURATIONS if abs(days) >= start)


def _in_unit(days: float, size: float, language: str) -> str:
    amount = days / size
    return number(amount, language, 0 if amount >= 100 or size < 1 / 24 else 1)


def span(days: float, language: str) -> str:
    r"""Return a declared duration: without decimals where it is whole.

    Examples
    --------
    >>> span(60, "fr"), span(1.5, "en"), span(1 / 24, "en")
    ('60\u202fj', '36\u202fh', '60\u202fmin')
    """
    size, word = _duration_scale(days)
    amount = round(days / size, 6)  # an hour is no whole number of minutes to a float
    return f"{number(amount, language, 0 if amount == int(amount) else 1)}{NARROW}{word[language]}"


def duration_interval(low: float | None, high: float | None, language: str, *, beside: float | None = None) -> str:
    r"""Return an interval of durations in one unit: that of the estimate it stands `beside`, else of the upper bound.

    Where the upper bound would be thousands of that unit, each bound has its own.

    Examples
    --------
    >>> duration_interval(0.9, 3.25, "en")
    '[0.9, 3.2]\u202fd'
    >>> duration_interval(0.012, 9.81, "en", beside=0.016)
    '[17\u202fmin, 9.8\u202fd]'
    """
    if is_missing(low) or is_missing(high):
        return MISSING
    size, word = _duration_scale(high if is_missing(beside) else beside)  # type: ignore[arg-type]
    if high >= _TOO_MANY * size:  # type: ignore[operator]
        return interval(low, high, language, lambda days: duration(days, language))
    return interval(low, high, language, lambda days: _in_unit(days, size, language)) + NARROW + word[language]
