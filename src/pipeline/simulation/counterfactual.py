"""What was true of a simulated world: the effect of each plant by paired runs, and where visits really led."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import duckdb
import pandas as pd

from pipeline.declarations import format_duration
from pipeline.files import rounded
from pipeline.simulation.declared import PER_PERSON, Effect
from pipeline.simulation.laws import effect_row, load_table
from pipeline.simulation.queries import text_of
from pipeline.simulation.truth import Truth
from pipeline.simulation.world import made_batches, run, second_of, seconds, unroll
from pipeline.tables import TRUE_TRANSITIONS

LAST_VISIT = 1_000_000  # beyond any visit
SILENCE = timedelta(days=30)
HORIZON = timedelta(days=30)


def planted(
    connection: duckdb.DuckDBPyConnection, truth: Truth, seed: str, customers: int, months: int
) -> pd.DataFrame:
    """Return what each planted effect and decoy truly did in one world.

    Parameters
    ----------
    connection
        Any DuckDB connection; only temporary tables are made in it.
    truth, seed, customers, months
        As for `build`.

    Returns
    -------
    DataFrame
        The columns of `tables.PLANTED`, one row per effect: the declared effect, and its counterfactual mean over
        the exposed index units.

    See Also
    --------
    planted_by_seed

    Examples
    --------
    >>> frame = planted(duckdb.connect(), Truth.default(), "here", customers=200, months=12)
    >>> frame.loc[frame["kind"] == "decoy", "truth"].abs().max()
    np.float64(0.0)
    """
    return planted_by_seed(connection, truth, [seed], customers, months).drop(columns="seed_number")


def planted_by_seed(
    connection: duckdb.DuckDBPyConnection,
    truth: Truth,
    seeds: Sequence[str],
    customers: int,
    months: int,
    first_seed_number: int = 1,
) -> pd.DataFrame:
    """Return `planted` for each of several worlds, with the column seed_number first.

    Notes
    -----
    The unit is a person's first index touchpoint in the window, with a complete outcome window and, for a yes or no,
    still at risk when the exposure window closes. Its outcome is compared with that in a second run of the same
    person, with the same draws, in which the effect does not act at this unit – for an exposure of the person, not
    at this visit nor later. What comes before the index is the same in both runs, so the unit is the same too. The
    truth of a score is taken over those who answered; who answers does not depend on any effect. An effect of 0
    switched off changes nothing, so its second run is the first. Cost: about three times that of the world.
    """
    totals: dict[tuple[int, str], list[float]] = {}
    for _ in made_batches(connection, truth, seeds, customers, months, first_seed_number):
        run(connection, "create or replace temp table moments as", "moments")
        run(connection, "create or replace temp table meetings as", "meetings")
        for effect in truth.effects:
            _find_exposed(connection, truth, effect, months)
        for effect in truth.effects:
            for row in _differences(connection, truth, effect, months):
                known = totals.setdefault((row[0], effect.id), [0.0, 0.0, 0.0])
                totals[row[0], effect.id] = [a + b for a, b in zip(known, row[1:], strict=True)]
    rows = [
        _planted_row(first_seed_number + i, effect, totals.get((first_seed_number + i, effect.id), [0.0, 0.0, 0.0]))
        for i in range(len(seeds))
        for effect in truth.effects
    ]
    return pd.DataFrame(rows)


def true_transitions(
    connection: duckdb.DuckDBPyConnection,
    truth: Truth,
    months: int,
    silence: timedelta = SILENCE,
    horizon: timedelta = HORIZON,
) -> pd.DataFrame:
    """Return where visits to a stage truly led, on the true persons' uncensored ledger.

    Parameters
    ----------
    connection
        With the tables ``people`` and ``happened`` that `build` made.
    truth, months
        As for `build`; they say where the window lies.
    silence
        A longer gap ends a journey.
    horizon
        A visit that led nowhere by then is unresolved.

    Returns
    -------
    DataFrame
        The columns of `tables.TRUE_TRANSITIONS`: per persona, and for all, the share of the visits entered in the
        window by its end minus the horizon that moved to each stage within the horizon; ``(lost)`` where the silence
        was complete within it, ``(unresolved)`` where neither was so. Rows of one stage add up to 1.
    """
    opens, closes = truth.window(months)
    frame = connection.execute(
        text_of("true_transitions"),
        {"opens": opens, "closes": closes, "silence": seconds(silence), "horizon": seconds(horizon)},
    ).df()
    frame["n_visits"] = frame.groupby(["persona", "from_stage"])["n_moved"].transform("sum")
    frame["p"] = (frame["n_moved"] / frame["n_visits"]).map(rounded)
    frame["horizon"] = format_duration(horizon)
    return frame[list(TRUE_TRANSITIONS.columns)]


# -- paired runs -------------------------------------------------------------------------------------------------------


def _find_exposed(connection: duckdb.DuckDBPyConnection, truth: Truth, effect: Effect, months: int) -> None:
    """Make the effect's tables of units and of their outcomes as they are."""
    opens, closes = truth.window(months)
    run(
        connection, f"create or replace temp table units_of_{effect.id} as", "index_units",
        opens=second_of(opens), closes=second_of(closes), index=effect.index, exposure=effect.exposure,
        population=effect.population, outcome=list(effect.outcome), is_score=effect.is_score,
        exposure_window=seconds(effect.exposure_window), outcome_window=seconds(effect.outcome_window),
    )  # fmt: skip
    _outcomes(connection, effect, f"with_{effect.id}")


