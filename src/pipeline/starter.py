"""The made-up shop that `parcours init` puts into a new workspace: small, the same each time, with planted truths.

What is planted, so that a reader can see whether the report finds it: an order delivered after the promised day
is scored about 1.5 points lower; visiting on a phone changes nothing.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

_SEED = 20250101
_CUSTOMERS = 240
_OPENING, _CLOSING = datetime(2025, 1, 2), datetime(2025, 12, 20)
_PAGES = ("home", "category", "product")
_DEVICES = ("desktop", "phone")

_Row = tuple[object, ...]


def write_raw(raw: Path) -> None:
    """Write the exports of the shop's three systems into ``web``, ``orders`` and ``survey`` under `raw`."""
    visits, orders, answers = _shop(random.Random(_SEED))  # noqa: S311 – made-up data, not a secret
    _write(raw / "web" / "visits.csv", ",", ("visited_at", "login_email", "page", "device", "cart"), visits)
    order_columns = ("order_no", "customer_email", "ordered_at", "promised_on", "delivered_at", "amount", "city")
    _write(raw / "orders" / "orders.csv", ";", order_columns, orders)
    _write(raw / "survey" / "answers.csv", ",", ("order_no", "answered_at", "score"), answers)


def _shop(chance: random.Random) -> tuple[list[_Row], list[_Row], list[_Row]]:
    visits: list[_Row] = []
    orders: list[_Row] = []
    answers: list[_Row] = []
    for customer in range(_CUSTOMERS):
        email = f"client{customer:03d}@example.org"
        city = chance.choice(("Lyon", "Lille", "Nantes", "Marseille"))
        interest = chance.betavariate(2, 2)
        now = _OPENING + timedelta(days=chance.uniform(0, 300))
        while now < _CLOSING:
            device = chance.choice(_DEVICES)
            for _ in range(chance.randint(1, 3)):
                visits.append((_iso(now), email, chance.choice(_PAGES), device, "no"))
                now += timedelta(hours=chance.uniform(0.1, 20))
            if chance.random() < interest:
                visits.append((_iso(now), email, "cart", device, "yes"))
                number = f"F{len(orders) + 1:05d}"
                order, answer = _order(chance, number, email, city, now + timedelta(minutes=12))
                orders.append(order)
                answers += answer
            now += timedelta(days=chance.expovariate(1 / 60) + 3)
            if chance.random() < 0.45:
                break
    visits.sort(key=lambda row: [str(cell) for cell in row])
    # One row that every real export has: a date that no calendar knows.
    visits.append(("2025-02-30 10:00:00", "client000@example.org", "home", "phone", "no"))
    return visits, orders, answers


def _order(chance: random.Random, number: str, email: str, city: str, placed: datetime) -> tuple[_Row, list[_Row]]:
    promised = placed + timedelta(days=5)
    days_late = chance.choice((-3, -2, -2, -1, -1, 0, 2, 4))
    delivered = promised + timedelta(days=days_late, hours=chance.uniform(-3, 3))
    amount = f"{chance.lognormvariate(3.6, 0.5):.2f}".replace(".", ",")
    is_late = delivered.date() > promised.date()
    order = (
        number, email.upper() if chance.random() < 0.1 else email, placed.strftime("%d/%m/%Y %H:%M"),
        promised.strftime("%d/%m/%Y 00:00"), delivered.strftime("%d/%m/%Y %H:%M") if delivered < _CLOSING else "",
        amount, city,
    )  # fmt: skip
    if delivered >= _CLOSING or chance.random() > 0.6:
        return order, []
    score = min(5, max(1, round(chance.gauss(4.3, 0.7) - 1.5 * is_late)))
    return order, [(number, _iso(delivered + timedelta(days=chance.uniform(0.5, 6))), score)]


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def _write(path: Path, delimiter: str, header: Sequence[str], rows: Iterable[_Row]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=delimiter, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
