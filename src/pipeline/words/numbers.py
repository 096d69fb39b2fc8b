"""Counts, shares and money, and their intervals, as each language writes them."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.words.look_up import MISSING, is_missing

NARROW = "\u202f"  # narrow no-break space
MINUS = "\u2212"
_CURRENCIES = {"EUR": "€", "USD": "$", "GBP": "£", "BRL": "R$", "CHF": "CHF", "CAD": "CA$", "JPY": "¥"}


def number(value: float | None, language: str, digits: int = 0, *, signed: bool = False) -> str:
    r"""Return a number with the language's separators; `signed` puts a plus before positive ones.

    Examples
    --------
    >>> number(12345.64, "fr", 1), number(-12345.64, "en", 1), number(0.75, "en", 1, signed=True)
    ('12\u202f345,6', '−12,345.6', '+0.8')
    """
    if is_missing(value):
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
    if is_missing(value):
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
    if is_missing(value):
        return MISSING
    if digits is None:
        digits = 0 if abs(value) >= 1000 else 2  # type: ignore[arg-type]
    sign = _CURRENCIES.get(currency, currency)
    text = number(abs(value), language, digits)  # type: ignore[arg-type]
    negative = MINUS if value < 0 and text.strip(f"0,.{NARROW}") else ""  # type: ignore[operator]
    if language == "fr":
        return f"{negative}{text}{NARROW}{sign}"
    return f"{negative}{sign}{'' if len(sign) < 3 else ' '}{text}"


def interval(low: float | None, high: float | None, language: str, write: Callable[[float], str]) -> str:
    r"""Return ``[low ; high]`` (French) or ``[low, high]`` (English), each bound written by `write`.

    Examples
    --------
    >>> interval(-0.5, 1.25, "fr", lambda bound: number(bound, "fr", 1))
    '[−0,5\xa0; 1,2]'
    """
    if is_missing(low) or is_missing(high):
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
    if is_missing(low) or is_missing(high):
        return MISSING
    return interval(low, high, language, lambda bound: number(bound * 100, language, digits)) + percent_sign(language)


def money_interval(low: float | None, high: float | None, currency: str, language: str) -> str:
    """Return an interval of amounts, both with as many digits as the larger one wants.

    Examples
    --------
    >>> money_interval(900, 12345.6, "EUR", "en")
    '[€900, €12,346]'
    """
    if is_missing(low) or is_missing(high):
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
    if is_missing(value):
        return MISSING
    if value < 0.001:  # type: ignore[operator]
        return f"<\u00a0{number(0.001, language, 3)}"
    return number(value, language, 3)