def _outcomes(connection: duckdb.DuckDBPyConnection, effect: Effect, name: str) -> None:
    connection.execute(f"create or replace temp view units as from units_of_{effect.id}")
    run(
        connection, f"create or replace temp table {name} as", "unit_outcomes",
        outcome=list(effect.outcome), is_score=effect.is_score, outcome_window=seconds(effect.outcome_window),
    )  # fmt: skip


def _differences(
    connection: duckdb.DuckDBPyConnection, truth: Truth, effect: Effect, months: int
) -> list[tuple[int, float, float, float]]:
    """Return per world: exposed units, and the sums of their outcomes with and without the effect."""
    connection.execute(f"create or replace temp view outcomes_with as from with_{effect.id}")
    if effect.effect:
        _run_without(connection, truth, effect, months)
        _outcomes(connection, effect, "outcomes_without")
    else:
        connection.execute(f"create or replace temp table outcomes_without as from with_{effect.id}")
    return connection.execute(text_of("differences")).fetchall()


def _run_without(connection: duckdb.DuckDBPyConnection, truth: Truth, effect: Effect, months: int) -> None:
    """Unroll the exposed persons a second time, the effect switched off at their index."""
    connection.execute(f"create or replace temp view units as from units_of_{effect.id}")
    run(connection, "create or replace temp table members as", "exposed_members")
    last_visit = LAST_VISIT if effect.exposure in PER_PERSON else None
    connection.execute(
        "create or replace temp table switched_off as "
        "select person, visit as first_visit, coalesce($last_visit, visit)::integer as last_visit "
        "from units where is_exposed",
        {"last_visit": last_visit},
    )
    rows = [effect_row(truth, is_off=False), effect_row(truth.without(effect.id), is_off=True)]
    load_table(connection, "effects", rows)
    unroll(connection, truth, months)
    run(connection, "create or replace temp table moments as", "moments")
    connection.execute("delete from switched_off")


def _planted_row(seed_number: int, effect: Effect, totals: Sequence[float]) -> dict[str, Any]:
    exposed, with_it, without_it = totals
    return {
        "seed_number": seed_number,
        "hypothesis": effect.id,
        "kind": effect.kind,
        "planted": effect.effect,
        "truth": rounded((with_it - without_it) / exposed) if exposed else None,
        "n_exposed": int(exposed),
    }
