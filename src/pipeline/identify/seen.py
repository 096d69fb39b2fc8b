"""Which identifiers were seen, alone and together, in the event files: views that the queries of identify read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path

import pandas as pd
import pyarrow.parquet
from sqlglot import exp

from pipeline.engine import Engine, coded, literal
from pipeline.params import IdentifierKind
from pipeline.tables import PROBABLE_LINKS

MISTYPED_LINK, PROBABILISTIC_LINK = "(mistyped)", "(probabilistic)"
_NO_PAIR = exp.select(
    *(f"cast(null as varchar) as {name}" for name in ("value_hash", "other_hash", "source")),
    *(f"cast(null as integer) as {name}" for name in ("period", "other_period")),
    "cast(null as timestamp) as occurred_at",
    "0 as n_events",
).where("false")


def see_identifiers(engine: Engine, files: Sequence[Path], kinds: Mapping[str, IdentifierKind]) -> None:
    """Make the view ``seen_identifiers``: one row per event and identifier, with how soon its kind changes hands.

    Kinds are codes: as texts they would take most of the time that sorting identifiers takes.
    """
    seen = []
    for i, path in enumerate(files):
        engine.view(f"events_{i}", path)
        for kind in kinds_in(path, kinds):
            after = kinds[kind].reassigned_after
            limit = exp.cast(exp.null(), "interval") if after is None else literal(after)
            seen.append(
                exp.select(exp.alias_(coded(literal(kind), kinds), "kind"), f"id_{kind} as value_hash", "occurred_at",
                           exp.alias_(limit, "reassigned_after"))
                .from_(f"events_{i}").where(f"id_{kind} is not null")
            )  # fmt: skip
    engine.make("seen_identifiers", all_of(seen), lazily=True)


def see_mistyped(engine: Engine, file: Path, kinds: Mapping[str, IdentifierKind]) -> None:
    """Make ``mistyped``: the values that `clean` found one letter apart, of linking kinds."""
    found = pd.read_csv(file, dtype="str")
    engine.load("mistyped", found[found["kind"].isin([name for name, kind in kinds.items() if kind.links])])


def see_probable(engine: Engine, file: Path, kinds: Mapping[str, IdentifierKind], threshold: float) -> None:
    """Make ``probable_links``, what `clean` found of linking kinds, and ``probable``, those from a threshold on.

    Columns value_hash (of the lesser identifier, as nodes are numbered), other_hash, probability; each pair once.
    """
    engine.read(PROBABLE_LINKS, file, "written_links")
    links = engine.frame(exp.select(*PROBABLE_LINKS.columns).from_("written_links").order_by(*PROBABLE_LINKS.key))
    linking = [name for name, kind in kinds.items() if kind.links]
    links = links[links["kind"].isin(linking) & links["other_kind"].isin(linking)]
    is_lesser = links["value_hash"] < links["other_hash"]
    is_lesser = (links["kind"] < links["other_kind"]) | ((links["kind"] == links["other_kind"]) & is_lesser)
    pairs = pd.DataFrame(
        {
            "value_hash": links["value_hash"].where(is_lesser, links["other_hash"]).astype("str"),
            "other_hash": links["other_hash"].where(is_lesser, links["value_hash"]).astype("str"),
            "probability": links["probability"],
        }
    )
    pairs = pairs.groupby(["value_hash", "other_hash"])["probability"].max().reset_index()
    engine.load(PROBABLE_LINKS.name, pairs)
    engine.load("probable", pairs[pairs["probability"] >= threshold])


def see_pairs(
    engine: Engine, files: Sequence[Path], kinds: Mapping[str, IdentifierKind], with_probable: bool = False
) -> None:
    """Make the view ``seen_pairs``: one row per event and two identifiers of linking kinds, the lesser kind first.

    Needs ``identifiers``, which knows the periods of values that change hands, and ``mistyped``: two values of a kind;
    `with_probable`, ``probable`` too.
    """
    pairs = []
    for i, path in enumerate(files):
        linking = sorted(kind for kind in kinds_in(path, kinds) if kinds[kind].links)
        pairs += [_pair(i, kinds[one], kinds[other]) for one, other in combinations(linking, 2)]
    others = [_without_event("mistyped", MISTYPED_LINK)]
    others += [_without_event("probable", PROBABILISTIC_LINK)] * with_probable
    engine.make("seen_pairs", all_of([*pairs, *others, _NO_PAIR]), lazily=True)


def kinds_in(path: Path, kinds: Mapping[str, IdentifierKind]) -> list[str]:
    """Return the declared kinds that an event file has a column of."""
    names = pyarrow.parquet.read_schema(path).names
    return [kind for kind in kinds if f"id_{kind}" in names]


def all_of(parts: Sequence[exp.Select]) -> exp.Query:
    """Return the union of queries, repeats kept."""
    return parts[0] if len(parts) == 1 else exp.union(*parts, distinct=False)


def _without_event(table: str, rule: str) -> exp.Select:
    """Return pairs that no event bears together: they are known to be one when the second comes."""
    return exp.select(
        f"{table}.value_hash", f"{table}.other_hash", f"'{rule}' as source", "one.period",
        "other.period as other_period", "greatest(one.first_seen_at, other.first_seen_at) as occurred_at",
        "0 as n_events",
    ).from_(table).join("identifiers as one", on=f"{table}.value_hash = one.value_hash").join(
        "identifiers as other", on=f"{table}.other_hash = other.value_hash"
    )  # fmt: skip


def _pair(i: int, one: IdentifierKind, other: IdentifierKind) -> exp.Select:
    query = exp.select(
        f"e.id_{one.kind} as value_hash", f"e.id_{other.kind} as other_hash", "e.source",
        exp.alias_(_period(one, "p"), "period"), exp.alias_(_period(other, "q"), "other_period"), "e.occurred_at",
        "1 as n_events",
    ).from_(f"events_{i} as e").where(f"e.id_{one.kind} is not null and e.id_{other.kind} is not null")  # fmt: skip
    for joined, condition in (*_periods(one, "p"), *_periods(other, "q")):
        query = query.join(joined, on=condition)
    return query


def _period(kind: IdentifierKind, alias: str) -> exp.Expr:
    return exp.Literal.number(0) if kind.reassigned_after is None else exp.column("period", table=alias)


def _periods(kind: IdentifierKind, alias: str) -> Iterator[tuple[str, str]]:
    """Yield what to join, and how, to know in which period of a value an event lies."""
    if kind.reassigned_after is not None:
        yield (
            f"identifiers as {alias}",
            f"{alias}.kind = '{kind.kind}' and {alias}.value_hash = e.id_{kind.kind} "
            f"and e.occurred_at between {alias}.first_seen_at and {alias}.last_seen_at",
        )
