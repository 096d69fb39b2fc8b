"""The world of a simulated brand: its people and everything that happened to them, made set-wise on DuckDB.

Every draw is a function of the seed's text, the person's number, a purpose and a counter – never of how many persons
or seeds are made together. So a person is the same alone, in a batch, or in a stack of a hundred seeds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import duckdb

from pipeline.errors import ParcoursError
from pipeline.simulation.laws import load_laws, load_table
from pipeline.simulation.queries import text_of
from pipeline.simulation.truth import Truth

SEED_STEP = 1_000_000_000  # person = seed number * SEED_STEP + local number
BATCH = 50_000  # persons made at once
EPOCH = datetime(1970, 1, 1)


def build(
    connection: duckdb.DuckDBPyConnection,
    truth: Truth,
    seeds: Sequence[str],
    customers: int,
    months: int,
    first_seed_number: int = 1,
) -> None:
    """Make the tables ``people`` and ``happened`` of whole worlds, one per seed.

    Parameters
    ----------
    connection
        Where the tables are made; earlier ones of these names are replaced.
    truth
        What the world does.
    seeds
        One world each; the text decides every draw.
    customers
        Persons per world (an account is one person).
    months
        Length of the observation window, which ends at the truth's cut-off.
    first_seed_number
        Number of the first seed; person = seed number * 1_000_000_000 + local number.

    Raises
    ------
    ParcoursError
        If there is no seed, or fewer than one customer or month.

    Notes
    -----
    The ledger starts a burn-in before the window and goes on for a follow-up after it; nothing of it is censored.
    Cost: about 6 s of two cores per million interactions, 1 GB beside the tables.

    Examples
    --------
    >>> connection = duckdb.connect()
    >>> build(connection, Truth.default(), ["here", "there"], customers=3, months=12)
    >>> connection.execute("select list(person) from people").fetchone()[0]
    [1000000001, 1000000002, 1000000003, 2000000001, 2000000002, 2000000003]
    """
    is_first = True
    for _ in made_batches(connection, truth, seeds, customers, months, first_seed_number):
        _keep(connection, replaces=is_first)
        is_first = False


def batches(
    connection: duckdb.DuckDBPyConnection,
    truth: Truth,
    seeds: Sequence[str],
    customers: int,
    months: int,
    first_seed_number: int = 1,
    size: int = BATCH,
) -> Iterator[range]:
    """Make ``people`` and ``happened`` of `size` persons at a time, in order; together they are what `build` makes.

    Yields
    ------
    range
        Which persons, counted over all seeds, the two tables hold now. They are replaced by the next ones, so that
        memory does not grow with the brand.
    """
    for made in made_batches(connection, truth, seeds, customers, months, first_seed_number, size):
        _keep(connection, replaces=True)
        yield made


def made_batches(
    connection: duckdb.DuckDBPyConnection,
    truth: Truth,
    seeds: Sequence[str],
    customers: int,
    months: int,
    first_seed_number: int,
    size: int = BATCH,
) -> Iterator[range]:
    """Make the working tables (see `unroll`) of `size` persons at a time, in order; yield which they are."""
    if not seeds or customers < 1:
        raise ParcoursError(f"simulate: {len(seeds)} seeds and {customers} customers: expected at least 1 of each.")
    prepare(connection, truth)
    numbered = [(first_seed_number + i, seed) for i, seed in enumerate(seeds)]
    load_table(connection, "seeds", [{"seed_number": number, "seed": seed} for number, seed in numbered])
    total = len(seeds) * customers
    for low in range(0, total, size):
        made = range(low, min(low + size, total))
        run(
            connection, "create or replace temp table members as", "members",
            low=made.start, high=made.stop, customers=customers, first_seed_number=first_seed_number,
        )  # fmt: skip
        unroll(connection, truth, months)
        yield made


def _keep(connection: duckdb.DuckDBPyConnection, replaces: bool) -> None:
    for name in ("people", "happened"):
        run(connection, f"create or replace table {name} as" if replaces else f"insert into {name}", name)


def prepare(connection: duckdb.DuckDBPyConnection, truth: Truth) -> None:
    """Load the truth's laws as small tables, and how chance is drawn."""
    if connection.execute("select current_setting('TimeZone')").fetchone() != ("UTC",):  # an engine's are locked, UTC
        connection.execute("set timezone = 'UTC'")
    connection.execute(text_of("macros"))
    load_laws(connection, truth)


def unroll(connection: duckdb.DuckDBPyConnection, truth: Truth, months: int) -> None:
    """Make the tables ``persons``, ``visits``, ``orders`` and ``touches`` of the persons in ``members``.

    The process is unrolled visit by visit, all persons at once.
    """
    opens, closes = (second_of(moment) for moment in truth.window(months))
    ends = closes + seconds(truth.follow_up)
    run(
        connection, "create or replace temp table persons as", "persons",
        opens=opens, closes=closes, burn_in=seconds(truth.burn_in),
    )  # fmt: skip
    run(
        connection, "create or replace temp table visits as", "visits",
        ends=ends, visits_at_most=round(truth.people.visits_at_most),
    )  # fmt: skip
    run(connection, "create or replace temp table orders as", "orders")
    run(connection, "create or replace temp table touches as", "visit_touches")
    run(connection, "insert into touches", "order_touches", newsletters=len(truth.mail.newsletters))
    connection.execute("delete from touches where second >= $ends", {"ends": ends})


def run(connection: duckdb.DuckDBPyConnection, verb: str, name: str, **parameters: object) -> None:
    """Run ``sql/<name>.sql`` behind a verb such as ``create or replace temp table visits as``."""
    connection.execute(f"{verb} {text_of(name)}", parameters or None)


def second_of(moment: datetime) -> int:
    """Return the second of a moment in naive UTC, counted from 1970."""
    return seconds(moment - EPOCH)


def seconds(duration: timedelta) -> int:
    """Return a duration in whole seconds."""
    return round(duration.total_seconds())
