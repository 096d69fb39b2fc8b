"""Reading the parts of truth.yaml: strictly, and with what may differ between personas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any, TypeVar, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipeline.declarations import Section, parse_duration
from pipeline.errors import nearest
from pipeline.simulation.declared import (
    ACTIONS,
    COSTS,
    DEVICES,
    EVERYBODY,
    GONE,
    MEETINGS,
    POPULATIONS,
    STATES,
    Change,
    Effect,
    Exposure,
    Law,
    Persona,
    Sale,
    Score,
    Scores,
    State,
)

TOTAL_TOLERANCE = 1e-9
Declared = TypeVar("Declared")


class Reader:
    """Reads what may differ between personas."""

    def __init__(self, personas: Sequence[str]) -> None:
        self.personas = personas

    def read(self, kind: type[Declared], part: Section) -> Declared:
        """Return a section whose keys are a dataclass' fields, each read by its type."""
        hints = get_type_hints(kind)
        values = {field.name: self._value(part, field.name, hints[field.name]) for field in fields(kind)}  # type: ignore[arg-type]
        part.close()
        return kind(**values)

    def _value(self, part: Section, name: str, kind: Any) -> Any:
        if kind is float:
            return float(part.number(name))
        if kind is Law:
            return _law(part, name)
        if kind == Mapping[str, Law]:
            return self._laws(part.section(name))
        if kind == tuple[float, ...]:
            return tuple(float(number) for number in part.get(name))
        if kind == tuple[timedelta, ...]:
            return tuple(_duration(part, name, text) for text in part.texts(name))
        return self.bypersona(part.section(name))

    def bypersona(self, part: Section, others: Sequence[str] = ()) -> dict[str, float]:
        values = {name: float(part.number(name, low=0, high=1)) for name in part.content if name not in others}
        self._check_names(part, values)
        return {persona: values.get(persona, values[EVERYBODY]) for persona in self.personas}

    def _laws(self, part: Section) -> dict[str, Law]:
        laws = {name: _law(part, name) for name in part.content}
        self._check_names(part, laws)
        return {persona: laws.get(persona, laws[EVERYBODY]) for persona in self.personas}

    def _check_names(self, part: Section, given: Mapping[str, Any]) -> None:
        for name in given:
            if name not in (EVERYBODY, *self.personas):
                raise part.fail(str(name), f"no such persona.{nearest(str(name), [EVERYBODY, *self.personas])}")
        if EVERYBODY not in given:
            raise part.fail(EVERYBODY, "this key is missing: it holds for the personas not named.")

    def _targets(self, part: Section) -> dict[str, dict[str, float]]:
        rows = {name: numbers(part.section(name)) for name in part.content}
        self._check_names(part, rows)
        for name, row in rows.items():
            for target in row:
                if target not in (*STATES, GONE):
                    raise part.fail(f"{name}.{target}", f"no such state.{nearest(target, [*STATES, GONE])}")
            check_total(part, name, list(row.values()))
        return {persona: rows.get(persona, rows[EVERYBODY]) for persona in self.personas}

    def state(self, part: Section) -> State:
        waits = part.section("waits")
        state = State(
            id=part.path.rsplit(".", 1)[-1],
            forward=self.bypersona(part.section("forward")),
            to=self._targets(part.section("to")),
            otherwise=self._targets(part.section("otherwise")),
            waits={name: _law(waits, name) for name in waits.content},
        )
        part.close()
        for persona in self.personas:
            for target in (*state.to[persona], *state.otherwise[persona]):
                if target not in state.waits:
                    raise waits.fail(target, "this key is missing: how long until a person goes there?")
        return state

    def exposure(self, part: Section) -> Exposure:
        by_device = numbers(part.section("device", {}))
        return Exposure(part.path.rsplit(".", 1)[-1], self.bypersona(part, ["device"]), by_device)

    def campaign_share(self, part: Section) -> dict[str, float]:
        return self.bypersona(part.section("share"))

    def sale(self, part: Section, name: str) -> Sale:
        sale = Sale(name, day(part, "from"), day(part, "to"), self.campaign_share(part))
        part.close()
        return sale

    def scores(self, part: Section) -> Scores:
        costs = numbers(part.section("costs"))
        if set(costs) != set(COSTS):
            raise part.fail("costs", f"expected the keys {', '.join(COSTS)}.")
        scores = Scores(
            **{name: self.read(Score, part.section(name)) for name in ("csat", "nps", "ces")},
            unhappy_pickup_answers=float(part.number("unhappy_pickup_answers")),
            bad_mood=float(part.number("bad_mood")),
            costs=costs,
        )
        part.close()
        return scores


