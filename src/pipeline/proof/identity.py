"""Whether identifiers fell to the people who show them: precision and recall of pairs, and B-cubed."""

from __future__ import annotations

import numpy as np
import pandas as pd

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
        recall``: of the pairs that one person shows, the share in one customer. B-cubed (Bagga and Baldwin 1998): the
        same shares per identifier, averaged over identifiers, so that one huge false customer does not decide alone.

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
        right / _pairs(together.groupby("customer_id").sum().to_numpy(dtype=float)),
        right / _pairs(together.groupby("person").sum().to_numpy(dtype=float)),
        float((n * n / of_customer).sum() / n.sum()),
        float((n * n / of_person).sum() / n.sum()),
    )
    return dict(zip(MEASURES, shares, strict=True))


def unshared(identifiers: pd.DataFrame) -> pd.DataFrame:
    """Return the identifiers that exactly one person shows."""
    shown_by = identifiers.groupby(["kind", "value_hash"])["person"].transform("nunique")
    return identifiers[shown_by == 1]


def _pairs(n: np.ndarray) -> float:
    return float((n * (n - 1) / 2).sum())
