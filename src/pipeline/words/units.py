"""Values, levels and effects in the unit of what they are of, and their intervals."""

from __future__ import annotations

from pipeline.words.look_up import MISSING, is_missing, term
from pipeline.words.numbers import interval, money, money_interval, number, number_interval, percent, percent_interval

# Kind of an outcome → the unit that a KPI of the same kind has; any other is written like a score.
_KPI_UNITS = {"binary": "share", "time_to_event": "share", "money": "money"}
_DIGITS = {"score": 2, "points": 1, "emotion": 2}
_SIGNED = ("emotion",)  # on a scale whose middle is 0


def in_unit(value: float | None, unit: str, currency: str, language: str, *, signed: bool = False) -> str:
    """Return a value in its unit: share, money, score, points or count of a KPI, or emotion.

    Examples
    --------
    >>> in_unit(0.2, "share", "EUR", "en"), in_unit(4.123, "score", "EUR", "fr"), in_unit(-12, "points", "EUR", "en")
    ('20.0%', '4,12', '−12.0')
    >>> in_unit(0.37, "emotion", "EUR", "fr")
    '+0,37'
    """
    if unit == "share":
        return percent(value, language, signed=signed)
    if unit == "money":
        return money(value, currency, language)
    return number(value, language, _DIGITS.get(unit, 0), signed=signed or unit in _SIGNED)


def unit_interval(low: float | None, high: float | None, unit: str, currency: str, language: str) -> str:
    """Return the interval of such a value in its unit.

    Examples
    --------
    >>> unit_interval(4.1, 4.25, "score", "EUR", "en")
    '[4.10, 4.25]'
    """
    if unit == "share":
        return percent_interval(low, high, language)
    if unit == "money":
        return money_interval(low, high, currency, language)
    return number_interval(low, high, language, _DIGITS.get(unit, 0), signed=unit in _SIGNED)


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
    if is_missing(value):
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
