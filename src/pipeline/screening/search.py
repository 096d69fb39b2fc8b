"""The search: every comparison the screening half allows, and the few that become candidates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlglot import exp
from tqdm import tqdm

from pipeline.engine import Engine, literal
from pipeline.expressions import DIALECT
from pipeline.params import Params, ScreeningParams
from pipeline.screening.candidates import Batch, Candidate
from pipeline.screening.kinds import KINDS
from pipeline.screening.meetings import Sums, compare, effect_in, make_meetings, support_rule, why_not_testable
from pipeline.stats.halves import SCREENING
from pipeline.tables import STEPS

LEAST_SHARE = 0.02  # of a touchpoint's meetings: rarer values of an attribute are not tried
NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "DECIMAL", "FLOAT", "DOUBLE")


@dataclass(frozen=True)
class Exposure:
    """What is compared: meeting a touchpoint of a stage, or a condition at it."""

    stage: str
    touchpoint: str
    condition: str | None

    @property
    def kinds(self) -> list[str]:
        """Return the kinds of pain that are searched for it."""
        return [
            kind.id
            for kind in KINDS.values()
            if (kind.of_touchpoints if self.condition is None else kind.of_conditions)
        ]


def search(engine: Engine, params: Params, number: int, cut_off: datetime, where: str) -> Batch:
    """Return the next batch of candidates, from the screening half alone.

    Parameters
    ----------
    engine
        With steps, visits and personas readable.
    params
        Section screening, stages, silence, smallest cell and margin.
    number
        Of the batch.
    cut_off
        End of the observation window, naive UTC.
    where
        The section screening, for errors.
    """
    wanted = params.screening
    support = support_rule(engine, wanted.support, f"{where}.support")
    make_meetings(engine, params, SCREENING, cut_off, wanted.window, support)
    searched: list[Candidate] = []
    no_condition = (*params.traits, *params.verbatims.attributes)
    for exposure in tqdm(exposures(engine, no_condition), unit="exposure", disable=None, leave=False):
        sums = compare(engine, exposure.stage, exposure.touchpoint, exposure.condition, exposure.kinds, where)
        searched += comparisons(exposure, sums, params)
    return Batch(number, cut_off, wanted.window, wanted.support, len(searched), tuple(choose(searched, wanted)))


def exposures(engine: Engine, traits: Sequence[str]) -> list[Exposure]:
    """Return every touchpoint that shares its stage with another, then every condition at a touchpoint.

    Parameters
    ----------
    engine
        After `make_meetings`.
    traits
        Attributes that say who the customer is or what he wrote, not what he met: they give no condition.

    Notes
    -----
    Conditions: a truth and its contrary; each frequent text; of numbers, above 0 where the least is 0, the lowest and
    the highest quarter. They look at exposures only, so finding them costs no error of the first kind.
    """
    met = engine.frame("met_touchpoints")
    crowded = met[met.groupby("stage")["touchpoint"].transform("size") > 1]
    found = [Exposure(str(row.stage), str(row.touchpoint), None) for row in crowded.itertuples()]
    for name, kind in engine.columns("steps").items():
        if name not in STEPS.columns and name not in traits:
            found += _conditions(engine, name, kind)
    return found


def _conditions(engine: Engine, name: str, kind: str) -> Iterator[Exposure]:
    column = exp.column(name)
    if kind.startswith(NUMBERS):
        for row in _texts(engine, "condition_cuts", attribute=column):
            for condition in cuts(name, row["least"], row["second"], row["first_quartile"], row["third_quartile"]):
                yield Exposure(row["stage"], row["touchpoint"], condition)
    elif kind in ("BOOLEAN", "VARCHAR"):
        for row in _texts(engine, "condition_values", attribute=column, least_share=LEAST_SHARE):
            value = row["attribute_value"]
            if kind == "BOOLEAN":
                condition = name if value == "true" else f"not {name}"
            else:
                condition = f"{name} = {literal(value).sql(DIALECT)}"
            yield Exposure(row["stage"], row["touchpoint"], condition)


def _texts(engine: Engine, sql: str, **bindings: Any) -> list[dict[str, str]]:
    """Return the rows of a query whose columns are all text; an empty one is ''."""
    found = engine.frame(sql, **bindings)
    return [{str(name): str(value) for name, value in row.items()} for row in found.fillna("").to_dict("records")]


def cuts(name: str, least: str, second: str, first: str, third: str) -> Iterator[str]:
    """Yield the conditions tried on a number, each way of cutting once.

    Parameters
    ----------
    name
        The attribute.
    least, second
        Its two least values, as text; an empty one: it has one value only.
    first, third
        Its quartiles.

    Examples
    --------
    >>> list(cuts("delivery_fee", "0.00", "4.90", "0.00", "4.90"))
    ['delivery_fee > 0', 'delivery_fee <= 0.00']
    >>> list(cuts("page_ms", "120", "125", "700", "2900"))
    ['page_ms <= 700', 'page_ms >= 2900']
    """
    if not second:
        return
    is_from_zero = float(least) == 0
    if is_from_zero:
        yield f"{name} > 0"
    yield f"{name} <= {first}"
    if float(third) > float(second if is_from_zero else least):  # else the highest quarter is everybody, or `> 0`
        yield f"{name} >= {third}"


def comparisons(exposure: Exposure, sums: Sums, params: Params) -> list[Candidate]:
    """Return what can be compared at an exposure: one row per group and kind of pain that has enough of everything."""
    found = []
    for (group, kind), one in sums.items():
        if why_not_testable(one, kind, params) is not None:
            continue
        effect = effect_in(sums, group, kind)
        if effect is None:
            continue
        found.append(
            Candidate(
                kind,
                exposure.stage,
                exposure.touchpoint,
                exposure.condition,
                group,
                params.screening.smallest_effect[kind],
                effect.estimate,
                effect.p,
                one.clusters_1,
            )
        )
    return found


def choose(searched: Sequence[Candidate], wanted: ScreeningParams) -> list[Candidate]:
    """Return the candidates to lock, the worst first.

    Notes
    -----
    A candidate hurts by at least the smallest effect with p ≤ ``screening.level``. Of the groups in which the same
    exposure shows the same pain, the one with the least p is kept: it is where the evidence is. The rest are ranked by
    smallest effects times customers hit, and the first ``screening.candidates`` stay.
    """

    def harm(one: Candidate) -> float:
        return KINDS[one.kind].harm(one.effect) / one.smallest_effect

    def place(one: Candidate) -> tuple[str, ...]:
        return one.kind, one.stage, one.touchpoint, one.condition or "", one.group

    best: dict[tuple[str, ...], Candidate] = {}
    for one in sorted(searched, key=lambda one: (one.p, -one.customers, place(one))):
        if one.p <= wanted.level and harm(one) >= 1:
            best.setdefault(place(one)[:-1], one)
    ranked = sorted(best.values(), key=lambda one: (-harm(one) * one.customers, place(one)))
    return ranked[: wanted.candidates]
