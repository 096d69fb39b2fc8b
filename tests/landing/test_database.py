"""A table of a database as a source: real servers, real files; snapshots that repeat, secrets that stay secret."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import adbc_driver_postgresql.dbapi
import pandas as pd
import pyarrow.parquet
import pytest
import yaml

import small_workspace as shop
from pipeline import clean, obtain, workspaces
from pipeline.database import DatabaseTable, take_snapshot
from pipeline.errors import ParcoursError
from pipeline.workspace import Workspace

ORDERS = [
    (2, "ana@shop.example", "2026-01-10 10:30:00", "10.00", '{"gift": true}'),
    (1, "BOB@shop.example", "2026-01-02 09:30:00", "5.25", None),
    (3, "", None, None, None),
]


def execute(address: str, *statements: str) -> None:
    with adbc_driver_postgresql.dbapi.connect(address) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        connection.commit()


@pytest.fixture
def orders(postgresql: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the address of a database with orders and customers, whose name SHOP_DATABASE holds."""
    execute(
        postgresql,
        'drop schema if exists "my shop" cascade', 'create schema "my shop"',
        'create table "my shop".orders (id int primary key, email text, at timestamp, amount numeric(10, 2), extra jsonb)',
        'create table "my shop".customers (email text, city text)',
        """insert into "my shop".customers values ('ana@shop.example', 'Lyon')""",
    )  # fmt: skip
    for row in ORDERS:
        listed = ", ".join("null" if cell is None else f"'{cell}'" for cell in row)
        execute(postgresql, f'insert into "my shop".orders values ({listed})')
    monkeypatch.setenv("SHOP_DATABASE", postgresql)
    return postgresql


def described(**read: Any) -> dict[str, Any]:
    return {
        "channel": "sales", "read": read, "identifiers": {"email": "email"}, "duplicates": "none",
        "events": [{"touchpoint": "order_placed", "occurred_at": "at", "value": "amount"}],
    }  # fmt: skip


def make(folder: Path, source: dict[str, Any]) -> Workspace:
    return shop.make(folder, params={"sources": ["orders"]}, orders=None, orders_source=source)


def test_a_table_becomes_a_source(tmp_path: Path, orders: str) -> None:
    source = described(database="SHOP_DATABASE", table="my shop.orders", order_by=["id"])
    source |= {
        "query": "select main.*, homes.city from main left join homes using (email)",
        "attributes": {"city": "city"},
    }
    source["lookups"] = {"homes": {"database": "SHOP_DATABASE", "table": "my shop.customers"}}
    workspace = make(tmp_path / "w", source)
    with pytest.raises(ParcoursError, match=r"no snapshot of my shop\.orders yet\. Take it: parcours obtain"):
        clean.main(workspace, shop.load(workspace))
    obtain.obtain(workspace)
    clean.main(workspace, shop.load(workspace))
    events = pd.read_parquet(workspace.path("data/clean/events/orders.parquet"))
    found = zip(events["source_row"], map(float, events["value"]), events["city"].fillna("?"), strict=True)
    assert list(found) == [(1, 5.25, "?"), (2, 10.0, "Lyon")]
    counts = pd.read_csv(workspace.path("data/clean/conservation.csv")).set_index("source_file")
    assert dict(counts.loc["my shop.orders.parquet", ["raw", "used", "empty"]]) == {"raw": 3, "used": 2, "empty": 1}
    manifest = pd.read_csv(workspace.root / "data/raw/manifest.csv")
    assert list(manifest["origin"]) == ["SHOP_DATABASE: my shop.customers", "SHOP_DATABASE: my shop.orders"]
    assert list(manifest["records"]) == [1, 3]


def test_types_arrive_as_they_are_or_as_the_database_writes_them(tmp_path: Path, orders: str) -> None:
    execute(
        orders,
        'create table "my shop".odd (i bigint, t timestamptz, d date, b boolean, f float8, n numeric, u uuid, l int[], '
        "s interval, x bytea)",
        """insert into "my shop".odd values (9007199254740993, '2026-01-02 03:04:05+02', '2026-01-02', true, 0.1,
        1.123456789012345678901, '123e4567-e89b-12d3-a456-426614174000', '{1,2}', '1 day', '\\xff')""",
    )
    assert take_snapshot(_table(tmp_path, "SHOP_DATABASE", "my shop.odd"), tmp_path / "out.parquet") == 1
    row = pyarrow.parquet.read_table(tmp_path / "out.parquet").to_pylist()[0]
    assert (row["i"], row["b"], row["f"], str(row["d"])) == (9007199254740993, True, 0.1, "2026-01-02")
    assert row["t"].isoformat() == "2026-01-02T01:04:05+00:00"
    assert row["n"] == "1.123456789012345678901" and row["u"] == "123e4567-e89b-12d3-a456-426614174000"
    assert (row["l"], row["s"], row["x"]) == ("{1,2}", "1 day", "\\xff")


def _table(
    folder: Path, database: str, table: str, columns: tuple[str, ...] = (), order_by: tuple[str, ...] = ()
) -> DatabaseTable:
    return DatabaseTable("data/raw/orders/source.yaml", "read", folder, database, table, columns, order_by)


def test_equal_tables_give_equal_bytes_whatever_the_order_of_rows(tmp_path: Path, orders: str) -> None:
    table = _table(tmp_path, "SHOP_DATABASE", "my shop.orders")
    take_snapshot(table, tmp_path / "one.parquet")
    execute(orders, 'create table "my shop".turned as select * from "my shop".orders order by id desc')
    take_snapshot(_table(tmp_path, "SHOP_DATABASE", "my shop.turned"), tmp_path / "two.parquet")
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()


