"""What customers write: read once, never mixed with scores, never quoted, nothing of small groups."""

from __future__ import annotations

import pandas as pd
import pytest

import small_brand as brand
from pipeline import estimate, tables
from pipeline.errors import ParcoursError
from pipeline.estimate import themes as theme_rows
from pipeline.estimate import verbatims as agreement_rows
from pipeline.verbatims.emotion import emotions_of
from pipeline.verbatims.terms import terms_of
from pipeline.verbatims.themes import find_themes

CUT_OFF = brand.WINDOW[1]
DECLARED = {"text": "words", "language": "spoken"}
LATE = ["Colis en retard, c'est insupportable.", "Le retard du colis est désastreux.", "Retard du colis, encore un."]
FINE = ["Des finitions superbes.", "Finitions parfaites, superbe lampe.", "Superbe, les finitions sont belles."]


def _steps(texts, languages=None, scores=None, touchpoints=None):
    """Return one step per text, each of another customer, on days 1, 11, 21 …"""
    rows = [
        (customer, min(1 + 10 * (customer - 1), 58), (touchpoints or ["reviewed"] * len(texts))[customer - 1], None,
         (scores or [None] * len(texts))[customer - 1])
        for customer in range(1, len(texts) + 1)
    ]  # fmt: skip
    frame = brand.steps(rows)
    frame["words"] = [texts[customer - 1] for customer in frame["customer_id"]]
    frame["spoken"] = [(languages or ["fr"] * len(texts))[customer - 1] for customer in frame["customer_id"]]
    return frame.astype({"words": "str", "spoken": "str"})


def _made(tmp_path, maker, table, steps, **declared):
    params = brand.load_params(tmp_path, verbatims=DECLARED, **declared)
    people = brand.personas(range(1, 13), north={1, 2, 3})
    with brand.engine_with(tmp_path, params, steps=steps, personas=people) as engine:
        engine.make("customer_personas", estimate.exp.select("customer_id", "persona").from_("personas"))
        rows = brand.shown(maker(engine, params, CUT_OFF), table, params)
        frame = estimate.in_form(rows, table, estimate.reading_orders(params))
        engine.load(table.name, frame)
        engine.check(table, table.name)
    return frame.set_index(list(table.key))


def test_words_and_scores_give_two_emotions_that_are_never_mixed(tmp_path):
    steps = _steps([*LATE, *FINE], scores=[5, 5, 5, 1, 1, 1])  # scores that say the contrary of the words
    found = _made(tmp_path, estimate.emotions.rows, tables.EMOTIONS, steps)
    by_score, by_text = (found.loc[("all", "(all)", "review", by)] for by in ("score", "text"))
    assert (by_score.n, by_score.emotion) == (6, 0)
    each = [emotion for emotion in emotions_of([*LATE, *FINE], "fr") if emotion is not None]
    assert by_text.n == len(each)
    assert by_text.emotion == pytest.approx(sum(each) / len(each), abs=1e-4)


def test_a_text_without_a_known_word_is_no_neutral_one():
    assert emotions_of(["La table."], "fr") == [None]
    assert emotions_of(["The table."], "en") == [None]


def test_emotions_are_told_apart_and_stay_on_the_scale():
    french, english = emotions_of([LATE[0], *FINE], "fr"), emotions_of(["Awful, broken.", "Great!!!! " * 40], "en")
    assert french[0] < 0 < min(french[1:])
    assert emotions_of(["Pas très beau."], "fr")[0] < 0
    assert english[0] < 0 < english[1] <= 2


def test_agreement_is_said_per_language_with_what_it_cannot_tell(tmp_path):
    texts = [
        "Superbe.",
        "Parfait.",
        "Très beau.",
        "Décevant.",
        "Horrible.",
        "Correct.",
        "Lovely.",
        "Awful.",
        "Otimo",
        "Ruim",
    ]
    steps = _steps(texts, ["fr-FR"] * 6 + ["EN"] * 2 + ["pt"] * 2, [5, 5, 4, 2, 1, 3, None, None, 5, 1])
    found = _made(tmp_path, agreement_rows.rows, tables.TEXT_AGREEMENT, steps)
    assert found.loc["fr"].n_pairs == found.loc["fr"].n_read
    assert found.loc["fr"].rho > 0.7
    assert found.loc["en"].note == "n = 0"  # no score beside the words: said, not left out
    assert found.loc["pt"].note == "language not read"
    assert found["n_texts"].to_dict() == {"fr": 6, "en": 2, "pt": 2}


