"""How far the emotion read from texts agrees with labels, and how well themes find what was planted.

    python benchmarks/verbatims.py                                     # the simulated brand, after `dvc repro`
    python benchmarks/verbatims.py reviews.csv text stars en           # labelled texts: file, columns, language

The simulated brand's texts are made up and its labels are the themes they were written for: what they measure is a
least check. Labelled texts of people stay where they are; the figures that docs/verbatims.md gives were made with files
that are not part of the project.
"""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import yaml

from pipeline.stats.agreement import rank_correlation
from pipeline.verbatims.emotion import LANGUAGES, emotions_of
from pipeline.verbatims.terms import terms_of

# What a theme of the made-up texts says: good, bad, or neither.
POLARITY = {"praise": 1, "good": 1, "fair": 0, "question": 0, "change_order": 0}
_PARTS = 50


def main() -> None:
    """Print the figures."""
    if len(sys.argv) == 5:
        path, text, label, language = sys.argv[1:]
        separator = "\t" if path.endswith((".tsv", ".txt")) else ","
        labelled = pd.read_csv(path, sep=separator, encoding_errors="replace", quoting=3 if separator == "\t" else 0)
        agreement(Path(path).name, labelled[text].fillna("").astype(str), labelled[label].astype(float), language)
        return
    texts = made_up_texts()
    for language, of_language in texts[texts["theme"] != "good"].groupby("language"):
        polarity = of_language["theme"].map(POLARITY).fillna(-1)
        agreement("made-up texts", of_language["text"], polarity, str(language))
    planted(texts)


def made_up_texts() -> pd.DataFrame:
    """Return every text that the simulated brand's customers write: theme, language, text."""
    content = yaml.safe_load(files("pipeline").joinpath("templates/clairval/verbatims.yaml").read_text("utf-8"))
    rows = [
        (theme, language, text) for theme, by in content.items() for language, all_of in by.items() for text in all_of
    ]
    return pd.DataFrame(rows, columns=["theme", "language", "text"])


def agreement(name: str, texts: pd.Series, labels: pd.Series, language: str) -> None:
    """Print how many texts have an emotion, and its rank correlation with the labels."""
    emotion = np.array([np.nan if one is None else one for one in emotions_of(texts, language)])
    known = ~np.isnan(emotion) & labels.notna().to_numpy()
    part = np.arange(known.sum()) % _PARTS  # every text is one writer's
    found = rank_correlation(emotion[known], labels[known].to_numpy(), np.ones(known.sum()), part, int(known.sum()))
    signs = known & (labels != 0).to_numpy()
    right = float((np.sign(emotion[signs]) == np.sign(labels[signs])).mean()) if (labels < 0).any() else float("nan")
    print(
        f"{name} ({language}): {known.sum()} of {len(texts)} texts have an emotion; "
        f"rank correlation {found.estimate:.2f} [{found.low:.2f}, {found.high:.2f}]; "
        f"sign right in {right:.0%} of {signs.sum()}"
    )


def planted(texts: pd.DataFrame) -> None:
    """Print, per stage and language, how pure the themes found are, and how many of the stage's texts they cover."""
    themes = pd.read_csv("data/estimate/themes.csv").query("grouping == 'all'")
    query = (
        "select stage, lower(substr(language, 1, 2)) as language, verbatim as text from "
        "read_parquet('data/reconstruct/steps/*.parquet') where actor = 'customer' and verbatim <> ''"
    )
    written = duckdb.sql(query).df().merge(texts.drop_duplicates(["language", "text"]), on=["language", "text"])
    written = written[written["language"].isin(LANGUAGES)]
    for (stage, language), rows in written.groupby(["stage", "language"]):
        distinct = rows["text"].drop_duplicates().tolist()
        terms = terms_of(distinct, language)
        of_text = terms.groupby("text")["term"].agg(set)
        words = {distinct[place]: found for place, found in of_text.items()}
        covered = pd.Series(False, index=rows.index)
        pure = of_themes = 0
        for theme in themes[(themes["stage"] == stage) & (themes["language"] == language)]["theme"]:
            named = set(theme.split(" · "))
            having = {text for text, found in words.items() if found & named}
            has = rows["text"].isin(having)
            covered |= has
            pure += int(rows.loc[has, "theme"].value_counts().max() if has.any() else 0)
            of_themes += int(has.sum())
        largest = rows["theme"].value_counts(normalize=True).max()
        print(
            f"{stage} ({language}): {rows['theme'].nunique()} planted; "
            f"{pure / max(of_themes, 1):.0%} of {of_themes} texts of a theme found are of its main planted "
            f"one (largest planted one alone: {largest:.0%}); "
            f"themes cover {covered.mean():.0%} of {len(rows)} texts"
        )


if __name__ == "__main__":
    main()
