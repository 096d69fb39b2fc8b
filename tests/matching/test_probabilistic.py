"""Persons compared by name, birth date and place: what is joined is right, and nothing of it leaves clean."""

from __future__ import annotations

import io
import logging
import os
import re
import shutil
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

import small_workspace as shop
from matching import brand
from pipeline import check, clean, identify, workspaces
from pipeline.errors import ParcoursError
from pipeline.keys import pseudonyms
from pipeline.matching import model
from pipeline.params import EngineParams, ProbabilisticParams
from pipeline.privacy.erasure import find, person_of
from pipeline.tables import IDENTITIES, LINK_ERRORS, LINKS, PROBABLE_LINKS, THRESHOLD_SWEEP
from pipeline.workspace import Workspace

# A longer proof: PARCOURS_PEOPLE=8000 pytest tests/matching -k true -s
PEOPLE = int(os.environ.get("PARCOURS_PEOPLE", "450"))
PROBABILISTIC: dict[str, Any] = {"probabilistic": {}, "labelled_pairs": "pairs.csv"}
PLANTED = "Zwyxołk-D’Œrtvå"  # of one person whom both systems know; in no word of any file
NEVER_WRITTEN = ("zwyx", "rtva", "rtvå", "1931-07-23", "1931-07", "97417")
KEY = b"public:shop"
ENGINE = EngineParams("duckdb", 1, "1 GB")


def frames() -> tuple[pd.DataFrame, pd.DataFrame]:
    till, site = (frame.copy() for frame in brand.people(seed=1, n=PEOPLE))
    person = till.loc[till["person"].isin(site["person"]), "person"].iloc[0]
    for frame in (till, site):
        frame.loc[frame["person"] == person, ["last", "postcode", "born"]] = [PLANTED, "97417", "1931-07-23"]
    return till, site


def run(workspace: Workspace, *verbs: Any) -> None:
    for verb in verbs or (clean, identify):
        verb.main(workspace, shop.load(workspace))


@pytest.fixture(scope="module")
def linked_and_said(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, str]:
    """Return the workspace of `frames`, run, and all that was printed and logged meanwhile."""
    workspace = brand.make(tmp_path_factory.mktemp("linked") / "w", *frames(), PROBABILISTIC)
    said, root = io.StringIO(), logging.getLogger()
    level, handler = root.level, logging.StreamHandler(said)
    root.addHandler(handler)
    root.setLevel(1)
    try:
        with redirect_stdout(said), redirect_stderr(said):
            run(workspace, check, clean, identify)
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    return workspace, said.getvalue()


@pytest.fixture(scope="module")
def linked(linked_and_said: tuple[Workspace, str]) -> Workspace:
    return linked_and_said[0]


def joined_people(workspace: Workspace) -> pd.DataFrame:
    """Return the pairs of card and e-mail that fell to one customer, as numbers of people."""
    till, site = frames()
    known = {}
    for kind, values, people in (("card", brand.card(till), till), ("email", brand.email(site), site)):
        known |= dict(zip(pseudonyms(KEY, kind, values), people["person"], strict=True))
    identities = pd.read_parquet(workspace.path(IDENTITIES.path))
    identities["person"] = identities["value_hash"].map(known)
    cards, emails = (identities[identities["kind"] == kind] for kind in brand.KIND)
    return cards.merge(emails, on="customer_id", suffixes=("", "_site"))[["person", "person_site"]]


def test_what_is_joined_is_true(linked: Workspace) -> None:
    """At the default threshold: precision at least 0.98, recall at least 0.95 (docs/identity.md has larger worlds)."""
    till, site = frames()
    pairs = joined_people(linked)
    right = int((pairs["person"] == pairs["person_site"]).sum())
    both = len(set(till["person"]) & set(site["person"]))
    assert right / len(pairs) >= 0.98
    assert right / both >= 0.95
    swept = pd.read_csv(linked.path(THRESHOLD_SWEEP.path)).set_index("threshold")
    print(swept.to_string())
    assert swept.index[swept["is_declared"]].tolist() == [0.9]
    # every true pair is labelled, and of strangers those of one name and postcode: no other was joined here
    assert swept.loc[0.9, "recall"] == pytest.approx(right / both)
    assert swept["recall"].is_monotonic_decreasing and swept["n_links"].is_monotonic_decreasing
    assert (swept["n_customers"] == len(till) + len(site) - swept["n_joining"]).all()
    assert swept.loc[0.9, "n_links"] == len(pairs)


