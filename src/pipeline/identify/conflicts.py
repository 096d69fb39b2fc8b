"""What contradicts itself: several values of a one-per-customer kind, two values on one identifier."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pandas as pd
from sqlglot import exp

from pipeline.engine import Engine
from pipeline.identify.seen import all_of, kinds_in
from pipeline.params import Params, TwoValues
from pipeline.tables import CONFLICTS

SEVERAL_VALUES, TWO_VALUES = "several_values", "two_values"
_EVER = timedelta(days=365_000)


def conflicts(engine: Engine, files: Sequence[Path], params: Params) -> pd.DataFrame:
    """Return the conflicts of all customers, as their contract; needs ``members``."""
    single = [kind for kind, rule in params.identifiers.items() if rule.one_per_customer]
    found = [engine.frame("several_values", kinds=single).assign(problem=SEVERAL_VALUES)] if single else []
    for declared in params.identity.conflicts:
        if see_together(engine, files, params, declared):
            within = declared.within if declared.within is not None else _EVER
            frame = engine.frame("two_values", within=within, on_kind=declared.on_one)
            found.append(frame.assign(problem=TWO_VALUES, kind=declared.two, on_kind=declared.on_one))
    listed = pd.concat([pd.DataFrame(columns=list(CONFLICTS.columns)), *found])[list(CONFLICTS.columns)]
    return listed.sort_values(["problem", "kind", "customer_id", "on_kind", "value_hash"], ignore_index=True)


def load_conflicting(engine: Engine, found: pd.DataFrame) -> None:
    """Make ``conflicting_customers``: those with several values of a one-per-customer kind."""
    customers = found.loc[found["problem"] == SEVERAL_VALUES, "customer_id"].drop_duplicates().astype("int64")
    engine.load("conflicting_customers", customers.to_frame())


def see_together(engine: Engine, files: Sequence[Path], params: Params, declared: TwoValues) -> bool:
    """Make the view ``values_together``: events that bear both kinds; return whether any source can have some."""
    both = [
        exp.select(f"id_{declared.on_one} as on_hash", f"id_{declared.two} as value_hash")
        .select("source", "occurred_at", "position")
        .from_(f"events_{i}").where(f"id_{declared.on_one} is not null and id_{declared.two} is not null")
        for i, path in enumerate(files)
        if {declared.on_one, declared.two} <= set(kinds_in(path, params.identifiers))
    ]  # fmt: skip
    if both:
        engine.make("values_together", all_of(both), lazily=True)
    return bool(both)
