"""The words of the product in French and English, and how each language writes numbers.

Every label on a map, a picture or a report comes from here, so that one concept has one name. Numbers
follow MAP.md: French ``12 345,6 %`` with narrow no-break spaces, English ``12,345.6%``. A number that is
missing is written as a dash, never as nothing and never as zero.
"""

from pipeline.words.look_up import LABELS, LANGUAGES, MISSING, note, suppressed, term
from pipeline.words.notes import NOTES
from pipeline.words.numbers import (
    MINUS,
    NARROW,
    count,
    interval,
    money,
    money_interval,
    number,
    number_interval,
    percent,
    percent_interval,
    percent_sign,
    probability,
)
from pipeline.words.times import date, duration, duration_interval, month, span
from pipeline.words.units import effect, effect_interval, in_unit, level, level_interval, unit_interval

__all__ = [
    "LABELS",
    "LANGUAGES",
    "MINUS",
    "MISSING",
    "NARROW",
    "NOTES",
    "count",
    "date",
    "duration",
    "duration_interval",
    "effect",
    "effect_interval",
    "in_unit",
    "interval",
    "level",
    "level_interval",
    "money",
    "money_interval",
    "month",
    "note",
    "number",
    "number_interval",
    "percent",
    "percent_interval",
    "percent_sign",
    "probability",
    "span",
    "suppressed",
    "term",
    "unit_interval",
]