def test_its_links_are_named_in_the_graph(linked: Workspace) -> None:
    links = pd.read_parquet(linked.path(LINKS.path))
    assert set(links["source"]) == {"(probabilistic)"}
    assert (links["n_events"] == 0).all()
    assert (links["first_seen_at"] == "2026-01-06 10:00:00").all()  # of the two, the site saw its own later


def contents(path: Path) -> str:
    if path.suffix == ".parquet":
        return pd.read_parquet(path).to_csv()
    return path.read_bytes().decode("utf-8", errors="replace")


def test_no_field_of_a_person_leaves_clean(linked_and_said: tuple[Workspace, str]) -> None:
    workspace, said = linked_and_said
    raw = [contents(path) for path in (workspace.root / "data" / "raw").rglob("*.csv")]
    assert all(any(word in text.lower() for text in raw) for word in ("zwyx", "1931-07-23", "97417"))  # it can fail
    written = [path for path in workspace.root.rglob("*") if path.is_file() and "raw" not in path.parts]
    texts = {path.name: contents(path) for path in written} | {"said": said}
    found = [(name, word) for name, text in texts.items() for word in NEVER_WRITTEN if word in text.lower()]
    assert found == []
    assert PROBABLE_LINKS.path.rpartition("/")[2] in texts and "all can be read" in said
    assert list(workspace.root.glob(".parcours-*")) == []  # nor does a passing folder stay behind


def test_an_error_of_the_model_tells_no_value(linked: Workspace, tmp_path: Path, monkeypatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError(f"could not read {PLANTED}")

    monkeypatch.setattr(model, "_train", fail)
    workspace = Workspace(linked.root, tmp_path)
    with pytest.raises(ParcoursError, match=r"identity\.probabilistic: the model cannot be learnt") as caught:
        run(workspace, clean)
    assert PLANTED not in str(caught.value) and caught.value.__cause__ is None and caught.value.__suppress_context__


def test_other_orders_and_threads_give_the_same_bytes(linked: Workspace, tmp_path: Path) -> None:
    till, site = (frame.sample(frac=1, random_state=7) for frame in frames())
    workspace = brand.make(tmp_path / "w", till, site, PROBABILISTIC)
    clean.main(workspace, replace(shop.load(workspace), engine=replace(shop.load(workspace).engine, threads=1)))
    assert workspace.path(PROBABLE_LINKS.path).read_bytes() == linked.path(PROBABLE_LINKS.path).read_bytes()


def test_off_nothing_is_read_and_no_byte_changes(tmp_path: Path) -> None:
    plain = {name: value for name, value in brand.TILL.items() if name != "person_fields"}
    unreadable = {**brand.TILL, "person_fields": {**brand.FIELDS, "city": "no_such_column"}}
    outputs = []
    for name, till in (("plain", plain), ("declared", unreadable)):
        workspace = brand.make(tmp_path / name, *brand.people(5, 60), {}, till_source=till)
        run(workspace)
        files = [path for path in (workspace.root / "data").rglob("*") if path.is_file() and "raw" not in path.parts]
        outputs.append({path.relative_to(workspace.root).as_posix(): path.read_bytes() for path in files})
    assert outputs[0] == outputs[1]
    assert not {PROBABLE_LINKS.path, THRESHOLD_SWEEP.path} & outputs[0].keys()


def test_redrawn_graphs_doubt_links_by_their_probability(linked: Workspace, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, tmp_path)
    shutil.copytree(linked.root, tmp_path, dirs_exist_ok=True)
    declared = yaml.safe_load((tmp_path / "params.yaml").read_text(encoding="utf-8"))
    declared["identity"] = {"probabilistic": {"threshold": 0.5}, "redrawn_graphs": 20}
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(declared), encoding="utf-8")
    run(workspace, identify)
    errors = pd.read_csv(workspace.path(LINK_ERRORS.path)).set_index("error")
    probabilities = pd.read_parquet(linked.path(PROBABLE_LINKS.path))["probability"]
    # each link joins two identifiers that nothing else joins, so each is a customer of its own
    assert errors.loc["false", "rate"] == pytest.approx((1 - probabilities).sum() / errors.loc["false", "n_attached"])


