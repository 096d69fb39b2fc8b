"""Records leave documents, logs, workbooks and databases: what else is there stays, and what no program can do is said."""

from __future__ import annotations

import json
import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import openpyxl
import pyarrow.parquet
import pytest
import yaml

import small_workspace as shop
from landing.conftest import postgresql  # noqa: F401 – a fixture
from landing.files import ROWS, WRITTEN
from landing.test_database import execute
from landing.test_formats import WORKBOOKS
from pipeline import cli, obtain, run
from pipeline.errors import ParcoursError
from pipeline.landing import Layout, land
from pipeline.privacy.json_items import without_items
from pipeline.privacy.records import write_without
from pipeline.privacy.search import pattern, texts_of

ANA, BOB = "ana@shop.example", "bob@shop.example"


def without(path, numbers, is_theirs=lambda _: False, **layout):
    """Write a file anew without some records, in its place, and return what `land` reads from it then."""
    declared = Layout("data/raw/a/source.yaml", **layout)
    landed, target = path.with_name("landed.parquet"), path.with_name("new") / path.name
    target.parent.mkdir()
    write_without(path, target, numbers, land(path, declared, landed).reading, declared, is_theirs)
    target.replace(path)
    land(path, declared, landed)
    return pyarrow.parquet.read_table(landed)


def holds(path, value):
    return [part for part, text in texts_of(path) if pattern(value, False).search(text.lower())]


# -- JSON ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "where", "gone", "expected"),
    [
        ('[{"a":1},{"a":2},{"a":3}]', "", {1}, '[{"a":2},{"a":3}]'),
        ('[{"a":1},{"a":2},{"a":3}]', "", {2, 3}, '[{"a":1}]'),
        ('[ {"a":1}, {"a":2} ]', "", {1, 2}, "[  ]"),
        ('\ufeff {"x": [[]], "é": {"rows": [1 ,\n"]", 3]}, "n": 3}', "é.rows", {2}, '\ufeff {"x": [[]], "é": {"rows": [1 ,\n3]}, "n": 3}'),
        ('{"p": [{"r": [1, 2]}, {"s": 0, "r": [3]}]}', "p.item.r", {2, 3}, '{"p": [{"r": [1]}, {"s": 0, "r": []}]}'),
        ('{"rows": {"rows": [7]}, "a.b": [1, 2]}', "a.b", {1}, '{"rows": {"rows": [7]}, "a.b": [2]}'),
    ],
)  # fmt: skip
def test_items_leave_a_document_sign_by_sign(text, where, gone, expected):
    assert without_items(text, where, lambda number, _: number in gone) == (expected, len(gone))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_records_leave_a_json_document(tmp_path, encoding):
    path = tmp_path / "a.json"
    content = '{"page": "é",\n "data": {"items": [{"a": 1.50}, {"a": {"b": "ü"}},\n  {"a": "x"}]}}'
    path.write_bytes(content.encode(encoding))
    without(path, {2}, encoding=encoding)
    assert path.read_bytes() == content.replace('{"a": {"b": "ü"}},\n  ', "").encode(encoding)


def test_a_person_leaves_an_ocel_log_with_the_objects_that_only_they_touch(tmp_path):
    path = tmp_path / "log.jsonocel"
    log = json.loads(WRITTEN["jsonocel"]())
    log["objects"][0]["attributes"] = [{"name": "mail", "value": ANA, "time": "2026-01-01T00:00:00Z"}]  # v0
    log["objects"].append({"id": "card-ana", "type": "card", "attributes": []})
    log["events"][7]["relationships"].append({"objectId": "card-ana", "qualifier": "paid with"})  # v0's
    log["events"][1]["relationships"].append({"objectId": "v0", "qualifier": "seen by"})  # v1's, and shared
    path.write_text(json.dumps(log), encoding="utf-8")
    theirs = {i + 1 for i, row in enumerate(ROWS) if row[0] == "v0"}
    left = without(path, theirs, lambda text: text == ANA)
    assert len(left) == 30 - len(theirs) and set(left["objects.visitor"].to_pylist()) == {f"v{i}" for i in range(1, 7)}
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert [one["id"] for one in kept["objects"]] == [*(f"v{i}" for i in range(1, 7)), "item0", "item1"]
    assert not holds(path, ANA) and not holds(path, "v0") and kept["eventTypes"] == log["eventTypes"]


# -- workbooks -------------------------------------------------------------------------------------------------


