"""The words of the product in French and English, and how each language writes numbers.

Every label on a map, a picture or a report comes from here, so that one concept has one name. Numbers
follow MAP.md: French ``12 345,6 %`` with narrow no-break spaces, English ``12,345.6%``. A number that is
missing is written as a dash, never as nothing and never as zero.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable

from pipeline.words.lab import LAB
from pipeline.words.maps import MAPS
from pipeline.words.notes import NOTES
from pipeline.words.pictures import PICTURES
from pipeline.words.reports import REPORTS
from pipeline.words.terms import TERMS

# One look-up: no two of these may use one name (tests/test_words.py).
LABELS = {**TERMS, **REPORTS, **MAPS, **PICTURES, **LAB}
LANGUAGES = ("fr", "en")
NARROW = "\u202f"  # narrow no-break space
MINUS = "\u2212"
MISSING = "–"

_CURRENCIES = {"EUR": "€", "USD": "$", "GBP": "£", "BRL": "R$", "CHF": "CHF", "CAD": "CA$", "JPY": "¥"}
# Unit of a duration: days in one, from how many days on it reads best, the word.
_DURATIONS = (
    (1.0, 2.0, {"fr": "j", "en": "d"}),
    (1 / 24, 2 / 24, {"fr": "h", "en": "h"}),
    (1 / 1440, 0.0, {"fr": "min", "en": "min"}),
)


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


def _is_missing(value: object) -> bool:
    return value is None or (isinstance(value, float) and not math.isfinite(value)) or value != value


def number(value: float | None, language: str, digits: int = 0, *, signed: bool = False) -> str:
    r"""Return a number with the language's separators; `signed` puts a plus before positive ones.

    Examples
    --------
    >>> number(12345.64, "fr", 1), number(-12345.64, "en", 1), number(0.75, "en", 1, signed=True)
    ('12\u202f345,6', '−12,345.6', '+0.8')
    """
    if _is_missing(value):
        return MISSING
    plain = f"{abs(value):,.{digits}f}"  # type: ignore[arg-type]
    is_zero = not plain.strip("0,.")
    if language == "fr":
        plain = plain.replace(",", NARROW).replace(".", ",")
    sign = "" if is_zero else MINUS if value < 0 else "+" if signed else ""  # type: ignore[operator]
    return sign + plain


def count(value: float | None, language: str) -> str:
    """Return a whole number.

    Examples
    --------
    >>> count(1234567, "en")
    '1,234,567'
    """
    return number(value, language)


def percent(value: float | None, language: str, digits: int = 1, *, signed: bool = False) -> str:
    r"""Return a share (0 … 1) in percent.

    Examples
    --------
    >>> percent(0.1234, "fr"), percent(0.1234, "en"), percent(None, "en")
    ('12,3\u202f%', '12.3%', '–')
    """
    if _is_missing(value):
        return MISSING
    return number(value * 100, language, digits, signed=signed) + percent_sign(language)  # type: ignore[operator]


def percent_sign(language: str) -> str:
    """Return the percent sign with the space that the language puts before it."""
    return f"{NARROW}%" if language == "fr" else "%"


def money(value: float | None, currency: str, language: str, digits: int | None = None) -> str:
    r"""Return an amount with its currency; by default cents below 1,000 only.

    Examples
    --------
    >>> money(12345.6, "EUR", "fr"), money(12.5, "EUR", "en"), money(-3, "XOF", "en", 0)
    ('12\u202f346\u202f€', '€12.50', '−XOF 3')
    """
    if _is_missing(value):
        return MISSING
    if digits is None:
        digits = 0 if abs(value) >= 1000 else 2  # type: ignore[arg-type]
    sign = _CURRENCIES.get(currency, currency)
    text = number(abs(value), language, digits)  # type: ignore[arg-type]
    negative = MINUS if value < 0 and text.strip(f"0,.{NARROW}") else ""  # type: ignore[operator]
    if language == "fr":
        return f"{negative}{text}{NARROW}{sign}"
    return f"{negative}{sign}{'' if len(sign) < 3 else ' '}{text}"


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
    if _is_missing(days):
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

    Examples
    --------
    >>> duration_interval(0.9, 3.25, "en")
    '[0.9, 3.2]\u202fd'
    """
    if _is_missing(low) or _is_missing(high):
        return MISSING
    size, word = _duration_scale(high if _is_missing(beside) else beside)  # type: ignore[arg-type]
    return interval(low, high, language, lambda days: _in_unit(days, size, language)) + NARROW + word[language]


def interval(low: float | None, high: float | None, language: str, write: Callable[[float], str]) -> str:
    r"""Return ``[low ; high]`` (French) or ``[low, high]`` (English), each bound written by `write`.

    Examples
    --------
    >>> interval(-0.5, 1.25, "fr", lambda bound: number(bound, "fr", 1))
    '[−0,5\xa0; 1,2]'
    """
    if _is_missing(low) or _is_missing(high):
        return MISSING
    between = "\u00a0; " if language == "fr" else ", "
    return f"[{write(low)}{between}{write(high)}]"  # type: ignore[arg-type]


def number_interval(
    low: float | None, high: float | None, language: str, digits: int = 0, *, signed: bool = False
) -> str:
    """Return an interval of plain numbers.

    Examples
    --------
    >>> number_interval(1200, 3400.4, "en")
    '[1,200, 3,400]'
    """
    return interval(low, high, language, lambda bound: number(bound, language, digits, signed=signed))