def test_who_is_as_near_to_two_is_joined_to_neither() -> None:
    keys = pd.DataFrame(
        [("card", "a", "till"), ("card", "b", "till"), ("email", "c", "site"), ("email", "d", "site")],
        index=["r1", "r2", "r3", "r4"], columns=["kind", "value_hash", "source"],
    )  # fmt: skip
    scored = pd.DataFrame(
        [("r1", "r3", 0.97), ("r3", "r2", 0.97), ("r2", "r4", 0.9)], columns=["one", "other", "probability"]
    )
    assert model._unambiguous(scored, keys).empty  # c is as near to a as to b; b is nearer to c than to d
    scored.loc[1, "probability"] = 0.96
    found = model._unambiguous(scored, keys)
    assert found.to_numpy().tolist() == [["email", "c", "site", "card", "a", "till", 0.97]]


def test_three_sources_are_compared_two_by_two(tmp_path: Path) -> None:
    till, site = brand.people(6, 250)
    names = {value: name for name, value in brand.FIELDS.items()}
    shop_too = site.assign(last=site["last"].str.replace("é", "e"))
    records = []
    for source, kind, frame in (("till", "card", till), ("site", "email", site), ("shop", "phone", shop_too)):
        frame = frame.rename(columns=names).assign(source=source, kind=kind, value_hash=frame["person"].astype(str))
        frame = frame.assign(city=None, last_name_start=frame["last_name"].str[:3])
        records.append(frame.drop(columns="person").reset_index(drop=True))
    fields = ["first_name", "last_name", "birth_date", "postcode"]
    links, why_none = model.probable_links(records, fields, ProbabilisticParams(), ENGINE, tmp_path)
    assert why_none is None
    found = links[links["probability"] >= 0.9].groupby(["source", "other_source"]).size()
    assert set(found.index) == {("shop", "site"), ("shop", "till"), ("site", "till")}
    # site and shop wrote the same of everybody, so all but namesakes are joined
    assert found["shop", "site"] >= 0.95 * len(site)
    assert (links["value_hash"] == links["other_hash"]).mean() >= 0.98


