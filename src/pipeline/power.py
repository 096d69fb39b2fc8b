"""`parcours power`: what each hypothesis can find now, and how many customers it takes for its smallest effect."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
from scipy import stats

from pipeline.errors import ParcoursError, nearest
from pipeline.params import Hypothesis, Params
from pipeline.stats.multiplicity import level_of_next
from pipeline.stats.power import customers_for_power, detectable_effect
from pipeline.tables import HYPOTHESES
from pipeline.workspace import Workspace

DAYS_PER_MONTH = 365.25 / 12
HEADINGS = (
    "hypothesis", "group", "customers", "exposed", "design", "std. error", "finds now", "smallest", "needed",
    "months to go",
)  # fmt: skip
READING = """\
finds now: the smallest true effect found with a power of {power:.0%}; standard errors are clustered by customer.
needed: customers for the smallest effect, if as many others are found as now – and, after the dash, if it is the only
true effect of the family: p at most {hopeful:.2g} – {cautious:.2g}. That keeps the false discovery rate of {rate:.0%}
over the family, and never exceeds {most:.2g}, the level of the intervals.
months to go: to the larger number, customers coming as fast as until now, exposure and clustering as they are."""


@dataclass(frozen=True)
class Levels:
    """Levels of p at which one test of the family is planned.

    Parameters
    ----------
    cautious
        If it were the only true effect of the family: rate / tests.
    hopeful
        If as many others are found as now: rate · (found + 1) / tests.
    """

    cautious: float
    hopeful: float


@dataclass(frozen=True)
class Plan:
    """What one hypothesis can find in one group.

    Parameters
    ----------
    hypothesis, group
        Which.
    customers, share_exposed, design_effect, standard_error
        Observed.
    smallest_effect
        The effect that is planned for.
    detectable
        Smallest true effect found now with the power asked for, at the cautious level.
    needed
        Customers for `smallest_effect`, at the cautious and at the hopeful level.
    months
        Further months until the former, customers coming as fast as until now.
    """

    hypothesis: str
    group: str
    customers: int
    share_exposed: float
    design_effect: float
    standard_error: float
    smallest_effect: float
    detectable: float
    needed: tuple[int, int]
    months: float


def main(
    workspace: Workspace,
    params: Params,
    power: float = 0.80,
    effect: float | None = None,
    hypothesis: str | None = None,
    persona: str | None = None,
) -> None:
    """Print the plan of each hypothesis and group that was tested, and how to read it.

    Parameters
    ----------
    workspace, params
        Whose data/assess/hypotheses.csv.
    power
        Chance to find the effect.
    effect
        Planned for instead of the declared smallest effect; needs `hypothesis`.
    hypothesis, persona
        Only this one, only in this group; default: all.

    Raises
    ------
    ParcoursError
        If a table is missing, or a name is unknown.
    """
    if effect is not None and (hypothesis is None or effect <= 0):
        raise ParcoursError(
            "--effect: expected an effect above 0 and, with --hypothesis, the hypothesis it is meant for."
        )
    facts = json.loads(_made(workspace, "data/reconstruct/reconstruct.json").read_text(encoding="utf-8"))
    rows = pd.read_csv(_made(workspace, HYPOTHESES.path), keep_default_na=False, na_values=[""])
    levels = levels_of(rows, params)
    if not levels.cautious < power < 1:
        raise ParcoursError(f"--power: expected a share such as 0.8, got {power:g}.")
    chosen = _chosen(rows, hypothesis, persona)
    lasted = datetime.fromisoformat(facts["cut_off"]) - datetime.fromisoformat(facts["window_start"])
    declared = {one.id: one for one in params.hypotheses}
    plans = [
        plan_of(row, declared[row["id"]], levels, lasted, power, effect, params.estimate.level)
        for row in chosen
        if row["id"] in declared and not math.isnan(standard_error_of(row, params.estimate.level))
    ]
    print(told(plans, levels, power, params))
    left_out = [f"{row['id']} in {row['group']}" for row in chosen if (row["id"], row["group"]) not in _planned(plans)]
    if left_out:
        print(f"Without an estimate that could be planned on: {', '.join(left_out)}.")


def levels_of(rows: pd.DataFrame, params: Params) -> Levels:
    """Return the levels at which one test of the family is found.

    Notes
    -----
    A verdict *supported* also wants the interval on one side of 0, so neither exceeds ``1 - estimate.level``.
    """
    tested = rows["q"].notna()
    if not tested.any():
        raise ParcoursError(f"{HYPOTHESES.path}: no hypothesis was tested, so nothing is known to plan on.")
    found, size = int((rows["q"] <= params.assess_level).sum()), int(tested.sum())
    most = 1 - params.estimate.level
    cautious, hopeful = (
        min(level_of_next(others, size, params.assess_level, params.assess_correction), most) for others in (0, found)
    )
    return Levels(cautious, hopeful)


def standard_error_of(row: dict[str, Any], level: float) -> float:
    """Return the clustered standard error behind a row's interval, the adjusted one where there is one.

    Notes
    -----
    Half the interval over t((1 + level) / 2, d), d = customers of the smaller arm - 1; a crude comparison of first
    meetings was computed with exactly that d, an adjusted one with somewhat fewer, so that its standard error comes
    out a little too large: the cautious side. Not-a-number where there is no finite interval.
    """
    kind = "adjusted" if not pd.isna(row["adjusted_low"]) else "crude"
    reach = (row[f"{kind}_high"] - row[f"{kind}_low"]) / 2
    exposed, others = (
        row[f"n_{arm}"] if pd.isna(row[f"n_answered_{arm}"]) else row[f"n_answered_{arm}"]
        for arm in ("exposed", "unexposed")
    )
    smaller = min(exposed, row["customers_hit"], others, row["n_customers"])
    if not math.isfinite(reach) or reach <= 0 or smaller < 2:
        return math.nan
    return float(reach / stats.t.ppf((1 + level) / 2, smaller - 1))


def plan_of(
    row: dict[str, Any],
    hypothesis: Hypothesis,
    levels: Levels,
    lasted: timedelta,
    power: float,
    effect: float | None,
    level: float,
) -> Plan:
    """Return the plan of one tested row.

    Parameters
    ----------
    row
        Of the table hypotheses.
    hypothesis
        Its declaration.
    levels
        Of its family.
    lasted
        The observation window. Units entered for that long, less the hypothesis' own windows.
    power, effect
        As `main`.
    level
        Coverage of the row's interval.
    """
    customers, error = int(row["n_customers"]), standard_error_of(row, level)
    wanted = effect if effect is not None else float(row["smallest_effect"])
    needed = tuple(
        customers_for_power(customers, error, wanted, alpha, power) for alpha in (levels.cautious, levels.hopeful)
    )
    open_for = lasted - abs(hypothesis.exposure_window) - hypothesis.outcome_window
    months = open_for / timedelta(days=DAYS_PER_MONTH)
    return Plan(
        hypothesis=hypothesis.id,
        group=str(row["group"]),
        customers=customers,
        share_exposed=float(row["share_hit"]),
        design_effect=float(row["design_effect"]),
        standard_error=error,
        smallest_effect=wanted,
        detectable=detectable_effect(error, levels.cautious, power),
        needed=(needed[0], needed[1]),
        months=max(needed[0] - customers, 0) / customers * months if months > 0 else math.nan,
    )


def told(plans: Sequence[Plan], levels: Levels, power: float, params: Params) -> str:
    """Return the plans as a table, and how to read it."""
    cells = [HEADINGS, *(_cells(plan) for plan in plans)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(HEADINGS))]
    table = [
        "  ".join(
            cell.ljust(width) if i < 2 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in cells
    ]
    reading = READING.format(
        power=power, cautious=levels.cautious, hopeful=levels.hopeful, rate=params.assess_level,
        most=1 - params.estimate.level,
    )  # fmt: skip
    return "\n".join([*(line.rstrip() for line in table), "", reading])


def _cells(plan: Plan) -> tuple[str, ...]:
    first, last = plan.needed
    return (
        plan.hypothesis,
        plan.group,
        f"{plan.customers:,}",
        f"{plan.share_exposed:.1%}",
        f"{plan.design_effect:.2f}",
        f"{plan.standard_error:.3g}",
        f"{plan.detectable:.3g}",
        f"{plan.smallest_effect:.3g}",
        f"{first:,}" if first == last else f"{last:,} – {first:,}",
        "-" if math.isnan(plan.months) else f"{plan.months:.1f}",
    )


def _planned(plans: Sequence[Plan]) -> set[tuple[str, str]]:
    return {(plan.hypothesis, plan.group) for plan in plans}


def _chosen(rows: pd.DataFrame, hypothesis: str | None, persona: str | None) -> list[dict[str, Any]]:
    for option, column, name in (("--hypothesis", "id", hypothesis), ("--persona", "group", persona)):
        if name is None:
            continue
        if name not in set(rows[column]):
            raise ParcoursError(f"{option}: {HYPOTHESES.path} has no {name!r}.{nearest(name, set(rows[column]))}")
        rows = rows[rows[column] == name]
    return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]


def _made(workspace: Workspace, relative: str) -> Path:
    path = workspace.path(relative)
    if not path.is_file():
        raise ParcoursError(f"{path}: no such file; run the DVC stage {relative.split('/')[1]} first.")
    return path
