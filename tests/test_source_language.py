"""What exports of vendors need of a description: counts since 1970, columns that may lack, a header in its own file."""

from __future__ import annotations

from datetime import datetime

import duckdb
import pandas as pd
import pytest

import small_workspace as shop
from pipeline import clean
from pipeline.errors import ParcoursError

AT = datetime(2026, 1, 5, 9, 0, 0, 250_000)
COUNTS = {
    "unix_seconds": "1767603600.25",
    "unix_milliseconds": "1767603600250",
    "unix_microseconds": "1767603600250000",
}


def web_events(workspace):
    clean.main(workspace, shop.load(workspace))
    return duckdb.sql(f"select * from '{workspace.path('data/clean/events')}/web.parquet' order by source_row").df()


def described(**changes):
    return {**shop.WEB_SOURCE, "time_zone": "Europe/Paris", **changes}


@pytest.mark.parametrize("unit", COUNTS)
def test_counts_since_1970_are_utc_whatever_the_zone_of_other_times(tmp_path, unit):
    count = COUNTS[unit]
    far, negative, words = f"9{count}", f"-{count}", "2026-01-05"  # after 2100, before 1970, no count
    visits = "visitor,email,at,page\n" + "".join(f"v1,,{cell},home\n" for cell in (count, far, negative, words, ""))
    workspace = shop.make(tmp_path / "w", visits=visits, web_source=described(types={"at": unit}))
    found = web_events(workspace)
    assert [moment.to_pydatetime() for moment in found["occurred_at"]] == [AT]
    refused = pd.read_csv(workspace.path("data/clean/rejects.csv"))
    assert list(zip(refused["source_row"], refused["reason"], refused["column"], strict=True)) == [
        (row, "unreadable_value", "at") for row in (3, 4, 5)
    ]


def test_counts_keep_the_hour_that_clocks_repeat_apart(tmp_path):
    visits = "visitor,email,at,page\nv1,,1792888200,home\nv2,,1792891800,home\n"  # 02:30 in Paris, twice
    workspace = shop.make(tmp_path / "w", visits=visits, web_source=described(types={"at": "unix_seconds"}))
    assert [f"{one:%d %H:%M}" for one in web_events(workspace)["occurred_at"]] == ["25 00:30", "25 01:30"]


def test_numbers_of_a_parquet_file_are_counts_too(tmp_path):
    workspace = shop.make(
        tmp_path / "w", visits=None, web_source=described(files="v.parquet", types={"at": "unix_microseconds"})
    )
    frame = pd.DataFrame({"visitor": ["v1"], "email": [None], "at": [1_767_603_600_250_000], "page": ["home"]})
    frame.astype({"email": "str"}).to_parquet(workspace.raw("web") / "v.parquet")
    assert [one.to_pydatetime() for one in web_events(workspace)["occurred_at"]] == [AT]


def test_the_wrong_unit_is_said_at_once(tmp_path):
    visits = "visitor,email,at,page\nv1,,1767603600250,home\n"
    workspace = shop.make(tmp_path / "w", visits=visits, web_source=described(types={"at": "unix_seconds"}))
    with pytest.raises(ParcoursError, match="types.at: unix_seconds: no value is such a count .* like '9999999999999'"):
        web_events(workspace)


def test_optional_columns_are_null_where_no_file_has_them_and_used_where_one_has(tmp_path):
    declared = described(
        files="*.jsonl",
        optional_columns=["EMAIL", "seen"],
        attributes={"seen": "seen"},
        types={"at": "timestamp", "seen": "integer"},
    )
    workspace = shop.make(tmp_path / "w", visits=None, web_source=declared)
    (workspace.raw("web") / "visits.jsonl").write_text(
        '{"visitor": "v1", "at": "2026-01-05T09:00:00Z", "page": "home", "email": "a@b.fr"}\n'
    )
    found = web_events(workspace)
    assert found["id_email"].notna().all() and found["seen"].isna().all()
    missing = {**declared, "optional_columns": ["seen"]}
    other = shop.make(tmp_path / "o", visits=None, web_source=missing)
    (other.raw("web") / "visits.jsonl").write_text('{"visitor": "v1", "at": "2026-01-05T09:00:00Z", "page": "home"}\n')
    with pytest.raises(ParcoursError, match="identifiers.email: no column 'email'"):
        web_events(other)


def test_a_header_of_its_own_and_no_quotes(tmp_path):
    declared = described(files="hits.tsv", delimiter="tab", header_file="names.tsv", quotes=False)
    workspace = shop.make(tmp_path / "w", visits=None, web_source=declared)
    folder = workspace.raw("web")
    (folder / "hits.tsv").write_text('v1\t"\t2026-01-05 10:00:00\thome\nv2\t\t2026-01-05 10:05:00\tbask\\\n"et\n')
    with pytest.raises(ParcoursError, match="its header is to stand in names.tsv, which is not there"):
        web_events(workspace)
    (folder / "names.tsv").write_text("visitor\temail\tat\tpage\n")
    assert list(web_events(workspace)["source_row"]) == [1, 2]


@pytest.mark.parametrize("name", ["../names.tsv", "/etc/passwd", "sub\\names.tsv"])
def test_a_header_lies_in_the_source_s_folder(tmp_path, name):
    workspace = shop.make(tmp_path / "w", web_source=described(header_file=name))
    with pytest.raises(ParcoursError, match="header_file: .* expected the name of a file in the source's folder"):
        web_events(workspace)


def test_a_table_of_events_has_events(tmp_path):
    workspace = shop.make(tmp_path / "w", web_source=described(events=[]))
    with pytest.raises(ParcoursError, match="events: at least one event is expected. A table of sums"):
        web_events(workspace)


def test_of_versions_of_a_record_the_newest_counts_left_out_or_not(tmp_path):
    visits = (
        "visitor,email,at,page\n"
        "v1,,2026-01-05 10:00:00,home\n"
        "v1,,2026-01-07 10:00:00,home\n"  # the newest of v1
        "v1,,2026-01-06 10:00:00,home\n"
        "v2,,2026-01-05 10:00:00,home\n"
        "v2,,2026-01-06 10:00:00,gone\n"  # the newest of v2 is left out, and takes the older one with it
        "v3,,,home\n"
        "v3,,2026-01-05 10:00:00,home\n"  # a moment is newer than none
    )
    told = described(duplicates=["visitor"], latest_by="at", leave_out={"gone": "page = 'gone'"})
    found = web_events(shop.make(tmp_path / "w", visits=visits, web_source=told))
    assert list(found["source_row"]) == [3, 8]
    counts = (
        pd.read_csv(tmp_path / "w" / "data" / "clean" / "conservation.csv").set_index("source_file").loc["visits.csv"]
    )
    assert (counts["used"], counts["filtered"], counts["duplicate"]) == (2, 1, 4)


def test_latest_by_needs_to_know_of_which_rows(tmp_path):
    with pytest.raises(ParcoursError, match="latest_by: of which rows"):
        web_events(shop.make(tmp_path / "w", web_source=described(latest_by="at")))
