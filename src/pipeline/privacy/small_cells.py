"""Numbers that too few customers are behind, withheld where results are made – and what would give them away, too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from pipeline.results import without_numbers
from pipeline.tables import EVERYBODY, Table

SMALL, COMPLEMENT = "small", "complement"
ARM_COUNTS = (
    "n_exposed", "n_unexposed", "n_customers", "customers_hit", "share_hit",
    "n_answered_exposed", "n_answered_unexposed",
)  # fmt: skip
NOBODY_THERE = "n = 0"  # a row that says so gives nobody away

Row = Mapping[str, Any]


class Cell(NamedTuple):
    """What shares one number of customers: one group, in one place of the table."""

    grouping: str
    place: tuple[str, ...]
    group: str


def withhold(rows: Iterable[Row], table: Table, smallest: int) -> tuple[list[Row], list[Row]]:
    """Return rows without the numbers that too few customers are behind, and a log of what was withheld.

    Parameters
    ----------
    rows
        All rows of a table, numbers included.
    table
        Its contract: `per` names the columns that tell one number of customers from another.
    smallest
        Fewer customers are never shown (`estimate.smallest_cell`).

    Returns
    -------
    shown, log
        The rows in the same order; columns declared in params.yaml stay. The log is as the contract SUPPRESSED.

    Notes
    -----
    A group is small if 0 … smallest − 1 customers are behind it. Groups of one grouping add up to the row of everybody:
    where one small group alone is withheld, everybody minus the others gives it away, and so do several with fewer
    than `smallest` together. Then the smallest group that is still shown is withheld as well (complementary
    suppression; Hundepool et al. 2012, Statistical Disclosure Control, 4.3), until what is hidden is large enough.
    Where a group's own rows add up as well (`adds_up`), both sums are guarded in turn until neither asks for more.
    Cost: linear in rows, times the rounds.

    Examples
    --------
    >>> from pipeline.tables import EMOTIONS
    >>> row = {"grouping": "persona", "stage": "buy", "measured_by": "score", "n": 9, "emotion": 0.5}
    >>> rows = [{**row, "group": group, "n_customers": n} for group, n in (("a", 40), ("b", 9), ("c", 2))]
    >>> everybody = {**row, "grouping": "all", "group": "(all)", "n_customers": 51}
    >>> shown, log = withhold([everybody, *rows], EMOTIONS, 5)
    >>> [(row["group"], row.get("n_customers"), row.get("note")) for row in shown]
    [('(all)', 51, None), ('a', 40, None), ('b', None, 'withheld'), ('c', None, 'n < 5')]
    """
    rows = list(rows)
    has_total = table.per is not None and "grouping" not in table.key
    along = None if table.per is None or table.adds_up is None else table.per.index(table.adds_up)
    hidden = _hidden(_sizes(rows, table), smallest, has_total, along)
    notes = {SMALL: f"n < {smallest}", COMPLEMENT: "withheld"}
    declared = [name for name, column in table.columns.items() if column.is_declared]
    shown, counts = [], defaultdict[Cell, int](int)
    for row in rows:
        cell = _cell(row, table)
        if cell not in hidden or row.get("note") == NOBODY_THERE:
            shown.append(row)
            continue
        counts[cell] += 1
        kept = {name: row[name] for name in declared if name in row}
        shown.append({**without_numbers(row, table, notes[hidden[cell]]), **kept})
    names = table.per or ()
    return shown, [_logged(table.name, names, cell, hidden[cell], n) for cell, n in sorted(counts.items())]


def _logged(table: str, names: Iterable[str], cell: Cell, reason: str, rows: int) -> Row:
    place = ", ".join(f"{name}={value}" for name, value in zip(names, cell.place, strict=True))
    where = {"table": table, "grouping": cell.grouping, "group": cell.group, "place": place}
    return {**where, "reason": reason, "rows": rows}


def withhold_comparisons(rows: Iterable[Row], table: Table, smallest: int) -> tuple[list[Row], list[Row]]:
    """Return the rows of comparisons without the counts that would show fewer than `smallest` customers, and a log.

    Parameters
    ----------
    rows
        All rows of HYPOTHESES or SCREENING, numbers included.
    table
        Its contract; what its key holds beside the group is what is compared.
    smallest
        Fewer customers are never shown (`estimate.smallest_cell`).

    Returns
    -------
    shown, log
        The rows in the same order, and a log as the contract SUPPRESSED.

    Notes
    -----
    Small are customers exposed, all customers, and the difference. A row that is not tested loses all its counts; a
    tested one, whose arms are large, the number of customers hit. Where everybody minus the other personas would give
    a number back, the persona whose least number is smallest loses the same counts (as in `withhold`).

    Examples
    --------
    >>> from pipeline.tables import HYPOTHESES
    >>> counts = {"n_exposed": 3, "n_unexposed": 90, "n_customers": 93, "customers_hit": 3, "verdict": "not tested"}
    >>> shown, log = withhold_comparisons([{"id": "late", "group": "a", **counts}], HYPOTHESES, 5)
    >>> shown
    [{'id': 'late', 'group': 'a', 'verdict': 'not tested'}]
    >>> [(one["group"], one["place"], one["reason"]) for one in log]
    [('a', 'id=late', 'small')]
    """
    rows = list(rows)
    names = tuple(name for name in table.key if name != "group")
    cells = [_compared(row, names) for row in rows]
    hidden = _hidden(
        {cell: least for cell, row in zip(cells, rows, strict=True) if (least := _least(row)) is not None},
        smallest,
        has_total=False,
    )
    untested = {cell.place for cell, row in zip(cells, rows, strict=True) if hidden.get(cell) and not _is_tested(row)}
    shown: list[Row] = []
    for cell, row in zip(cells, rows, strict=True):
        all_counts = not _is_tested(row) or (hidden.get(cell) == COMPLEMENT and cell.place in untested)
        away = () if cell not in hidden else ARM_COUNTS if all_counts else ("customers_hit",)
        shown.append({name: value for name, value in row.items() if name not in away})
    return shown, [_logged(table.name, names, cell, reason, 1) for cell, reason in sorted(hidden.items())]


def _compared(row: Row, names: tuple[str, ...]) -> Cell:
    grouping = "all" if row["group"] == EVERYBODY else "persona"
    return Cell(grouping, tuple(str(row[name]) for name in names), str(row["group"]))


def _least(row: Row) -> int | None:
    """Return the least of the numbers of customers that a comparison shows; None where it shows none."""
    hit, everybody = row.get("customers_hit") or 0, row.get("n_customers") or 0
    return min((int(n) for n in (hit, everybody, everybody - hit) if n), default=None)


def _is_tested(row: Row) -> bool:
    """Return whether a row has a test; of a candidate that is not confirmed, only its p tells."""
    return row["verdict"] != "not tested" and (row["verdict"] != "not confirmed" or row.get("p") is not None)


def _cell(row: Row, table: Table) -> Cell:
    place = tuple(str(row[name]) for name in table.per or ())
    return Cell(str(row.get("grouping", "persona")), place, str(row.get("group", row.get("persona"))))


def _sizes(rows: list[Row], table: Table) -> dict[Cell, int]:
    """Return how many customers are behind each cell, as far as it is told."""
    if table.per is None:
        return {}
    known = [(row, row.get("n_customers")) for row in rows if row.get("note") != NOBODY_THERE]
    return {_cell(row, table): int(n) for row, n in known if n is not None}


def _hidden(sizes: Mapping[Cell, int], smallest: int, has_total: bool, along: int | None = None) -> dict[Cell, str]:
    """Return the cells to withhold and why; `along` is the place over which the rows of a group add up."""
    hidden = {cell: SMALL for cell, n in sizes.items() if n < smallest}
    sums = _over_groups(sizes, hidden, has_total)
    if along is not None:
        parts = defaultdict[tuple[str, ...], list[Cell]](list)
        for cell in sizes:
            rest = (*cell.place[:along], *cell.place[along + 1 :])
            parts[(cell.grouping, cell.group, *rest)].append(cell)
        sums += parts.values()
    known = -1
    while known < len(hidden):  # what one sum hides may leave another with a single gap
        known = len(hidden)
        for cells in sums:
            _complement(cells, sizes, smallest, hidden)
    return hidden


def _over_groups(sizes: Mapping[Cell, int], small: Mapping[Cell, str], has_total: bool) -> list[list[Cell]]:
    """Return the cells of each grouping and place that add up to the row of everybody, where that is shown."""
    partitions = defaultdict[tuple[str, tuple[str, ...]], list[Cell]](list)
    for cell in sizes:
        everybody = Cell("all", cell.place, EVERYBODY)
        if cell.grouping != "all" and (has_total or (everybody in sizes and everybody not in small)):
            partitions[cell.grouping, cell.place].append(cell)
    return list(partitions.values())


def _complement(cells: list[Cell], sizes: Mapping[Cell, int], smallest: int, hidden: dict[Cell, str]) -> None:
    """Hide the smallest of these cells until what is hidden of their sum is large enough, and no single one."""
    away = [sizes[cell] for cell in cells if cell in hidden]
    for n, cell in sorted((sizes[cell], cell) for cell in cells if cell not in hidden):
        if not away or (len(away) > 1 and sum(away) >= smallest):
            break
        hidden[cell] = COMPLEMENT
        away.append(n)
