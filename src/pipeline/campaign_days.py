"""What advertising cost per campaign and day, from a table of sums: `clean` adds it up, nobody is joined to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline.declarations import Section
from pipeline.engine import Engine
from pipeline.errors import ParcoursError
from pipeline.expressions import expression
from pipeline.tables import CAMPAIGNS


@dataclass(frozen=True)
class Campaigns:
    """Where a table of sums holds its campaigns: SQL over its columns, and the currency of the cost."""

    campaign: str
    day: str
    cost: str
    impressions: str | None
    clicks: str | None
    currency: str | None
    shown_as: str  # where it stands in source.yaml, for errors

    def rules(self) -> tuple[str, ...]:
        """Return the SQL that it holds."""
        parts = (self.campaign, self.day, self.cost, self.impressions, self.clicks)
        return tuple(sql for sql in parts if sql is not None)


def read_campaigns(section: Section) -> Campaigns:
    """Return the block ``campaigns:`` of a source.yaml.

    Raises
    ------
    ParcoursError
        If a key is missing or unknown.
    """
    campaigns = Campaigns(
        campaign=section.text("campaign"),
        day=section.text("day"),
        cost=section.text("cost"),
        impressions=section.text("impressions", None),
        clicks=section.text("clicks", None),
        currency=section.text("currency", None),
        shown_as=f"{section.file}: {section.path}",
    )
    section.close()
    return campaigns


def refuse_currency(campaigns: Campaigns, currency: str) -> None:
    """Refuse a cost in another currency than the workspace's: nothing here knows the rate of the day."""
    if campaigns.currency not in (None, currency):
        raise ParcoursError(
            f"{campaigns.shown_as}.currency: {campaigns.currency}, but params.yaml: workspace.currency is {currency}. "
            f"Convert it in `cost:`, then write {currency} here."
        )


def make_campaign_rows(engine: Engine, campaigns: Campaigns, columns: list[str]) -> None:
    """Make ``campaign_rows``: the kept rows of a table of sums, and in ``issue`` why one cannot be counted."""
    parts = {"campaign": campaigns.campaign, "day": campaigns.day, "cost": campaigns.cost}
    parts |= {"impressions": campaigns.impressions or "null", "clicks": campaigns.clicks or "null"}
    trees: dict[str, Any] = {
        name: expression(sql, f"{campaigns.shown_as}.{name}", columns) for name, sql in parts.items()
    }
    try:
        engine.make("campaign_rows", **trees)
    except engine.errors as error:
        raise ParcoursError(f"{campaigns.shown_as}: {str(error).splitlines()[0]}") from None


def campaign_days(engine: Engine, source: str) -> pd.DataFrame:
    """Return the sums per campaign and day, as the contract CAMPAIGNS."""
    frame = engine.frame("campaign_days")
    return frame.assign(source=source, cost=frame["cost"].astype("float64"))[list(CAMPAIGNS.columns)]


def no_campaigns() -> pd.DataFrame:
    """Return the table of a source that declares none."""
    return pd.DataFrame(columns=list(CAMPAIGNS.columns))
