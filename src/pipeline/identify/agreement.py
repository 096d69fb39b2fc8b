"""Labelled pairs, where somebody made some: how often the customers found agree with them."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipeline.engine import Engine, query_of
from pipeline.errors import ParcoursError, nearest
from pipeline.keys import key_bytes, pseudonyms
from pipeline.normalise import normaliser
from pipeline.params import IdentifierKind, Params
from pipeline.stats.identity import labelled_agreement
from pipeline.tables import AGREEMENT
from pipeline.workspace import Workspace

COLUMNS = ("kind", "value", "other_kind", "other_value", "same")
ANSWERS = {"yes": True, "no": False}


def agreement(engine: Engine, workspace: Workspace, params: Params) -> pd.DataFrame:
    """Return precision and recall on the labelled pairs, as their contract."""
    return labelled_agreement(labelled_pairs(engine, workspace, params))[list(AGREEMENT.columns)]


def labelled_pairs(engine: Engine, workspace: Workspace, params: Params) -> pd.DataFrame:
    """Return the labelled pairs beside the customers they fell to; no raw value leaves this function.

    Returns
    -------
    DataFrame
        Columns one and other (keyed hashes), same, node and other_node, customer and other_customer (missing where
        the data do not know the identifier).

    Raises
    ------
    ParcoursError
        If the file is not there, has other columns, or a row has an unknown kind or answer.
    """
    shown_as = str(params.identity.labelled_pairs)
    path = workspace.root / shown_as
    if not path.is_file():
        raise ParcoursError(f"params.yaml: identity.labelled_pairs: no file {shown_as} in {workspace.root}.")
    pairs = pd.read_csv(path, dtype="str", keep_default_na=False)
    _refuse_what_is_wrong(pairs, params.identifiers, shown_as)
    key = key_bytes(params.workspace.key, workspace)
    ends = {
        side: pd.Series(_hashes(pairs[kinds], pairs[values], params.identifiers, key))
        for side, kinds, values in (("one", "kind", "value"), ("other", "other_kind", "other_value"))
    }
    engine.load("labelled", pd.DataFrame({"value_hash": pd.concat(list(ends.values())).unique()}))
    # of a value that changed hands, the latest customer
    found = engine.frame(
        query_of(
            "select value_hash, node, customer_id from members semi join labelled using (value_hash) "
            "order by value_hash, period"
        )
    )
    latest = found.drop_duplicates("value_hash", keep="last").set_index("value_hash").astype("Int64")
    fell_to = {
        name: ends[side].map(latest[column])
        for name, side, column in (
            ("node", "one", "node"), ("other_node", "other", "node"),
            ("customer", "one", "customer_id"), ("other_customer", "other", "customer_id"),
        )
    }  # fmt: skip
    return pd.DataFrame({**ends, "same": pairs["same"].map(ANSWERS), **fell_to})


def _refuse_what_is_wrong(pairs: pd.DataFrame, kinds: Mapping[str, IdentifierKind], shown_as: str) -> None:
    if tuple(pairs.columns) != COLUMNS:
        raise ParcoursError(f"{shown_as}: expected the columns {', '.join(COLUMNS)}, got {', '.join(pairs.columns)}.")
    for column, options in (("kind", kinds), ("other_kind", kinds), ("same", ANSWERS)):
        wrong = ~pairs[column].isin(list(options))
        if wrong.any():
            row = int(wrong.to_numpy().argmax())
            value = pairs[column].iloc[row]
            raise ParcoursError(f"{shown_as}: row {row + 2}: {column}: {value!r} is unknown.{nearest(value, options)}")


def _hashes(kinds: pd.Series, values: pd.Series, declared: Mapping[str, IdentifierKind], key: bytes) -> list[str]:
    """Return the keyed hash of each value; where it is nobody's, one that no customer has."""
    normalise = {kind: normaliser(declared[kind]) for kind in kinds.unique()}
    forms = [normalise[kind](value)[0] or f"nobody: {value}" for kind, value in zip(kinds, values, strict=True)]
    return [pseudonyms(key, kind, [form])[0] for kind, form in zip(kinds, forms, strict=True)]
