"""Effects of tested hypotheses in words and in cells: in the outcome's unit, with interval, n and verdict."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pipeline import words
from pipeline.params import Hypothesis
from pipeline.reporting.elements import Markup, reason, strong, with_interval
from pipeline.reporting.voice import Voice, is_missing
from pipeline.shown_interval import Kind, effect_kind, shown_interval
from pipeline.tables.hypotheses import SELECTED_RESPONDENTS

BINARY, ORDINAL = "binary", "ordinal"
SHARES = (BINARY, "time_to_event")  # effects on a chance
VERDICTS = ("supported", "refuted", "inconclusive", "not tested")


@dataclass(frozen=True)
class Tested:
    """One row of `hypotheses`, ready to be written in one language.

    Parameters
    ----------
    row
        The row.
    declared
        Its declaration in params.yaml.
    voice
        Language and names.
    """

    row: pd.Series
    declared: Hypothesis
    voice: Voice

    @property
    def is_adjusted(self) -> bool:
        """Whether the verdict rests on the adjusted effect."""
        return self.kind == "adjusted"

    @property
    def kind(self) -> Kind:
        """Which effect the verdict rests on."""
        return effect_kind(self.row)

    @property
    def is_bounded(self) -> bool:
        """Whether the verdict allows for those who did not answer: its interval is then Lee's bounds."""
        return not is_missing(self.row["lee_low"])

    @property
    def is_corrected(self) -> bool:
        """Whether the interval shown is corrected for selection."""
        return not is_missing(self.row["fcr_low"])

    @property
    def is_known(self) -> bool:
        """Whether there is any effect with its interval."""
        return not is_missing(self.row["crude_low"]) or self.is_adjusted

    # --- in the outcome's unit ------------------------------------------------------------------------
    def amount(self, value: float, signed: bool = True) -> str:
        """Return a difference in the outcome's unit."""
        voice, kind = self.voice, self.row["outcome_kind"]
        if kind in SHARES:
            return str(voice.say("in_points", x=words.number(value * 100, voice.language, 1, signed=signed)))
        if kind == ORDINAL:
            return str(voice.say("in_score", x=words.number(value, voice.language, 2, signed=signed)))
        return self._continuous(value, signed)

    def bare(self, value: float) -> str:
        """Return a difference without naming its unit, to stand in an interval."""
        if self.row["outcome_kind"] in SHARES:
            return words.number(value * 100, self.voice.language, 1)
        if self.row["outcome_kind"] == ORDINAL:
            return words.number(value, self.voice.language, 2)
        return self._continuous(value, signed=False)

    def mean(self, value: float) -> str:
        """Return a mean outcome: a share, a score or an amount."""
        if self.row["outcome_kind"] in SHARES:
            return self.voice.percent(value)
        return self.bare(value)

    def _continuous(self, value: float, signed: bool) -> str:
        # Only `value` is known to be money; any other summed attribute is a number without a unit.
        if self.declared.outcome.sum == "value":
            plus = "+" if signed and value > 0 else ""
            return plus + words.money(value, self.voice.params.workspace.currency, self.voice.language)
        return words.number(value, self.voice.language, 2, signed=signed)

    def spoken(self, kind: Kind) -> tuple[str, str, str]:
        """Return an effect and its bounds as one says them: '2.07 points lower', '1.92', '2.21'.

        Where the interval holds zero no direction is claimed: signs are shown instead.
        """
        value = self.row[f"{kind}_effect"]
        low, high = shown_interval(self.row, kind)
        if low <= 0 <= high:
            return self.amount(value), self.bare(low), self.bare(high)
        side = "effect_lower" if high < 0 else "effect_higher"
        bounds = sorted((abs(low), abs(high)))
        spoken = str(self.voice.say(side, x=self.amount(abs(value), signed=False)))
        return spoken, self.bare(bounds[0]), self.bare(bounds[1])

    def cell(self, kind: Kind) -> str:
        """Return an effect with its interval for a cell of a table; or why there is none."""
        if is_missing(self.row[f"{kind}_low"]):
            nothing = "nothing_to_adjust" if kind == "adjusted" and not self.declared.adjust_for else "not_computed"
            return reason(self.voice.note(self.row["note"]) or self.voice.say(nothing))
        low, high = shown_interval(self.row, kind)
        shown = self.short(self.row[f"{kind}_effect"])
        return with_interval(shown, words.interval(low, high, self.voice.language, self.bare))

    def short(self, value: float) -> str:
        """Return a difference in the outcome's unit, abbreviated, for a cell."""
        kind, language = self.row["outcome_kind"], self.voice.language
        if kind in SHARES:
            return words.term("effect_binary", language, value=words.number(value * 100, language, 1, signed=True))
        if kind == ORDINAL:
            return words.term("effect_ordinal", language, value=words.number(value, language, 2, signed=True))
        return self._continuous(value, signed=True)

    # --- sentences ------------------------------------------------------------------------------------
    def verdict(self) -> str:
        """Return the verdict in one word."""
        return self.voice.term(self.row["verdict"], capital=True)

    def label(self) -> str:
        """Return what narrows the verdict ('real but too small'), or nothing."""
        label = self.row["sub_label"]
        return "" if is_missing(label) else self.voice.label(label)

    def opening(self) -> Markup:
        """Return 'Supported (grade C, adjusted; material).'."""
        kind = "adjusted" if self.is_adjusted else "randomised" if self.row["grade"] == "A" else "not_adjusted"
        adjustment = self.voice.say(kind)
        label = f"; {self.label()}" if self.label() else ""
        separated = label.replace("; ", "\u202f; ", 1) if self.voice.language == "fr" else label
        return strong(
            self.voice.say(
                "verdict_graded",
                verdict=self.verdict(),
                grade=self.row["grade"],
                adjustment=adjustment,
                label=separated,
            )
        )

    def headline(self) -> Markup:
        """Return the finding in one line: verdict, grade, claim, effect with interval, on how many, what it costs."""
        row, voice = self.row, self.voice
        claim = self.declared.claim[voice.language].rstrip(".")
        opening = strong(voice.say("headline_opening", verdict=self.verdict(), grade=row["grade"]))
        group = voice.say("headline_of_all" if row["group"] == "(all)" else "headline_of_persona")
        given = {"claim": claim, "group": group, "customers": voice.count(row["n_customers"])}
        if not self.is_known:
            note = voice.note(row["note"]) or voice.say("not_computed")
            return opening + Markup(" ") + voice.say("headline_unknown", note=note, **given)
        effect, low, high = self.spoken(self.kind)
        line = voice.say("headline_known", effect=effect, low=low, high=high, **given)
        if is_missing(row["cost_low"]) or row["verdict"] != "supported":
            return opening + Markup(" ") + line
        cost = {name: self._money(row[column]) for name, column in _COST.items()}
        return opening + Markup(" ") + line + Markup(" ") + strong(voice.say("headline_cost", **cost))

    def effect_sentence(self) -> str:
        """Return the effect with its interval, n, customers and q; or why there is none."""
        row, voice = self.row, self.voice
        given = {
            "group": voice.say("of_all" if row["group"] == "(all)" else "of_persona"),
            "exposed": voice.count(row["n_exposed"]),
            "unexposed": voice.count(row["n_unexposed"]),
        }
        if row["verdict"] == "not tested":
            return voice.say("not_tested_of", note=voice.note(row["note"]) or voice.say("not_computed"), **given)
        given["customers"] = voice.count(row["n_customers"])
        if not self.is_known:
            return voice.say("effect_unknown", note=voice.note(row["note"]) or voice.say("not_computed"), **given)
        effect, low, high = self.spoken(self.kind)
        sentence = "effect_bounded" if self.is_bounded else "effect_known"
        interval = voice.say("interval_corrected" if self.is_corrected else "interval_seen", level=voice.level)
        return voice.say(sentence, effect=effect, low=low, high=high, interval=interval, q=self.q(), **given)

    def q(self) -> str:
        """Return 'q = 0.031' or 'q < 0.001'."""
        written = words.probability(self.row["q"], self.voice.language)
        if written.startswith("<"):
            return self.voice.say("q_below", q=written.lstrip("<").strip())
        return self.voice.say("q_is", q=written)

    def crude_sentence(self) -> str:
        """Return the crude effect that stands beside an adjusted one."""
        if not self.is_adjusted or is_missing(self.row["crude_low"]):
            return ""
        effect, low, high = self.spoken("crude")
        return self.voice.say("crude_beside", effect=effect, low=low, high=high)

    def hit_sentence(self) -> str:
        """Return how many are hit."""
        if is_missing(self.row["share_hit"]):
            return ""
        share, customers = self.voice.percent(self.row["share_hit"]), self.voice.count(self.row["customers_hit"])
        return self.voice.say("hit", share=share, customers=customers)

    def cost_sentence(self) -> str:
        """Return what it costs, where a value was declared."""
        if is_missing(self.row["cost_low"]):
            return ""
        return self.voice.say("cost", **{name: self._money(self.row[column]) for name, column in _COST.items()})

    def cost_cell(self) -> str:
        """Return the cost with its interval for a cell of a table; or why there is none."""
        if is_missing(self.row["cost_low"]):
            nothing = "no_value_declared" if self.declared.value_per_outcome is None else "no_cost_unless_supported"
            return reason(self.voice.say(nothing))
        currency, language = self.voice.params.workspace.currency, self.voice.language
        interval = words.money_interval(self.row["cost_low"], self.row["cost_high"], currency, language)
        return with_interval(self._money(self.row["cost"]), interval)

    def _money(self, value: float) -> str:
        return words.money(value, self.voice.params.workspace.currency, self.voice.language)

    def reason_sentence(self) -> str:
        """Return why it is refuted or inconclusive; nothing for any other."""
        row, voice, delta = self.row, self.voice, self.amount(self.row["smallest_effect"], signed=False)
        if row["verdict"] == "refuted":
            return voice.say("refuted_because", delta=delta)
        if row["sub_label"] == SELECTED_RESPONDENTS:
            low, high = (self.bare(row[f"lee_{end}"]) for end in ("low", "high"))
            return voice.say("selected_because", low=low, high=high)
        if row["verdict"] == "inconclusive":
            because = voice.say("inconclusive_because", delta=delta)
            if is_missing(row["customers_needed"]):
                return because
            return because + Markup(" ") + voice.say("needed", n=voice.count(row["customers_needed"]), delta=delta)
        return ""