def test_rows_leave_a_workbook_of_excel_and_all_else_stays(tmp_path):
    path = tmp_path / "ledger.xlsx"
    shutil.copy(WORKBOOKS / "ledger.xlsx", path)
    without(path, {2, 3, 100})  # in row 2 stand the formulas that 63 other rows share
    old, new = (openpyxl.load_workbook(one, data_only=True) for one in (WORKBOOKS / "ledger.xlsx", path))
    assert new.sheetnames == old.sheetnames
    for sheet in old:
        for i, (before, after) in enumerate(zip(sheet.values, new[sheet.title].values, strict=True), start=1):
            is_gone = sheet.title == "Ledger" and i in (2, 3, 100)
            assert after == (before if not is_gone else (None,) * len(before)), (sheet.title, i)
    with zipfile.ZipFile(WORKBOOKS / "ledger.xlsx") as before, zipfile.ZipFile(path) as after:
        same = {name for name in after.namelist() if after.read(name) == before.read(name)}
        assert set(before.namelist()) - same == {
            "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/calcChain.xml", "xl/_rels/workbook.xml.rels",
            "[Content_Types].xml",
        }  # fmt: skip
    assert holds(path, "TX-400000") == ["xl/pivotCache/pivotCacheRecords1.xml"], "a pivot table keeps its own copy"
    formulas = openpyxl.load_workbook(path)["Ledger"]
    assert formulas["K4"].value == 0 and formulas["K66"].value == "=MAX(J66,0)", "another group keeps its formula"


def test_links_comments_and_texts_of_a_row_leave_with_it(tmp_path):
    path = tmp_path / "visits.xlsx"
    book = openpyxl.Workbook()
    for row in [("email", "page"), (ANA, "home"), (BOB, "home"), (ANA, "basket")]:
        book.active.append(row)
    for cell in ("A2", "A3", "A4"):
        book.active[cell].hyperlink = f"mailto:{book.active[cell].value}"
        book.active[cell].comment = openpyxl.comments.Comment(f"called {book.active[cell].value}", "care")
    book.create_sheet("Notes").append(["kept"])
    book.save(path)
    assert len(holds(path, ANA)) == 3
    left = without(path, {2, 4})
    assert left.to_pylist() == [{"source_file": "visits.xlsx", "source_row": 3, "email": BOB, "page": "home"}]
    book = openpyxl.load_workbook(path)
    assert (
        book["Sheet"]["A3"].hyperlink.target == f"mailto:{BOB}" and book["Sheet"]["A3"].comment.text == f"called {BOB}"
    )
    assert not holds(path, ANA) and book["Notes"]["A1"].value == "kept"


def test_a_workbook_not_built_as_the_format_says_is_left_alone(tmp_path):
    path = tmp_path / "visits.xlsx"
    path.write_bytes(WRITTEN["xlsx"]())
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w") as new:  # rows that no number tells apart from text: calamine counts them itself
        for name, part in parts.items():
            new.writestr(name, part.replace(b'<row r="', b'<row r="x') if "sheet1" in name else part)
    before = path.read_bytes()
    with pytest.raises(ParcoursError, match="could not be taken out"):
        without(path, {3})
    assert path.read_bytes() == before


def test_rows_leave_an_open_document(tmp_path):
    path = tmp_path / "visits.ods"
    path.write_bytes(WRITTEN["ods"]())
    theirs = {i + 2 for i, row in enumerate(ROWS) if row[1] == "ana1@shop.example"}
    left = without(path, theirs)
    assert left["source_row"].to_pylist() == [number for number in range(2, 32) if number not in theirs]
    assert not holds(path, "ana1@shop.example")
    with zipfile.ZipFile(path) as after:
        assert after.namelist()[0] == "mimetype"


# -- a brand whose sources no program rewrites whole -----------------------------------------------------------