def test_too_few_people_teach_nothing(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    workspace = brand.make(tmp_path / "w", *brand.people(seed=2, n=30), {"probabilistic": {}})
    run(workspace)
    assert "30 are the fewest to learn from. No probabilistic link is made." in capsys.readouterr().err
    assert pd.read_parquet(workspace.path(PROBABLE_LINKS.path)).empty
    assert (pd.read_csv(workspace.path(THRESHOLD_SWEEP.path))["n_links"] == 0).all()


def test_erasing_by_email_finds_the_card(linked: Workspace) -> None:
    pairs = joined_people(linked)
    person = int(pairs.loc[pairs["person"] == pairs["person_site"], "person"].iloc[0])
    params = shop.load(linked)
    given = [("email", f"p{person}@post.example")]
    found = find(linked, params, clean.load_sources(linked, params), person_of(linked, params, given))
    assert {path.name: len(rows) for path, rows in found.records.items()} == {"site.csv": 1, "till.csv": 1}
    assert found.values["card"] == {f"c{person}"}


@pytest.mark.parametrize("verb", [check, clean])
def test_the_missing_extra_is_named_with_how_to_install_it(
    linked: Workspace, tmp_path: Path, monkeypatch, verb
) -> None:
    monkeypatch.setattr(model, "find_spec", lambda name: None)
    with pytest.raises(ParcoursError, match=r"params.yaml: identity.probabilistic: needs Splink.*'parcours\[splink\]'"):
        run(Workspace(linked.root, tmp_path), verb)


TWO = {"first_name": "first", "last_name": "last"}


@pytest.mark.parametrize(
    ("identity", "fields", "message"),
    [
        ({"threshold": 0.4}, brand.FIELDS, r"probabilistic\.threshold: 0\.4 lies outside 0\.5 … 1"),
        ({"treshold": 0.9}, brand.FIELDS, r"probabilistic\.treshold: unknown key\. Nearest: threshold"),
        ({"blocking": ["birth_date"]}, brand.FIELDS, r"blocking: expected lists of fields"),
        ({"blocking": [["birthdate"]]}, brand.FIELDS, r"'birthdate' is unknown\. Nearest: birth_date"),
        ({"blocking": [["city"]]}, brand.FIELDS, r"no two sources declare 'city'"),
        ({}, {**TWO, "birthdate": "born"}, r"till/source\.yaml: person_fields\.birthdate: no such field\. Nearest: birth"),
        ({}, TWO, r"person_fields: expected first_name, last_name and at least one of birth_date"),
        ({}, {}, r"two sources or more must declare the same `person_fields:` .* now: site"),
        ({}, {**TWO, "postcode": "cp"}, r"till/source\.yaml: person_fields\.postcode: no column 'cp'"),
        ({}, {**TWO, "postcode": "cast(last as integer)"}, r"till/source\.yaml: person_fields: (?!.*[A-Z]{4}).*'x+'"),
        ({}, {**TWO, "postcode": "postcode", "birth_date": "'31/12/1980'"}, r"no value can be read as a date.*'99/99/9999'"),
    ],
)  # fmt: skip
def test_what_is_declared_wrongly_is_refused_with_its_place(
    tmp_path: Path, identity: dict[str, Any], fields: dict[str, str], message: str
) -> None:
    till = {**brand.TILL, "person_fields": fields}
    workspace = brand.make(tmp_path / "w", *brand.people(3, 20), {"probabilistic": identity}, till_source=till)
    with pytest.raises(ParcoursError, match=message):
        run(workspace, check)


def test_dvc_knows_what_is_read_and_written(tmp_path: Path) -> None:
    workspaces.create(tmp_path / "w")
    path = tmp_path / "w" / "params.yaml"
    identity = {"probabilistic": {"blocking": [["postcode"]]}}
    declared = yaml.safe_load(path.read_text(encoding="utf-8")) | {"identity": identity}
    path.write_text(yaml.safe_dump(declared), encoding="utf-8")
    stages = yaml.safe_load(workspaces.dvc_yaml(tmp_path / "w"))["stages"]
    assert PROBABLE_LINKS.path in stages["clean"]["outs"]
    assert PROBABLE_LINKS.path in stages["identify"]["deps"]
    assert {THRESHOLD_SWEEP.path: {"cache": False}} in stages["identify"]["outs"]
    assert "identity" in stages["identify"]["params"]
    # of the section `clean` watches this key alone: another threshold compares nothing anew
    watched = [key for key in stages["clean"]["params"] if str(key).startswith("identity")]
    assert watched == ["identity.probabilistic.blocking"]


def test_the_example_of_the_page_runs(tmp_path: Path, repository: Path) -> None:
    page = (repository / "docs" / "identity.md").read_text(encoding="utf-8").partition("## Persons compared by name")[2]
    declared = [yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)]
    described = [source | declared[0] for source in (brand.TILL, brand.SITE)]
    sources = dict(zip(("till_source", "site_source"), described, strict=True))
    workspace = brand.make(tmp_path / "w", *brand.people(3, 60), declared[1]["identity"], **sources)
    run(workspace, check)
    assert shop.load(workspace).identity.probabilistic == ProbabilisticParams(
        0.9, tuple(map(tuple, declared[1]["identity"]["probabilistic"]["blocking"]))
    )
