"""One report's way of saying things: its language, and the names its params give to what is counted."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import pandas as pd

from pipeline import tables, words
from pipeline.params import Hypothesis, Kpi, Params
from pipeline.reporting.elements import Markup, reason
from pipeline.reporting.sentences import SENTENCES, say

# Numbers in notes that read differently in French or with a proper minus; "n < 5" is none of them.
_DECIMAL = re.compile(r"(?<![\w.])-?\d+\.\d+(?![\w.])|(?<![\w.-])-\d+\b")
NO_BREAK = "\u00a0"


def is_missing(value: object) -> bool:
    """Tell whether a cell of a table is empty."""
    return bool(pd.isna(value))  # type: ignore[call-overload]


@dataclass(frozen=True)
class Voice:
    """Says numbers, names and sentences in one language.

    Parameters
    ----------
    params
        Of the workspace: display names, currency, time zone, level.
    language
        ``"fr"`` or ``"en"``.
    """

    params: Params
    language: str

    def say(self, key: str, **values: object) -> Markup:
        """Return a sentence of `pipeline.reporting.sentences`, its values escaped."""
        return say(key, self.language, **values)

    # --- numbers --------------------------------------------------------------------------------------
    def count(self, value: float) -> str:
        """Return a whole number."""
        return words.count(value, self.language)

    def percent(self, value: float, digits: int = 1) -> str:
        """Return a share in percent."""
        return words.percent(value, self.language, digits)

    def number(self, value: float, digits: int = 2) -> str:
        """Return a number."""
        return words.number(value, self.language, digits)

    def share_interval(self, low: float, high: float) -> str:
        """Return the interval of a share."""
        return words.percent_interval(low, high, self.language)

    def days(self, duration: timedelta) -> str:
        """Return a declared duration in words."""
        size, unit = next(
            (size, unit)
            for size, unit in (
                (timedelta(days=1), "day"),
                (timedelta(hours=1), "hour"),
                (timedelta(minutes=1), "minute"),
            )
            if duration % size == timedelta(0) or unit == "minute"
        )
        amount = duration / size
        written = words.number(amount, self.language, 0 if amount % 1 == 0 else 1)
        return f"{written}{NO_BREAK}{_UNITS[unit][self.language][amount > 1]}"

    def local_date(self, moment: str) -> str:
        """Return the day, in the brand's local time, of a moment in UTC."""
        utc = datetime.fromisoformat(moment)
        utc = utc.replace(tzinfo=ZoneInfo("UTC")) if utc.tzinfo is None else utc
        return words.date(utc.astimezone(ZoneInfo(self.params.workspace.time_zone)), self.language)

    @cached_property
    def level(self) -> str:
        """The level of the intervals, in percent."""
        return words.percent(self.params.estimate.level, self.language, _digits_of(self.params.estimate.level))

    @cached_property
    def false_discovery_rate(self) -> str:
        """The declared false discovery rate, in percent."""
        return words.percent(self.params.assess_level, self.language, _digits_of(self.params.assess_level))

    # --- names ----------------------------------------------------------------------------------------
    def stage(self, name: str) -> str:
        """Return the display name of a stage, or of one of the reserved places."""
        if name in tables.RESERVED:
            return words.term(name, self.language)
        return next((stage.name[self.language] for stage in self.params.stages if stage.id == name), name)

    def touchpoint(self, name: str) -> str:
        """Return the display name of a touchpoint."""
        names = self.params.touchpoints.get(name)
        return names[self.language] if names else name.replace("_", " ")

    def campaign(self, name: str) -> str:
        """Return the display name of a campaign, or its id where none is declared."""
        names = self.params.campaigns.get(name)
        return names[self.language] if names else name

    def persona(self, name: str) -> str:
        """Return the display name of a persona."""
        return next((persona.name[self.language] for persona in self.params.personas if persona.id == name), name)

    def group(self, name: str) -> str:
        """Return the display name of a group of customers."""
        return str(self.say("all_customers")) if name == "(all)" else self.persona(name)

    def term(self, name: str, *, capital: bool = False) -> str:
        """Return a word of the product, if wanted with a capital to begin a sentence or a cell."""
        text = words.term(name, self.language)
        return text[:1].upper() + text[1:] if capital else text

    def kpi(self, name: str) -> Kpi | None:
        """Return the declaration of a KPI."""
        return next((kpi for kpi in self.params.kpis if kpi.id == name), None)

    def hypothesis(self, name: str) -> Hypothesis | None:
        """Return the declaration of a hypothesis."""
        return next((hypothesis for hypothesis in self.params.hypotheses if hypothesis.id == name), None)

    def label(self, name: str) -> str:
        """Return a word of the product where there is one, else the text as the tables have it."""
        try:
            return words.term(name, self.language)
        except KeyError:
            return str(self.say(name)) if name in SENTENCES else self.note(name)

    # --- why a number is missing ----------------------------------------------------------------------
    def note(self, note: object) -> str:
        """Return why a number is missing, in the report's language."""
        return "" if is_missing(note) else _DECIMAL.sub(self._written, words.note(str(note), self.language))

    def _written(self, number: re.Match[str]) -> str:
        """Return a number inside a note as the language writes it."""
        return words.number(float(number[0]), self.language, len(number[0].partition(".")[2]))

    def or_note(self, value: float, note: object, write: Callable[[float], str]) -> str:
        """Return a number as `write` has it, or why it is missing."""
        if not is_missing(value):
            return write(value)
        return reason(self.note(note) or self.say("not_computed"))


_UNITS = {
    "day": {"fr": ("jour", "jours"), "en": ("day", "days")},
    "hour": {"fr": ("heure", "heures"), "en": ("hour", "hours")},
    "minute": {"fr": ("minute", "minutes"), "en": ("minute", "minutes")},
}


def _digits_of(share: float) -> int:
    """Return how many decimals a declared share needs in percent: 0.95 none, 0.975 one."""
    return 0 if abs(share * 100 - round(share * 100)) < 1e-9 else 1
