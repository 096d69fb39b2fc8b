"""Every sentence exists twice and says the same."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

from pipeline.reporting import SECTIONS, sentences
from pipeline.reporting.glossary import GLOSSARY
from pipeline.reporting.sentences import SENTENCES, say
from pipeline.words.terms import TERMS


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", SENTENCES)
def test_both_languages_have_the_same_placeholders(key: str) -> None:
    french, english = SENTENCES[key]
    assert french
    assert english
    assert _placeholders(french) == _placeholders(english)


def test_every_sentence_is_used_and_every_used_one_exists() -> None:
    folder = Path(sentences.__file__).parent
    texts = {
        node.value
        for file in [*folder.glob("*.py"), folder.parent / "report.py"]
        if file.name not in ("headings.py", "glossary.py") and not file.name.startswith("sentences")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    built = (
        "title_",
        "identity_",
        "problem_",
        "reason_",
        "claimed_",
        "pains_",
        "check_",
        "planted_",
        "screened_",
        "masked_",
        "view_",
        "status_",
        "belief_",
        "measure_",
        "position_",
        "month_",
        "means_",
        "by_",
    )  # their ends come from tables
    others = {"raw", "used", "empty", "filtered", "refused", "duplicate", "events", "main", "lookup"}
    assert {key for key in SENTENCES if not key.startswith(built)} - others <= texts
    assert {f"title_{name}" for name in SECTIONS} <= set(SENTENCES)


def test_the_glossary_explains_every_term_of_the_product() -> None:
    assert set(GLOSSARY) == set(TERMS)


def test_values_are_escaped_and_sentences_are_not() -> None:
    assert say("goal", "en", goal="<b>") == "Their goal: &lt;b&gt;"
    assert say("goal", "fr", goal="x") == "Son but\u00a0: x"
