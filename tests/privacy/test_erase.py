"""A person is erased: from raw files of every format, then from the outputs; a search proves it, and fails before."""

from __future__ import annotations

import gzip
import shutil

import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest
import yaml

import small_workspace as shop
from pipeline import cli, run
from pipeline.errors import ParcoursError
from pipeline.keys import key_bytes, pseudonyms
from pipeline.landing import Layout, land
from pipeline.privacy.records import write_without

ANA, PHONE = "ana@shop.example", "06 39 98 12 34"
VISITS = (
    "visitor,email,at,page\r\n"
    "device-ana-1, Ana@Shop.example ,2026-01-01 10:00:00,home\r\n"
    "\r\n"
    'device-bob-1,bob@shop.example,2026-01-02 09:00:00,"home\r\nof two lines, with ""quotes"""\r\n'
    "device-ana-1,,2026-01-01 10:05:00,basket\r\n"
    "device-eve-1,,2026-01-20 08:00:00,home\r\n"
)
CALLS = (
    '{"phone": "+33639981234", "email": "ana@shop.example", "at": "2026-01-05 10:00:00"}\n'
    "not json, but ana@shop.example\n"
    '{"phone": "0639980000", "email": null, "at": "2026-01-06 10:00:00"}\n'
)
TICKETS = "ticket_id,requester,at\nticket-77,user-501,2026-01-07 10:00:00\nticket-78,user-502,2026-01-08 10:00:00\n"
USERS = "id,mail\nuser-501,ANA@shop.example\nuser-502,bob@shop.example\n"
NOTES = "ticket,text\nticket-77,Where is it?\nticket-78,Thanks\nticket-77,Again\n"
# Eve's journey has every stage: without Ana, the declarations still make sense.
ORDERS = shop.ORDERS_CSV + (
    "order-e1,eve@shop.example,2026-01-05 10:30:00,12.00,1,2026-01-07 12:00:00,4\n"
    "order-e2,eve@shop.example,2026-01-08 10:30:00,12.00,0,,\n"
)
CALLS_SOURCE = {
    "channel": "call", "files": "calls.jsonl", "types": {"at": "timestamp"}, "identifiers": {"email": "email", "phone": "phone"},
    "events": [{"touchpoint": "called", "occurred_at": "at"}],
}  # fmt: skip
TICKETS_SOURCE = {
    "channel": "support", "files": "tickets.csv", "lookups": {"users": "users.csv", "notes": "notes.csv"},
    "types": {"at": "timestamp"}, "identifiers": {"email": "mail"},
    "query": (
        "with counts as (select ticket, count(*) as n from notes group by ticket) "
        "select main.*, users.mail, counts.n from main left join users on main.requester = users.id "
        "left join counts on main.ticket_id = counts.ticket"
    ),
    "events": [{"touchpoint": "asked", "occurred_at": "at"}],
}  # fmt: skip
APP_SOURCE = {
    "channel": "app", "files": "app.parquet", "identifiers": {"device": "visitor"},
    "events": [{"touchpoint": "opened", "occurred_at": "at"}],
}  # fmt: skip


@pytest.fixture(scope="module")
def brand(tmp_path_factory):
    """Five sources in four formats, run as far as personas, with a copy of an output in a DVC cache."""
    params = {
        "workspace": {**shop.PARAMS["workspace"], "key": {"file": ".parcours/key"}},
        "sources": ["web", "orders", "calls", "tickets", "app"],
        "identifiers": {**shop.PARAMS["identifiers"], "phone": {"normalise": ["digits"]}},
    }
    workspace = shop.make(tmp_path_factory.mktemp("erase") / "w", params=params, visits=VISITS, orders=None,
                          orders_source={**shop.ORDERS_SOURCE, "files": "orders.csv.gz"})  # fmt: skip
    raw = workspace.root / "data/raw"
    (raw / "orders/orders.csv.gz").write_bytes(gzip.compress(ORDERS.encode(), mtime=0))
    for name, source in (("calls", CALLS_SOURCE), ("tickets", TICKETS_SOURCE), ("app", APP_SOURCE)):
        (raw / name).mkdir()
        (raw / name / "source.yaml").write_text(yaml.safe_dump(source, sort_keys=False), encoding="utf-8")
    for name, text in (("calls/calls.jsonl", CALLS), ("tickets/tickets.csv", TICKETS), ("tickets/users.csv", USERS),
                       ("tickets/notes.csv", NOTES)):  # fmt: skip
        (raw / name).write_text(text, encoding="utf-8")
    opened = {"visitor": ["device-ana-1", "device-bob-1", "device-ana-1"], "at": pd.to_datetime(["2026-01-03"] * 3)}
    pyarrow.parquet.write_table(pa.table(pd.DataFrame(opened)), raw / "app/app.parquet", compression="zstd")
    run.main(workspace, until="segment")
    cached = workspace.root / ".dvc/cache/files/md5/ab/cdef"
    cached.parent.mkdir(parents=True)
    shutil.copy(workspace.path("data/identify/identities.parquet"), cached)
    return workspace


