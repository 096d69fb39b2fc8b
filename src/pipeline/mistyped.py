"""Mistyped e-mails: which two addresses are one person's, found where raw values are known; only their hashes leave.

An address is known by its neighbours: one letter left out, added, changed, or swapped with the next. What is told apart
by a digit is not mended (`jean75`, `jean76`), nor what one system holds both of: those are two of its customers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pandas as pd
from sqlglot import exp

from pipeline.engine import Engine
from pipeline.normalise import normaliser
from pipeline.params import IdentifierKind
from pipeline.source.description import Source
from pipeline.tables import MISTYPED

SHORTEST = 8  # signs before the @: of shorter names too many are one letter from another
_KEPT = ["kind", "source", "value_hash", "raw"]


def written_values(engine: Engine, source: Source, kinds: Mapping[str, IdentifierKind]) -> pd.DataFrame:
    """Return each identifier of a mended kind that the source's events bear, as it is written there.

    Returns
    -------
    DataFrame
        Columns kind, source, value_hash, raw: for `mistyped` alone, never to be written.
    """
    found = [
        engine.frame(_borne(kind)).assign(kind=kind, source=source.name)
        for kind in source.identifiers
        if kinds[kind].mend_typos
    ]
    return pd.concat([pd.DataFrame(columns=_KEPT, dtype="str"), *found])[_KEPT]


def _borne(kind: str) -> exp.Select:
    """Return the query for the values of a kind that events bear, each in one of its spellings."""
    return (
        exp.select("hash as value_hash", "min(raw) as raw")
        .from_(f"hashes_{kind}")
        .where(f'hash in (select "id_{kind}" from events_of_source)')
        .group_by("hash")
        .order_by("hash")
    )


def mistyped(engine: Engine, written: Iterable[pd.DataFrame], kinds: Mapping[str, IdentifierKind]) -> pd.DataFrame:
    """Return the table `mistyped` from what all sources wrote.

    Notes
    -----
    Cost: three spellings per sign of each distinct address, joined once.
    """
    everything = pd.concat(list(written), ignore_index=True)
    found = [pd.DataFrame(columns=list(MISTYPED.columns), dtype="str")]
    for kind, rows in everything.groupby("kind"):
        addresses = _addresses(rows, kinds[str(kind)])
        engine.load("written_addresses", addresses)
        longest = int(addresses["mailbox"].str.len().max()) if len(addresses) else 1
        found.append(engine.frame("mistyped_pairs", places=list(range(1, longest + 1))).assign(kind=kind))
    return pd.concat(found, ignore_index=True)[list(MISTYPED.columns)].astype("str")


def _addresses(rows: pd.DataFrame, kind: IdentifierKind) -> pd.DataFrame:
    """Return the addresses that are long enough, in their declared form: mailbox, domain, the mailbox's digits."""
    normalise = normaliser(kind)
    parts = [str(normalise(raw)[0]).rpartition("@") for raw in rows["raw"]]
    frame = rows[["source", "value_hash"]].assign(
        mailbox=[mailbox for mailbox, _, _ in parts],
        domain=[domain for _, _, domain in parts],
        digits=[re.sub(r"\D", "", mailbox) for mailbox, _, _ in parts],
    )
    return frame[frame["mailbox"].str.len() >= SHORTEST].astype("str")