def make(folder: Path, address: str | None) -> shop.Workspace:
    """Return a brand with visits in a workbook, orders in a SQLite file, and calls in a server where there is one."""
    database = folder / "shop.sqlite"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("create table orders (id integer primary key, email text, at text, amount text)")
        connection.execute("create table newsletter (email text)")
        listed = [
            (1, BOB, "2026-01-02 10:00:00", "5.25"),
            (2, ANA, "2026-01-03 10:00:00", "7"),
            (3, BOB, "2026-01-04 10:00:00", "1"),
        ]
        connection.executemany("insert into orders values (?, ?, ?, ?)", listed)
        connection.execute("insert into newsletter values (?)", (BOB,))
        connection.commit()
    source = {
        "channel": "sales", "read": {"database": "shop.sqlite", "table": "orders", "order_by": ["at"]},
        "identifiers": {"email": "email"}, "types": {"at": "timestamp", "amount": "number"},
        "events": [
            {"touchpoint": "order_placed", "occurred_at": "at", "value": "amount"},
            {"touchpoint": "order_delivered", "occurred_at": "at", "attributes": {"late_days": "amount"}},
        ],
    }  # fmt: skip
    params = {"sources": ["web", "orders"] + ["calls"] * (address is not None)}
    workspace = shop.make(folder / "w", params=params, orders=None, orders_source=source, visits=None)
    raw = workspace.root / "data/raw"
    shutil.move(database, raw / "orders/shop.sqlite")
    web = yaml.safe_load((raw / "web/source.yaml").read_text(encoding="utf-8"))
    (raw / "web/source.yaml").write_text(yaml.safe_dump({**web, "files": "visits.xlsx"}), encoding="utf-8")
    (raw / "web/visits.csv").unlink(missing_ok=True)
    book = openpyxl.Workbook()
    for row in [("visitor", "email", "at", "page"), ("device-ana", ANA, "2026-01-01 10:00:00", "home"),
                ("device-bob", BOB, "2026-01-01 11:00:00", "home")]:  # fmt: skip
        book.active.append(row)
    book.save(raw / "web/visits.xlsx")
    if address is not None:
        (raw / "calls").mkdir()
        calls = {
            **source,
            "channel": "call",
            "read": {"database": "CALLS_DATABASE", "table": "calls", "order_by": ["id"]},
        }
        calls["events"] = [{"touchpoint": "called", "occurred_at": "at"}]
        calls["types"] = {}
        (raw / "calls/source.yaml").write_text(yaml.safe_dump(calls), encoding="utf-8")
    obtain.obtain(workspace)
    return workspace


def parcours(*arguments):
    return cli.main([str(one) for one in arguments])


def test_a_workbook_whose_pivot_table_keeps_a_copy_is_not_called_erased(tmp_path, capsys):
    workspace = shop.make(tmp_path / "w", params={"sources": ["web"]})
    raw = workspace.root / "data/raw/web"
    shutil.copy(WORKBOOKS / "ledger.xlsx", raw)
    source = yaml.safe_load((raw / "source.yaml").read_text(encoding="utf-8"))
    source |= {
        "files": "ledger.xlsx", "sheet": "Ledger", "types": {"Date": "timestamp"}, "identifiers": {"device": "TxnID"},
        "events": [{"touchpoint": "page_seen", "occurred_at": '"Date"'}],
    }  # fmt: skip
    (raw / "source.yaml").write_text(yaml.safe_dump(source), encoding="utf-8")
    assert parcours("erase", "--identifier", "device", "TX-400000", "--yes", "--workspace", workspace.root) == 2
    said = capsys.readouterr().err
    assert (
        "data/raw/web/ledger.xlsx (xl/pivotCache/pivotCacheRecords1.xml): an identifier of theirs (device)" in said
        and "pivot tables" in said
    )
    assert holds(raw / "ledger.xlsx", "tx-400000") == ["xl/pivotCache/pivotCacheRecords1.xml"], "the row went"


def test_a_sqlite_file_loses_the_rows_and_the_pages_they_stood_on(tmp_path, capsys):
    workspace = make(tmp_path, None)
    file = workspace.root / "data/raw/orders/shop.sqlite"
    assert parcours("erase", "--email", ANA, "--yes", "--workspace", workspace.root) == 0
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("select id from orders order by id").fetchall() == [(1,), (3,)]
        assert connection.execute("select * from newsletter").fetchall() == [(BOB,)]
    assert ANA.encode() not in file.read_bytes()
    assert pyarrow.parquet.read_table(workspace.root / "data/raw/orders/orders.parquet")["id"].to_pylist() == ["1", "3"]
    run.main(workspace, until="identify")
    capsys.readouterr()
    assert parcours("erase", "--verify", "--email", ANA, "--workspace", workspace.root) == 0
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("insert into newsletter values (?)", (f"was {ANA}",))
        connection.commit()
    assert parcours("erase", "--verify", "--email", ANA, "--workspace", workspace.root) == 2
    assert "data/raw/orders/shop.sqlite: " in capsys.readouterr().err


