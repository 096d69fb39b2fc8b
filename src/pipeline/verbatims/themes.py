"""Themes of a stage: its key terms, those that stand in the same texts together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.stats.keyness import weighted_log_odds

MOST_THEMES, MOST_TERMS = 5, 3
LEAST_Z = 1.96  # a term that the stage does not use clearly more than the others is no key term
TOGETHER = 0.5  # share of a term's texts that have the theme's first term, too


@dataclass(frozen=True)
class Theme:
    """Up to three terms that stand for one thing people write about, the most telling first."""

    language: str
    stage: str
    terms: tuple[str, ...]

    @property
    def name(self) -> str:
        """The terms as they are shown."""
        return " · ".join(self.terms)


def find_themes(counts: pd.DataFrame, texts_of: Mapping[tuple[str, str], Set[int]], fewest: int) -> Iterator[Theme]:
    """Yield the themes of each stage in each language.

    Parameters
    ----------
    counts
        One row per language, stage and term: customers who used it there.
    texts_of
        (language, term) → numbers of the distinct texts that have it.
    fewest
        A term that fewer customers of the stage used is not looked at.

    Notes
    -----
    Key terms: weighted log-odds with an informative prior (Monroe, Colaresi and Quinn 2008) of the stage against the
    other stages of the same language, customers counted once. Where no other stage has texts the most frequent terms
    stand for it. Walking down the terms, one that mostly stands in texts with an earlier theme's first term joins
    that theme; any other opens a new one if it is a key term. Terms, not topic models: comments are a sentence long, and topic models of the simulated
    brand's texts agreed with its true themes hardly better than chance (docs/methods.md).
    """
    for language, of_language in counts.groupby("language", sort=True):
        table = of_language.pivot_table(index="term", columns="stage", values="customers", fill_value=0)
        for stage in sorted(table.columns):
            here, elsewhere = table[stage].to_numpy(float), table.drop(columns=stage).sum(axis=1).to_numpy(float)
            ranked, opening = _ranked(table.index.to_numpy(), here, elsewhere, fewest)
            for terms in _grouped(ranked, opening, {term: texts_of[str(language), term] for term in ranked}):
                yield Theme(str(language), str(stage), tuple(terms))


def _ranked(terms: np.ndarray, here: np.ndarray, elsewhere: np.ndarray, fewest: int) -> tuple[list[str], int]:
    """Return the terms that enough customers use, the most telling first, and how many of them are key terms."""
    is_alone = not elsewhere.any()
    telling = here if is_alone else weighted_log_odds(here, elsewhere)
    enough = np.flatnonzero(here >= fewest)
    order = sorted(enough, key=lambda place: (-telling[place], terms[place]))
    opening = len(order) if is_alone else int((telling[enough] >= LEAST_Z).sum())
    return [str(terms[place]) for place in order], opening


def _grouped(ranked: list[str], opening: int, texts_of: Mapping[str, Set[int]]) -> list[list[str]]:
    themes: list[list[str]] = []
    for place, term in enumerate(ranked):
        texts = texts_of[term]
        joined = next((theme for theme in themes if len(texts & texts_of[theme[0]]) >= TOGETHER * len(texts)), None)
        if joined is None:
            if place < opening and len(themes) < MOST_THEMES:
                themes.append([term])
        elif len(joined) < MOST_TERMS:
            joined.append(term)
    return themes
