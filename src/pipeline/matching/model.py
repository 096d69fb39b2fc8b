"""Splink's model of two records being one person's (Fellegi and Sunter 1969), learnt from the records themselves."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.engine import Engine
from pipeline.errors import ParcoursError
from pipeline.matching.fields import (
    BIRTH_DATE,
    CITY,
    FIRST_NAME,
    LAST_NAME,
    LAST_NAME_START,
    LEAST_PROBABILITY,
    NAMES,
    PLACES,
    POSTCODE,
)
from pipeline.params import EngineParams, ProbabilisticParams
from pipeline.tables import PROBABLE_LINKS

if TYPE_CHECKING:
    from splink import Linker
    from splink.internals.comparison_creator import ComparisonCreator
    from splink.internals.comparison_level_creator import ComparisonLevelCreator

_FULL_NAME, _OTHER = "full_name", ["other_kind", "other_hash", "other_source"]
_TYPES = {name: "float64" if name == "probability" else "str" for name in PROBABLE_LINKS.columns}
_BLOCKING = ((POSTCODE, LAST_NAME_START), (CITY, LAST_NAME_START), (BIRTH_DATE,), NAMES)
_LEAST_AGREEING = 30  # pairs that agree on both names and a birth date or a place: of fewer nothing can be learnt
_RECALL_OF_AGREEING = 0.8  # share of true pairs that agree so, and are not mistyped or moved: a starting point
_SAMPLED_PAIRS, _SEED = 1_500_000, 1
_DIGITS = 6  # of a probability; more would differ between machines


def refuse_without_splink() -> None:
    """Refuse to compare persons where the extra package is missing.

    Raises
    ------
    ParcoursError
        With how to install it.
    """
    if find_spec("splink") is None:
        raise ParcoursError(
            "params.yaml: identity.probabilistic: needs Splink, which is not installed. Expected the extra package: "
            "pip install 'parcours[splink]'; or leave this section out, and no names are compared."
        )


def probable_links(
    records: Sequence[pd.DataFrame],
    fields: Sequence[str],
    declared: ProbabilisticParams,
    engine: EngineParams,
    temporary: Path,
) -> tuple[pd.DataFrame, str | None]:
    """Return which records of two sources are probably one person's, as keyed hashes alone.

    Parameters
    ----------
    records
        Per source, what `person_records` gave.
    fields
        What can be compared: two sources have it.
    declared, engine
        Blocking, and how much memory may be used.
    temporary
        Folder for what does not fit in memory.

    Returns
    -------
    links : DataFrame
        As the contract `probable_links`, in a total order.
    why_none : str or None
        Why nothing was compared, where there is too little to learn from.

    Notes
    -----
    Names are compared by Jaro-Winkler similarity and for being swapped, full names and postcodes weigh by how rare they
    are, birth dates by Damerau-Levenshtein distance, a missing value says nothing. The chance that two different
    persons agree comes from pairs drawn with a fixed seed, the chance that one person's records do from expectation
    maximisation. One thread: sums of floats, and so the bytes, do not depend on how many there are.

    Of a record's pairs with another source only the most probable is kept, and only if it is that of both: a source
    that holds two such persons has a father and a son, and who is as near to both is joined to neither.
    """
    comparable = [frame for frame in records if frame[_beside_names(fields)].notna().any(axis=None)]
    named = [_identified(frame) for frame in comparable]
    nothing = pd.DataFrame(columns=list(PROBABLE_LINKS.columns)).astype(_TYPES)
    if (n := _n_agreeing(named, fields)) < _LEAST_AGREEING:
        return nothing, (
            f"identity.probabilistic: {n} pairs of records agree on both names and a birth date or a place; "
            f"{_LEAST_AGREEING} are the fewest to learn from. No probabilistic link is made."
        )
    with Engine(replace(engine, kind="duckdb", threads=1), temporary, reach=[]) as own:
        scored = _told_without_values(lambda: _scored(own, named, fields, declared.blocking), own.errors)
    keys = pd.concat(named).set_index("record")[["kind", "value_hash", "source"]]
    return _unambiguous(scored, keys), None


def _told_without_values(work: Callable[[], pd.DataFrame], errors: tuple[type[Exception], ...]) -> pd.DataFrame:
    """Return what `work` does; what it fails of may quote a person's name, so only the kind of error is told."""
    from splink.internals.exceptions import SplinkException

    told: tuple[type[Exception], ...] = (*errors, SplinkException, ValueError, ArithmeticError)
    try:
        return work()
    except told as error:
        raise ParcoursError(
            "params.yaml: identity.probabilistic: the model cannot be learnt from these records "
            f"({type(error).__name__}). Expected records that agree and others that do not. Look into the columns of "
            "`person_fields:`, declare other ones, or leave this section out."
        ) from None


def _beside_names(fields: Sequence[str]) -> list[str]:
    return [name for name in fields if name not in NAMES]


def _identified(frame: pd.DataFrame) -> pd.DataFrame:
    """Return records with a name of their own that does not depend on which others there are."""
    number = frame.groupby(["kind", "value_hash"]).cumcount().astype(str)
    record = frame["source"] + "." + frame["kind"] + "." + frame["value_hash"] + "." + number
    return frame.assign(record=record, full_name=frame[FIRST_NAME] + " " + frame[LAST_NAME])


