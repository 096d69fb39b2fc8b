"""The terms of a text: what it speaks of, without the words that every text has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

import pandas as pd

_SHORTEST = 3  # letters
_MASK = re.compile(r"\[[^\]]*\]")  # what clean put in the place of a name or a number
_WORD = re.compile(rf"[^\W\d_]{{{_SHORTEST},}}")
_STEMMERS = {"en": "english", "fr": "french"}


def terms_of(texts: Sequence[str], language: str) -> pd.DataFrame:
    """Return the terms of each text, each once.

    Parameters
    ----------
    texts
        In one language, ``en`` or ``fr``.
    language
        Of the stop words that are left out and of the stems that make one term of a word's forms.

    Returns
    -------
    pandas.DataFrame
        Columns text (place in `texts`) and term: of all words with one stem, the form that most texts have.

    Notes
    -----
    Stems: Snowball (Porter 2001). Words of under three letters, numbers, and what `clean` masked give no term.

    Examples
    --------
    >>> terms_of(["Livraisons en retard", "La livraison de [name]", "Une livraison ?"], "fr")["term"].tolist()
    ['livraison', 'retard', 'livraison', 'livraison']
    """
    stop = _stop_words(language)
    found = [
        (place, word)
        for place, text in enumerate(texts)
        for word in sorted({word for word in _WORD.findall(_MASK.sub(" ", text).lower()) if word not in stop})
    ]
    stems = dict(zip((word for _, word in found), _stems([word for _, word in found], language), strict=True))
    forms: dict[str, Counter[str]] = {}
    for _, word in found:
        forms.setdefault(stems[word], Counter())[word] += 1
    shown = {stem: min(counts, key=lambda word: (-counts[word], word)) for stem, counts in forms.items()}
    rows = dict.fromkeys((place, shown[stems[word]]) for place, word in found)
    return pd.DataFrame(list(rows), columns=["text", "term"]).astype({"text": "int64", "term": "str"})


def _stems(words: Sequence[str], language: str) -> list[str]:
    import snowballstemmer

    return list(snowballstemmer.stemmer(_STEMMERS[language]).stemWords(list(words)))


@cache
def _stop_words(language: str) -> frozenset[str]:
    from stop_words import get_stop_words

    return frozenset(get_stop_words(language))
