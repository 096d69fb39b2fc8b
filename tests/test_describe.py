"""What `parcours describe` proposes: formats and days it must not get wrong, and YAML that `clean` accepts as it is."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pandas as pd
import pytest
import yaml

import small_workspace as shop
from landing.files import ROWS, WRITTEN, as_sqlite
from pipeline import clean, obtain, params, starter, workspaces
from pipeline.describe import describe, slug
from pipeline.describe.profile import profile
from pipeline.errors import ParcoursError
from pipeline.workspace import Workspace


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))
    return path


def proposed(path: Path, *lookups: Path) -> dict:
    return yaml.safe_load(describe([path, *lookups]))


# -- columns ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "formats", "swapped"),
    [
        (["2025-01-02 10:00:00", "2025-03-04 11:00:00"], (), None),
        (["23/08/2025 19:53", "01/02/2025 10:10"], ("%d/%m/%Y %H:%M",), None),
        (["08/23/2025", "01/02/2025"], ("%m/%d/%Y",), None),
        (["03/08/2025", "01/02/2025"], ("%d/%m/%Y",), "%m/%d/%Y"),
        (["23.08.2025", "01.02.2025"], ("%d.%m.%Y",), None),
        (["8/23/2025 7:53 PM", "1/2/2025 10:10 AM"], ("%m/%d/%Y %I:%M %p",), None),
        (["20250823", "20250102"], ("%Y%m%d",), None),
        (["23 Aug 2025", "2 Jan 2025"], ("%d %b %Y",), None),
        (["23/08/25", "01/02/25"], ("%d/%m/%y",), None),
    ],
)
def test_times_and_the_order_of_day_and_month(cells: list[str], formats: tuple[str, ...], swapped: str | None) -> None:
    judged = profile("when", cells)
    assert (judged.type, judged.formats, judged.swapped) == ("timestamp", formats, swapped)


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["1", "22", "-3"], "integer"),
        (["1.5", "22"], "number"),
        (["1,5", "1 234,50"], "number"),
        (["00412", "10000"], "text"),  # leading zeros make a code of it
        (["12345678", "99999999"], "integer"),  # eight digits, but no days
        (["true", "false", "true"], "boolean"),
        (["", "a"], "text"),
    ],
)
def test_types(cells: list[str], kind: str) -> None:
    assert profile("column", cells).type == kind


def test_times_with_their_own_offset() -> None:
    assert profile("when", ["2025-01-02T10:00:00Z", "2025-01-02T10:00:00+02:00"]).has_offset


def test_a_few_bad_rows_do_not_hide_a_time() -> None:
    assert profile("when", [*(f"2025-01-{day:02d} 10:00:00" for day in range(1, 30)), "never"]).type == "timestamp"


def test_contents() -> None:
    assert profile("login", ["a@b.fr", "c@d.org"]).content == "email"
    assert profile("contact", ["06 12 34 56 78", "+33 6 12 34 56 79"]).content == "phone"


# -- files -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_delimiter_and_encoding(tmp_path: Path, delimiter: str, encoding: str) -> None:
    rows = ["client_id|créé_le|ville", "7|2025-01-02|Besançon", "8|2025-01-03|Orléans", "7|2025-01-05|Besançon"]
    path = write(tmp_path / "visites.csv", "\n".join(rows).replace("|", delimiter) + "\n", encoding)
    source = proposed(path)
    assert source.get("delimiter", ",") == {"\t": "tab"}.get(delimiter, delimiter)
    assert source.get("encoding", "utf-8") == ("cp1252" if encoding == "cp1252" else "utf-8")
    assert source["types"] == {"créé_le": "timestamp"}
    assert source["identifiers"] == {"client": "client_id"}


def test_the_ambiguous_day_is_said(tmp_path: Path) -> None:
    path = write(tmp_path / "orders.csv", "customer_id,ordered_at\n1,03/08/2025\n2,01/02/2025\n")
    assert "# AMBIGUOUS: ordered_at fits %d/%m/%Y and %m/%d/%Y alike" in describe([path])


def test_several_times_are_several_events_and_a_status_is_none(tmp_path: Path) -> None:
    rows = [f"{i},{i % 3},2025-01-{i + 1:02d},2025-02-{i + 1:02d},{('open', 'closed')[i % 2]},9.5" for i in range(20)]
    path = write(
        tmp_path / "orders.csv", "order_id,customer_id,ordered_at,delivered_on,status,amount\n" + "\n".join(rows)
    )
    source = proposed(path)
    assert [event["touchpoint"] for event in source["events"]] == ["ordered", "delivered"]
    assert [event.get("value") for event in source["events"]] == ["amount", None]
    assert source["identifiers"] == {"customer": "customer_id", "order": "order_id"}
    assert source["attributes"] == {"status": "status"}


def test_an_event_log_is_one_event_per_kind(tmp_path: Path) -> None:
    kinds = ("Page view", "add to 'cart'", "=cmd()")
    lines = [
        json.dumps({"user_id": f"u{i % 7}", "ts": f"2025-01-02T10:00:{i:02d}Z", "event": kinds[i % 3]})
        for i in range(30)
    ]
    path = tmp_path / "events.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    source = proposed(path)
    assert {event["touchpoint"] for event in source["events"]} == {"page_view", "add_to_cart", "cmd"}
    assert "event = 'add to ''cart'''" in {event["when"] for event in source["events"]}
    assert source["identifiers"] == {"user": "user_id"}


def test_xes_is_read_by_activity_and_case(tmp_path: Path) -> None:
    events = "".join(
        f'<event><string key="concept:name" value="{name}"/>'
        f'<date key="time:timestamp" value="2025-01-0{day}T10:00:00Z"/></event>'
        for day, name in enumerate(("asked", "answered", "asked"), start=1)
    )
    traces = "".join(f'<trace><string key="concept:name" value="case {i}"/>{events}</trace>' for i in range(9))
    path = write(tmp_path / "log.xes", f'<?xml version="1.0"?><log xmlns="http://www.xes-standard.org/">{traces}</log>')
    source = proposed(path)
    assert source["identifiers"] == {"case": '"case:concept:name"'}
    assert {event["when"] for event in source["events"]} == {
        "\"concept:name\" = 'asked'",
        "\"concept:name\" = 'answered'",
    }


def test_parquet_brings_its_own_types(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"member_no": [1, 2, 3, 1], "paid_at": pd.to_datetime(["2025-01-02"] * 4), "amount": [1.5] * 4}
    )
    frame.to_parquet(tmp_path / "till.parquet")
    source = proposed(tmp_path / "till.parquet")
    assert "types" not in source
    assert source["events"] == [{"touchpoint": "till", "occurred_at": "paid_at", "value": "amount"}]


def test_a_lookup_is_joined_on_its_unique_column(tmp_path: Path) -> None:
    orders = write(
        tmp_path / "orders.csv",
        "order_id,customer_id,ordered_at\n" + "".join(f"{i},{i % 2},2025-01-02\n" for i in range(8)),
    )
    customers = write(tmp_path / "customers.csv", "customer_id,home town\n0,Lyon\n1,Lille\n")
    unrelated = write(tmp_path / "stores.csv", "store,town\n0,Lyon\n1,Lille\n")
    text = describe([orders, customers, unrelated])
    source = yaml.safe_load(text)
    assert source["lookups"] == {"customers": "customers.csv"}
    assert source["query"].split("\n")[-2].strip() == "left join customers on customers.customer_id = main.customer_id"
    assert 'customers."home town"' in source["query"]
    assert "# stores.csv: no column in common" in text


@pytest.mark.parametrize("ending", ["xlsx", "ods", "json", "jsonocel", "parquet", "sqlite"])
def test_every_format_is_described_and_cleaned_as_proposed(tmp_path: Path, ending: str) -> None:
    """The proposal for each format, taken without an edit, uses every row."""
    workspace = shop.make(tmp_path / "w", params={"sources": ["web"]}, visits=None)
    folder = workspace.raw("web")
    path = folder / f"visits.{ending}"
    path.write_bytes(as_sqlite() if ending == "sqlite" else WRITTEN[ending]())
    (folder / "source.yaml").write_text(describe([path]), encoding="utf-8")
    source = yaml.safe_load((folder / "source.yaml").read_text(encoding="utf-8"))
    if ending == "sqlite":
        assert source["read"] == {"database": "visits.sqlite", "table": "visits"}
        obtain.obtain(workspace)
    assert source.get("records") == ("data.items" if ending == "json" else None)
    params = yaml.safe_load((workspace.root / "params.yaml").read_text())
    params["identifiers"] = {kind: {} for kind in source["identifiers"]}
    (workspace.root / "params.yaml").write_text(yaml.safe_dump(params))
    clean.main(workspace, shop.load(workspace))
    counts = pd.read_csv(workspace.path("data/clean/conservation.csv")).iloc[0]
    assert (counts["raw"], counts["used"]) == (len(ROWS), len(ROWS))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "no such file"),
        ("", "empty"),
        ("a,b\n1,x\n", "no column looks like a time"),
        ("a,a\n1,2\n", "stands twice"),
    ],
)
def test_what_cannot_be_described(tmp_path: Path, content: str | None, message: str) -> None:
    path = tmp_path / "export.csv"
    if content is not None:
        write(path, content)
    with pytest.raises(ParcoursError, match=message):
        describe([path])


def test_unknown_kind_of_file(tmp_path: Path) -> None:
    with pytest.raises(ParcoursError, match=r"\.csv"):
        describe([write(tmp_path / "notes.docx", "x")])


def test_names_are_names() -> None:
    assert [slug(text) for text in ("Commande passée", "A_SUBMITTED", "7 jours", "::")] == [
        "commande_passee",
        "a_submitted",
        "event_7_jours",
        "event",
    ]


# -- the proposal is accepted ----------------------------------------------------------------------------------


def test_clean_accepts_what_is_proposed(tmp_path: Path) -> None:
    """Every export of the starter, described and cleaned without an edit, gives the rows it held."""
    root = tmp_path / "shop"
    workspaces.create(root)
    for name, file in (("web", "visits.csv"), ("orders", "orders.csv"), ("survey", "answers.csv")):
        folder = root / "data" / "raw" / name
        (folder / "source.yaml").write_text(describe([folder / file]), encoding="utf-8")
    workspace = Workspace.at(root)
    clean.main(workspace, params.load(workspace))
    counts = pd.read_csv(root / "data" / "clean" / "conservation.csv").set_index("source")
    assert counts["refused"].to_dict() == {"web": 1, "orders": 0, "survey": 0}  # the impossible day
    assert (counts["used"] == counts["raw"] - counts["refused"]).all()


def test_seed_of_the_starter_is_fixed(tmp_path: Path) -> None:
    starter.write_raw(tmp_path / "a")
    starter.write_raw(tmp_path / "b")
    for path in (tmp_path / "a").rglob("*.csv"):
        assert path.read_bytes() == (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes()
