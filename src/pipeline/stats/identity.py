"""Whether identifiers fell to the people who show them: precision and recall of pairs, and B-cubed."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse, stats

MEASURES = ("pairs precision", "pairs recall", "B-cubed precision", "B-cubed recall")


def agreement(identifiers: pd.DataFrame) -> dict[str, float]:
    """Return precision and recall of an identity graph against the truth.

    Parameters
    ----------
    identifiers
        One row per identifier: ``person`` who truly shows it, ``customer_id`` it fell to. An identifier that several
        people truly share (a family's computer) belongs to none of them and is left out before.

    Returns
    -------
    dict
        ``pairs precision``: of the pairs of identifiers in one customer, the share that one person shows; ``pairs
        recall``: of the pairs that one person shows, the share in one customer; nan of no pair. B-cubed (Bagga and
        Baldwin 1998): the same shares per identifier, averaged over identifiers, so that one huge false customer does
        not decide alone.

    Examples
    --------
    >>> rows = [(1, 10), (1, 10), (1, 11), (2, 11)]
    >>> found = agreement(pd.DataFrame(rows, columns=["person", "customer_id"]))
    >>> found["pairs precision"], found["pairs recall"]
    (0.5, 0.3333333333333333)
    """
    together = identifiers.groupby(["person", "customer_id"]).size()
    n = together.to_numpy(dtype=float)
    of_customer = together.groupby("customer_id").transform("sum").to_numpy(dtype=float)
    of_person = together.groupby("person").transform("sum").to_numpy(dtype=float)
    right = _pairs(n)
    shares = (
        _share(right, _pairs(together.groupby("customer_id").sum().to_numpy(dtype=float))),
        _share(right, _pairs(together.groupby("person").sum().to_numpy(dtype=float))),
        float((n * n / of_customer).sum() / n.sum()),
        float((n * n / of_person).sum() / n.sum()),
    )
    return dict(zip(MEASURES, shares, strict=True))


def missed_pairs(identifiers: pd.DataFrame) -> pd.DataFrame:
    """Return what recall leaves, by the kinds of identifiers of the piece that was left apart.

    Parameters
    ----------
    identifiers
        One row per identifier: ``person`` who truly shows it, ``customer_id`` it fell to, ``kind``.

    Returns
    -------
    DataFrame
        Per set of kinds (joined by ``+``, in the order of the alphabet), most pairs first: ``n_pieces`` customers with
        these identifiers of a person, beside a larger one that is the person's, too; ``n_pairs`` with the identifiers
        of all larger ones (of equals, of the lesser customer_id); ``share`` of the true pairs. The shares add up to one
        minus recall.

    Examples
    --------
    >>> rows = [(1, 10, "email"), (1, 10, "login"), (1, 10, "order"), (1, 11, "device"), (2, 12, "card")]
    >>> missed_pairs(pd.DataFrame(rows, columns=["person", "customer_id", "kind"])).to_dict("records")
    [{'kinds': 'device', 'n_pieces': 1, 'n_pairs': 3, 'share': 0.5}]
    """
    shown = identifiers.sort_values(["person", "customer_id", "kind"])
    of_piece = shown.groupby(["person", "customer_id"])["kind"]
    pieces = of_piece.agg(n="size", kinds=lambda kind: "+".join(kind.unique())).reset_index()
    pieces = pieces.sort_values(["person", "n", "customer_id"], ascending=[True, False, True], ignore_index=True)
    of_person = pieces.groupby("person")["n"]
    pieces["n_pairs"] = pieces["n"] * (of_person.cumsum() - pieces["n"])
    apart = pieces[pieces.duplicated("person")].groupby("kinds")["n_pairs"]
    found = apart.agg(n_pieces="size", n_pairs="sum").reset_index()
    found["share"] = found["n_pairs"] / _pairs(of_person.sum().to_numpy(dtype=float))
    return found.sort_values(["n_pairs", "kinds"], ascending=[False, True], ignore_index=True)


def labelled_agreement(pairs: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """Return the same measures from pairs that somebody labelled.

    Parameters
    ----------
    pairs
        One row per labelled pair: ``one`` and ``other`` (any names of identifiers), ``same`` (truly one person),
        ``customer`` and ``other_customer`` (what each fell to; missing where the data do not know it).
    level
        Coverage of the intervals.

    Returns
    -------
    DataFrame
        Columns measure, value, low, high, n. Pairs: Wilson intervals, which take labelled pairs as drawn one by one;
        draw them so. B-cubed: persons are the groups that the pairs labelled the same make, without an interval.

    Examples
    --------
    >>> rows = [("a", "b", True, 1, 1), ("c", "d", True, 2, 3), ("a", "c", False, 1, 2)]
    >>> columns = ["one", "other", "same", "customer", "other_customer"]
    >>> labelled_agreement(pd.DataFrame(rows, columns=columns))["value"].tolist()[:2]
    [1.0, 0.5]
    """
    is_joined = (pairs["customer"] == pairs["other_customer"]).fillna(False).to_numpy(dtype=bool)
    is_same = pairs["same"].to_numpy(dtype=bool)
    right = int((is_joined & is_same).sum())
    rows = [
        (measure, *_wilson(right, int(of.sum()), level), int(of.sum()))
        for measure, of in zip(MEASURES[:2], (is_joined, is_same), strict=True)
    ]
    identifiers = _labelled_identifiers(pairs, is_same)
    found = agreement(identifiers) if len(identifiers) else dict.fromkeys(MEASURES, float("nan"))
    rows += [(measure, found[measure], float("nan"), float("nan"), len(identifiers)) for measure in MEASURES[2:]]
    return pd.DataFrame(rows, columns=["measure", "value", "low", "high", "n"])


def _wilson(right: int, n: int, level: float) -> tuple[float, float, float]:
    if n == 0:
        return (float("nan"),) * 3
    interval = stats.binomtest(right, n).proportion_ci(level, method="wilson")
    return right / n, float(interval.low), float(interval.high)


def _labelled_identifiers(pairs: pd.DataFrame, is_same: np.ndarray) -> pd.DataFrame:
    """Return each labelled identifier with the person and the customer it belongs to, where both are known."""
    sides = [pairs[["one", "customer"]], pairs[["other", "other_customer"]]]
    known = pd.concat([side.set_axis(["name", "customer_id"], axis=1) for side in sides])
    known = known.drop_duplicates("name").sort_values("name", ignore_index=True)
    places = pd.Series(known.index, index=known["name"])
    ends = (places.loc[pairs.loc[is_same, side]].to_numpy() for side in ("one", "other"))
    graph = sparse.coo_matrix((np.ones(is_same.sum()), tuple(ends)), shape=(len(known), len(known)))
    persons = known.assign(person=sparse.csgraph.connected_components(graph, directed=False)[1])
    return persons.dropna(subset=["customer_id"])[["person", "customer_id"]]


def unshared(identifiers: pd.DataFrame) -> pd.DataFrame:
    """Return the identifiers that exactly one person shows."""
    shown_by = identifiers.groupby(["kind", "value_hash"])["person"].transform("nunique")
    return identifiers[shown_by == 1]


def _share(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


def _pairs(n: np.ndarray) -> float:
    return float((n * (n - 1) / 2).sum())