def percent_interval(low: float | None, high: float | None, language: str, digits: int = 1) -> str:
    """Return an interval of shares in percent, the sign once at the end.

    Examples
    --------
    >>> percent_interval(0.21, 0.258, "en")
    '[21.0, 25.8]%'
    """
    if _is_missing(low) or _is_missing(high):
        return MISSING
    return interval(low, high, language, lambda bound: number(bound * 100, language, digits)) + percent_sign(language)


def money_interval(low: float | None, high: float | None, currency: str, language: str) -> str:
    """Return an interval of amounts, both with as many digits as the larger one wants.

    Examples
    --------
    >>> money_interval(900, 12345.6, "EUR", "en")
    '[€900, €12,346]'
    """
    if _is_missing(low) or _is_missing(high):
        return MISSING
    digits = 0 if max(abs(low), abs(high)) >= 1000 else 2  # type: ignore[arg-type]
    return interval(low, high, language, lambda bound: money(bound, currency, language, digits))


def probability(value: float | None, language: str) -> str:
    r"""Return a p or q value: three digits, and ``< 0.001`` below that.

    Examples
    --------
    >>> probability(0.01234, "fr"), probability(1e-9, "en")
    ('0,012', '<\xa00.001')
    """
    if _is_missing(value):
        return MISSING
    if value < 0.001:  # type: ignore[operator]
        return f"<\u00a0{number(0.001, language, 3)}"
    return number(value, language, 3)


def in_unit(value: float | None, unit: str, currency: str, language: str, *, signed: bool = False) -> str:
    """Return a KPI's value in its unit: share, money, score, points or count.

    Examples
    --------
    >>> in_unit(0.2, "share", "EUR", "en"), in_unit(4.123, "score", "EUR", "fr"), in_unit(-12, "points", "EUR", "en")
    ('20.0%', '4,12', '−12.0')
    """
    if unit == "share":
        return percent(value, language, signed=signed)
    if unit == "money":
        return money(value, currency, language)
    return number(value, language, {"score": 2, "points": 1}.get(unit, 0), signed=signed)


def unit_interval(low: float | None, high: float | None, unit: str, currency: str, language: str) -> str:
    """Return the interval of a KPI in its unit.

    Examples
    --------
    >>> unit_interval(4.1, 4.25, "score", "EUR", "en")
    '[4.10, 4.25]'
    """
    if unit == "share":
        return percent_interval(low, high, language)
    if unit == "money":
        return money_interval(low, high, currency, language)
    return number_interval(low, high, language, {"score": 2, "points": 1}.get(unit, 0))


def effect(value: float | None, unit: str, currency: str, language: str) -> str:
    """Return the effect of a hypothesis, signed, in the unit of its outcome.

    Parameters
    ----------
    value
        Exposed minus others.
    unit
        ``"binary"`` (a difference of shares), ``"ordinal"`` (of scores), ``"money"`` or ``"continuous"``.
    currency, language
        How it is written.

    Examples
    --------
    >>> effect(-0.052, "binary", "EUR", "fr"), effect(-2.07, "ordinal", "EUR", "en")
    ('−5,2 pts', '−2.07 score pts')
    """
    if _is_missing(value):
        return MISSING
    if unit == "binary":
        return term("effect_binary", language, value=number(value * 100, language, 1, signed=True))  # type: ignore[operator]
    if unit == "ordinal":
        return term("effect_ordinal", language, value=number(value, language, 2, signed=True))
    if unit == "money":
        return money(value, currency, language)
    return number(value, language, 2, signed=True)


def effect_interval(low: float | None, high: float | None, unit: str, currency: str, language: str) -> str:
    """Return the interval of an effect, in its unit but without naming it again.

    Examples
    --------
    >>> effect_interval(-0.08, -0.03, "binary", "EUR", "en")
    '[−8.0, −3.0]'
    """
    if unit == "money":
        return money_interval(low, high, currency, language)
    factor, digits = (100, 1) if unit == "binary" else (1, 2)
    return interval(low, high, language, lambda bound: number(bound * factor, language, digits, signed=True))


def level(value: float | None, unit: str, currency: str, language: str) -> str:
    """Return the mean of an outcome, in the unit of its kind (`effect` writes differences of such means).

    Examples
    --------
    >>> level(0.641, "binary", "EUR", "en"), level(3.2, "ordinal", "EUR", "fr")
    ('64.1%', '3,20')
    """
    return in_unit(value, _KPI_UNITS.get(unit, "score"), currency, language)


def level_interval(low: float | None, high: float | None, unit: str, currency: str, language: str) -> str:
    """Return the interval of such a mean.

    Examples
    --------
    >>> level_interval(0.6, 0.65, "binary", "EUR", "en")
    '[60.0, 65.0]%'
    """
    return unit_interval(low, high, _KPI_UNITS.get(unit, "score"), currency, language)


# Kind of an outcome → the unit that a KPI of the same kind has; any other is written like a score.
_KPI_UNITS = {"binary": "share", "time_to_event": "share", "money": "money"}


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
    if _is_missing(text) or not text:
        return MISSING
    return "; ".join(_translated(part, language) for part in text.split("; "))


def _translated(part: str, language: str) -> str:
    for pattern, known in NOTES.items():
        found = re.fullmatch(re.sub(r"\\{\d\\}", "(.+)", re.escape(pattern)), part)
        if found:
            return known[LANGUAGES.index(language)].format(*found.groups())
    return part