def parcours(*arguments):
    return cli.main([str(one) for one in arguments])


MAILINGS = """mailing,sent_to,at
m1,"[""bob@shop.example"", ""Ana@Shop.example ""]",2026-01-09 10:00:00
m2,"[""bob@shop.example""]",2026-01-09 10:00:00
m3,"{""to"": {""mail"": ""an\\u0061@shop.example""}, ""n"": 2}",2026-01-09 10:00:00
m4,"[not JSON, but banana@shop.example",2026-01-09 10:00:00
m5,"[""[\\""ana@shop.example\\""]""]",2026-01-09 10:00:00
"""
RENE_CSV = VISITS + "René-12,eve@shop.example,2026-01-21 08:00:00,home\r\nbooked for,,2026-01-21 08:00:00,RENÉ-12\r\n"


def test_an_identifier_inside_a_json_cell_is_found_as_a_record(tmp_path):
    source = {**CALLS_SOURCE, "files": "mailings.csv", "identifiers": {"mailing": "mailing"}}
    params = {"sources": ["web", "orders", "mailings"],
              "identifiers": {**shop.PARAMS["identifiers"], "mailing": {}}}  # fmt: skip
    workspace = shop.make(tmp_path, params=params)
    raw = workspace.root / "data/raw/mailings"
    raw.mkdir()
    (raw / "source.yaml").write_text(yaml.safe_dump(source, sort_keys=False), encoding="utf-8")
    (raw / "mailings.csv").write_text(MAILINGS, encoding="utf-8")
    assert parcours("erase", "--email", ANA, "--yes", "--workspace", workspace.root) == 0
    left = (raw / "mailings.csv").read_text(encoding="utf-8").splitlines()
    assert [line[:2] for line in left] == ["ma", "m2", "m4"]


def test_an_accent_does_not_hide_a_cell(tmp_path):
    """Cells are searched by their last three plain signs: an accent among them must not take one away."""
    params = {"identifiers": {**shop.PARAMS["identifiers"], "device": {"normalise": ["trim", "lower"]}}}
    workspace = shop.make(
        tmp_path, params=params, visits=RENE_CSV.replace("René-12", "12-rené").replace("RENÉ-12", "12-RENÉ")
    )
    assert parcours("erase", "--identifier", "device", "12-rené", "--yes", "--workspace", workspace.root) == 0
    assert "ren" not in (workspace.root / "data/raw/web/visits.csv").read_text(encoding="utf-8").lower()


def test_one_person_is_erased_and_the_search_proves_it(brand, capsys):
    raw = brand.root / "data/raw"
    before = {path: path.read_bytes() for path in raw.rglob("*") if path.is_file()}
    key = key_bytes(shop.load(brand).workspace.key, brand)

    assert parcours("erase", "--email", ANA, "--workspace", brand.root) == 0
    shown = capsys.readouterr().out
    assert "data/raw/web/visits.csv: 2 records" in shown and "add --yes" in shown
    assert before == {path: path.read_bytes() for path in raw.rglob("*") if path.is_file()}, "nothing without --yes"
    assert parcours("erase", "--verify", "--email", ANA, "--workspace", brand.root) == 2
    assert "data/raw/web" in capsys.readouterr().err

    assert (
        parcours("erase", "--email", " ANA@shop.example", "--yes", "--on", "2026-03-02", "--workspace", brand.root) == 0
    )
    capsys.readouterr()
    lines = VISITS.splitlines(keepends=True)
    kept = VISITS.replace(lines[1], "").replace("device-ana-1,,2026-01-01 10:05:00,basket\r\n", "")
    assert (raw / "web/visits.csv").read_bytes() == kept.encode(), "every other byte stays"
    assert gzip.decompress((raw / "orders/orders.csv.gz").read_bytes()).decode().count("\n") == 4
    assert (raw / "calls/calls.jsonl").read_text(encoding="utf-8") == CALLS.splitlines(keepends=True)[2]
    assert (raw / "tickets/tickets.csv").read_text(encoding="utf-8").splitlines()[1:] == [
        "ticket-78,user-502,2026-01-08 10:00:00"
    ]
    assert (raw / "tickets/users.csv").read_text(encoding="utf-8") == "id,mail\nuser-502,bob@shop.example\n"
    assert (raw / "tickets/notes.csv").read_text(encoding="utf-8") == "ticket,text\nticket-78,Thanks\n"
    assert pyarrow.parquet.read_table(raw / "app/app.parquet")["visitor"].to_pylist() == ["device-bob-1"]

    assert parcours("erase", "--verify", "--workspace", brand.root) == 2, "outputs are not made anew yet"
    left = capsys.readouterr().err
    for path in (
        "data/clean/events/web.parquet",
        "data/identify/identities.parquet",
        "data/segment/personas.parquet",
        ".dvc/cache",
    ):
        assert path in left, path
    run.main(brand, until="segment")
    assert parcours("erase", "--verify", "--email", ANA, "--identifier", "phone", PHONE, "--workspace", brand.root) == 2
    assert capsys.readouterr().err.count("\n  ") == 1, "the cache only"
    shutil.rmtree(brand.root / ".dvc")
    assert (
        parcours(
            "erase", "--verify", "--email", ANA, "--identifier", "device", "device-ana-1", "--workspace", brand.root
        )
        == 0
    )
    said = "".join(capsys.readouterr())
    assert "Nothing is left" in said

    log = (brand.root / "erasures.csv").read_text(encoding="utf-8")
    assert log.splitlines()[0] == "erased_on,request,kind,fingerprint"
    assert {row.split(",")[2] for row in log.splitlines()[1:]} == {"email", "device", "phone", "(customer)"}
    for secret in (ANA, "device-ana", "39981234", key.decode(), pseudonyms(key, "email", [ANA])[0]):
        assert secret not in log + said + left


