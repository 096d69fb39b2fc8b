"""The ready descriptions as a whole: complete, truthful about columns, told apart, listed, added."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import sqlglot
import yaml
from sqlglot import exp

from pipeline import cli, describe
from pipeline.errors import ParcoursError
from pipeline.source import add as source_add
from pipeline.source import catalogue as source_catalogue
from pipeline.source.catalogue import Ready
from sources.vendor import example_name, header_of, real_columns

READY = source_catalogue.all_ready()
each = pytest.mark.parametrize("ready", READY, ids=[ready.name for ready in READY])
NOT_LANDED = {  # whose names come from the vendor's own documentation
    "adobe_cja", "adobe_data_feed", "facebook_comment", "ga4_bigquery", "loyalty_card", "matomo_visits", "ocel_log",
    "qualtrics_csv", "salesforce_case", "xes_log", "zendesk_satisfaction",
}  # fmt: skip


def test_all_eight_kinds_of_channel_are_covered() -> None:
    assert {ready.channel for ready in READY} >= {
        "web",
        "app",
        "sales",
        "ads",
        "loyalty",
        "survey",
        "social",
        "support",
    }
    assert {"email", "call"} <= {ready.channel for ready in READY}


@each
def test_a_description_says_where_its_names_come_from_when_and_what_to_adapt(ready: Ready) -> None:
    head = ready.text[: ready.text.index("\nabout:")]
    assert all(line.startswith("#") for line in head.splitlines())
    assert "Adapt: " in head
    assert "2026-11" in ready.columns_from
    assert ready.traps
    assert max(map(len, ready.text.splitlines())) <= 120


@each
def test_columns_are_the_vendor_s(ready: Ready) -> None:
    if ready.name in NOT_LANDED:
        assert "Fivetran" not in ready.columns_from
        return
    files = dict.fromkeys(ready.files, ready.columns)
    for table, names in ready.lookups.items():
        files |= dict.fromkeys(names, ready.lookup_columns[table])
    for file, columns in files.items():
        real = {name.lstrip("\ufeff") for name in real_columns()[ready.name.split("_")[0]][file]}
        assert set(columns) <= real, file
        assert file not in ready.files or set(ready.known_by) <= real


def columns_used(ready: Ready) -> tuple[set[str], set[str]]:
    """Return the columns that a description's SQL and keys name, and the names that its own query makes."""
    content = yaml.safe_load(ready.text)
    texts = [
        *content.get("leave_out", {}).values(),
        *content.get("identifiers", {}).values(),
        *content.get("attributes", {}).values(),
    ]
    for event in content.get("events", []):
        texts += [event["occurred_at"], event.get("when", "true"), event.get("value", "null")]
        texts += [event.get("score", {}).get("value", "null"), *event.get("attributes", {}).values()]
    trees = [sqlglot.parse_one(str(text), read="duckdb") for text in texts]
    made = {"source_file", "source_row"}
    if "query" in content:
        trees.append(sqlglot.parse_one(content["query"], read="duckdb"))
        made |= {alias.alias for alias in trees[-1].find_all(exp.Alias)}
    used = {column.name for tree in trees for column in tree.find_all(exp.Column) if column.name != "*"}
    used |= set(content.get("types", {})) | set(
        content["duplicates"] if isinstance(content.get("duplicates"), list) else []
    )
    return used, made


@each
def test_the_columns_it_names_are_those_it_reads(ready: Ready) -> None:
    used, made = columns_used(ready)
    declared = set(ready.columns) | {name for names in ready.lookup_columns.values() for name in names}
    assert used <= declared | made
    assert declared <= used


@each
def test_the_export_is_recognised_by_its_columns(ready: Ready) -> None:
    file = example_name(ready.files[0])
    found = source_catalogue.recognise(name.lstrip("\ufeff") for name in [*header_of(ready, file), *ready.known_by])
    assert found is not None
    assert (found.ready.name, found.missing, found.share) == (ready.name, (), 1.0)


