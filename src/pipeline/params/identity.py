"""Sections `identifiers` and `identity` of params.yaml: which names join events to a customer, and with what care."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from pipeline.declarations import Section
from pipeline.errors import ParcoursError, nearest
from pipeline.matching.fields import BLOCKING_KEYS, LEAST_PROBABILITY
from pipeline.tables import GRAPHS_AT_MOST

NORMALISATIONS = (
    "trim", "lower", "upper", "digits", "no_leading_zeros", "no_accents", "email", "no_plus_tag", "gmail_dots", "e164",
)  # fmt: skip


@dataclass(frozen=True)
class IdentifierKind:
    """One kind of identifier.

    Parameters
    ----------
    kind
        Its name.
    normalise
        Rules that bring a value into one form, applied in this order.
    hub_limit
        An identifier that met more others than this links nobody; None: no limit.
    at_most
        Kind → how many of its values an identifier may meet: one that met more is shared, and links nobody.
    one_per_customer
        Whether several values of one customer are a conflict, to be listed.
    links
        Whether it joins events to customers at all.
    country
        Two letters: where a phone number without its country's code was written down (rule ``e164``).
    nobody
        Values that are no customer's: the call centre's own number, the address of a marketplace.
    reassigned_after
        A value unseen for longer is somebody else's from then on; None: it never changes hands.
    mend_typos
        Whether two e-mails one letter apart, that no source holds both of, are joined.
    """

    kind: str
    normalise: tuple[str, ...] = ("trim",)
    hub_limit: int | None = None
    one_per_customer: bool = False
    links: bool = True
    country: str | None = None
    nobody: tuple[str, ...] = ()
    reassigned_after: timedelta | None = None
    mend_typos: bool = False
    at_most: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class TwoValues:
    """A conflict to list: two values of one kind that met the same value of another, within a time or ever."""

    two: str
    on_one: str  # YAML reads a bare `on` as true
    within: timedelta | None


@dataclass(frozen=True)
class ProbabilisticParams:
    """How persons of two sources are compared by what their records say of them.

    Parameters
    ----------
    threshold
        Match probability from which two records are one person's.
    blocking
        Only records that agree on all fields of one of these lists are compared; empty: the default lists.
    """

    threshold: float = 0.9
    blocking: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class IdentityParams:
    """What holds for all kinds together.

    Parameters
    ----------
    largest_customer
        A customer of more identifiers is cut at those with most neighbours; None: never.
    conflicts
        What is listed besides several values of a one-per-customer kind.
    labelled_pairs
        File of pairs known to be one person or not, from the workspace's folder; None: there is none.
    redrawn_graphs
        How many graphs are redrawn to see what link errors do to estimates; 0: none.
    missed, false
        Declared rates of link errors, where nothing is labelled: per kind of identifier, pieces left apart for each one
        that is attached; of the customers, the share that is two persons.
    probabilistic
        How persons are compared by name, birth date and place; None: they are not, and none of these is read.
    """

    largest_customer: int | None = None
    conflicts: tuple[TwoValues, ...] = ()
    labelled_pairs: str | None = None
    redrawn_graphs: int = 0
    missed: Mapping[str, float] = field(default_factory=dict)
    false: float = 0.0
    probabilistic: ProbabilisticParams | None = None


def identifiers_of(section: Section) -> dict[str, IdentifierKind]:
    """Return the declared kinds by name, in their order."""
    kinds = {}
    for name in section.content:
        section.identifier_name(name)
        kinds[name] = _kind(name, section.section(name), section.content)
    if not any(kind.links for kind in kinds.values()):
        raise ParcoursError(
            f"params.yaml: {section.path}: at least one kind of identifier must link events to a customer."
        )
    return kinds


def _kind(name: str, section: Section, names: Iterable[str]) -> IdentifierKind:
    normalise = section.texts("normalise", ("trim",))
    for rule in normalise:
        if rule not in NORMALISATIONS:
            raise section.fail("normalise", f"{rule!r} is unknown.{nearest(rule, NORMALISATIONS)}")
    country = section.text("country", None)
    if ("e164" in normalise) != (country is not None):
        raise section.fail("country", "goes with the rule e164: `normalise: [e164]` and `country: FR`, or neither.")
    kind = IdentifierKind(
        name,
        normalise,
        section.whole("hub_limit", None, low=2),
        section.truth("one_per_customer", False),
        section.truth("links", True),
        country,
        section.texts("nobody", ()),
        section.duration("reassigned_after", None),
        section.truth("mend_typos", False),
        _at_most(section, [other for other in names if other != name]),
    )
    if kind.mend_typos and ("email" not in normalise or kind.reassigned_after is not None):
        raise section.fail("mend_typos", "goes with the rule email, and not with `reassigned_after:`.")
    section.close()
    return kind


def _at_most(section: Section, others: Iterable[str]) -> dict[str, int]:
    part = section.section("at_most", {})
    for kind in part.content:
        if kind not in others:
            raise part.fail(str(kind), f"expected another kind of identifier.{nearest(str(kind), others)}")
    limits = {str(kind): int(part.whole(kind, low=1)) for kind in part.content}
    part.close()
    return limits


def identity_of(section: Section, kinds: dict[str, IdentifierKind]) -> IdentityParams:
    """Return the section `identity`; all of it is optional."""
    identity = IdentityParams(
        section.whole("largest_customer", None, low=2),
        tuple(_two_values(part, kinds) for part in section.sections("conflicts", ())),
        section.text("labelled_pairs", None),
        section.whole("redrawn_graphs", 0, low=0),
        *_declared_errors(section, kinds),
        _probabilistic(section.section("probabilistic")) if "probabilistic" in section.content else None,
    )
    if identity.redrawn_graphs == 1 or identity.redrawn_graphs > GRAPHS_AT_MOST:
        raise section.fail(
            "redrawn_graphs", f"expected 0 (none) or 2 … {GRAPHS_AT_MOST}, got {identity.redrawn_graphs}."
        )
    is_known = identity.labelled_pairs or identity.missed or identity.false or identity.probabilistic
    if identity.redrawn_graphs and not is_known:
        raise section.fail(
            "redrawn_graphs", "needs rates of link errors: give `labelled_pairs:`, or declare `link_errors:`."
        )
    section.close()
    return identity


def _declared_errors(section: Section, kinds: Iterable[str]) -> tuple[dict[str, float], float]:
    errors = section.section("link_errors", {})
    missed = errors.section("missed", {})
    for kind in missed.content:
        if kind not in kinds:
            raise missed.fail(str(kind), f"no such kind of identifier.{nearest(str(kind), kinds)}")
    rates = {kind: float(missed.number(kind, low=0, high=1)) for kind in missed.content}
    false = float(errors.number("false", 0.0, low=0, high=0.5))
    errors.close()
    return rates, false


def _probabilistic(section: Section) -> ProbabilisticParams:
    threshold = float(section.number("threshold", ProbabilisticParams.threshold, low=LEAST_PROBABILITY, high=1))
    rules = section.get("blocking", [])
    if not isinstance(rules, list) or not all(isinstance(rule, list) and rule for rule in rules):
        raise section.fail("blocking", "expected lists of fields, such as [[birth_date], [postcode, last_name_start]].")
    for name in (name for rule in rules for name in rule):
        if name not in BLOCKING_KEYS:
            raise section.fail("blocking", f"{name!r} is unknown.{nearest(str(name), BLOCKING_KEYS)}")
    section.close()
    return ProbabilisticParams(threshold, tuple(tuple(rule) for rule in rules))


def _two_values(section: Section, kinds: dict[str, IdentifierKind]) -> TwoValues:
    conflict = TwoValues(
        section.choice("two", kinds), section.choice("on_one", kinds), section.duration("within", None)
    )
    if conflict.two == conflict.on_one:
        raise section.fail("on_one", "expected another kind of identifier than `two`.")
    section.close()
    return conflict