def named_sections(top: Section, name: str, expected: Sequence[str] | None = None) -> list[Section]:
    part = top.section(name)
    if expected is not None and set(part.content) != set(expected):
        different = sorted(set(part.content) ^ set(expected))
        raise top.fail(name, f"expected exactly the keys {', '.join(expected)}; these differ: {', '.join(different)}.")
    return [part.section(key) for key in part.content]


def persona_of(part: Section) -> Persona:
    devices = numbers(part.section("devices"))
    if set(devices) != set(DEVICES):
        raise part.fail("devices", f"expected the keys {', '.join(DEVICES)}.")
    check_total(part, "devices", list(devices.values()))
    persona = Persona(
        id=part.path.rsplit(".", 1)[-1],
        share=part.number("share", low=0, high=1),
        visit_reason=part.text("visit_reason"),
        contacts=part.whole("contacts", 0, low=0),
        devices=devices,
        login=part.number("login", low=0, high=1),
        card=part.number("card", low=0, high=1),
    )
    part.close()
    return persona


def effect_of(part: Section) -> Effect:
    exposure = part.choice("exposure", MEETINGS)
    acts_on = part.choice("acts_on", ACTIONS, None)
    if acts_on is not None and exposure not in ACTIONS[acts_on]:
        raise part.fail("acts_on", f"{exposure} does not reach {acts_on!r}. There act: {', '.join(ACTIONS[acts_on])}.")
    effect = Effect(
        id=part.identifier("id"),
        kind=part.choice("kind", ("pain", "lever", "decoy")),
        index=part.text("index"),
        population=part.choice("of", POPULATIONS, "everyone"),
        exposure=exposure,
        exposure_window=part.duration("exposure_window", timedelta(0)),
        acts_on=acts_on,
        outcome=part.texts("outcome"),
        outcome_window=part.duration("outcome_window"),
        effect=float(part.number("effect", 0)),
        careless=part.choice("careless", ("lower", "higher", "nothing"), None),
    )
    part.close()
    if effect.kind == "decoy" and effect.effect:
        raise part.fail("effect", "a decoy has none.")
    if effect.effect and acts_on is None:
        raise part.fail("acts_on", "this key is missing: an effect must act on something.")
    return effect


def change_of(part: Section) -> Change:
    change = Change(day(part, "from"), part.choice("state", STATES), float(part.number("effect")))
    part.close()
    return change


def _law(part: Section, name: str) -> Law:
    given = part.get(name)
    if not isinstance(given, list) or len(given) not in (2, 3):
        raise part.fail(name, f"expected [median, sigma, least] or [median, sigma], got {given!r}.")
    try:
        median, *least = (_amount(given[place]) for place in (0, 2)[: len(given) - 1])
    except ValueError as error:
        raise part.fail(name, f"{error}; expected a number and a unit (s, min, h, d).") from None
    return Law(median, float(given[1]), *least)


def _duration(part: Section, name: str, text: str) -> timedelta:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise part.fail(name, f"{error}; expected a number and a unit (s, min, h, d).") from None


def _amount(value: Any) -> float:
    """Return seconds of a duration, or a plain number (money) as it is."""
    return parse_duration(value).total_seconds() if isinstance(value, str) else float(value)


def numbers(part: Section) -> dict[str, float]:
    return {str(name): float(part.number(name)) for name in part.content}


def day(part: Section, name: str) -> date:
    value = part.get(name)
    if isinstance(value, datetime) or not isinstance(value, date):
        raise part.fail(name, f"expected a day such as 2026-09-01, got {value!r}.")
    return value


def time_zone(top: Section) -> str:
    name = str(top.text("time_zone"))
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise top.fail("time_zone", f"{name!r} is no time zone. Expected a name such as Europe/Paris.") from None
    return name


def check_total(part: Section, name: str, shares: Sequence[float]) -> None:
    if abs(sum(shares) - 1) > TOTAL_TOLERANCE or min(shares) < 0:
        raise part.fail(name, f"shares add up to {sum(shares):g}; expected 1, none below 0.")
