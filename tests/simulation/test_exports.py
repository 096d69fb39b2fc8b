"""The exports hold the ledger, the whole ledger, and the dirt that was declared."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from pipeline import check
from pipeline.simulation import identifiers
from pipeline.simulation.exports import outputs
from pipeline.simulation.formats import FILES
from simulation.clairval import CLOSES, LOUD, OPENS, SEED, Clairval, export_ledger, make

# Attribute → the touchpoints that tell it; elsewhere the ledger knows more than the exports say.
TOLD = {
    "visit_reason": ["site_visit"],
    "campaign": ["ad_clicked", "site_visit"],
    "banner": ["site_visit"],
    "page_ms": ["product_viewed"],
    "delivery_fee": ["basket_viewed"],
    "checkout_variant": ["basket_viewed"],
    "button_variant": ["basket_viewed"],
    "form_version": ["form_opened", "form_submitted"],
    "days_late": ["order_delivered"],
    "is_pickup": ["order_delivered"],
    "product_line": ["order_delivered"],
    "has_gift_wrap": ["order_placed"],
    "is_express": ["order_placed"],
    "device": ["site_visit", "product_viewed", "basket_viewed", "form_opened", "form_submitted", "order_placed"],
    "value": ["order_placed", "deal_won"],
    "score": ["nps_answered", "csat_answered", "ces_answered"],
}


def events_of(clairval: Clairval) -> pd.DataFrame:
    """Return the cleaned events of the window, in the order of (touchpoint, time): of a sale the shop's row, no sign-up."""
    files = clairval.workspace.path("data/clean/events/*.parquet")
    rows = duckdb.execute(
        f"from read_parquet('{files}', union_by_name = true) where occurred_at >= $opens and occurred_at < $closes "
        "and touchpoint not in ('purchase_tracked', 'signed_up')",
        {"opens": OPENS, "closes": CLOSES},
    ).df()
    return rows.sort_values(["touchpoint", "occurred_at"], ignore_index=True)


def ledger_of(clairval: Clairval) -> pd.DataFrame:
    return clairval.happened.sort_values(["touchpoint", "occurred_at"], ignore_index=True)


# -- the ledger --------------------------------------------------------------------------------------------------


def test_check_reads_every_source(clairval: Clairval) -> None:
    known = check.check(clairval.workspace, clairval.params)
    assert set(clairval.happened["touchpoint"]) <= known.touchpoints
    assert {"visit_reason", *TOLD} - {"value", "score"} <= set(known.attributes)


def test_every_interaction_of_the_ledger_comes_out_of_clean_at_its_time(cleaned: Clairval) -> None:
    """Same touchpoints, same moments to the microsecond; dirt adds none and takes none away."""
    found, ledger = events_of(cleaned), ledger_of(cleaned)
    assert len(ledger) > 3_000
    assert len(set(ledger["touchpoint"])) == 25
    pd.testing.assert_frame_equal(found[["touchpoint", "occurred_at"]], ledger[["touchpoint", "occurred_at"]])


@pytest.mark.parametrize("name", TOLD)
def test_what_is_known_of_an_interaction_comes_out_of_clean(cleaned: Clairval, name: str) -> None:
    found, ledger = events_of(cleaned), ledger_of(cleaned)
    is_told = ledger["touchpoint"].isin(TOLD[name])
    got, wanted = found.loc[is_told, name], ledger.loc[is_told, name]
    assert wanted.notna().any()
    if pd.api.types.is_numeric_dtype(wanted) and not pd.api.types.is_bool_dtype(wanted):
        pd.testing.assert_series_equal(got.astype("float"), wanted.astype("float"), check_names=False)
    else:
        assert got.astype("str").tolist() == wanted.astype("str").tolist()


# -- the dirt ----------------------------------------------------------------------------------------------------


def test_clean_accounts_for_every_spoilt_row(cleaned: Clairval) -> None:
    """Per file: what clean refuses, leaves out and finds repeated is what was added, row for row."""
    conservation = pd.read_csv(cleaned.workspace.path("data/clean/conservation.csv"))
    counted = conservation.assign(file=conservation["source_file"].str.split(".").str[0]).set_index("file")
    dirt = pd.read_csv(cleaned.workspace.path("data/truth/dirt.csv"))
    added = dirt.pivot_table(index="file", columns="becomes", values="rows", aggfunc="sum", fill_value=0)
    main = counted[counted["role"] == "main"]
    for becomes in ("refused", "filtered", "duplicate"):
        wanted = added[becomes].reindex(main.index, fill_value=0).astype("int64")
        assert main[becomes].to_dict() == wanted.to_dict(), becomes
    raw = main["used"] + main["empty"] + main["filtered"] + main["refused"] + main["duplicate"]
    assert (raw == main["raw"]).all()


def test_every_kind_of_dirt_is_there_at_about_its_rate(cleaned: Clairval) -> None:
    dirt = pd.read_csv(cleaned.workspace.path("data/truth/dirt.csv"))
    assert set(dirt["kind"]) == set(LOUD)
    web = dirt[dirt["file"] == "web"].set_index("kind")["rows"]
    rows = (
        len(pd.read_parquet(cleaned.raw("web/web.parquet"))) - web[["duplicate", "impossible_date", "test_user"]].sum()
    )
    for kind in ("duplicate", "test_user", "missing_id"):
        expected = rows * LOUD[kind]
        assert abs(web[kind] - expected) < 4 * expected**0.5, kind  # four standard deviations of a Poisson count


# -- the files ---------------------------------------------------------------------------------------------------


