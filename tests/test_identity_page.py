"""The page of identity keeps its word: what it declares can be read, and its labelled pairs give an answer."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
import yaml

import small_workspace as shop
from pipeline import clean, identify
from pipeline.params import NORMALISATIONS
from pipeline.tables import (
    AGREEMENT,
    CONFLICTS,
    COVERAGE,
    IDENTITIES,
    IDENTITY_EFFECTS,
    LINK_ERRORS,
    LINKS,
    MISTYPED,
    NOBODY,
    PROBABLE_LINKS,
    QUARANTINE,
    REDRAWN,
    THRESHOLD_SWEEP,
)

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "identity.md").read_text(encoding="utf-8")
UNCERTAIN = (PROBABLE_LINKS, THRESHOLD_SWEEP, REDRAWN, LINK_ERRORS, IDENTITY_EFFECTS)


def block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert found, language
    return found[1]


def test_its_declaration_runs_on_the_shop(tmp_path: Path) -> None:
    declared = yaml.safe_load(block("yaml"))
    declared["identity"]["labelled_pairs"] = "pairs.csv"
    workspace = shop.make(tmp_path / "w", params=declared)
    (workspace.root / "pairs.csv").write_text(block("csv"), encoding="utf-8")
    for verb in (clean, identify):
        verb.main(workspace, shop.load(workspace))
    found = pd.read_csv(workspace.path(AGREEMENT.path)).set_index("measure")
    assert found.loc["pairs precision", ["value", "n"]].tolist() == [1, 1]  # v1 is Ana's; v3 never showed an e-mail


def test_it_names_every_rule_and_every_table() -> None:
    assert {name for name in NORMALISATIONS if f"`{name}`" not in PAGE} == set()
    paths = [
        table.path.removeprefix("data/")
        for table in (MISTYPED, NOBODY, IDENTITIES, LINKS, QUARANTINE, CONFLICTS, AGREEMENT, COVERAGE, *UNCERTAIN)
    ]
    assert [path for path in paths if f"`{path}`" not in PAGE] == []


@pytest.mark.parametrize(("world", "column"), [("as declared", 2), ("stress", 4)])
def test_its_table_of_missed_pairs_adds_up_to_what_recall_leaves(world: str, column: int) -> None:
    recall = next(line.split("|")[3] for line in PAGE.splitlines() if line.startswith(f"| {world}"))
    table = PAGE.partition("**Pairs missed**")[2].partition("**Pairs wrongly joined**")[0]
    rows = [line.strip("|").split("|") for line in table.splitlines() if line.endswith("% |")]
    missed = sum(float(row[column].strip(" %")) for row in rows)
    assert len(rows) == 7
    assert missed == pytest.approx(100 * (1 - float(recall.split()[0])), abs=0.1)  # of numbers rounded to 0.1 %
