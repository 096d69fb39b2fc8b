"""identify: who is one person, who is not, and what was too doubtful to merge."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest

import pipeline.lab as pl
import small_workspace as shop
from pipeline import clean, identify, reconstruct
from pipeline.errors import ParcoursError
from pipeline.keys import pseudonyms

KEY = b"public:shop"
EMAIL = {"normalise": ["email"], "one_per_customer": True}


def run(workspace, verbs=(clean, identify)):
    params = shop.load(workspace)
    for verb in verbs:
        verb.main(workspace, params)
    return duckdb.sql(f"select * from read_parquet('{workspace.path('data/identify/identities.parquet')}')").df()


def listed(workspace, name, *columns):
    return pd.read_csv(workspace.path(f"data/identify/{name}.csv"))[list(columns)].values.tolist()


def hashed(kind, value):
    return pseudonyms(KEY, kind, [value])[0]


def visits(*rows):
    """Return a file of visits: (visitor, email, day of January 2026 as a number or a whole time)."""
    times = (at if isinstance(at, str) else f"2026-01-{at:02d} 10:00:00" for _, _, at in rows)
    lines = [f"{visitor},{email},{at},home" for (visitor, email, _), at in zip(rows, times, strict=True)]
    return "visitor,email,at,page\n" + "\n".join(lines) + "\n"


def test_three_people_in_the_shop(tmp_path):
    identities = run(shop.make(tmp_path / "w"))
    # ana = v1 + her address, bob = v2 + his, v3 alone
    assert sorted(identities.groupby("customer_id").size()) == [1, 2, 2]
    assert (identities["component_size"] == identities.groupby("customer_id")["kind"].transform("size")).all()


def test_neither_the_order_of_rows_and_files_nor_threads_change_a_byte(tmp_path):
    header, *rows = shop.VISITS_CSV.splitlines(keepends=True)
    one = shop.make(tmp_path / "one", params={"engine": {"threads": 2}})
    changes = {"sources": ["orders", "web"], "engine": {"threads": 1}}
    other = shop.make(tmp_path / "other", visits=header + "".join(reversed(rows)), params=changes)
    pd.testing.assert_frame_equal(run(one), run(other))
    for name in ("identities.parquet", "links.parquet", "quarantine.csv", "conflicts.csv", "identify.json"):
        path = f"data/identify/{name}"
        assert one.path(path).read_bytes() == other.path(path).read_bytes(), name


def test_a_shared_device_links_nobody_and_is_listed(tmp_path):
    kiosk = "visitor,email,at,page\n" + "".join(
        f"kiosk,person{i}@shop.example,2026-01-01 10:0{i}:00,home\n" for i in range(6)
    )
    workspace = shop.make(tmp_path / "w", visits=kiosk)
    identities = run(workspace)
    emails = identities[identities["kind"] == "email"]
    assert emails["customer_id"].is_unique  # six people (and two who only ordered), not one
    assert identities[identities["is_hub"]]["kind"].tolist() == ["device"]
    quarantine = pd.read_csv(workspace.path("data/identify/quarantine.csv"))
    shown = quarantine[["reason", "kind", "n_neighbours", "n_events"]]
    assert shown.values.tolist() == [["hub", "device", 6, 6]]


def test_a_device_that_met_two_of_what_it_may_meet_one_of_links_nobody(tmp_path):
    """A family's computer: two addresses on it, far below any hub_limit. Ann's phone and address stay one customer."""
    seen = visits(
        ("family", "ann@shop.example", 1), ("family", "bob@shop.example", 2), ("phone", "ann@shop.example", 3)
    )
    kinds = {"email": EMAIL, "device": {"hub_limit": 5, "at_most": {"email": 1}}}
    workspace = shop.make(tmp_path / "w", visits=seen, params={"identifiers": kinds})
    identities = run(workspace)
    customer = identities.set_index("value_hash")["customer_id"]
    ann, bob = (customer[hashed("email", f"{name}@shop.example")] for name in ("ann", "bob"))
    assert ann != bob
    assert customer[hashed("device", "phone")] == ann
    assert customer[hashed("device", "family")] not in (ann, bob)
    quarantine = pd.read_csv(workspace.path("data/identify/quarantine.csv"))
    assert quarantine[["reason", "kind", "value_hash", "n_neighbours"]].values.tolist() == [
        ["shared", "device", hashed("device", "family"), 2]
    ]


def test_without_at_most_a_family_is_one_customer(tmp_path):
    seen = visits(("family", "ann@shop.example", 1), ("family", "bob@shop.example", 2))
    identities = run(shop.make(tmp_path / "w", visits=seen))
    assert identities.set_index("value_hash").loc[
        [hashed("email", f"{name}@shop.example") for name in ("ann", "bob")], "customer_id"
    ].nunique() == 1  # fmt: skip


def test_who_shows_one_kind_alone_is_counted(tmp_path):
    """v1 and ana are a customer, v2 one of a device alone; the addresses of the two orders stand alone, too."""
    workspace = shop.make(tmp_path / "w", visits=visits(("v1", "ana@x.example", 1), ("v2", "", 2)))
    identities = run(workspace)
    shown = pl.open(workspace.root).kinds_shown().set_index("kinds")
    assert shown.loc["device", ["n_customers", "n_identifiers"]].tolist() == [1, 1]
    assert shown.loc["device+email", ["n_customers", "n_identifiers"]].tolist() == [1, 2]
    assert shown["n_customers"].sum() == identities["customer_id"].nunique()


def test_two_addresses_on_one_device_are_a_conflict(tmp_path):
    visits = "visitor,email,at,page\nv1,a@shop.example,2026-01-01,home\nv1,b@shop.example,2026-01-02,home\n"
    workspace = shop.make(tmp_path / "w", visits=visits)
    identities = run(workspace)
    conflicts = pd.read_csv(workspace.path("data/identify/conflicts.csv"))
    assert conflicts[["problem", "kind", "n"]].values.tolist() == [["several_values", "email", 2]]
    assert identities[identities["is_conflict"]]["customer_id"].nunique() == 1


def test_placeholders_are_nobody(tmp_path):
    visits = "visitor,email,at,page\n" + "".join(
        f"v{i},{name},2026-01-01,home\n" for i, name in enumerate(["undefined", "NULL", "", "0000", " n/a "])
    )
    identities = run(shop.make(tmp_path / "w", visits=visits))
    assert (identities["kind"] == "email").sum() == 2  # those of the orders
    assert identities["component_size"].max() == 1


# -- what is nobody's --------------------------------------------------------------------------------------------------


def test_what_is_nobodys_is_counted_and_never_shown(tmp_path):
    seen = visits(
        ("v1", "undefined", 1), ("v2", "test@test.fr", 1), ("v3", "not an address", 1), ("v4", "desk@shop.example", 1)
    )
    kinds = {"email": {**EMAIL, "nobody": ["Desk@Shop.example"]}, "device": {}}
    workspace = shop.make(tmp_path / "w", visits=seen, params={"identifiers": kinds})
    run(workspace)
    text = workspace.path("data/clean/nobody.csv").read_text("utf-8")
    assert text.splitlines() == [
        "source,kind,reason,n_values,n_events",
        "web,email,nobody,1,1", "web,email,placeholder,2,2", "web,email,unreadable,1,1",
    ]  # fmt: skip


# -- links -------------------------------------------------------------------------------------------------------------


def test_every_link_has_its_source_and_its_dates(tmp_path):
    seen = visits(("v1", "ana@shop.example", 1), ("v1", "ana@shop.example", 9), ("v1", "", 20))
    workspace = shop.make(tmp_path / "w", visits=seen)
    run(workspace)
    path = workspace.path("data/identify/links.parquet")
    rows = duckdb.sql(
        f"select source, first_seen_at::varchar, last_seen_at::varchar, n_events from '{path}'"
    ).fetchall()
    assert rows == [("web", "2026-01-01 10:00:00", "2026-01-09 10:00:00", 2)]


def test_why_two_are_one_customer(tmp_path):
    """v1 – ana – v2 – ann: the way from v1 to ann has three links; bob is another customer."""
    seen = visits(
        ("v1", "ana@x.example", 1), ("v2", "ana@x.example", 2), ("v2", "ann@x.example", 3), ("v9", "bob@x.example", 4)
    )
    workspace = shop.make(tmp_path / "w", visits=seen)
    run(workspace)
    lab = pl.open(workspace.root)
    path = lab.why(("device", hashed("device", "v1")), ("email", hashed("email", "ann@x.example")))
    names = {hashed("device", f"v{i}"): f"v{i}" for i in (1, 2)}
    names |= {hashed("email", f"{name}@x.example"): name for name in ("ana", "ann")}
    assert [(names[a], names[b]) for a, b in zip(path["value_hash"], path["other_hash"], strict=True)] == [
        ("v1", "ana"), ("ana", "v2"), ("v2", "ann"),
    ]  # fmt: skip
    assert path["first_seen_at"].dt.day.tolist() == [1, 2, 3]
    assert set(path["source"]) == {"web"}
    bob = ("email", hashed("email", "bob@x.example"))
    assert lab.why(("device", hashed("device", "v1")), bob).empty
    with pytest.raises(ParcoursError, match="no event bears"):
        lab.why(("device", "ab"), bob)


# -- a value that changes hands ----------------------------------------------------------------------------------------


def test_a_value_unseen_for_long_is_somebody_elses(tmp_path):
    """The device is Ana's on days 1 and 5; unseen for ten days, it is Bob's from day 16 on."""
    seen = visits(
        ("v1", "ana@x.example", 1), ("v1", "", 5), ("v1", "", "2026-01-16 10:00:00"), ("v1", "bob@x.example", 17)
    )  # fmt: skip
    kinds = {"email": EMAIL, "device": {"reassigned_after": "10 d"}}
    workspace = shop.make(tmp_path / "w", visits=seen, params={"identifiers": kinds})
    identities = run(workspace, (clean, identify, reconstruct)).set_index("value_hash")
    periods = identities.loc[hashed("device", "v1")].sort_values("period")
    people = [identities.loc[hashed("email", f"{name}@x.example"), "customer_id"] for name in ("ana", "bob")]
    assert periods["customer_id"].tolist() == people
    assert people[0] != people[1]
    steps = duckdb.sql(
        f"select customer_id, count(*) from read_parquet('{workspace.path('data/reconstruct/steps')}/**/*.parquet') "
        "where touchpoint = 'page_seen' group by 1"
    ).fetchall()
    assert dict(steps) == dict.fromkeys(people, 2)


def test_at_the_limit_it_is_still_the_same_hands(tmp_path):
    seen = visits(("v1", "ana@x.example", 1), ("v1", "bob@x.example", 11))
    kinds = {"email": EMAIL, "device": {"reassigned_after": "10 d"}}
    identities = run(shop.make(tmp_path / "w", visits=seen, params={"identifiers": kinds}))
    assert identities["period"].max() == 0


# -- conflicts ---------------------------------------------------------------------------------------------------------


def in_conflict(folder: Path, seen: str, **declared: object) -> list[list[object]]:
    kinds = {"email": {"normalise": ["email"]}, "device": {}}
    identity = {"conflicts": [{"two": "email", "on_one": "device", **declared}]}
    workspace = shop.make(folder, visits=seen, params={"identifiers": kinds, "identity": identity})
    run(workspace)
    return listed(workspace, "conflicts", "problem", "kind", "on_kind", "value_hash", "n", "first_seen_at", "source")


def test_two_logins_on_one_device_in_one_session(tmp_path):
    seen = visits(
        ("v1", "ana@x.example", "2026-01-01 10:00:00"), ("v1", "bob@x.example", "2026-01-01 10:20:00"),
        ("v1", "ana@x.example", "2026-01-01 10:25:00"), ("v2", "eve@x.example", "2026-01-01 10:00:00"),
        ("v2", "joe@x.example", "2026-01-01 11:00:00"),
    )  # fmt: skip
    found = in_conflict(tmp_path / "session", seen, within="30 min")
    device = hashed("device", "v1")
    assert found == [["two_values", "email", "device", device, 2, "2026-01-01 10:20:00", "web"]]
    assert len(in_conflict(tmp_path / "ever", seen)) == 2  # on v2 they were an hour apart


# -- size cap ----------------------------------------------------------------------------------------------------------


def test_a_customer_that_is_too_large_is_cut_where_most_meet(tmp_path):
    """Two families of three joined by one device: four neighbours against two."""
    seen = visits(
        *((f"v{i}", f"p{i}@x.example", 1) for i in range(4)), *(("shared", f"p{i}@x.example", 2) for i in range(4))
    )
    kinds = {"email": {"normalise": ["email"]}, "device": {}}
    workspace = shop.make(
        tmp_path / "w", visits=seen, params={"identifiers": kinds, "identity": {"largest_customer": 4}}
    )
    identities = run(workspace)
    assert identities["component_size"].max() == 2
    assert listed(workspace, "quarantine", "reason", "kind", "value_hash", "n_neighbours") == [
        ["large_customer", "device", hashed("device", "shared"), 4]
    ]


# -- labelled pairs ----------------------------------------------------------------------------------------------------


def test_labelled_pairs_give_precision_and_recall(tmp_path):
    """Joined: ana–v1, bob–v2 – and, wrongly, ana–eve on v1. Missed: bob–v3."""
    seen = visits(("v1", "ana@x.example", 1), ("v1", "eve@x.example", 2), ("v2", "bob@x.example", 3), ("v3", "", 4))
    pairs = [
        ("device,v1,email, ANA@x.example,yes"), ("device,v2,email,bob@x.example,yes"),
        ("device,v3,email,bob@x.example,yes"), ("email,ana@x.example,email,eve@x.example,no"),
    ]  # fmt: skip
    workspace = shop.make(tmp_path / "w", visits=seen, params={"identity": {"labelled_pairs": "labelled_pairs.csv"}})
    (workspace.root / "labelled_pairs.csv").write_text(
        "kind,value,other_kind,other_value,same\n" + "\n".join(pairs), "utf-8"
    )
    run(workspace)
    rows = {row[0]: row[1:] for row in listed(workspace, "agreement", "measure", "value", "n")}
    assert rows["pairs precision"] == [pytest.approx(2 / 3), 3]
    assert rows["pairs recall"] == [pytest.approx(2 / 3), 3]
    # persons {ana, v1}, {bob, v2, v3}, {eve}; customers {ana, v1, eve}, {bob, v2}, {v3}
    assert rows["B-cubed precision"] == [pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1 + 1) / 6), 6]
    assert rows["B-cubed recall"] == [pytest.approx((1 + 1 + 1 + 2 / 3 + 2 / 3 + 1 / 3) / 6), 6]
    written = "".join(path.read_text("utf-8") for path in workspace.path("data/identify").glob("*.csv"))
    assert "example" not in written  # no raw value leaves


def test_a_labelled_file_that_is_wrong_is_refused(tmp_path):
    workspace = shop.make(tmp_path / "w", params={"identity": {"labelled_pairs": "pairs.csv"}})
    clean.main(workspace, shop.load(workspace))
    with pytest.raises(ParcoursError, match="no file pairs.csv"):
        identify.main(workspace, shop.load(workspace))
    (workspace.root / "pairs.csv").write_text(
        "kind,value,other_kind,other_value,same\ndevise,v1,email,a@b.c,yes\n", "utf-8"
    )
    with pytest.raises(ParcoursError, match=r"row 2: kind: 'devise' is unknown.* device"):
        identify.main(workspace, shop.load(workspace))
