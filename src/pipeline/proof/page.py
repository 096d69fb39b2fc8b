"""docs/proof.md: claim, demand, result with its Monte-Carlo error, pass or miss – then every study in full."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from pipeline.proof.study import FULL, Study
from pipeline.proof.tally import QUANTITIES

HEAD = """\
# Proof: how often the method is wrong

Nobody should believe a statistic because a program printed it. `parcours prove` simulates brands whose truth is
known, runs the shipped functions on them, and counts. It wrote this page and its pictures; no figure here is typed by
hand, and a miss stands in bold.

- **Seeds** were declared before anything was run: a study's seed is the SHA-256 of its name, and each replicate has a
  stream of its own.
- **±** is one Monte-Carlo error. A demand is compared with the estimate itself, without that error, unless it says so.
- **Run it**: `parcours prove` (all; it can be stopped and goes on), `parcours prove --short` (minutes), `--only STUDY`,
  `--list`. A study whose numbers and code are unchanged is not run again. Every figure: `docs/proof/<study>.csv`; what
  each was made from, and how long that took: `docs/proof/runs.json`.
"""
TAIL = """\
## Not simulated yet

Screening and its confirmation.
"""
WIDE = 2  # measures that a cell can hold
SHORT_NOTE = "\n> **Short form**: few replicates; a demand counts as missed only beyond three Monte-Carlo errors.\n"


def text(
    studies: Sequence[Study], results: Mapping[str, pd.DataFrame], form: str, pictures: Mapping[str, Sequence[str]]
) -> str:
    """Return the page.

    Parameters
    ----------
    studies
        In the order they are shown.
    results
        Study name → its rows; a study that was never run is said to be so.
    form
        ``short`` or ``full``.
    pictures
        Study name → pictures as the page links them.
    """
    parts = [HEAD if form == FULL else HEAD + SHORT_NOTE, "## In two minutes\n", summary(studies, results)]
    parts.append(_misses(studies, results))
    for study in studies:
        parts.append(f"## {study.title}\n\n{study.claim}\n")
        if study.name not in results:
            parts.append("**Not run yet.**\n")
            continue
        parts += [f"![{study.title}]({picture})\n" for picture in pictures.get(study.name, ())]
        for heading, measures in study.tables:
            parts += [f"### {heading}\n"] * bool(heading) + [table(results[study.name], measures)]
    return "\n".join([*parts, TAIL])


def summary(studies: Sequence[Study], results: Mapping[str, pd.DataFrame]) -> str:
    """Return the table that tells claim, demand, worst result, replicates, pass or miss."""
    lines = ["| What | Demand | Worst result | of rows | Replicates | |", "|---|---|---|---|---|---|"]
    for study in studies:
        if study.name not in results:
            lines.append(f"| {study.title} | | | | | **not run yet** |")
            continue
        lines += _summary_lines(study, results[study.name])
    return "\n".join(lines) + "\n"


def _summary_lines(study: Study, found: pd.DataFrame) -> Iterator[str]:
    asked = found[found["demand"].notna()]
    for (measure, demand), rows in asked.groupby(["measure", "demand"], sort=False):
        worst = rows.sort_values("value", ascending=str(demand).startswith("≥")).iloc[0]
        missed = int((rows["verdict"] == "miss").sum())
        verdict = "pass" if not missed else f"**{missed} missed**"
        about = ", ".join(filter(None, [worst["case"], worst["method"], _customers(worst["customers"])]))
        yield (
            f"| {study.title}: {measure} | {demand} | {share(worst['value'], worst['mc_error'])} % ({about}) "
            f"| {len(rows)} | {worst['replicates']:,} | {verdict} |"
        )


def _misses(studies: Sequence[Study], results: Mapping[str, pd.DataFrame]) -> str:
    lines = []
    for study in studies:
        found = results.get(study.name)
        if found is None:
            continue
        for row in found[found["verdict"] == "miss"].to_dict("records"):
            about = ", ".join(filter(None, [row["case"], row["method"], _customers(row["customers"])]))
            value = share(row["value"], row["mc_error"])
            lines.append(f"- **{study.title}: {about}: {row['measure']} {value} %, demanded {row['demand']}.**")
    return "\n".join(["### Misses\n", *(lines or ["None."])]) + "\n"


def table(found: pd.DataFrame, measures: Sequence[str]) -> str:
    """Return the main measures of each case and method, by number of customers.

    Up to two measures share a cell and each number of customers is a column; more are columns of their own.
    """
    shown = found[found["measure"].isin(measures)]
    if len(measures) > WIDE:
        return _long_table(shown, measures)
    sizes = [int(size) for size in dict.fromkeys(shown["customers"])]
    head = ["", "", *(_customers(size) for size in sizes)]
    lines = [
        f"In each cell: {' · '.join(_unit(name) for name in measures)}.\n",
        _line(head),
        _line(["---"] * len(head)),
    ]
    for (case, method), rows in shown.groupby(["case", "method"], sort=False):
        lines.append(_line([case, method, *(_cell(rows[rows["customers"] == size], measures) for size in sizes)]))
    return "\n".join(lines) + "\n"


def _long_table(shown: pd.DataFrame, measures: Sequence[str]) -> str:
    head = ["", "", "", *(_unit(name) for name in measures)]
    lines = [_line(head), _line(["---"] * len(head))]
    for (case, method, customers), rows in shown.groupby(["case", "method", "customers"], sort=False):
        lines.append(_line([case, method, _customers(customers), *(_cell(rows, [name]) for name in measures)]))
    return "\n".join(lines) + "\n"


def _cell(rows: pd.DataFrame, measures: Sequence[str]) -> str:
    by_measure = {row["measure"]: row for row in rows.to_dict("records")}
    parts = []
    for measure in measures:
        row = by_measure.get(measure)
        if row is None:
            continue
        text = f"{row['value']:.3g}" if measure in QUANTITIES else share(row["value"], row["mc_error"])
        parts.append(f"**{text} (miss)**" if row["verdict"] == "miss" else text)
    return " · ".join(parts)


def _unit(measure: str) -> str:
    return measure if measure in QUANTITIES else f"{measure}, % ± MC error"


def _customers(number: Any) -> str:
    return f"{number:,} customers" if number else ""


def _line(cells: Sequence[object]) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def share(value: float, mc_error: float) -> str:
    """Return a share in per cent with its Monte-Carlo error.

    Examples
    --------
    >>> share(0.9512, 0.0034)
    '95.1 ± 0.3'
    """
    return f"{100 * value:.1f}" + (f" ± {100 * mc_error:.1f}" if pd.notna(mc_error) else "")
