"""Whether the stationarity check of the matrix sees a change of behaviour, brand by brand of a stack."""

from __future__ import annotations

from collections.abc import Iterator

import sqlglot

from pipeline.estimate.checks import FAILED, stationarity
from pipeline.estimate.outcomes import make_visit_outcomes
from pipeline.expressions import DIALECT
from pipeline.proof.stack import Stack
from pipeline.tables import JOURNEYS, VISITS

ALL = "all_"  # before the name of a table: that of all brands


def flags(stack: Stack) -> Iterator[tuple[int, str, bool]]:
    """Yield brand, stage (or everybody's, all stages together) and whether the check fails there."""
    with stack.engine() as engine:
        for table in (VISITS, JOURNEYS):
            engine.read(table, stack.workspace.path(table.path))
        engine.make("customer_personas", sqlglot.parse_one("select customer_id, persona from personas", read=DIALECT))
        make_visit_outcomes(engine, stack.params, stack.window[1])
        for name in ("visit_outcomes", "journeys"):
            engine.make(f"{ALL}{name}", sqlglot.parse_one(f"select * from {name}", read=DIALECT))
        for brand, customers in stack.owners.reset_index().groupby("brand"):
            engine.load("brand_customers", customers[["customer_id"]])
            for name in ("visit_outcomes", "journeys"):
                own = f"select * from {ALL}{name} where customer_id in (select customer_id from brand_customers)"
                engine.make(name, sqlglot.parse_one(own, read=DIALECT))
            for row in stationarity(engine, stack.params):
                yield int(str(brand)), str(row["from_stage"]), row["verdict"] == FAILED
