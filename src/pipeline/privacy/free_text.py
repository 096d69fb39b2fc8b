"""Texts that people wrote, masked before anything is written: on distinct values, and only on those worth a look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd
from sqlglot import exp

from pipeline.engine import Engine, literal, query_of
from pipeline.expressions import DIALECT
from pipeline.privacy.masking import WORTH_A_LOOK, mask

_MOST_CATEGORIES, _TIMES_EACH = 200, 20
_SHORTEST = 5  # signs; no personal datum that can be told from a category is shorter


class Masks:
    """The masks of some text columns of a relation.

    Parameters
    ----------
    engine, relation
        Where the texts are. For each column in which something is masked a table ``masks_<column>`` is made.
    columns
        The attributes that are text.
    with_addresses
        Whether streets and postcodes are masked, too.
    are_people_s
        Take every column for one that people wrote, even one of few values that return often.

    Notes
    -----
    Cost: one pass of the engine over the column's distinct values; about 100 microseconds in Python for each that is
    worth a look.
    """

    def __init__(
        self,
        engine: Engine,
        relation: str,
        columns: Sequence[str],
        with_addresses: bool,
        are_people_s: bool = False,
    ) -> None:
        self.relation = relation
        self.columns: list[str] = []
        self.counts: list[tuple[str, str, int, int]] = []  # attribute, kind, distinct texts, events
        for column in columns:
            may_name = are_people_s or not self._is_category(engine, column)
            masked = self._masked(engine, column, with_addresses, may_name)
            if len(masked):
                self.columns.append(column)
                engine.load(f"masks_{column}", masked)

    def _masked(self, engine: Engine, column: str, with_addresses: bool, may_name: bool) -> pd.DataFrame:
        """Return the texts that change: columns raw and masked."""
        seen = engine.rows(
            query_of(
                f'with texts as materialized (select cast("{column}" as varchar) as raw, count(*) as n '
                f"from {self.relation} group by all) "
                f"select raw, n from texts where length(raw) >= {_SHORTEST} "
                f"and regexp_matches(raw, {literal(WORTH_A_LOOK).sql(DIALECT)}) order by raw"
            )
        )
        changed = []
        texts: Counter[str] = Counter()
        events: Counter[str] = Counter()
        for raw, n in seen:
            masked, spans = mask(raw, with_addresses, may_name)
            if spans:
                changed.append((raw, masked))
                for kind in {span.kind for span in spans}:
                    texts[kind] += 1
                    events[kind] += n
        self.counts += [(column, kind, texts[kind], events[kind]) for kind in sorted(texts)]
        return pd.DataFrame(changed, columns=["raw", "masked"]).astype("str")

    def _is_category(self, engine: Engine, column: str) -> bool:
        """Whether the column holds few values that return often: regions or product lines, and not what people write.

        A town called Sao Paulo has a first name in it, and masking it would change groups without a word.
        """
        text = exp.column(column, quoted=True)
        counts = [
            exp.alias_(exp.Count(this=text), "n"),
            exp.alias_(exp.Count(this=exp.Distinct(expressions=[text])), "of"),
        ]
        seen = engine.row(exp.select(*counts).from_(self.relation))
        return bool(seen["of"] <= _MOST_CATEGORIES and seen["n"] >= _TIMES_EACH * seen["of"])

    def apply(self, query: exp.Select) -> exp.Select:
        """Return a query over the relation with masked texts instead of the raw ones, which it must not select."""
        for column in self.columns:
            table = f"masks_{column}"
            raw = exp.cast(exp.column(column, table=self.relation, quoted=True), "varchar")
            masked = exp.Coalesce(this=exp.column("masked", table=table), expressions=[raw.copy()])
            query = query.join(table, on=raw.eq(exp.column("raw", table=table)), join_type="left")
            query = query.select(exp.alias_(masked, column, quoted=True))
        return query

    def frame(self, source: str) -> pd.DataFrame:
        """Return the counts by attribute and kind."""
        counts = pd.DataFrame(self.counts, columns=["attribute", "kind", "texts", "events"])
        counts.insert(0, "source", source)
        return counts
