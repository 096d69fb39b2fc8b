"""Sections `identifiers` and `identity` of params.yaml: what is declared, and what is refused."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import small_workspace as shop
from pipeline.errors import ParcoursError
from pipeline.params import IdentityParams, Params, TwoValues

KINDS: dict[str, Any] = {"email": {"normalise": ["email"]}, "device": {"reassigned_after": "180 d"}}


def load(folder: Path, identifiers: dict[str, Any] | None = None, identity: Any = None) -> Params:
    changes = {"identifiers": identifiers or KINDS} | ({"identity": identity} if identity is not None else {})
    return shop.load(shop.make(folder / "w", params=changes))


def test_identity_is_optional_and_off(tmp_path: Path) -> None:
    params = load(tmp_path)
    assert params.identity == IdentityParams(None, (), None)
    assert params.identifiers["email"].reassigned_after is None


def test_what_is_declared_is_read(tmp_path: Path) -> None:
    conflicts = [{"two": "email", "on_one": "device", "within": "30 min"}, {"two": "device", "on_one": "email"}]
    params = load(tmp_path, identity={"largest_customer": 200, "conflicts": conflicts, "labelled_pairs": "pairs.csv"})
    ever = TwoValues("device", "email", None)
    half_an_hour = TwoValues("email", "device", timedelta(minutes=30))
    assert params.identity == IdentityParams(200, (half_an_hour, ever), "pairs.csv")
    assert params.identifiers["device"].reassigned_after == timedelta(days=180)


def test_how_many_of_another_kind_an_identifier_may_meet(tmp_path: Path) -> None:
    params = load(tmp_path, {**KINDS, "device": {"at_most": {"email": 1}}})
    assert params.identifiers["device"].at_most == {"email": 1}
    assert params.identifiers["email"].at_most == {}  # off unless declared


@pytest.mark.parametrize(
    ("identifiers", "identity", "message"),
    [
        ({**KINDS, "device": {"at_most": {"emial": 1}}}, None, r"at_most\.emial: expected another kind.* email"),
        ({**KINDS, "device": {"at_most": {"device": 1}}}, None, r"at_most\.device: expected another kind"),
        ({**KINDS, "device": {"at_most": {"email": 0}}}, None, r"at_most\.email: 0 lies outside"),
        ({"phone": {"normalise": ["e164"]}}, None, r"identifiers\.phone\.country: goes with the rule e164"),
        ({"phone": {"country": "FR"}}, None, r"identifiers\.phone\.country: goes with the rule e164"),
        ({"phone": {"normalise": ["e146"]}}, None, r"'e146' is unknown.* e164"),
        (None, {"largest_customer": 1}, r"identity\.largest_customer: 1 lies outside"),
        (
            None,
            {"conflicts": [{"two": "emial", "on_one": "device"}]},
            r"conflicts\[0\]\.two: 'emial' is unknown.* email",
        ),
        (None, {"conflicts": [{"two": "email", "on_one": "email"}]}, r"conflicts\[0\]\.on_one: expected another kind"),
        (None, {"largest_custommer": 200}, r"identity\.largest_custommer: unknown key.* largest_customer"),
    ],
)
def test_what_is_wrong_is_refused(tmp_path: Path, identifiers: Any, identity: Any, message: str) -> None:
    with pytest.raises(ParcoursError, match=message):
        load(tmp_path, identifiers, identity)
