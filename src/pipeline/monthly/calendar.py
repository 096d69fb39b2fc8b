"""Months by name (2026-11): which are full between two moments, and which come before one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

MONTHS_ON_CHART = 13  # the last full one, the same a year before, and those between


def full_months(first: datetime, last: datetime, zone: str) -> list[str]:
    """Return the local months that lie wholly between two moments (naive UTC).

    Examples
    --------
    >>> full_months(datetime(2026, 1, 2), datetime(2026, 4, 1), "UTC")
    ['2026-02', '2026-03']
    """
    local = ZoneInfo(zone)
    month = first.replace(tzinfo=UTC).astimezone(local).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    found = []
    while month.astimezone(UTC).replace(tzinfo=None) < last:
        following = (month + timedelta(days=32)).replace(day=1)
        starts, ends = (one.astimezone(UTC).replace(tzinfo=None) for one in (month, following))
        if starts >= first and ends <= last:
            found.append(f"{month:%Y-%m}")
        month = following
    return found


def earlier_months(month: str) -> tuple[str, str]:
    """Return the month before and the same month a year before.

    Examples
    --------
    >>> earlier_months("2026-01")
    ('2025-12', '2025-01')
    """
    year, number = map(int, month.split("-"))
    before = f"{year}-{number - 1:02d}" if number > 1 else f"{year - 1}-12"
    return before, f"{year - 1}-{number:02d}"


def next_month(month: str) -> str:
    """Return the month after.

    Examples
    --------
    >>> next_month("2026-12")
    '2027-01'
    """
    year, number = map(int, month.split("-"))
    return f"{year}-{number + 1:02d}" if number < 12 else f"{year + 1}-01"
