"""Mistyped e-mails: which are mended, and which are left alone because they could be somebody else's."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest

import small_workspace as shop
from pipeline import clean, identify
from pipeline.errors import ParcoursError
from pipeline.keys import pseudonyms
from pipeline.tables import LINKS, MISTYPED

KINDS = {"email": {"normalise": ["email"], "mend_typos": True}, "device": {}}
VISITED = "jean.dupont@post.example"


def made(folder: Path, visited: list[str], ordered: list[str], **params: object) -> Path:
    """Return the folder of a shop where these addresses were shown on the site and these with an order."""
    visits = "".join(f"v{i},{email},2026-01-0{i + 1} 10:00:00,home\n" for i, email in enumerate(visited))
    orders = "".join(f"o{i},{email},2026-01-11 10:00:00,20.50,0,,\n" for i, email in enumerate(ordered))
    workspace = shop.make(
        folder / "w", {"identifiers": KINDS, **params}, visits="visitor,email,at,page\n" + visits,
        orders="order,email,at,amount,late_days,delivered_at,score\n" + orders,
    )  # fmt: skip
    for verb in (clean, identify):
        verb.main(workspace, shop.load(workspace))
    return workspace.root


def mended(root: Path, *addresses: str) -> set[frozenset[str]]:
    known = dict(zip(pseudonyms(b"public:shop", "email", addresses), addresses, strict=True))
    found = pd.read_csv(root / MISTYPED.path)
    return {frozenset((known[a], known[b])) for a, b in zip(found["value_hash"], found["other_hash"], strict=True)}


@pytest.mark.parametrize(
    "ordered",
    ["jen.dupont@post.example", "jjean.dupont@post.example", "jean.dupomt@post.example", "jaen.dupont@post.example",
     " Jean.Dupon@Post.example"],
    ids=["left out", "added", "changed", "swapped", "last, and in capitals"],
)  # fmt: skip
def test_one_letter_apart_is_one_person(tmp_path: Path, ordered: str) -> None:
    root = made(tmp_path, [VISITED], [ordered])
    assert mended(root, VISITED, ordered.strip().lower()) == {frozenset((VISITED, ordered.strip().lower()))}
    rows = duckdb.sql(
        f"select first_seen_at::varchar, n_events from '{root / LINKS.path}' where source = '(mistyped)'"
    ).fetchall()
    assert rows == [("2026-01-11 10:00:00", 0)]  # of the two, the order came later
    identities = pd.read_parquet(root / "data/identify/identities.parquet")
    assert identities["customer_id"].nunique() == 1  # the device is theirs, too


@pytest.mark.parametrize(
    ("visited", "ordered"),
    [
        ([VISITED], ["jn.dupont@post.example"]),
        ([VISITED], ["jen.dupont@mail.example"]),
        (["jean.dupont75@post.example"], ["jean.dupont76@post.example"]),
        (["jean.dupont7@post.example"], ["jean.dupont@post.example"]),
        (["jeanne@post.example"], ["jeane@post.example"]),
        ([VISITED, "jen.dupont@post.example"], ["jen.dupont@post.example"]),
        ([VISITED], ["jen.dupont@post.example", "jea.dupont@post.example"]),
    ],
    ids=["two letters", "another domain", "another number", "no number", "short", "one system has both", "two ways"],
)
def test_what_could_be_somebody_else_is_left_alone(tmp_path: Path, visited: list[str], ordered: list[str]) -> None:
    assert mended(made(tmp_path, visited, ordered)) == set()


def test_nothing_is_mended_unless_declared(tmp_path: Path) -> None:
    kinds = {"email": {"normalise": ["email"]}, "device": {}}
    assert mended(made(tmp_path, [VISITED], ["jen.dupont@post.example"], identifiers=kinds)) == set()


def test_no_address_leaves_clean(tmp_path: Path) -> None:
    root = made(tmp_path, [VISITED], ["jen.dupont@post.example"])
    written = [path for path in (root / "data").rglob("*") if path.is_file() and "raw" not in path.parts]
    assert written
    assert [path.name for path in written if b"dupont" in path.read_bytes()] == []


@pytest.mark.parametrize("declared", [{"normalise": ["trim"]}, {"normalise": ["email"], "reassigned_after": "90 d"}])
def test_it_is_for_addresses_that_stay_with_one_person(tmp_path: Path, declared: dict[str, object]) -> None:
    workspace = shop.make(tmp_path / "w", {"identifiers": {"email": {**declared, "mend_typos": True}}})
    with pytest.raises(ParcoursError, match=r"identifiers.email.mend_typos: goes with the rule email"):
        shop.load(workspace)
