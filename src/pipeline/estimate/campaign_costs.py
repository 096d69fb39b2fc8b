"""What campaigns cost, and what a goal cost that was reached by a journey which one of their clicks opened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
from sqlglot import exp

from pipeline.engine import Engine
from pipeline.errors import ParcoursError
from pipeline.estimate.cells import Row, bounds, with_interval
from pipeline.estimate.sums import sums_by_item
from pipeline.files import as_it_was
from pipeline.params import Params
from pipeline.stats.cost import cost_per_outcome
from pipeline.stats.ratios import Sums
from pipeline.tables import CAMPAIGNS

ATTRIBUTE = "campaign"  # of the clicks' steps: which campaign it was, in the words of the table of costs
NOT_KNOWN = "no attribute campaign"


def read_days(path: Path) -> pd.DataFrame:
    """Return data/clean/campaigns.csv; without rows where no source declares campaigns."""
    if not path.exists():
        raise ParcoursError(f"{path}: no such file; run the DVC stage clean first.")
    frame = pd.read_csv(path, dtype=dict.fromkeys(CAMPAIGNS.key, "str"), keep_default_na=False, na_values=[""])
    return frame.assign(campaign=frame["campaign"].map(as_it_was))


def rows(engine: Engine, params: Params, days: pd.DataFrame, start: datetime, cut_off: datetime) -> Iterator[Row]:
    """Yield a row per campaign.

    Parameters
    ----------
    engine
        With steps and journeys readable.
    params
        Horizon, silence, level, time zone.
    days
        As the contract CAMPAIGNS.
    start, cut_off
        Ends of the observation window, naive UTC.

    Notes
    -----
    Counted are whole days, of which journeys are seen to begin (a silence after the window opens) and which they had
    the horizon to reach the goal after. It is what was spent over what followed a click, not what advertising caused.
    """
    zone = ZoneInfo(params.workspace.time_zone)
    first = _first_whole_day(start + params.silence, zone)
    end = _day(cut_off - params.estimate.horizon, zone)  # not counted itself: it is not over, or begins with it
    counted = days[(days["day"] >= first.isoformat()) & (days["day"] < end.isoformat())]
    if counted.empty:
        return
    sums = _sums(engine, params, _utc(first, zone), _utc(end, zone))
    for campaign, group in counted.groupby("campaign", sort=True):
        row: Row = {
            "campaign": campaign,
            "first_day": first.isoformat(),
            "last_day": (end - timedelta(days=1)).isoformat(),
            "cost": float(group["cost"].sum()),
            **{name: _total(group[name]) for name in ("impressions", "clicks")},
        }
        yield {**row, "note": NOT_KNOWN} if sums is None else _priced(row, params, sums.get(str(campaign)))


def _sums(engine: Engine, params: Params, first: datetime, last: datetime) -> dict[str, Sums] | None:
    if ATTRIBUTE not in engine.columns("steps"):
        return None
    column = exp.column(ATTRIBUTE, table="steps", quoted=True)
    question = {"campaign": column, "first": first, "last": last, "horizon": params.estimate.horizon}
    return {item: sums for _, item, sums in sums_by_item(engine, "campaign_goals", **question)}


def _priced(row: Row, params: Params, sums: Sums | None) -> Row:
    if sums is None:
        return {**row, "n_journeys": 0, "n_customers": 0, "n_goals": 0, "note": "n = 0"}
    row = {**row, "n_journeys": sums.b, "n_customers": sums.clusters, "n_goals": sums.a}
    if sums.a == 0:
        return {**row, "note": "no goal"}
    return with_interval(row, params, sums.clusters, _price, row["cost"], sums)


def _price(cost: float, sums: Sums, level: float) -> Row:
    found = cost_per_outcome(cost, sums.clusters, int(sums.a), int(sums.aa), level)
    return bounds(found, "cost_per_goal", "ci_low", "ci_high")


def _total(column: pd.Series) -> int | None:
    return None if column.isna().all() else int(column.sum())


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.replace(tzinfo=UTC).astimezone(zone).date()


def _first_whole_day(moment: datetime, zone: ZoneInfo) -> date:
    day = _day(moment, zone)
    return day if _utc(day, zone) >= moment else day + timedelta(days=1)


def _utc(day: date, zone: ZoneInfo) -> datetime:
    """Return the moment a local day begins, naive UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC).replace(tzinfo=None)