def test_the_files_are_those_that_dvc_is_told_of(clairval: Clairval) -> None:
    there = sorted(path.relative_to(clairval.workspace.root).as_posix() for path in clairval.raw("").rglob("*.*"))
    assert [path for path in there if not path.endswith("source.yaml")] == outputs(1)
    assert len({path.split("/")[2] for path in there}) == 13


def test_formats_are_the_vendors_own(clairval: Clairval) -> None:
    assert clairval.raw("sales/orders.csv").read_bytes().startswith(b"\xef\xbb\xbfid,email,")
    loyalty = clairval.raw("loyalty/card_uses.csv").read_bytes()
    assert "fidélité".encode("cp1252") in loyalty
    assert loyalty.splitlines()[1].split(b";")[2].count(b",") == 1  # 12,50
    line = json.loads(clairval.raw("app/app.jsonl").read_text("utf-8").splitlines()[0])
    assert isinstance(line["event_properties"], dict)
    schema = duckdb.execute(f"describe from '{clairval.raw('web/web.parquet')}'").fetchall()
    assert {row[0]: row[1] for row in schema}["timestamp"] == "TIMESTAMP"


def test_clicks_cost_money_in_millionths(clairval: Clairval) -> None:
    costs = pd.read_csv(clairval.raw("ad_costs/campaign_stats.csv"))
    assert costs["clicks"].sum() == (clairval.happened["touchpoint"] == "ad_clicked").sum()
    per_click = costs["cost_micros"] / costs["clicks"]
    assert ((per_click >= 300_000) & (per_click < 690_000)).all()
    assert not costs.duplicated(["date", "id"]).any()


def test_the_call_log_has_local_times_on_both_sides_of_each_change(tmp_path: Path) -> None:
    """Paris leaves summer time on 26 October 2025 and returns to it on 29 March 2026, both at 01:00 UTC."""
    utc = ["2025-10-26 00:30", "2025-10-26 01:30", "2026-03-29 00:30", "2026-03-29 01:30"]
    export_ledger(tmp_path, [(1, datetime.fromisoformat(moment), "call_received") for moment in utc])
    with (tmp_path / "data/raw/calls/calls.csv").open(encoding="utf-8") as stream:
        times = [row["start_time"] for row in csv.DictReader(stream)]
    assert times == ["2025-10-26 02:30:00", "2025-10-26 02:30:00", "2026-03-29 01:30:00", "2026-03-29 03:30:00"]


def test_mail_that_was_sent_gives_no_step(cleaned: Clairval) -> None:
    conservation = pd.read_csv(cleaned.workspace.path("data/clean/conservation.csv"))
    mails = conservation[conservation["source_file"] == "mail_events.csv"].iloc[0]
    opened = cleaned.happened["touchpoint"].isin(["newsletter_opened", "promo_opened"]).sum()
    assert mails["empty"] == 3 * opened
    assert mails["events"] == opened + (cleaned.happened["touchpoint"] == "confirmation_sent").sum()


def test_verbatims_are_many_and_every_code_has_some(clairval: Clairval) -> None:
    texts = identifiers.verbatims()
    sizes = texts.groupby(["theme", "language"]).size()
    for theme in ("fee", "slowness", "form", "late", "silence", "callback", "defect", "praise"):
        assert sizes[theme, "fr"] >= 40
        assert sizes[theme, "en"] >= 10
    assert set(clairval.happened["verbatim_code"].dropna()) <= set(texts["theme"])
    assert texts.groupby(["theme", "language"])["text"].nunique().equals(sizes)
    replies = pd.read_csv(clairval.raw("social/replies.csv"), on_bad_lines="skip")
    assert replies["full_text"].dropna().isin(texts["text"]).all()


# -- the same each time ------------------------------------------------------------------------------------------


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.*"))}


def test_the_same_bytes_on_one_thread_and_on_two(clairval: Clairval, tmp_path: Path) -> None:
    other = make(tmp_path / "brand", threads=1)
    for part in ("data/raw", "data/truth"):
        one, two = bytes_of(clairval.workspace.root / part), bytes_of(other.workspace.root / part)
        assert list(one) == list(two)
        assert [name for name in one if one[name] != two[name]] == []


@pytest.fixture(scope="module")
def stacked(tmp_path_factory: pytest.TempPathFactory) -> Clairval:
    """Return two worlds in one export, 40 persons at a time."""
    return make(tmp_path_factory.mktemp("stacked") / "brand", customers=60, seeds=("another", SEED), size=40)


def shown(clairval: Clairval, seed: str) -> set[tuple[str, str, int]]:
    table = pd.read_parquet(clairval.workspace.path("data/truth/identifiers.parquet"))
    people = pd.read_parquet(clairval.workspace.path("data/truth/people.parquet"))
    table = table.merge(people[people["seed"] == seed], on="person")
    return set(zip(table["kind"], table["value"], table["local_number"], strict=True))


def test_a_person_shows_the_same_identifiers_alone_and_in_a_stack(stacked: Clairval, tmp_path: Path) -> None:
    alone = make(tmp_path / "brand", customers=60)
    assert shown(alone, SEED) == shown(stacked, SEED)
    assert shown(stacked, SEED).isdisjoint(shown(stacked, "another"))
    people = pd.read_parquet(stacked.workspace.path("data/truth/people.parquet"))
    assert people.groupby("seed").size().to_dict() == {"another": 60, SEED: 60}


def test_batches_number_their_files_and_the_sources_read_all_of_them(stacked: Clairval) -> None:
    assert [path.name for path in sorted(stacked.raw("web").glob("*.parquet"))] == [
        "web_000.parquet", "web_001.parquet", "web_002.parquet",
    ]  # fmt: skip
    assert len(outputs(3)) == 3 * len(FILES) + 1
    check.check(stacked.workspace, stacked.params)
