"""What revenue becomes when the root brand's exports are joined as they lie, beside the pipeline's own figure.

Run at the repository's root, after `parcours clean`: python benchmarks/careless_joins.py (as in docs/sources.md).
"""

from __future__ import annotations

import csv
from collections import Counter
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pandas as pd

RAW = Path("data/raw")


def main() -> None:
    """Print rows and revenue of each join."""
    orders = pd.read_csv(RAW / "sales/orders.csv", dtype="str", on_bad_lines="skip")
    orders["money"] = pd.to_numeric(orders["total_price"], errors="coerce")
    tags = read("sales/order_tags.csv").rename(columns={"order_id": "id"})
    mails = read("emails/mail_events.csv").merge(
        read("emails/mail_persons.csv")[["id", "email"]], left_on="person_id", right_on="id"
    )
    visits = pd.read_parquet(RAW / "web/web.parquet", columns=["user_id", "param_campaign", "name"])
    clicked = visits[(visits["name"] == "session_start") & visits["param_campaign"].notna()]
    careless = {
        "the export, summed": orders,
        "orders ⋈ tags of the order": orders.merge(tags[["id", "value"]], on="id", how="left"),
        "orders ⋈ mails opened, by e-mail": orders.merge(mails[["email", "type"]], on="email", how="left"),
        "orders ⋈ visits from a campaign, by login": orders.merge(
            clicked[["user_id", "param_campaign"]].dropna(), left_on="customer_id", right_on="user_id", how="left"
        ),
    }
    number, revenue = counted_once()
    print("| joined | rows | revenue | of the true one |\n|---|---|---|---|")
    print(line("each order once", number, revenue, revenue))
    for name, frame in careless.items():
        print(line(name, len(frame), frame["money"].sum(), revenue))
    events = Path("data/clean/events/sales.parquet")
    if events.is_file():
        values = pd.read_parquet(events, columns=["value"])["value"].dropna()
        print(line("Parcours, events of `sales`", len(values), sum(values), revenue))


def read(name: str) -> pd.DataFrame:
    """Return a raw file, every cell as text."""
    return pd.read_csv(RAW / name, dtype="str", on_bad_lines="skip")


def counted_once() -> tuple[int, Decimal]:
    """Return number and money of the orders: no test, no row that cannot be read, each row once."""
    seen: Counter[tuple[str, ...]] = Counter()
    with (RAW / "sales/orders.csv").open(encoding="utf-8-sig", newline="") as stream:
        header, *rows = csv.reader(stream)
        place = {name: i for i, name in enumerate(header)}
        for row in rows:
            if len(row) == len(header) and row[place["test"]] != "true" and is_moment(row[place["created_at"]]):
                seen[tuple(row)] += 1
    money = [amount for row in seen if (amount := decimal(row[place["total_price"]])) is not None]
    return len(money), sum(money, Decimal(0))


def is_moment(text: str) -> bool:
    """Return whether an order can have been placed then; systems write 1900 or 2999 where they know no moment."""
    moment = pd.to_datetime(text, errors="coerce", format="ISO8601")
    return bool(pd.notna(moment)) and 2000 <= moment.year < 2090


def decimal(text: str) -> Decimal | None:
    """Return an amount, None where a text is none."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def line(name: str, rows: int, money: float | Decimal, revenue: Decimal) -> str:
    """Return a row of the table."""
    return f"| {name} | {rows:,} | {money:,.2f} € | {float(money) / float(revenue):.2f} × |"


if __name__ == "__main__":
    main()
