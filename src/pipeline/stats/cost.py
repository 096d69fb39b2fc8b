"""What one outcome cost, where the cost is known and the number of outcomes is a matter of chance."""

from __future__ import annotations

import math

from scipy import stats

from pipeline.stats.result import Interval


def cost_per_outcome(cost: float, customers: int, outcomes: int, squares: int, level: float = 0.95) -> Interval:
    """Cost over a number of outcomes, with its interval clustered by customer.

    Parameters
    ----------
    cost
        What was spent, known exactly.
    customers
        Customers who could have brought outcomes.
    outcomes, squares
        Sums over customers of their outcomes, and of the square of these.
    level
        Coverage of the interval.

    Returns
    -------
    Interval
        In the unit of the cost; ``n`` is the number of outcomes.

    Raises
    ------
    ValueError
        If there is no outcome or there are fewer than two customers.

    Notes
    -----
    How many customers come is chance, too, so the number of outcomes is a compound Poisson sum: its variance is
    estimated without bias by ``sum(a_c ** 2)`` (Feller 1968, XII.2). On the log scale
    ``se = sqrt(sum(a_c ** 2)) / outcomes``, and the bounds are ``cost / outcomes * exp(∓ t(customers - 1) * se)``.

    Examples
    --------
    >>> found = cost_per_outcome(1000.0, customers=400, outcomes=50, squares=50)
    >>> round(found.estimate, 2), round(found.low, 2), round(found.high, 2)
    (20.0, 15.15, 26.41)
    """
    if outcomes < 1 or customers < 2:
        raise ValueError(f"need an outcome and at least 2 customers, got {outcomes} and {customers}")
    error = math.sqrt(squares) / outcomes
    reach = math.exp(float(stats.t.ppf((1 + level) / 2, customers - 1)) * error)
    price = cost / outcomes
    return Interval(price, price / reach, price * reach, outcomes, customers, (price * error) ** 2)
