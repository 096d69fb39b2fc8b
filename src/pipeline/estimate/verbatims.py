"""Texts of customers, read once: what makes the engine's table ``verbatims``, and how far words agree with scores."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pandas as pd
from sqlglot import exp

from pipeline.engine import Engine
from pipeline.errors import ParcoursError, nearest
from pipeline.estimate.cells import NO_VARIATION, Row
from pipeline.params import Params
from pipeline.stats.agreement import rank_correlation
from pipeline.verbatims.emotion import LANGUAGES, emotions_of

PARTS = 50  # of the customers, for the interval of a rank correlation
EMOTION_SCALE = 10_000
NOT_READ = "language not read"


def have_verbatims(engine: Engine, params: Params) -> bool:
    """Return whether texts are declared; make the table ``verbatims`` of them if nobody has yet.

    Raises
    ------
    ParcoursError
        If a declared attribute is none of any source.
    """
    declared = params.verbatims
    if declared.text is None or declared.language is None:
        return False
    if not engine.has("verbatims"):
        known = engine.columns("steps")
        for key, name in (("text", declared.text), ("language", declared.language)):
            if known.get(name) != "VARCHAR":
                raise ParcoursError(
                    f"params.yaml: verbatims.{key}: no source has a text attribute {name!r}.{nearest(name, known)} "
                    "Declare it under `attributes:` of the events in which customers write."
                )
        columns = {"text": exp.column(declared.text), "language": exp.column(declared.language)}
        engine.load("read_texts", read_texts(engine.frame("distinct_texts", **columns)))
        qualified = {name: exp.column(column.name, table="steps") for name, column in columns.items()}
        engine.make("verbatims", **qualified)
    return True


def read_texts(texts: pd.DataFrame) -> pd.DataFrame:
    """Return distinct texts with a number and an emotion in ten-thousandths; none in a language that is not read."""
    emotion = pd.Series(pd.NA, index=texts.index, dtype="Int64")
    for language, of_language in texts.groupby("language"):
        if language in LANGUAGES:
            found = emotions_of(of_language["text"], str(language))
            emotion[of_language.index] = [None if one is None else round(one * EMOTION_SCALE) for one in found]
    return texts.assign(text_number=range(len(texts)), emotion=emotion)


def rows(engine: Engine, params: Params, cut_off: datetime) -> Iterator[Row]:
    """Yield, per language, how many texts were written and read, and the rank correlation of words with scores.

    Notes
    -----
    Pairs: answers that have a score and words with an emotion. The score is the label: nobody's reading of the text
    is needed. Customers are cut into parts by their code, which is a hash.
    """
    del cut_off
    if not have_verbatims(engine, params):
        return
    pairs = engine.frame("agreement_pairs", parts=PARTS)
    for counts in engine.frame("agreement_counts").to_dict("records"):
        row = {name: counts[name] for name in ("language", "n_texts", "n_read")}
        if counts["n_writers"] < params.estimate.smallest_cell:
            yield {"language": counts["language"], "note": f"n < {params.estimate.smallest_cell}"}
        elif counts["language"] not in LANGUAGES:
            yield {**row, "note": NOT_READ}
        else:
            yield {**row, **_agreement(pairs[pairs["language"] == counts["language"]], counts["n_customers"], params)}


def _agreement(pairs: pd.DataFrame, customers: int, params: Params) -> Row:
    if customers == 0:
        return {"n_pairs": 0, "n_customers": 0, "note": "n = 0"}
    if customers < params.estimate.smallest_cell:
        return {"note": f"n < {params.estimate.smallest_cell}"}
    columns = (pairs[name].to_numpy() for name in ("score_emotion", "text_emotion", "n", "part"))
    found = rank_correlation(*columns, customers, params.estimate.level)
    bounds = {"rho": found.estimate, "ci_low": found.low, "ci_high": found.high}
    note = NO_VARIATION if pd.isna(found.low) else None
    return {"n_pairs": found.n, "n_customers": customers, **bounds, "note": note}
