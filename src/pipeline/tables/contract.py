"""What a contract is: a table's columns, types, units, key and checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# Types are DuckDB's names; `engine.py` knows what each is called elsewhere.
TEXT, WHOLE, SMALL, TIME, TRUTH = "VARCHAR", "BIGINT", "INTEGER", "TIMESTAMP", "BOOLEAN"
MONEY, SCORE, NUMBER = "DECIMAL(18,4)", "DECIMAL(9,4)", "DOUBLE"

CHANNELS = (
    "web", "app", "sales", "ads", "loyalty", "survey", "social", "support",
    "email", "store", "call", "partner", "mail",
)  # fmt: skip
ACTORS = ("customer", "brand", "partner")

EVERYBODY = "(all)"  # the group of all customers
START, LOST, CENSORED, UNRESOLVED = "(start)", "(lost)", "(censored)", "(unresolved)"
RESERVED = (START, LOST, CENSORED, UNRESOLVED)


@dataclass(frozen=True)
class Column:
    """One column: its type, whether it may be null, what it means and in what unit."""

    type: str
    meaning: str
    nullable: bool = False
    is_declared: bool = False  # written in params.yaml, not measured: shown even where numbers are withheld


@dataclass(frozen=True)
class Table:
    """A contract.

    Parameters
    ----------
    name
        As in `sql/<name>.sql` and in file names.
    path
        Where it lies in a workspace; a folder when it is written in parts.
    columns
        In file order. Further columns are allowed only where `is_open` (declared attributes,
        features and traits).
    key
        Columns that identify a row.
    checks
        Name of a rule → SQL condition that every row satisfies.
    per
        Of a table with `n_customers`, the columns besides the group that tell one number of customers from another;
        None: nothing is withheld for few customers.
    adds_up
        The column of `per` over which a group's rows add up to a number that another table shows.
    """

    name: str
    path: str
    columns: Mapping[str, Column]
    key: tuple[str, ...]
    checks: Mapping[str, str] = field(default_factory=dict)
    is_open: bool = False
    per: tuple[str, ...] | None = None
    adds_up: str | None = None

    def unexpected(self, present: Mapping[str, str]) -> list[str]:
        """Return what is wrong with a relation's columns (name → type): missing, of another type, or not expected."""
        problems = [
            f"column {column} is {present.get(column, 'missing')}, expected {wanted.type}"
            for column, wanted in self.columns.items()
            if present.get(column) != wanted.type
        ]
        if not self.is_open:
            problems += [f"column {column} is not in the contract" for column in present if column not in self.columns]
        return problems

    def violations(self, relation: str) -> str:
        """SQL that counts, in one query, the rows breaking each rule of the contract (one row out)."""
        counts = [f'count(*) filter (where "{name}" is null) as "{name} is null"'
                  for name, column in self.columns.items() if not column.nullable]  # fmt: skip
        counts += [f'count(*) filter (where not ({rule})) as "{name}"' for name, rule in self.checks.items()]
        keys = ", ".join(f'"{name}"' for name in self.key)
        # grouping takes half the time of count(distinct …)
        different = f"(select count(*) from (select {keys} from {relation} group by {keys}))"
        counts.append(f'count(*) - {different} as "key ({", ".join(self.key)}) repeated"')
        return f"select {', '.join(counts)} from {relation}"
