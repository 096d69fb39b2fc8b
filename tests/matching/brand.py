"""A made-up brand of which it is known who is who: cards at the till, without an e-mail, and accounts on the site.

Names are made of syllables, some common and most rare, as real ones are. Both systems mistype them now and then; one
person in seven lives with family, and one in a hundred has a namesake at the same postcode.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

import small_workspace as shop
from pipeline.workspace import Workspace

_BEGINNINGS = "b c d f g l m n p r s t v br ch cl gr".split()
_VOWELS = "a e i o u ou au ai é an on in".split()
_ENDINGS = ["", "t", "s", "rd", "ier", "el", "on", "in", "eau", "lle", "ot", "and"]
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
MISTYPED, MOVED, SWAPPED, WRONG_DATE = 0.03, 0.04, 0.01, 0.02  # per system
BOTH = 0.4  # share of people whom both systems know
KIND = "card", "email"

FIELDS = {"first_name": "first", "last_name": "last", "postcode": "postcode", "birth_date": "born"}
TILL: dict[str, Any] = {
    "channel": "store",
    "files": "till.csv",
    "types": {"at": "timestamp"},
    "identifiers": {"card": "card"},
    "person_fields": FIELDS,
    "events": [{"touchpoint": "order_placed", "occurred_at": "at"}],
}
SITE: dict[str, Any] = {
    "channel": "web",
    "files": "site.csv",
    "types": {"at": "timestamp"},
    "identifiers": {"email": "email"},
    "person_fields": FIELDS,
    "events": [{"touchpoint": "page_seen", "occurred_at": "at"}],
}


@cache
def people(seed: int, n: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what the till and the site know: person, first, last, postcode, born, as each wrote it."""
    rng = np.random.default_rng(seed)
    last = rng.choice(_names(rng, 3_000, 4), n, p=_shares(3_000))
    first = rng.choice(_names(rng, 250, 3), n, p=_shares(250))
    places = np.array([f"{place:05d}" for place in rng.choice(np.arange(1_000, 96_000, 10), 60, replace=False)])
    postcode = places[rng.choice(60, n, p=_shares(60))]
    days = pd.to_timedelta(rng.integers(0, 365 * 65, n), unit="D")
    born = (pd.Timestamp("1940-01-01") + days).strftime("%Y-%m-%d").to_numpy()
    for share, is_namesake in ((0.15, False), (0.01, True)):
        at = np.flatnonzero(rng.random(n - 1) < share) + 1
        last[at], postcode[at] = last[at - 1], postcode[at - 1]
        if is_namesake:
            first[at] = first[at - 1]
    truth = pd.DataFrame({"person": np.arange(n), "first": first, "last": last, "postcode": postcode, "born": born})
    till, site = (_written(rng, truth) for _ in KIND)
    known_to = rng.random(n)
    return till[known_to < (1 + BOTH) / 2], site[known_to > (1 - BOTH) / 2]


def make(folder: Path, till: pd.DataFrame, site: pd.DataFrame, identity: dict[str, Any], **sources: Any) -> Workspace:
    """Write a workspace of people, with a file of pairs labelled by the truth, and return it.

    `sources` may replace ``till`` and ``site`` of data/raw by other descriptions.
    """
    till = till.assign(card=card(till), at="2026-01-05 10:00:00", last=till["last"].str.upper())
    site = site.assign(email=email(site), at="2026-01-06 10:00:00")
    described = {"till": sources.get("till_source", TILL), "site": sources.get("site_source", SITE)}
    for frame, (name, source) in zip((till, site), described.items(), strict=True):
        raw = folder / "data" / "raw" / name
        raw.mkdir(parents=True)
        frame.drop(columns="person").to_csv(raw / f"{name}.csv", index=False)
        (raw / "source.yaml").write_text(yaml.safe_dump(source, sort_keys=False), encoding="utf-8")
    declared = {**shop.PARAMS, "sources": ["till", "site"], "identifiers": {"card": {}, "email": {}}}
    seen = {**shop.PARAMS["stages"][0], "when": "touchpoint = 'page_seen'"}
    declared |= {"identity": identity, "stages": [seen, shop.PARAMS["stages"][1]]}
    (folder / "params.yaml").write_text(yaml.safe_dump(declared, sort_keys=False, allow_unicode=True), encoding="utf-8")
    _labels(till, site).to_csv(folder / "pairs.csv", index=False)
    return Workspace.at(folder)


def card(people: pd.DataFrame) -> pd.Series:
    return "c" + people["person"].astype(str)


def email(people: pd.DataFrame) -> pd.Series:
    return "p" + people["person"].astype(str) + "@post.example"


def _labels(till: pd.DataFrame, site: pd.DataFrame) -> pd.DataFrame:
    """Return all true pairs, and as many of strangers who have the same last name and postcode."""
    ends = ["card", "email"]
    same = till[["person", "card"]].merge(site[["person", "email"]], on="person")[ends].assign(same="yes")
    till = till.assign(last=till["last"].str.lower())
    near = till.merge(site, on=["last", "postcode"], suffixes=("", "_site"))
    strangers = near.loc[near["person"] != near["person_site"], ends].head(len(same)).assign(same="no")
    both = pd.concat([same, strangers], ignore_index=True)
    columns = {"kind": "card", "value": both["card"], "other_kind": "email", "other_value": both["email"]}
    return pd.DataFrame({**columns, "same": both["same"]})


def _names(rng: np.random.Generator, n: int, syllables: int) -> np.ndarray:
    found: set[str] = set()
    while len(found) < n:
        parts = ["".join((rng.choice(_BEGINNINGS), rng.choice(_VOWELS))) for _ in range(rng.integers(1, syllables))]
        found.add("".join(parts) + str(rng.choice(_ENDINGS)))
    return rng.permutation(sorted(found)).astype(object)


def _shares(n: int) -> np.ndarray:
    weights = 1 / np.arange(1, n + 1) ** 0.7
    return weights / weights.sum()


def _written(rng: np.random.Generator, truth: pd.DataFrame) -> pd.DataFrame:
    n, written = len(truth), truth.copy()
    for name in ("first", "last"):
        for i in np.flatnonzero(rng.random(n) < MISTYPED):
            written.loc[i, name] = _mistyped(rng, truth.loc[i, name])
    is_swapped = rng.random(n) < SWAPPED
    written.loc[is_swapped, ["first", "last"]] = written.loc[is_swapped, ["last", "first"]].to_numpy()
    has_moved = rng.random(n) < MOVED
    written.loc[has_moved, "postcode"] = rng.permutation(truth["postcode"])[has_moved]
    for i in np.flatnonzero(rng.random(n) < WRONG_DATE):
        written.loc[i, "born"] = truth.loc[i, "born"][:-1] + str(rng.integers(1, 9))
    return written


def _mistyped(rng: np.random.Generator, word: str) -> str:
    i, letter = int(rng.integers(len(word))), _LETTERS[int(rng.integers(26))]
    spellings = (
        word[:i] + word[i + 1 :],
        word[:i] + letter + word[i:],
        word[:i] + letter + word[i + 1 :],
        word[:i] + word[i + 1 : i + 2] + word[i] + word[i + 2 :],
    )
    return spellings[int(rng.integers(4))] or word