_COST = {"cost": "cost", "low": "cost_low", "high": "cost_high"}


def tested_for(frame: pd.DataFrame, persona: str, voice: Voice) -> list[Tested]:
    """Return the rows of `hypotheses` that concern a persona: its own first, then those over all customers.

    A result over all customers that concerns other personas only (`concerns:` in params.yaml) is left out.

    Inside each verdict the costliest stand first, then the smallest q, then the order of params.yaml.
    """
    order = {hypothesis.id: position for position, hypothesis in enumerate(voice.params.hypotheses)}
    rank = {verdict: position for position, verdict in enumerate(VERDICTS)}
    concerning = {one.id for one in voice.params.hypotheses if persona in one.concerns}
    rows = [
        row
        for _, row in frame.iterrows()
        if row["id"] in order and (row["group"] == persona or (row["group"] == "(all)" and row["id"] in concerning))
    ]

    def place(row: pd.Series) -> tuple[object, ...]:
        cost = 0.0 if is_missing(row["cost"]) else float(row["cost"])
        q = 1.0 if is_missing(row["q"]) else float(row["q"])
        return rank[row["verdict"]], row["group"] == "(all)", -cost, q, order[row["id"]]

    return [Tested(row, voice.hypothesis(row["id"]), voice) for row in sorted(rows, key=place)]  # type: ignore[arg-type]
