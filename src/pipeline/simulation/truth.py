"""The declared truth of a simulated brand, as typed objects read from a YAML file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from importlib.resources import as_file, files
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from pipeline.declarations import Section
from pipeline.errors import ParcoursError, nearest
from pipeline.simulation import reading
from pipeline.simulation.declared import (
    EXPOSURES,
    SALES,
    STATES,
    ByPersona,
    Change,
    Effect,
    Exposure,
    Mail,
    Orders,
    People,
    Persona,
    Sale,
    Scores,
    State,
    Support,
)


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
        personas = tuple(reading.persona_of(part) for part in reading.named_sections(top, "personas"))
        reading.check_total(top, "personas", [persona.share for persona in personas])
        reader = reading.Reader(tuple(persona.id for persona in personas))
        campaigns = top.section("campaigns")
        truth = cls(
            brand=top.text("brand"),
            seed=top.text("seed"),
            customers=top.whole("customers", low=1),
            months=top.whole("months", low=1),
            is_null=top.truth("is_null", False),
            time_zone=reading.time_zone(top),
            cut_off=reading.day(top, "cut_off"),
            burn_in=top.duration("burn_in"),
            follow_up=top.duration("follow_up"),
            people=reader.read(People, top.section("people")),
            personas=personas,
            states=tuple(reader.state(part) for part in reading.named_sections(top, "states", STATES)),
            exposures={
                part.path.rsplit(".", 1)[-1]: reader.exposure(part)
                for part in reading.named_sections(top, "exposures", EXPOSURES)
            },
            sales=tuple(reader.sale(campaigns.section(name), name) for name in SALES),
            brand_search=reader.campaign_share(campaigns.section("brand_search")),
            effects=tuple(reading.effect_of(part) for part in top.sections("effects")),
            change=reading.change_of(top.section("change")),
            orders=reader.read(Orders, top.section("orders")),
            support=reader.read(Support, top.section("support")),
            scores=reader.scores(top.section("scores")),
            mail=reader.read(Mail, top.section("mail")),
            identity=reading.numbers(top.section("identity")),
            dirt=reading.numbers(top.section("dirt")),
        )
        campaigns.close()
        top.close()
        truth._check(top)
        return truth.null() if truth.is_null else truth

    def _check(self, top: Section) -> None:
        """Refuse what is right part by part, and wrong together."""
        ids = [effect.id for effect in self.effects]
        if repeated := sorted({name for name in ids if ids.count(name) > 1}):
            raise top.fail("effects", f"the id {repeated[0]!r} stands twice.")
        first, second = sorted(self.sales, key=lambda sale: sale.start)
        if not first.start < first.end <= second.start < second.end:
            raise top.fail("campaigns", f"{first.id} and {second.id} overlap, or end before they start.")

    @classmethod
    def default(cls) -> Self:
        """Return the truth of Maison Clairval, as it comes with the package."""
        with as_file(files("pipeline").joinpath("templates/clairval/truth.yaml")) as path:
            return cls.read(path, "truth.yaml")

    def null(self) -> Self:
        """Return the same world in which nothing is planted.

        Effects, the change and what pains cost in mood are 0, and a sale brings nobody: new customers come evenly, so
        that who is there, newcomers or those who return, does not change with the months either.
        """
        return replace(
            self,
            people=replace(self.people, sale_share=0.0),
            effects=tuple(replace(effect, effect=0.0) for effect in self.effects),
            change=replace(self.change, effect=0.0),
            scores=replace(self.scores, costs=dict.fromkeys(self.scores.costs, 0.0)),
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