def test_words_of_the_brand_and_empty_ones_are_nobody_s(tmp_path):
    steps = _steps([*FINE, " ", ""])
    steps.loc[0, "actor"] = "brand"
    found = _made(tmp_path, agreement_rows.rows, tables.TEXT_AGREEMENT, steps)
    assert found.loc["fr"].n_texts == 2


def test_an_undeclared_attribute_is_named_with_the_nearest(tmp_path):
    steps = _steps(FINE).rename(columns={"words": "word"})
    with pytest.raises(ParcoursError, match=r"verbatims\.text: no source has a text attribute 'words'.*word"):
        _made(tmp_path, agreement_rows.rows, tables.TEXT_AGREEMENT, steps)


def test_a_brand_that_declares_no_text_has_empty_tables(tmp_path):
    params = brand.load_params(tmp_path)
    with brand.engine_with(tmp_path, params, steps=brand.steps([(1, 1, "reviewed", None, 5)])) as engine:
        assert list(agreement_rows.rows(engine, params, CUT_OFF)) == []
        assert list(theme_rows.rows(engine, params, CUT_OFF)) == []


def test_themes_have_counts_share_and_change(tmp_path):
    # reviews alone: their most frequent terms; "retard" in the first three texts, "superbe" in the last three
    params = {"estimate": {**brand.DECLARED["estimate"], "group_by": ["persona", "period"]}}
    found = _made(tmp_path, theme_rows.rows, tables.THEMES, _steps([*LATE, *FINE]), **params)
    late = found.loc[("all", "(all)", "review", "fr", "colis · retard")]
    assert (late.n, late.n_customers, late.n_texts, late.p) == (3, 3, 6, 0.5)
    assert late.change == -1  # all texts before the middle of the window, none after
    first = found.loc[("period", "2026-01", "review", "fr", "colis · retard")]
    assert (first.n, first.n_texts) == (3, 3)
    assert pd.isna(first.change)


def test_no_theme_of_few_customers_and_never_a_text(tmp_path):
    steps = _steps([*LATE, *FINE, "Rosalinde Quettehou habite ici"])
    found = _made(tmp_path, theme_rows.rows, tables.THEMES, steps).reset_index()
    shown = found[found["n_customers"].notna()]
    assert (shown["n_customers"] >= 2).all()
    assert not found["theme"].str.contains("quettehou|rosalinde", case=False).any()
    assert not set(found["theme"]) & {*LATE, *FINE}


def test_masked_words_stop_words_and_forms():
    terms = terms_of(["Bonjour [name], mes livraisons et la livraison du 3", "Une livraison"], "fr")
    assert "name" not in set(terms["term"])
    assert terms[terms["term"] == "livraison"]["text"].tolist() == [0, 1]
    assert not {"une", "mes", "livraisons"} & set(terms["term"])


def _counts(rows):
    return pd.DataFrame(rows, columns=["language", "stage", "term", "customers"])


def test_terms_of_the_same_texts_make_one_theme():
    counts = _counts([
        ("fr", "a", "colis", 90), ("fr", "a", "retard", 80), ("fr", "a", "rare", 2), ("fr", "b", "colis", 4),
        ("fr", "b", "lampe", 90), ("fr", "a", "lampe", 5), ("fr", "b", "belle", 60),
    ])  # fmt: skip
    texts = {("fr", "colis"): {1, 2, 3}, ("fr", "retard"): {1, 2, 9}, ("fr", "rare"): {1}, ("fr", "lampe"): {4, 5, 6},
             ("fr", "belle"): {7, 8}}  # fmt: skip
    found = [(theme.stage, theme.terms) for theme in find_themes(counts, texts, fewest=5)]
    assert found == [
        ("a", ("colis", "retard")),
        (
            "b",
            ("lampe",),
        ),
        ("b", ("belle",)),
    ]


def test_a_stage_alone_has_its_most_frequent_terms():
    counts = _counts([("en", "only", "late", 30), ("en", "only", "parcel", 12), ("en", "only", "seldom", 3)])
    texts = {("en", term): {place} for place, term in enumerate(["late", "parcel", "seldom"])}
    assert [theme.name for theme in find_themes(counts, texts, fewest=5)] == ["late", "parcel"]
