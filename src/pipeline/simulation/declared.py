"""What a truth is made of: the parts of truth.yaml as typed objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

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

ByPersona = Mapping[str, float]


@dataclass(frozen=True)
class Law:
    """A log-normal law: its median (of a wait: seconds), the standard deviation of its logarithm, its least value."""

    median: float
    sigma: float
    least: float = 0.0


@dataclass(frozen=True)
class People:
    early_share: float
    sale_share: float
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
