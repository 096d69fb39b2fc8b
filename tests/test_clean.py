"""clean: every row accounted for, one clear error for what nobody could read."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from io import StringIO

import duckdb
import pandas as pd
import pytest

import small_workspace as shop
from pipeline import clean
from pipeline.errors import ParcoursError
from pipeline.workspace import PASSING


def run(workspace):
    clean.main(workspace, shop.load(workspace))
    return workspace


def events(workspace, source):
    return duckdb.sql(f"select * from read_parquet('{workspace.path('data/clean/events')}/{source}.parquet')").df()


def conservation(workspace):
    return pd.read_csv(workspace.path("data/clean/conservation.csv")).set_index("source_file")


def rejects(workspace):
    return pd.read_csv(workspace.path("data/clean/rejects.csv"))


def source(base, **changes):
    return {**base, **changes}


def test_events_of_the_shop(tmp_path):
    workspace = run(shop.make(tmp_path / "w"))
    orders = events(workspace, "orders")
    assert list(orders["touchpoint"]) == [
        "order_placed", "order_placed", "order_delivered", "order_placed", "order_delivered",
    ]  # fmt: skip
    assert [float(value) for value in orders["value"].dropna()] == [20.50, 5.25, 10.00]
    delivered = orders[orders["touchpoint"] == "order_delivered"]
    assert [float(value) for value in delivered["emotion"]] == [-1.0, 2.0]  # 2 and 5 on a scale of 1 … 5
    assert list(delivered["late_days"]) == [2, 0]
    web = events(workspace, "web")
    assert web["event_id"].is_unique and web["event_id"].str.fullmatch("[0-9a-f]{32}").all()
    # the same address in three spellings is one keyed hash, and no raw identifier is left
    assert orders["id_email"].nunique() == 2
    assert set(web["id_email"].dropna()) == set(orders["id_email"])
    assert "shop.example" not in orders.to_csv() + web.to_csv()


def test_every_raw_row_is_used_empty_filtered_refused_or_duplicate(tmp_path):
    rows = shop.ORDERS_CSV + (
        "o4,eve@shop.example,2026-02-30 10:00:00,1.00,0,,\n"  # impossible date
        "o5,eve@shop.example,2026-01-05 10:00:00,abc,0,,\n"  # no number
        "o6,eve@shop.example,2026-01-05 10:00:00,1.00,0\n"  # too few columns
        "o7,eve@shop.example,2026-01-05 10:00:00,1.00,0,2026-01-06,9\n"  # score off its scale
        "o8,eve@shop.example,1899-12-30 00:00:00,1.00,0,,\n"  # a spreadsheet's zero
        "o1,ana@shop.example,2026-01-01 10:30:00,20.50,2,2026-01-04 12:00:00,2\n"  # repeats row 2
        "t1,test@shop.example,2026-01-05 10:00:00,1.00,0,,\n"  # a test order
        "o9,fay@shop.example,,,,,\n"  # nothing happened yet
    )
    orders = source(shop.ORDERS_SOURCE, leave_out={"test_order": "starts_with(email, 'test@')"})
    workspace = run(shop.make(tmp_path / "w", orders=rows, orders_source=orders))
    counts = conservation(workspace).loc["orders.csv"]
    assert {name: counts[name] for name in ("raw", "used", "empty", "filtered", "refused", "duplicate", "events")} == {
        "raw": 11, "used": 3, "empty": 1, "filtered": 1, "refused": 5, "duplicate": 1, "events": 5,
    }  # fmt: skip
    refused = rejects(workspace).set_index("source_row")
    assert dict(refused["reason"]) == {
        5: "unreadable_value", 6: "unreadable_value", 7: "malformed_row", 8: "score_off_its_scale", 9: "impossible_date",
    }  # fmt: skip
    assert refused.loc[5, "column"] == "at" and refused.loc[5, "value"] == "9999-99-99 99:99:99"
    assert refused.loc[6, "column"] == "amount" and refused.loc[6, "value"] == "xxx"
    assert "eve" not in workspace.path("data/clean/rejects.csv").read_text()
    summary = json.loads(workspace.path("data/clean/clean.json").read_text())
    assert summary["refused_by_reason"] == {
        "impossible_date": 1, "malformed_row": 1, "score_off_its_scale": 1, "unreadable_value": 2,
    }  # fmt: skip


def test_naive_times_are_local_and_offsets_are_kept(tmp_path):
    visits = (
        "visitor,email,at,page\n"
        "v1,,2026-01-01 10:00:00,home\n"  # Paris, winter: 09:00 UTC
        "v2,,2026-07-01 10:00:00,home\n"  # summer: 08:00 UTC
        "v3,,2026-07-01T10:00:00Z,home\n"
        "v4,,2025-10-26T02:30:00+02:00,home\n"  # the hour that Paris lives twice, told apart by its offset
        "v5,,2025-10-26T02:30:00+01:00,home\n"
    )
    web = source(shop.WEB_SOURCE, time_zone="Europe/Paris")
    workspace = run(shop.make(tmp_path / "w", visits=visits, web_source=web))
    moments = events(workspace, "web").set_index("source_row")["occurred_at"]
    assert [moment.to_pydatetime() for moment in moments.sort_index()] == [
        datetime(2026, 1, 1, 9), datetime(2026, 7, 1, 8), datetime(2026, 7, 1, 10),
        datetime(2025, 10, 26, 0, 30), datetime(2025, 10, 26, 1, 30),
    ]  # fmt: skip


@pytest.mark.parametrize("content", [shop.VISITS_CSV.encode(), b"\xef\xbb\xbf" + shop.VISITS_CSV.encode()])
def test_a_byte_order_mark_changes_nothing(tmp_path, content):
    assert len(events(run(shop.make(tmp_path / "w", visits=content)), "web")) == 4


def test_other_encodings_delimiters_and_gzip(tmp_path):
    visits = shop.VISITS_CSV.replace("home", "entrée").replace(",", ";").encode("cp1252")
    web = source(shop.WEB_SOURCE, files="*.csv.gz", delimiter=";", encoding="cp1252", attributes={"page_name": "page"})
    workspace = shop.make(tmp_path / "w", visits=None, web_source=web)
    (workspace.raw("web") / "visits.csv.gz").write_bytes(gzip.compress(visits))
    run(workspace)
    assert set(events(workspace, "web")["page_name"]) == {"entrée", "basket"}


def test_what_was_detected_is_stated_and_kept(tmp_path, capfd):
    visits = shop.VISITS_CSV.replace("home", "entrée").replace(",", ";").encode("cp1252")
    workspace = run(shop.make(tmp_path / "w", visits=visits))
    assert (
        "data/raw/web/visits.csv: detected `encoding: 'cp1252'`, `delimiter: ';'`. Declare it" in capfd.readouterr().err
    )
    kept = pd.read_csv(workspace.path("data/clean/formats.csv"), keep_default_na=False).set_index("source_file")
    assert dict(kept.loc["visits.csv"]) == {
        "source": "web", "format": "csv", "encoding": "cp1252", "delimiter": ";", "part": "", "detected": "encoding delimiter",
    }  # fmt: skip
    assert kept.loc["orders.csv", "detected"] == ""


@pytest.mark.parametrize("name", ["repeat", "judgement", "filtered_by", "issue_column", "content", "result", "row"])
def test_a_column_may_have_any_name(tmp_path, name):
    rows = f"visitor,email,at,page,{name}\nv1,,2026-01-01 10:00:00,home,9\nv2,,2026-01-02 10:00:00,home,9\n"
    web = source(
        shop.WEB_SOURCE, attributes={f"own_{name}": f'"{name}"', **({name: f'"{name}"'} if name != "row" else {})}
    )
    workspace = run(shop.make(tmp_path / "w", visits=rows, web_source=web))
    assert conservation(workspace).loc["visits.csv", "used"] == 2
    assert list(events(workspace, "web")[f"own_{name}"]) == ["9", "9"]
    assert events(workspace, "web")["event_id"].nunique() == 2


def test_a_renamed_column_of_a_lookup_is_named(tmp_path):
    joined = source(
        shop.ORDERS_SOURCE,
        lookups={"cities": "cities.csv"},
        query="select main.*, homes.city from main left join cities as homes using (email)",
    )
    workspace = shop.make(tmp_path / "w", orders_source=joined)
    (workspace.raw("orders") / "cities.csv").write_text("email,city_name\nana@shop.example,Lyon\n")
    with pytest.raises(
        ParcoursError, match=r"query: homes \(cities\.csv\) has no column 'city'\. Nearest: city_name\."
    ):
        run(workspace)


def test_json_lines_and_parquet_and_xes_give_the_same_events(tmp_path):
    frame = pd.read_csv(StringIO(shop.VISITS_CSV), dtype=str)
    found = {}
    for kind in ("csv", "jsonl", "parquet", "xes"):
        workspace = shop.make(tmp_path / kind, visits=None, web_source=source(shop.WEB_SOURCE, files=f"visits.{kind}"))
        target = workspace.raw("web") / f"visits.{kind}"
        if kind == "csv":
            frame.to_csv(target, index=False)
        elif kind == "jsonl":
            frame.to_json(target, orient="records", lines=True)
        elif kind == "parquet":
            frame.to_parquet(target)
        else:
            target.write_text(_xes(frame))
        run(workspace)
        found[kind] = events(workspace, "web")[["event_id", "occurred_at", "touchpoint", "id_email"]]
    for kind in ("jsonl", "parquet", "xes"):
        pd.testing.assert_frame_equal(found["csv"], found[kind])


def _xes(frame):
    lines = ['<log xmlns="http://www.xes-standard.org/"><trace><string key="concept:name" value="1"/>']
    for _, row in frame.iterrows():
        cells = "".join(
            f'<string key="{name}" value="{value}"/>' for name, value in row.items() if isinstance(value, str)
        )
        lines.append(f"<event>{cells}</event>")
    return "\n".join([*lines, "</trace></log>"])


def test_a_bad_json_line_is_refused_alone(tmp_path):
    web = source(shop.WEB_SOURCE, files="visits.jsonl")
    workspace = shop.make(tmp_path / "w", visits=None, web_source=web)
    good = '{"visitor": "v1", "email": null, "at": "2026-01-01 10:00:00", "page": "home"}\n'
    (workspace.raw("web") / "visits.jsonl").write_text(good + "{oops\n" + good.replace("v1", "v2"))
    run(workspace)
    assert list(rejects(workspace)["source_row"]) == [2]
    assert conservation(workspace).loc["visits.jsonl", "used"] == 2


def test_two_files_of_one_name_are_refused(tmp_path):
    workspace = shop.make(tmp_path / "w", visits=None, web_source=source(shop.WEB_SOURCE, files="*/visits.csv"))
    for year in ("2025", "2026"):
        (workspace.raw("web") / year).mkdir()
        (workspace.raw("web") / year / "visits.csv").write_text(shop.VISITS_CSV)
    with pytest.raises(ParcoursError, match=r"files: two files are called visits\.csv"):
        run(workspace)


def test_lookups_are_joined_and_must_not_repeat_or_lose_rows(tmp_path):
    joined = source(
        shop.ORDERS_SOURCE,
        lookups={"cities": "cities.csv"},
        query="select main.*, cities.city from main left join cities using (email)",
        attributes={"city": "city"},
    )
    workspace = shop.make(tmp_path / "w", orders_source=joined)
    cities = workspace.raw("orders") / "cities.csv"
    cities.write_text("email,city\nana@shop.example,Lyon\n")
    run(workspace)
    assert list(events(workspace, "orders")["city"].dropna().unique()) == ["Lyon"]
    cities.write_text("email,city\nana@shop.example,Lyon\nana@shop.example,Paris\n")
    with pytest.raises(ParcoursError, match="repeats rows: 3 rows of the main file became 5"):
        run(workspace)


BAD_FILES = {
    "missing file": (dict(visits=None), r"data/raw/web/source\.yaml: files: no file 'visits\.csv'"),
    "empty file": (dict(visits=""), r"data/raw/web/visits\.csv: the file is empty"),
    "wrong delimiter": (dict(visits=shop.VISITS_CSV.replace(",", ";"), web_source=source(shop.WEB_SOURCE, delimiter=",")), r"delimiter seems to be ';', not ','"),
    "wrong encoding": (dict(visits=shop.VISITS_CSV.replace("home", "entrée").encode("cp1252"), web_source=source(shop.WEB_SOURCE, encoding="utf-8")), r"visits\.csv: line 2 is not utf-8.*cp1252"),
    "column named twice": (dict(visits="visitor,email,at,page,at\nv1,,2026-01-01,home,x\n"), r"column 'at' stands twice \(columns 3 and 5"),
    "no date readable": (dict(visits=shop.VISITS_CSV.replace("2026-01-", "January ")), r"types\.at: timestamp: no value can be read as ISO 8601"),
    "day first, not declared": (dict(visits="visitor,email,at,page\nv1,,31/01/2026 10:00,home\n"), r"Declare `date_format`.*day first"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_FILES)
def test_unreadable_files_give_one_clear_error_and_no_output(tmp_path, case):
    changes, message = BAD_FILES[case]
    workspace = shop.make(tmp_path / "w", **changes)
    with pytest.raises(ParcoursError, match=message):
        run(workspace)
    assert not workspace.path("data/clean").exists()
    assert not list(workspace.root.glob(f"{PASSING}*"))


def test_day_and_month_swapped_is_told(tmp_path):
    rows = "visitor,email,at,page\n" + "".join(f"v{day},,{day:02d}/03/2026,home\n" for day in range(1, 29))
    web = source(shop.WEB_SOURCE, date_format="%m/%d/%Y")
    workspace = shop.make(tmp_path / "w", visits=rows, web_source=web)
    with pytest.raises(
        ParcoursError, match=r"day and month look swapped: %m/%d/%Y reads 12 of 28 dates, %d/%m/%Y reads 28"
    ):
        run(workspace)


BAD_DESCRIPTIONS = {
    "unknown column": ({"identifiers": {"device": "visitr"}}, r"identifiers\.device: no column 'visitr'\. Nearest: visitor"),
    "unknown typed column": ({"types": {"att": "timestamp"}}, r"types: no file has a column .att."),
    "unknown key": ({"chanel": "web"}, r"chanel: unknown key\. Nearest: channel"),
    "unknown kind": ({"identifiers": {"phone": "visitor"}}, r"the kind 'phone' is not declared in params\.yaml"),
    "unknown channel": ({"channel": "webb"}, r"channel: 'webb' is unknown\. Nearest: web"),
    "text as time": ({"types": {}}, r"occurred_at: the column 'at' is text\. Declare it under `types:`"),
    "forbidden function": ({"attributes": {"home": "getenv('HOME')"}}, r"the function 'getenv' is not allowed"),
    "another table": ({"attributes": {"x": "(select 1)"}}, r"is not allowed here"),
    "file reader": ({"query": "select main.*, x.* from main, read_csv('/etc/passwd') as x"}, r"'read_csv' is not allowed|is not allowed|no table"),
    "another file": ({"files": "../orders/orders.csv"}, r"leaves the source's folder"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_DESCRIPTIONS)
def test_bad_descriptions_name_the_key_and_the_nearest(tmp_path, case):
    changes, message = BAD_DESCRIPTIONS[case]
    workspace = shop.make(tmp_path / "w", web_source=source(shop.WEB_SOURCE, **changes))
    with pytest.raises(ParcoursError, match=message):
        run(workspace)
    assert not workspace.path("data/clean").exists()


def test_the_same_bytes_with_1_2_and_4_threads_and_another_row_order_gives_the_same_ids(tmp_path):
    contents = {}
    for threads in (1, 2, 4):
        workspace = run(shop.make(tmp_path / str(threads), params={"engine": {"threads": threads}}))
        files = sorted(workspace.path("data/clean").rglob("*.*"))
        contents[threads] = {
            str(path.relative_to(workspace.out)): path.read_bytes() for path in files if path.is_file()
        }
    assert contents[1] == contents[2] == contents[4] and len(contents[1]) == 11
    header, *rows = shop.VISITS_CSV.splitlines(keepends=True)
    turned = run(shop.make(tmp_path / "turned", visits=header + "".join(reversed(rows))))
    assert set(events(turned, "web")["event_id"]) == set(events(workspace, "web")["event_id"])


def test_the_key_changes_every_pseudonym_and_a_missing_secret_is_told(tmp_path, monkeypatch):
    one = run(shop.make(tmp_path / "one"))
    private = {**shop.PARAMS["workspace"], "key": {"secret": "SHOP_KEY"}}
    other = shop.make(tmp_path / "other", params={"workspace": private})
    monkeypatch.delenv("SHOP_KEY", raising=False)
    with pytest.raises(ParcoursError, match="environment variable SHOP_KEY is not set"):
        run(other)
    monkeypatch.setenv("SHOP_KEY", "long enough and secret")
    run(other)
    assert not set(events(one, "orders")["id_email"]) & set(events(other, "orders")["id_email"])
    everything = b"".join(path.read_bytes() for path in other.out.rglob("*") if path.is_file())
    assert b"long enough and secret" not in everything
