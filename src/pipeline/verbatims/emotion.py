"""The emotion of a text, −2 … +2, from open lexicons that are installed with the package: French and English."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from functools import cache

LANGUAGES = ("en", "fr")
MOST = 2  # strongest emotion on either side of 0


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
    English: VADER (Hutto and Gilbert 2014), its compound score times 2. French: the adjectives of De Smedt and
    Daelemans (2012, public domain), with negations and intensifiers, as TextBlob reads them; polarity times 2. Both
    read words, not facts: "the parcel never came" has no emotion for them. How far they agree with people is measured
    in every workspace (`estimate.text_agreement`). Cost: 0.1 to 0.3 ms for each text, and seconds to load.

    Examples
    --------
    >>> emotions_of(["Gorgeous linen, highly recommended.", "The parcel came on Monday."], "en")
    [1.3968, None]
    >>> emotions_of(["Des finitions superbes.", "Décevant pour le prix."], "fr")
    [2.0, -1.0]
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
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # of the library's own source, from Python 3.12 on
        from textblob_fr import PatternAnalyzer

    analyze = PatternAnalyzer().analyze
    return lambda text: float(analyze(text)[0])