def test_nothing_is_changed_when_one_file_cannot_be_written(tmp_path, capsys):
    workspace = make(tmp_path, None)
    with closing(sqlite3.connect(workspace.root / "data/raw/orders/shop.sqlite")) as connection:
        connection.execute("insert into orders values (0, ?, '2026-01-01 09:00:00', '2')", (BOB,))  # since the snapshot
        connection.commit()
    before = {path: path.read_bytes() for path in workspace.root.rglob("*") if path.is_file()}
    assert parcours("erase", "--email", ANA, "--yes", "--workspace", workspace.root) == 2
    assert "has moved on since the snapshot; nothing was changed" in capsys.readouterr().err
    now = {path: path.read_bytes() for path in workspace.root.rglob("*") if path.is_file()}
    assert now == before


def test_what_is_in_a_database_of_others_is_said_and_not_claimed(tmp_path, capsys, postgresql, monkeypatch):  # noqa: F811
    create = "create table calls (id int primary key, email text, at timestamp, amount numeric(10, 2))"
    rows = f"insert into calls values (1, '{BOB}', '2026-01-05', 1), (2, '{ANA}', '2026-01-06', 2), (3, '{ANA}', '2026-01-07', 3)"
    execute(postgresql, "drop table if exists calls", create, rows)
    monkeypatch.setenv("CALLS_DATABASE", postgresql)
    workspace = make(tmp_path, postgresql)
    assert parcours("erase", "--email", ANA, "--yes", "--workspace", workspace.root) == 2
    said = capsys.readouterr().err
    statement = said[said.index("delete from") :].partition(";")[0]
    assert "CALLS_DATABASE names is not ours to change" in said and "not all of it is erased" in said
    assert parcours("erase", "--verify", "--workspace", workspace.root) == 2
    left = capsys.readouterr().err
    assert "the database of calls (CALLS_DATABASE): 1 identifiers (email)" in left and left.count("\n  ") == 1
    execute(postgresql, statement)
    assert parcours("erase", "--verify", "--workspace", workspace.root) == 0
    monkeypatch.delenv("CALLS_DATABASE")
    assert parcours("erase", "--verify", "--workspace", workspace.root) == 2
    assert "Not searched, so nothing is known of it." in capsys.readouterr().err


def test_a_workbook_that_nothing_writes_is_left_with_the_rows_to_delete(tmp_path, capsys):
    workspace = shop.make(tmp_path / "w", params={"sources": ["web"]})
    raw = workspace.root / "data/raw/web"
    source = yaml.safe_load((raw / "source.yaml").read_text(encoding="utf-8"))
    (raw / "source.yaml").write_text(yaml.safe_dump({**source, "files": "visits.xls"}), encoding="utf-8")
    (raw / "visits.xls").write_bytes(WRITTEN["xls"]())
    content = (raw / "visits.xls").read_bytes()
    assert parcours("erase", "--email", "ana1@shop.example", "--yes", "--workspace", workspace.root) == 2
    theirs = [i + 2 for i, row in enumerate(ROWS) if row[1] == "ana1@shop.example"]
    listed = ", ".join(map(str, reversed(theirs)))
    assert f"in the sheet 'Visits' delete these rows, in this order: {listed}; save it." in capsys.readouterr().err
    assert (raw / "visits.xls").read_bytes() == content
    assert parcours("erase", "--verify", "--email", "ana1@shop.example", "--workspace", workspace.root) == 2
    left = capsys.readouterr().err
    assert "data/raw/web: 1 identifiers (email)" in left and "data/raw/web/visits.xls: " in left


@pytest.mark.parametrize("ending", [one for one in WRITTEN if one not in ("xls", "xlsb")])
def test_a_file_of_one_person_is_a_file_without_records(tmp_path, ending):
    path = tmp_path / f"a.{ending}"
    path.write_bytes(WRITTEN[ending]())
    first = 2 if ending.startswith(("csv", "xlsx", "ods")) else 1
    declared = {"records": "data.items"} if ending == "json" else {}  # of an empty array nobody can tell
    assert without(path, set(range(first, first + 30)), **declared).num_rows == 0
    assert not holds(path, "ana1@shop.example")


def test_a_record_that_is_not_there_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a;b\n1;x\n", encoding="utf-8")
    with pytest.raises(ParcoursError, match="nothing was changed"):
        without(path, {7})
    assert path.read_text(encoding="utf-8") == "a;b\n1;x\n"
