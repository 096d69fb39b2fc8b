"""DVC stage *estimate*: transitions, funnel, times, KPIs, touchpoints, emotions and themes, each with its interval.

The engine counts – small tables of whole numbers, one per question – and `stats` turns them into estimates, in the
order of the keys. Every interval is clustered by customer. Each table has a module of its name, whose `rows` makes it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
from sqlglot import exp

from pipeline.engine import Engine, open_engine
from pipeline.errors import ParcoursError
from pipeline.estimate import (
    campaign_costs,
    checks,
    coverage,
    deviations,
    effort,
    emotions,
    funnel,
    identity_effects,
    kpi_stages,
    kpi_views,
    kpis,
    losses,
    monthly,
    reaching,
    recent_transitions,
    retention,
    rhythm,
    survival,
    themes,
    time_in_stage,
    touchpoints,
    transitions,
    typical_paths,
    verbatims,
)
from pipeline.estimate.cells import Row
from pipeline.estimate.outcomes import make_visit_outcomes
from pipeline.files import whole_folder, write_json
from pipeline.groups import reading_orders
from pipeline.params import Params
from pipeline.privacy.small_cells import withhold
from pipeline.results import in_form, without_numbers, write_tables
from pipeline.tables import (
    CAMPAIGN_COSTS,
    CAMPAIGNS,
    CHANNELS,
    CHECKS,
    COVERAGE,
    CUSTOMER_TRANSITIONS,
    DEVIATIONS,
    EFFORT,
    EMOTIONS,
    EVERYBODY,
    FUNNEL,
    IDENTITY_EFFECTS,
    JOURNEYS,
    KPI_STAGES,
    KPI_VIEWS,
    KPIS,
    LOSSES,
    MONTHLY,
    PERSONAS,
    REACHING,
    RECENT_TRANSITIONS,
    REDRAWN,
    RESERVED,
    RETENTION,
    RHYTHM,
    STEPS,
    SUPPRESSED,
    SURVIVAL,
    TEXT_AGREEMENT,
    THEMES,
    TIME_IN_STAGE,
    TOUCHPOINTS,
    TRANSITIONS,
    TYPICAL_PATHS,
    VISITS,
    Table,
)
from pipeline.workspace import Workspace

NOT_ON_A_SAMPLE = "not known on a sample"


def main(workspace: Workspace, params: Params) -> None:
    """Write data/estimate: a table per question, and the headline numbers of estimate.json."""
    facts_file = workspace.path("data/reconstruct/reconstruct.json")
    with workspace.temporary() as temporary, open_engine(params.engine, temporary) as engine:
        for table in (CUSTOMER_TRANSITIONS, VISITS, JOURNEYS, STEPS, PERSONAS):
            engine.read(table, workspace.path(table.path))
        hold(engine, params)
        facts = read_facts(facts_file)
        start, cut_off = (datetime.fromisoformat(facts[end]) for end in ("window_start", "cut_off"))
        days = campaign_costs.read_days(workspace.path(CAMPAIGNS.path))
        frames = estimate(engine, params, cut_off, facts["is_sample"], (days, start))
        with whole_folder(workspace.path("data/estimate")) as folder:
            write_tables(engine, frames, folder)
            write_tables(engine, {IDENTITY_EFFECTS.name: identity(engine, workspace, params, facts)}, folder)
            write_json(headline(frames), folder / "estimate.json")


def identity(engine: Engine, workspace: Workspace, params: Params, facts: Row) -> pd.DataFrame:
    """Return the table `identity_effects`, which is empty where no graph was redrawn."""
    engine.read(REDRAWN, workspace.path(REDRAWN.path))
    with workspace.temporary() as temporary, open_engine(params.engine, temporary) as redrawn:
        if not identity_effects.open_redrawn(redrawn, workspace):
            return in_form([], IDENTITY_EFFECTS)
        unknowable = unknown_on_a_sample(params) if facts["is_sample"] else {}
        unknown = {name for names in unknowable.values() for name in names}
        cut_off = datetime.fromisoformat(facts["cut_off"])
        found = identity_effects.rows(engine, redrawn, params, cut_off, unknown)
        return in_form(found, IDENTITY_EFFECTS, {**reading_orders(params), "measure": ["kpi", "transition"]})


def hold(engine: Engine, params: Params) -> None:
    """Keep what a dozen queries read at hand, repeated texts as codes: grouping and sorting them costs half."""
    stages = [*(stage.id for stage in params.stages), *RESERVED]
    engine.hold(VISITS.name, {"stage": stages, "next_stage": stages, "channel": CHANNELS})
    engine.hold(CUSTOMER_TRANSITIONS.name, {"from_stage": stages, "to_stage": stages, "channel": CHANNELS})
    engine.hold(PERSONAS.name, {"persona": [persona.id for persona in params.personas]})


def read_facts(path: Path) -> Row:
    """Return reconstruct.json: the ends of the observation window (naive UTC), and whether the data are a sample."""
    if not path.exists():
        raise ParcoursError(f"{path}: no such file; run the DVC stage reconstruct first.")
    facts: Row = json.loads(path.read_text(encoding="utf-8"))
    return facts


def estimate(
    engine: Engine,
    params: Params,
    cut_off: datetime,
    is_sample: bool = False,
    campaigns: tuple[pd.DataFrame, datetime] | None = None,
) -> dict[str, pd.DataFrame]:
    """Return every table of estimates from the views that `main` reads.

    Parameters
    ----------
    engine
        With customer_transitions, visits, journeys, steps and personas readable.
    params
        Horizon, level, smallest cell, groups, KPIs.
    cut_off
        End of the observation window, naive UTC.
    is_sample
        Whether the raw data are only part of what happened: what is `known_only_if: complete` is then not shown.

    campaigns
        What campaigns cost per day, and the start of the observation window (naive UTC); None: no cost is known.

    Returns
    -------
    dict
        Name of the table → its frame, in the form of its contract.
    """
    engine.make("customer_personas", exp.select("customer_id", "persona").from_("personas"))
    make_visit_outcomes(engine, params, cut_off)

    def of_campaigns(engine: Engine, params: Params, cut_off: datetime) -> Iterator[Row]:
        if campaigns is not None:
            yield from campaign_costs.rows(engine, params, *campaigns, cut_off)

    makers = (
        (TRANSITIONS, transitions.rows),
        (RECENT_TRANSITIONS, recent_transitions.rows),
        (REACHING, reaching.rows),
        (CHECKS, checks.rows),
        (FUNNEL, funnel.rows),
        (TIME_IN_STAGE, time_in_stage.rows),
        (SURVIVAL, survival.rows),
        (LOSSES, losses.rows),
        (KPIS, kpis.rows),
        (MONTHLY, monthly.rows),
        (KPI_VIEWS, kpi_views.rows),
        (KPI_STAGES, kpi_stages.rows),
        (RETENTION, retention.rows),
        (TOUCHPOINTS, touchpoints.rows),
        (EMOTIONS, emotions.rows),
        (TEXT_AGREEMENT, verbatims.rows),
        (THEMES, themes.rows),
        (COVERAGE, coverage.rows),
        (RHYTHM, rhythm.rows),
        (EFFORT, effort.rows),
        (DEVIATIONS, deviations.rows),
        (CAMPAIGN_COSTS, of_campaigns),
        (TYPICAL_PATHS, typical_paths.rows),
    )
    orders = reading_orders(params)
    unknowable = unknown_on_a_sample(params) if is_sample else {}
    frames, log = {}, []
    for table, maker in makers:
        with engine.passing():
            rows, withheld = withhold(maker(engine, params, cut_off), table, params.estimate.smallest_cell)
        frames[table.name] = in_form((_known(row, table, unknowable) for row in rows), table, orders)
        log += withheld
    return {**frames, SUPPRESSED.name: in_form(log, SUPPRESSED)}


def unknown_on_a_sample(params: Params) -> dict[str, set[str]]:
    """Return, per key column, what a sample cannot know: declared stages and KPIs that need complete data."""
    stages = {stage.id for stage in params.stages if stage.needs_complete}
    declared = {kpi.id for kpi in params.kpis if kpi.needs_complete}
    return {"kpi": declared, **dict.fromkeys(("stage", "from_stage", "to_stage"), stages)}


def _known(row: Mapping[str, Any], table: Table, unknowable: Mapping[str, set[str]]) -> Mapping[str, Any]:
    if any(row.get(column) in values for column, values in unknowable.items()):
        return without_numbers(row, table, NOT_ON_A_SAMPLE)
    return row


def headline(frames: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Return the numbers that `dvc metrics show` prints: each KPI of all customers, the checks, what was left out."""
    made = frames["checks"][frames["checks"]["p"].notna() & (frames["checks"]["from_stage"] == EVERYBODY)]
    overall = frames["kpis"][frames["kpis"]["grouping"] == "all"]
    return {
        "kpis": {
            row.kpi: {"estimate": row.estimate, "low": row.ci_low, "high": row.ci_high, "n": row.n}
            for row in overall.itertuples()
        },
        "checks": [
            {
                "check": row.check,
                "group": row.group,
                "passed": row.verdict == checks.PASSED,
                "p": row.p_adjusted,
                "n_customers": row.n_customers,
            }
            for row in made.itertuples()
        ],
        "rows_without_estimate": {
            name: int(frame["note"].notna().sum()) for name, frame in frames.items() if "note" in frame
        },
    }
