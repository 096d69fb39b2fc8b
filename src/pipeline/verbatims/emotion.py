"""The emotion of a text, −2 … +2, from open lexicons that are installed with the package: French and English."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "fr")
MOST = 2  # strongest emotion on either side of 0
# "pas très beau" says the contrary of "beau", but less; a negation is felt so many words further on.
_NEGATED, _REACH = -0.5, 3
_NEGATIONS = frozenset("pas jamais plus rien aucun aucune sans ni non guère".split())
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def emotions_of(texts: Iterable[str], language: str) -> list[float | None]:
    """Return the emotion of each text.

    Parameters
    ----------
    texts
        In one language.
    language
        One of `LANGUAGES`.

    Returns
    -------
    list of float or None
        From −2 to +2, four decimals; None where no word of the text is in the lexicon (or they cancel exactly): that
        is no neutral text, it is one that says nothing to a lexicon.

    Raises
    ------
    KeyError
        If the language is another one.

    Notes
    -----
    English: VADER (Hutto and Gilbert 2014), its compound score times 2. French: the mean polarity of the words that
    stand in the lexicon of De Smedt and Daelemans (public domain, `french_adjectives.tsv`), times −0.5 within three
    words of a negation, as its authors do (2012, "Vreselijk mooi!"), times 2. Both read words, not facts: "the parcel
    never came" has no emotion for them. How far they agree with scores is measured in every workspace
    (`text_agreement.csv`).
    Cost: 0.1 ms for each English text, 0.01 ms for each French one.

    Examples
    --------
    >>> emotions_of(["Gorgeous linen, highly recommended.", "The parcel came on Monday."], "en")
    [1.4528, None]
    >>> emotions_of(["Des finitions superbes.", "Ce n'est pas très joli."], "fr")
    [2.0, -0.57]
    """
    polarity = {"en": _english, "fr": _french}[language]()
    return [round(MOST * found, 4) or None for found in map(polarity, texts)]


@cache
def _english() -> Callable[[str], float]:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    scores = SentimentIntensityAnalyzer().polarity_scores
    return lambda text: float(scores(text)["compound"])


@cache
def _french() -> Callable[[str], float]:
    lines = (files("pipeline.verbatims") / "french_adjectives.tsv").read_text(encoding="utf-8").splitlines()
    polarity = {word: float(value) for word, value in (line.split("\t") for line in lines if not line.startswith("#"))}

    def score(text: str) -> float:
        words = _WORD.findall(text.lower())
        found = [
            polarity[word] * (_NEGATED if _NEGATIONS & set(words[max(place - _REACH, 0) : place]) else 1)
            for place, word in enumerate(words)
            if word in polarity
        ]
        return sum(found) / len(found) if found else 0.0

    return score