def _n_agreeing(named: Sequence[pd.DataFrame], fields: Sequence[str]) -> int:
    """Return how many pairs of records of two sources agree on both names and one field beside them."""
    everything = pd.concat(named, ignore_index=True) if named else pd.DataFrame(columns=[*fields, _FULL_NAME, "source"])
    n = 0
    for name in _beside_names(fields):
        groups = everything.dropna(subset=[name]).groupby([_FULL_NAME, name])["source"]
        n += int((groups.nunique() - 1).clip(lower=0).sum())
    return n


def _scored(
    engine: Engine, named: Sequence[pd.DataFrame], fields: Sequence[str], blocking: Sequence[Sequence[str]]
) -> pd.DataFrame:
    """Return the pairs that are more likely one person's than not: one, other (names of records), probability."""
    from splink import Linker, SettingsCreator, block_on
    from splink.backends.duckdb import DuckDBAPI

    rules = blocking or [rule for rule in _BLOCKING if set(rule) <= {*fields, LAST_NAME_START}]
    settings = SettingsCreator(
        link_type="link_only",  # two records of one source are two of its customers
        comparisons=_comparisons(fields),
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in rules],
        unique_id_column_name="record",
        retain_matching_columns=False,
    )
    api = DuckDBAPI(engine.connection)
    columns = ["record", *fields, _FULL_NAME, LAST_NAME_START]
    tables = [api.register(frame[columns], dataset_display_name=f"records_{i}") for i, frame in enumerate(named)]
    linker = Linker(tables, settings, log_level=logging.ERROR)
    _train(linker, fields)
    found = linker.inference.predict(threshold_match_probability=LEAST_PROBABILITY, warning_mode="never")
    pairs = found.as_pandas_dataframe()[["record_l", "record_r", "match_probability"]]
    return pairs.set_axis(["one", "other", "probability"], axis=1)


def _train(linker: Linker, fields: Sequence[str]) -> None:
    from splink import block_on

    beside = _beside_names(fields)
    linker.training.estimate_probability_two_random_records_match(
        [block_on(*NAMES, name) for name in beside], recall=_RECALL_OF_AGREEING
    )
    linker.training.estimate_u_using_random_sampling(_SAMPLED_PAIRS, seed=_SEED, min_count_per_level=None, num_chunks=1)
    # each session learns of what it does not agree on already
    names_within = next(name for name in (BIRTH_DATE, *PLACES) if name in beside)
    for rule in (NAMES, (names_within,)):
        linker.training.estimate_parameters_using_expectation_maximisation(
            block_on(*rule), estimate_without_term_frequencies=True
        )


def _comparisons(fields: Sequence[str]) -> list[ComparisonCreator | dict[str, Any]]:
    """Return what is compared: names together, the place by its finest field, the birth date."""
    import splink.comparison_library as compare

    names = compare.ForenameSurnameComparison(FIRST_NAME, LAST_NAME, forename_surname_concat_col_name=_FULL_NAME)
    places = [_places([name for name in PLACES if name in fields])] if set(PLACES) & set(fields) else []
    dates = [compare.DamerauLevenshteinAtThresholds(BIRTH_DATE, [1, 2])] if BIRTH_DATE in fields else []
    return [names, *places, *dates]


def _places(held: Sequence[str]) -> ComparisonCreator:
    """Return one comparison of postcode and city, which say nearly the same: together they must not count twice."""
    import splink.comparison_level_library as level
    import splink.comparison_library as compare

    missing = [level.NullLevel(name) for name in held]
    levels: list[ComparisonLevelCreator | dict[str, Any]] = [missing[0] if len(missing) == 1 else level.And(*missing)]
    if POSTCODE in held:
        levels.append(level.ExactMatchLevel(POSTCODE, term_frequency_adjustments=True))
        levels.append(level.LevenshteinLevel(POSTCODE, 1))
    if CITY in held:
        levels.append(level.ExactMatchLevel(CITY, term_frequency_adjustments=True))
    return compare.CustomComparison([*levels, level.ElseLevel()], output_column_name="place")


def _unambiguous(scored: pd.DataFrame, keys: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs of identifiers that are each other's only most probable one in the other's source."""
    one, other = (keys.loc[scored[end]].reset_index(drop=True) for end in ("one", "other"))
    is_in_order = one["source"] < other["source"]
    for name, further in zip(keys.columns, _OTHER, strict=True):
        one[further] = other[name].where(is_in_order, one[name])
        one[name] = one[name].where(is_in_order, other[name])
    pairs = one.assign(probability=scored["probability"].round(_DIGITS))
    pairs = pairs.groupby([*keys.columns, *_OTHER])["probability"].max().reset_index()
    is_best = pd.Series(True, pairs.index)
    for record, source in ((list(keys.columns), "other_source"), (_OTHER, "source")):
        by_probability = pairs.groupby([*record, source])["probability"]
        is_best &= by_probability.rank(method="max", ascending=False) == 1  # where two are best, both rank second
    is_two = (pairs["kind"] != pairs["other_kind"]) | (pairs["value_hash"] != pairs["other_hash"])
    return pairs.loc[is_best & is_two, list(PROBABLE_LINKS.columns)].reset_index(drop=True).astype(_TYPES)