def test_sqlite_holds_any_type_in_any_column(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "shop.sqlite")
    connection.execute('create table "or ""ders" (id integer, mixed, real real)')
    rows = [(2, "é", 19.9), (1, None, None), (10, b"\xff", 0.1), (4, "", 1e300), (5, "=x", 7)]
    connection.executemany('insert into "or ""ders" values (?, ?, ?)', rows)
    connection.commit()
    connection.close()
    take_snapshot(_table(tmp_path, "shop.sqlite", 'or "ders', order_by=("id",)), tmp_path / "out.parquet")
    assert pyarrow.parquet.read_table(tmp_path / "out.parquet").to_pylist() == [
        {"id": "1", "mixed": None, "real": None}, {"id": "2", "mixed": "é", "real": "19.9"},
        {"id": "4", "mixed": "", "real": "1.0e+300"}, {"id": "5", "mixed": "=x", "real": "7.0"},
        {"id": "10", "mixed": "FF", "real": "0.1"},
    ]  # fmt: skip
    take_snapshot(_table(tmp_path, "shop.sqlite", 'or "ders', columns=("real",)), tmp_path / "out.parquet")
    assert pyarrow.parquet.read_table(tmp_path / "out.parquet").column_names == ["real"]


def test_dvc_takes_the_snapshot_and_it_gives_what_the_file_gave(tmp_path: Path) -> None:
    root = tmp_path / "w"
    workspaces.create(root)
    workspace, folder = Workspace.at(root), root / "data/raw/orders"
    clean.main(workspace, shop.load(workspace))
    before = pd.read_parquet(root / "data/clean/events/orders.parquet")
    table = pd.read_csv(folder / "orders.csv", sep=";", dtype="str")
    with sqlite3.connect(folder / "shop.db") as connection:
        table.iloc[::-1].to_sql("orders", connection, index=False)
    text = (
        (folder / "source.yaml")
        .read_text()
        .replace("files: orders.csv", "read: {database: shop.db, table: orders, order_by: order_no}")
    )
    (folder / "source.yaml").write_text(text)
    (folder / "orders.csv").unlink()
    workspaces.upgrade(root)
    stage = yaml.safe_load((root / "dvc.yaml").read_text())["stages"]["obtain"]
    assert stage["outs"][0] == "data/raw/orders/orders.parquet" and "data/raw/orders/shop.db" in stage["deps"]
    assert {"data/raw/orders/source.yaml": ["read"]} in stage[
        "params"
    ]  # other keys of source.yaml take no new snapshot
    assert workspaces.verbs_of(root)[0] == "obtain"
    obtain.obtain(workspace)
    clean.main(workspace, shop.load(workspace))
    after = pd.read_parquet(root / "data/clean/events/orders.parquet")
    same = ["event_id", "occurred_at", "touchpoint", "value", "id_email"]
    pd.testing.assert_frame_equal(before[same], after[same])


BAD = {
    "address in the file": (dict(database="postgresql://u:geheim@h/x", table="t"), r"An address does not stand here"),
    "no such file": (dict(database="shop.sqlite", table="t"), r"read\.database: no file 'shop\.sqlite'"),
    "another folder": (dict(database="../x.sqlite", table="t"), r"expected the name of an environment variable"),
    "not set": (dict(database="NOWHERE_SET", table="t"), r"environment variable NOWHERE_SET is not set"),
    "path as table": (dict(database="SHOP_DATABASE", table="../t"), r"read\.table: expected a table"),
    "no such table": (dict(database="SHOP_DATABASE", table="my shop.order"), r"no table 'my shop\.order' that may be read\. Nearest: my shop\.orders"),
    "no such column": (dict(database="SHOP_DATABASE", table="my shop.orders", columns=["mail"]), r"columns: .*no column 'mail'\. Nearest: email"),
    "injection": (dict(database="SHOP_DATABASE", table='orders"; drop schema "my shop" cascade; --'), r"no table"),
    "unknown key": (dict(database="SHOP_DATABASE", table="t", tabel="x"), r"read\.tabel: unknown key\. Nearest: table"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_is_said_and_nothing_is_written(tmp_path: Path, orders: str, case: str) -> None:
    read, message = BAD[case]
    workspace = make(tmp_path / "w", described(**read))
    with pytest.raises(ParcoursError, match=message):
        obtain.obtain(workspace)
    assert not list(workspace.raw("orders").glob("*.parquet"))


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://shop:very-secret@localhost:1/x", "postgresql://shop:very-secret@h:99999999/x",
        "postgresql://shop:very-secret@[::1/x", "postgresql://shop:very%2Dsecret@/x?very-secret=1", "very-secret",
        "mysql://shop:very-secret@h/x", "sqlite:////nowhere/very-secret.db",
    ],
)  # fmt: skip
def test_the_address_is_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any, address: str) -> None:
    monkeypatch.setenv("SHOP_DATABASE", address)
    with pytest.raises(ParcoursError, match="SHOP_DATABASE") as caught:
        take_snapshot(_table(tmp_path, "SHOP_DATABASE", "orders"), tmp_path / "out.parquet")
    shown = str(caught.value) + "".join(capfd.readouterr())
    assert "secret" not in shown
    assert caught.value.__suppress_context__ or caught.value.__context__ is None  # no traceback tells it either


def test_the_server_is_read_and_never_written(tmp_path: Path, orders: str) -> None:
    execute(
        orders,
        'create table "my shop".touched (n int)',
        'create function "my shop".touch() returns int as $$ insert into "my shop".touched values (1) returning 1 $$ language sql',
        'create view "my shop".trap as select "my shop".touch() as n',
    )
    with pytest.raises(ParcoursError, match="read-only transaction"):
        take_snapshot(_table(tmp_path, "SHOP_DATABASE", "my shop.trap"), tmp_path / "out.parquet")