@pytest.mark.parametrize(
    "columns",
    [
        ["id", "created_at", "status", "email"],
        ["order_id", "customer_id", "ordered_at", "delivered_on", "status", "amount"],
        ["order", "email", "at", "amount", "late_days", "delivered_at", "score"],
        ["id", "name", "date", "clicks", "impressions", "cost"],
        ["id", "updated_time", "created_time", "is_hidden", "message", "page_id", "parent_id"],  # a page's own posts
    ],
)
def test_an_export_of_nobody_is_not_taken_for_a_vendor_s(columns: list[str]) -> None:
    assert source_catalogue.recognise(columns) is None


def test_no_lookup_table_is_taken_for_an_export() -> None:
    read = {(ready.name.split("_")[0], file) for ready in READY for file in ready.files}
    for vendor, files in real_columns().items():
        for file, columns in files.items():
            found = source_catalogue.recognise(name.lstrip("\ufeff") for name in columns)
            assert (found is not None) == ((vendor, file) in read), (vendor, file, found)


def test_describe_says_the_share_and_proposes_the_description(tmp_path: Path) -> None:
    ready = source_catalogue.find("shopify_order")
    columns = [name for name in header_of(ready, "order.csv") if name != "source_name"]
    path = tmp_path / "orders_january.csv"
    path.write_text(",".join(columns) + "\n", encoding="utf-8")
    text = describe.describe([path])
    assert text.startswith("# 10 of the 11 columns of shopify_order are here (91%). Not here: source_name.\n")
    told = yaml.safe_load(text)
    assert told == {**yaml.safe_load(ready.text), "files": "orders_january.csv"}
    with pytest.raises(ParcoursError, match="no column looks like a time"):  # it has no row to guess from
        describe.describe([path], is_guess=True)


# -- the command ------------------------------------------------------------------------------------------------


def test_list_is_a_line_for_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["source", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert re.split(r"  +", lines[0]) == ["name", "vendor", "export", "channel", "column names from", "files"]
    assert [line.split()[0] for line in lines[1:]] == [ready.name for ready in READY]


def test_add_checks_the_files_and_says_what_params_needs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "data" / "raw" / "support"
    folder.mkdir(parents=True)
    columns = [name for name in real_columns()["zendesk"]["ticket.csv"] if name != "via_channel"]
    (folder / "ticket.csv").write_text(",".join([*columns, "via_chanel"]) + "\n", encoding="utf-8")
    (folder / "ticket_tag.csv").write_text("tag,ticket_id\n", encoding="utf-8")
    (folder / "users_january.csv").write_text("id,email\n", encoding="utf-8")
    assert cli.main(["source", "add", "zendesk_ticket", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert (folder / "source.yaml").read_text(encoding="utf-8") == source_catalogue.find("zendesk_ticket").text
    assert "  ticket.csv: no column 'via_channel'. Nearest: via_chanel.\n" in shown
    assert "  user.csv: not there yet\n" in shown
    assert "  users_january.csv: no name that the description expects; correct `files:` there\n" in shown
    assert "  ticket_tag.csv: all 2 columns are there\n" in shown
    assert "  sources: […, support]\n" in shown
    assert "    email: {normalise: [trim, lower], hub_limit: 50}\n" in shown
    assert cli.main(["source", "add", "zendesk_ticket", str(folder)]) == 2
    assert "is there already, and was not touched" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "folder", "message"),
    [
        (
            "zendesk",
            "support",
            "zendesk: which export? One source is one export, in a folder of its own: zendesk_chat, zendesk_comment",
        ),
        ("zendesk_tickets", "support", "Nearest: zendesk_ticket"),
        ("zendesk_ticket", "After Sales", "its last part names the source"),
    ],
)
def test_add_refuses_with_a_way_out(tmp_path: Path, name: str, folder: str, message: str) -> None:
    with pytest.raises(ParcoursError, match=re.escape(message)):
        source_add.add(name, tmp_path / folder)
    assert not (tmp_path / folder).exists()


def test_listing_starts_without_an_engine() -> None:
    code = "import sys; from pipeline import cli; cli.main(['source', 'list']); print({'duckdb', 'pandas', 'pyarrow'} & set(sys.modules))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.endswith("set()\n")
