"""actions.yaml: what is planned, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.errors import ParcoursError
from pipeline.params.actions import next_action, read_actions

WRITTEN = """actions:
  - id: later
    opportunity: unexpected_fee
    action: {fr: "Plus tard", en: "Later"}
    owner: e-commerce
    date: "2026-12-01"
  - id: soon
    opportunity: unexpected_fee
    action: {fr: "Bientôt", en: "Soon"}
    owner: e-commerce
    date: 2026-11-03
    expected_effect: 0.08
"""


def read(tmp_path, text):
    (tmp_path / "actions.yaml").write_text(text, encoding="utf-8")
    return read_actions(tmp_path, ["unexpected_fee"])


def test_the_next_action_of_an_opportunity_is_the_earliest(tmp_path):
    actions = read(tmp_path, WRITTEN)
    found = next_action(actions, "unexpected_fee")
    assert found is not None
    assert (found.id, found.date, found.expected_effect, found.name.fr) == ("soon", date(2026, 11, 3), 0.08, "Bientôt")
    assert next_action(actions, "slow_page") is None


def test_no_file_is_no_action(tmp_path):
    assert read_actions(tmp_path, []) == ()


@pytest.mark.parametrize(("old", "new", "says"), [
    ("unexpected_fee", "unexpected_fees", r"actions\[0\]\.opportunity: no hypothesis 'unexpected_fees'.*unexpected_fee"),
    ("2026-12-01", "next week", r"actions\[0\]\.date: expected a day such as 2026-11-03"),
    ("id: soon", "id: later", r"actions\[1\]\.id: 'later' stands twice"),
    ("owner:", "who:", r"actions\[0\]\.owner: this key is missing"),
])  # fmt: skip
def test_what_is_wrong_is_refused_by_its_key(tmp_path, old, new, says):
    with pytest.raises(ParcoursError, match=says):
        read(tmp_path, WRITTEN.replace(old, new))
