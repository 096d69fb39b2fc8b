"""Free text: what is found, how often that is right, and that nothing of it leaves `clean`."""

from __future__ import annotations

import re

import pandas as pd
import pyarrow.parquet
import pytest
import yaml

import small_workspace as shop
from pipeline import clean
from pipeline.engine import Engine
from pipeline.params import EngineParams
from pipeline.privacy.free_text import Masks
from pipeline.privacy.masking import WORTH_A_LOOK, find, mask
from pipeline.workspaces import TEMPLATES

from . import labelled

ALL = [one for part in ("tune", "hold_out") for one in labelled.texts(part)]


def test_the_labelled_texts_are_many_and_half_of_them_hold_nothing():
    with_data = sum(bool(one.spans) for one in ALL)
    assert len(ALL) >= 200 and 0.4 < with_data / len(ALL) < 0.6
    assert {one.language for one in ALL} == {"fr", "en"}


def test_scores_are_those_the_documents_quote(repository):
    """Where this fails: ``python tests/privacy/labelled.py hold_out`` prints the table anew."""
    assert labelled.table("hold_out") in (repository / "docs/privacy.md").read_text(encoding="utf-8")


def test_the_example_of_the_documents_is_true(repository):
    lines = (repository / "docs/privacy.md").read_text(encoding="utf-8").splitlines()
    written = next(number for number, line in enumerate(lines) if line.startswith("Bonjour Madame Dupont"))
    assert mask(lines[written])[0] == lines[written + 1]


def test_no_rule_is_worse_than_it_was():
    by_kind = labelled.scores("hold_out")
    for kind in ("email", "card", "phone", "address"):
        assert by_kind[kind].covered == by_kind[kind].there, kind
    assert by_kind["iban"].covered >= 2 and by_kind["name"].covered >= 30
    assert sum(score.masked - score.right for score in by_kind.values()) <= 4


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.text[:30])
def test_what_is_found_was_worth_a_look(one):
    if find(one.text, with_addresses=True):
        assert re.search(WORTH_A_LOOK, one.text), one.text


def test_nothing_is_masked_in_hundreds_of_texts_without_personal_data():
    themes = yaml.safe_load((TEMPLATES / "clairval" / "verbatims.yaml").read_text(encoding="utf-8"))
    texts = [text for theme in themes.values() for language in theme.values() for text in language]
    assert len(texts) > 400 and not [text for text in texts if find(text)]


def test_check_digits_decide():
    assert mask("4111 1111 1111 1111")[0] == "[card]" and mask("4111 1111 1111 1112")[1] == []
    assert mask("FR7630006000011234567890189")[0] == "[iban]" and mask("FR7630006000011234567890188")[1] == []


TEXTS = [
    "Rappelez-moi au 06 39 98 12 34. Cordialement, Jean Martin",
    "jean.martin@exemple.fr",
    "Cher client, commande 2026-118204 à 129,90 €",
    "web",
]


def answers(texts):
    rows = [f'o{i},ana@shop.example,2026-01-{1 + i:02d} 10:00:00,"{text}",0612345678' for i, text in enumerate(texts)]
    return "\n".join(["order,email,at,comment,code", *rows, ""])


SOURCE = {
    "channel": "survey",
    "files": "orders.csv",
    "types": {"at": "timestamp"},
    "identifiers": {"email": "email"},
    "unmasked": ["code"],
    "events": [{"touchpoint": "said", "occurred_at": "at", "attributes": {"comment": "comment", "code": "code", "row": "length(comment)"}}],
}  # fmt: skip


def test_no_text_leaves_clean_unmasked(tmp_path):
    workspace = shop.make(
        tmp_path / "w", orders=answers([*TEXTS, TEXTS[1]]), orders_source=SOURCE,
        params={"sources": ["orders"], "journeys": {"silence": "5 d", "goal": "touchpoint = 'said'"}},
    )  # fmt: skip
    clean.main(workspace, shop.load(workspace))
    events = pyarrow.parquet.read_table(workspace.path("data/clean/events/orders.parquet")).to_pandas()
    assert events["comment"].tolist() == [
        "Rappelez-moi au [phone]. Cordialement, [name]", "[email]", TEXTS[2], "web", "[email]",
    ]  # fmt: skip
    assert set(events["code"]) == {"0612345678"}, "declared as holding no personal data"
    masked = pd.read_csv(workspace.path("data/clean/masked.csv"))
    assert masked.to_dict("records") == [
        {"source": "orders", "attribute": "comment", "kind": "email", "texts": 1, "events": 2},
        {"source": "orders", "attribute": "comment", "kind": "name", "texts": 1, "events": 1},
        {"source": "orders", "attribute": "comment", "kind": "phone", "texts": 1, "events": 1},
    ]
    everything = b"".join(path.read_bytes() for path in workspace.path("data/clean").rglob("*") if path.is_file())
    for personal in (b"Jean Martin", b"39 98 12", b"jean.martin@", b"ana@shop"):
        assert personal not in everything


def test_an_error_shows_the_shape_of_a_value_only(tmp_path, capsys):
    source = {
        **SOURCE,
        "events": [{"touchpoint": "said", "occurred_at": "at", "attributes": {"n": "cast(email as integer)"}}],
        "unmasked": [],
    }
    workspace = shop.make(tmp_path / "w", orders=answers(TEXTS), orders_source=source, params={"sources": ["orders"]})
    with pytest.raises(Exception, match="xxx@xxxx.xxxxxxx") as caught:
        clean.main(workspace, shop.load(workspace))
    assert "ana@shop" not in str(caught.value) + "".join(capsys.readouterr())


def test_a_category_keeps_the_name_of_a_town_and_loses_an_address(tmp_path):
    towns = pd.DataFrame({"town": ["Sao Paulo", "Lyon", "Nantes"] * 40 + ["Ana Martin, ana@shop.example"] * 20})
    written = pd.DataFrame({"text": ["Sao Paulo", "merci à Paul Martin", "ana@shop.example"]})
    with Engine(EngineParams("duckdb", 1, "1 GB"), tmp_path) as engine:
        engine.load("towns", towns)
        engine.load("written", written)
        assert Masks(engine, "towns", ["town"], False).counts == [("town", "email", 1, 20)]
        assert ("text", "name", 2, 2) in Masks(engine, "written", ["text"], False).counts