def test_the_key_is_in_no_output_and_no_message(brand, capsys):
    secret = (brand.root / ".parcours/key").read_text(encoding="ascii").strip().encode()
    assert parcours("check", "--workspace", brand.root) == 0
    assert parcours("fingerprint", "--workspace", brand.root) == 0
    said = "".join(capsys.readouterr()).encode()
    files = [path for path in brand.root.rglob("*") if path.is_file() and path != brand.root / ".parcours/key"]
    assert len(files) > 20
    for content in (said, *(path.read_bytes() for path in files)):
        assert secret not in content


def test_who_is_nobody_cannot_be_erased(brand, capsys):
    for arguments, message in (
        (["--identifier", "emial", "x"], "declares no identifier 'emial'. Nearest: email."),
        (["--email", "unknown"], "is nobody's"),
        ([], "name the person"),
    ):
        assert parcours("erase", *arguments, "--workspace", brand.root) == 2
        assert message in capsys.readouterr().err
    assert parcours("erase", "--email", "stranger@shop.example", "--yes", "--workspace", brand.root) == 0
    assert "No raw record is theirs." in capsys.readouterr().out


# -- formats -----------------------------------------------------------------------------------------------------


def without(path, numbers, is_theirs=lambda _: False, **layout):
    """Write a file anew without some records, in its place, and return what `land` reads from it then."""
    declared = Layout("data/raw/a/source.yaml", **layout)
    landed, target = path.with_name("landed.parquet"), path.with_name("new") / path.name
    target.parent.mkdir()
    write_without(path, target, numbers, land(path, declared, landed).reading, declared, is_theirs)
    target.replace(path)
    land(path, declared, landed)
    return pyarrow.parquet.read_table(landed)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_records_leave_a_csv_byte_by_byte(tmp_path, encoding):
    path = tmp_path / "a.csv"
    path.write_bytes('a;b\n1;"é\n;"\n\n2;ö\n3;ü'.encode(encoding))
    without(path, {2, 4}, encoding=encoding)
    assert path.read_bytes() == "a;b\n\n2;ö\n".encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_lines_leave_json_lines(tmp_path, encoding):
    path = tmp_path / "a.jsonl"
    path.write_bytes('{"a": "Ċ"}\r\n{"a": 2}\n\n{"a": 4}'.encode(encoding))
    without(path, {2}, encoding=encoding)
    assert path.read_bytes() == '{"a": "Ċ"}\r\n\n{"a": 4}'.encode(encoding)


def test_a_record_that_is_not_there_changes_nothing(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"a": 1}\n', encoding="utf-8")
    with pytest.raises(ParcoursError, match="nothing was changed"):
        without(path, {2})
    assert path.read_text(encoding="utf-8") == '{"a": 1}\n'


LOG = """<?xml version="1.0" encoding="{encoding}"?>
<!-- exported --><log xmlns="http://www.xes-standard.org/"><string key="source" value="Élan"/>
<trace><string key="concept:name" value="ana@shop.example"/>
  <event><string key="concept:name" value="asked > twice"/></event><event note="/>"/>
</trace>
<trace><string key="concept:name" value="bob"/><!-- <event/> -->
  <event><string key="concept:name" value="ö"/></event>
  <event><string key="who" value="ana@shop.example"/></event>
</trace><event/></log>
"""


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "utf-16"])
@pytest.mark.parametrize("name", ["log.xes", "log.xes.gz"])
def test_events_leave_a_xes_log_and_a_trace_without_events_goes_whole(tmp_path, encoding, name):
    path, content = tmp_path / name, LOG.format(encoding=encoding).encode(encoding)
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    landed = without(path, {1, 2, 4})
    left = path.read_bytes()
    left = (gzip.decompress(left) if name.endswith(".gz") else left).decode(encoding)
    lines = LOG.format(encoding=encoding).split("\n")
    lines[7] = "  "  # the fourth event
    assert left == "\n".join([*lines[:2], "", *lines[5:]])
    assert landed["case:concept:name"].to_pylist() == ["bob", None]
