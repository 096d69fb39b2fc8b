"""Who is who: what the exports show of each person, and how much of it identify puts together again."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from pipeline.keys import key_bytes, pseudonyms
from simulation.clairval import OPENS, SEED, Clairval


@pytest.fixture(scope="module")
def truth(clairval: Clairval) -> pd.DataFrame:
    return pd.read_parquet(clairval.workspace.path("data/truth/identifiers.parquet"))


@pytest.fixture(scope="module")
def matched(cleaned: Clairval, truth: pd.DataFrame) -> pd.DataFrame:
    """Return each true identifier beside the customer that identify gave it to."""
    key = key_bytes(cleaned.params.workspace.key, cleaned.workspace)
    hashed = [part.assign(value_hash=pseudonyms(key, str(kind), part["value"])) for kind, part in truth.groupby("kind")]
    identities = pd.read_parquet(cleaned.workspace.path("data/identify/identities.parquet"))
    return identities.merge(pd.concat(hashed), on=["kind", "value_hash"], how="left")


def pairs(counts: pd.Series) -> int:
    return int((counts * (counts - 1) // 2).sum())


def test_the_truth_names_every_identifier_that_clean_saw(matched: pd.DataFrame) -> None:
    """All ten kinds, normalised as params.yaml says: none that identify knows is missing from the truth."""
    assert matched["person"].notna().all()
    assert set(matched["kind"]) == {
        "device", "login", "email", "card", "order", "phone", "click", "handle", "account", "profile",
    }  # fmt: skip


def test_identify_puts_true_persons_together(matched: pd.DataFrame) -> None:
    """Pairs of identifiers (hubs apart): 9 in 10 joined rightly, and half of a person's joined.

    The bounds are loose on purpose. What a person leaves on a second device without a login, in social media or
    under a renewed cookie cannot be joined by anybody; a shared desktop joins two persons.
    """
    known = matched[~matched["is_hub"]]
    joined = pairs(known.groupby("customer_id").size())
    true = pairs(known.groupby("person").size())
    rightly = pairs(known.groupby(["customer_id", "person"]).size())
    assert rightly / joined > 0.90
    assert rightly / true > 0.50


def test_a_purchase_on_the_site_shows_the_device_of_the_order(cleaned: Clairval, matched: pd.DataFrame) -> None:
    """The site's own rows say it, in GA4's transaction_id."""
    links = pd.read_parquet(cleaned.workspace.path("data/identify/links.parquet"))
    ends = matched.drop_duplicates("node").set_index("node")
    kinds = ends["kind"].reindex(links["node"]).to_numpy() + "–" + ends["kind"].reindex(links["other_node"]).to_numpy()
    seen = links[(kinds == "device–order") & (links["source"] == "web")]
    purchases = pd.read_parquet(cleaned.workspace.path("data/clean/events/web.parquet")).query(
        "touchpoint == 'purchase_tracked' and id_device.notna() and id_order.notna()"
    )
    assert len(seen) == len(purchases[["id_device", "id_order"]].drop_duplicates()) > 50


def test_a_sign_up_shows_the_e_mail_of_a_login(cleaned: Clairval, truth: pd.DataFrame, matched: pd.DataFrame) -> None:
    """Every login that an event bears was signed up under an e-mail, and is joined to it: by name and date, as any link.

    Without the shop's list of customers half of them meet no e-mail.
    """
    links = pd.read_parquet(cleaned.workspace.path("data/identify/links.parquet"))
    kinds = matched.drop_duplicates("node").set_index("node")["kind"]
    is_pair = (kinds.reindex(links["node"]).to_numpy() == "email") & (
        kinds.reindex(links["other_node"]).to_numpy() == "login"
    )
    said_by = links[is_pair].groupby("source")["other_node"].nunique()
    logins = matched.loc[matched["kind"] == "login", "node"].nunique()
    assert said_by["sign_ups"] > 0.95 * logins  # some rows are spoilt
    assert links[is_pair & (links["source"] != "sign_ups")]["other_node"].nunique() < 0.7 * logins
    assert links.loc[is_pair, "first_seen_at"].notna().all()


def test_who_was_gone_before_the_window_is_not_in_the_list_of_customers(clairval: Clairval) -> None:
    listed = pd.read_csv(clairval.raw("sign_ups/customers.csv"), dtype="str", on_bad_lines="skip")
    assert pd.to_datetime(listed["updated_at"]).min() >= pd.Timestamp(OPENS)


def test_identifiers_look_like_the_real_ones(truth: pd.DataFrame) -> None:
    patterns = {
        "email": r"[a-z.-]+\.[0-9a-z]+@[a-z-]+\.example",
        "phone": r"\+33[67]\d{8}",
        "login": r"\d+",
        "order": r"#MC[0-9A-Z]+",
        "handle": r"@[a-z-]+_[a-z]_[0-9a-z]+",
        "card": r"[1-9]\d{9,16}",
        "device": r"\d+\.\d+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    }
    for kind, pattern in patterns.items():
        values = truth.loc[truth["kind"] == kind, "value"]
        assert [value for value in values if not re.fullmatch(pattern, value)] == [], kind


def test_only_devices_are_shared(truth: pd.DataFrame) -> None:
    persons = truth.groupby(["kind", "value"])["person"].nunique()
    assert set(persons[persons > 1].reset_index()["kind"]) <= {"device"}
    assert persons["device"].max() > 2  # a tablet in a shop


def test_exports_write_identifiers_in_many_forms(clairval: Clairval) -> None:
    orders = pd.read_csv(clairval.raw("sales/orders.csv"), dtype="str", on_bad_lines="skip")
    emails = orders["email"].dropna()
    assert (emails != emails.str.lower()).any()
    assert emails.str.endswith(" ").any()
    phones = orders["billing_address_phone"].dropna()
    assert {phone[:3] for phone in phones} >= {"+33"}
    assert phones.str.contains(" ").any()
    cards = pd.read_csv(clairval.raw("loyalty/cards.csv"), sep=";", encoding="cp1252", dtype="str")
    assert cards["numero_carte"].str.startswith("00").all()


def test_people_are_listed_by_seed(clairval: Clairval) -> None:
    people = pd.read_parquet(clairval.workspace.path("data/truth/people.parquet"))
    assert people["person"].is_unique
    assert set(people["seed"]) == {SEED}
    assert sorted(people["local_number"]) == list(range(1, 301))
