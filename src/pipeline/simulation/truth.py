"""The declared truth of a simulated brand, as typed objects read from a YAML file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Self, TypeVar, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipeline.declarations import Section, parse_duration
from pipeline.errors import ParcoursError, nearest

EVERYBODY = "everybody"
DEVICES = ("desktop", "mobile", "app")
STATES = ("visit", "products", "form", "callback", "basket", "order", "deal", "loyalty", "away")
GONE = "gone"
ACTIONS = {
    "visit": ("spring_sale", "autumn_sale", "orange"),
    "products": ("slow_page",),
    "form": ("long_form",),
    "callback": ("unanswered",),
    "basket": ("fee", "checkout_b", "button_b"),
    "order": ("gift_wrap", "express"),
    "contact": ("silent",),
    "ticket": ("aube",),
    "csat": ("late", "pickup"),
}  # what an effect may act on, and the exposures that act there
PER_PERSON = ("checkout_b", "button_b")  # drawn once for a person, not at each visit
EXPOSURES = (
    "fee", "slow_page", "long_form", "late", "silent", "unanswered", "aube", "checkout_b", "button_b", "orange",
    "gift_wrap", "express", "pickup",
)  # fmt: skip
SALES = ("autumn_sale", "spring_sale")
MEETINGS = (*EXPOSURES, *SALES, "newsletter")  # all that an effect may be about
POPULATIONS = ("everyone", "consumers", "professionals", "mobile")
TOTAL_TOLERANCE = 1e-9

ByPersona = Mapping[str, float]
Declared = TypeVar("Declared")


@dataclass(frozen=True)
class Law:
    """A log-normal law: its median (of a wait: seconds), the standard deviation of its logarithm, its least value."""

    median: float
    sigma: float
    least: float = 0.0


@dataclass(frozen=True)
class People:
    early_share: float
    french: float
    visits_at_most: float
    person_effect: float
    visits_correlation: float
    visits_effect: float


@dataclass(frozen=True)
class Persona:
    id: str
    share: float
    visit_reason: str
    contacts: int  # 0: a consumer
    devices: Mapping[str, float]
    login: float
    card: float


@dataclass(frozen=True)
class State:
    id: str
    forward: ByPersona
    to: Mapping[str, Mapping[str, float]]  # persona → target → share
    otherwise: Mapping[str, Mapping[str, float]]
    waits: Mapping[str, Law]


@dataclass(frozen=True)
class Exposure:
    id: str
    probability: ByPersona
    by_device: Mapping[str, float]


@dataclass(frozen=True)
class Sale:
    id: str
    start: date
    end: date
    share: ByPersona


@dataclass(frozen=True)
class Effect:
    """A planted effect, or a decoy: then the effect is 0 and `careless` says what a careless comparison shows."""

    id: str
    kind: str
    index: str
    population: str
    exposure: str
    exposure_window: timedelta
    acts_on: str | None
    outcome: tuple[str, ...]
    outcome_window: timedelta
    effect: float
    careless: str | None

    @property
    def is_score(self) -> bool:
        """Whether the outcome is a score and not a yes or no."""
        return self.acts_on == "csat"


@dataclass(frozen=True)
class Change:
    start: date
    state: str
    effect: float


@dataclass(frozen=True)
class Orders:
    value: Mapping[str, Law]
    deal_value: Law
    fee: tuple[float, ...]
    confirmation: Law
    silent_forever: float
    late_confirmation: Law
    shipped: Law
    delivered: Law
    days_late_at_most: float
    callback_made: Law
    quote_sent: float


@dataclass(frozen=True)
class Support:
    contact: ByPersona
    contact_after: Law
    contact_by_call: float
    ticket: ByPersona
    ticket_after: Law
    ticket_person_effect: float
    express_ticket: float
    solved_after: Law
    unsolved: float


@dataclass(frozen=True)
class Score:
    mean: float
    person: float
    chance: float
    answers: float
    after: Law


@dataclass(frozen=True)
class Scores:
    csat: Score
    nps: Score
    ces: Score
    unhappy_pickup_answers: float
    bad_mood: float
    costs: Mapping[str, float]


@dataclass(frozen=True)
class Mail:
    newsletters: tuple[timedelta, ...]
    newsletter_opened: float
    opened_after: Law
    promo_opened: float
    promo_after: Law
    social_reply: float
    social_after: Law


COSTS = ("silent", "aube", "late", "ticket", "slow_page", "fee", "unanswered")


@dataclass(frozen=True)
class Truth:
    """Everything the simulated world does.

    Parameters
    ----------
    identity, dirt
        Rates that the makers of the exports read; this module only checks that they are numbers.

    Examples
    --------
    >>> truth = Truth.default()
    >>> truth.brand, [effect.id for effect in truth.effects if effect.kind == "lever"]
    ('Maison Clairval', ['checkout_test', 'spring_sale'])
    >>> {effect.effect for effect in truth.null().effects}
    {0.0}
    """

    brand: str
    seed: str  # every draw is a hash that begins with it
    customers: int
    months: int
    is_null: bool  # nothing is planted
    time_zone: str
    cut_off: date
    burn_in: timedelta
    follow_up: timedelta
    people: People
    personas: tuple[Persona, ...]
    states: tuple[State, ...]
    exposures: Mapping[str, Exposure]
    sales: tuple[Sale, ...]
    brand_search: ByPersona
    effects: tuple[Effect, ...]
    change: Change
    orders: Orders
    support: Support
    scores: Scores
    mail: Mail
    identity: Mapping[str, float]
    dirt: Mapping[str, float]

    @classmethod
    def read(cls, path: Path, shown_as: str) -> Self:
        """Return the truth that a file declares.

        Raises
        ------
        ParcoursError
            If a key is missing, unknown or of the wrong type, shares do not add up to 1, or an effect acts on what
            its exposure cannot reach.
        """
        top = Section.read(path, shown_as)
        personas = tuple(_persona(part) for part in _named_sections(top, "personas"))
        _check_total(top, "personas", [persona.share for persona in personas])
        reader = _Reader(tuple(persona.id for persona in personas))
        campaigns = top.section("campaigns")
        truth = cls(
            brand=top.text("brand"),
            seed=top.text("seed"),
            customers=top.whole("customers", low=1),
            months=top.whole("months", low=1),
            is_null=top.truth("is_null", False),
            time_zone=_time_zone(top),
            cut_off=_day(top, "cut_off"),
            burn_in=top.duration("burn_in"),
            follow_up=top.duration("follow_up"),
            people=reader.read(People, top.section("people")),
            personas=personas,
            states=tuple(reader.state(part) for part in _named_sections(top, "states", STATES)),
            exposures={
                part.path.rsplit(".", 1)[-1]: reader.exposure(part)
                for part in _named_sections(top, "exposures", EXPOSURES)
            },
            sales=tuple(reader.sale(campaigns.section(name), name) for name in SALES),
            brand_search=reader.campaign_share(campaigns.section("brand_search")),
            effects=tuple(_effect(part) for part in top.sections("effects")),
            change=_change(top.section("change")),
            orders=reader.read(Orders, top.section("orders")),
            support=reader.read(Support, top.section("support")),
            scores=reader.scores(top.section("scores")),
            mail=reader.read(Mail, top.section("mail")),
            identity=_numbers(top.section("identity")),
            dirt=_numbers(top.section("dirt")),
        )
        campaigns.close()
        top.close()
        return truth.null() if truth.is_null else truth

    @classmethod
    def default(cls) -> Self:
        """Return the truth of Maison Clairval, as it comes with the package."""
        with as_file(files("pipeline").joinpath("templates/clairval/truth.yaml")) as path:
            return cls.read(path, "truth.yaml")

    def null(self) -> Self:
        """Return the same world in which nothing is planted: every effect and the change of behaviour are 0."""
        return replace(
            self,
            effects=tuple(replace(effect, effect=0.0) for effect in self.effects),
            change=replace(self.change, effect=0.0),
        )

    def without(self, effect_id: str) -> Self:
        """Return the same world without one effect.

        Raises
        ------
        ParcoursError
            If no effect has this id.
        """
        self.effect(effect_id)
        return replace(self, effects=tuple(replace(e, effect=0.0) if e.id == effect_id else e for e in self.effects))

    def effect(self, effect_id: str) -> Effect:
        """Return an effect by its id; ParcoursError if there is none."""
        for effect in self.effects:
            if effect.id == effect_id:
                return effect
        raise ParcoursError(f"truth: no effect {effect_id!r}.{nearest(effect_id, [e.id for e in self.effects])}")

    def moment(self, day: date) -> datetime:
        """Return a day's local midnight in naive UTC."""
        local = datetime.combine(day, time.min, ZoneInfo(self.time_zone))
        return local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)

    def window(self, months: int) -> tuple[datetime, datetime]:
        """Return where the observation window opens and closes, naive UTC.

        Examples
        --------
        >>> Truth.default().window(12)
        (datetime.datetime(2025, 8, 31, 22, 0), datetime.datetime(2026, 8, 31, 22, 0))
        """
        if months < 1:
            raise ParcoursError(f"--months {months}: expected at least 1.")
        earlier = self.cut_off.year * 12 + self.cut_off.month - 1 - months
        opens = self.cut_off.replace(year=earlier // 12, month=earlier % 12 + 1)
        return self.moment(opens), self.moment(self.cut_off)


# -- reading -----------------------------------------------------------------------------------------------------------


class _Reader:
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
            return tuple(float(number) for number in part.texts(name))
        if kind == tuple[timedelta, ...]:
            return tuple(parse_duration(text) for text in part.texts(name))
        return self.by_persona(part.section(name))

    def by_persona(self, part: Section, others: Sequence[str] = ()) -> dict[str, float]:
        values = {name: float(part.number(name)) for name in part.content if name not in others}
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
        rows = {name: _numbers(part.section(name)) for name in part.content}
        self._check_names(part, rows)
        for name, row in rows.items():
            for target in row:
                if target not in (*STATES, GONE):
                    raise part.fail(f"{name}.{target}", f"no such state.{nearest(target, [*STATES, GONE])}")
            _check_total(part, name, list(row.values()))
        return {persona: rows.get(persona, rows[EVERYBODY]) for persona in self.personas}

    def state(self, part: Section) -> State:
        waits = part.section("waits")
        state = State(
            id=part.path.rsplit(".", 1)[-1],
            forward=self.by_persona(part.section("forward")),
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
        by_device = _numbers(part.section("device", {}))
        return Exposure(part.path.rsplit(".", 1)[-1], self.by_persona(part, ["device"]), by_device)

    def campaign_share(self, part: Section) -> dict[str, float]:
        return self.by_persona(part.section("share"))

    def sale(self, part: Section, name: str) -> Sale:
        sale = Sale(name, _day(part, "from"), _day(part, "to"), self.campaign_share(part))
        part.close()
        return sale

    def scores(self, part: Section) -> Scores:
        costs = _numbers(part.section("costs"))
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


def _named_sections(top: Section, name: str, expected: Sequence[str] | None = None) -> list[Section]:
    part = top.section(name)
    if expected is not None and set(part.content) != set(expected):
        different = sorted(set(part.content) ^ set(expected))
        raise top.fail(name, f"expected exactly the keys {', '.join(expected)}; these differ: {', '.join(different)}.")
    return [part.section(key) for key in part.content]


def _persona(part: Section) -> Persona:
    devices = _numbers(part.section("devices"))
    if set(devices) != set(DEVICES):
        raise part.fail("devices", f"expected the keys {', '.join(DEVICES)}.")
    _check_total(part, "devices", list(devices.values()))
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


def _effect(part: Section) -> Effect:
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


def _change(part: Section) -> Change:
    change = Change(_day(part, "from"), part.choice("state", STATES), float(part.number("effect")))
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


def _amount(value: Any) -> float:
    """Return seconds of a duration, or a plain number (money) as it is."""
    return parse_duration(value).total_seconds() if isinstance(value, str) else float(value)


def _numbers(part: Section) -> dict[str, float]:
    return {str(name): float(part.number(name)) for name in part.content}


def _day(part: Section, name: str) -> date:
    value = part.get(name)
    if isinstance(value, datetime) or not isinstance(value, date):
        raise part.fail(name, f"expected a day such as 2026-09-01, got {value!r}.")
    return value


def _time_zone(top: Section) -> str:
    name = str(top.text("time_zone"))
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise top.fail("time_zone", f"{name!r} is no time zone. Expected a name such as Europe/Paris.") from None
    return name


def _check_total(part: Section, name: str, shares: Sequence[float]) -> None:
    if abs(sum(shares) - 1) > TOTAL_TOLERANCE or min(shares) < 0:
        raise part.fail(name, f"shares add up to {sum(shares):g}; expected 1, none below 0.")
