"""The same work by Parcours' own SQL files and engine: python in_parcours.py TASK FOLDER.

matrix: `count_moves`, which gives notebooks their `log_moves`.
funnel, variants: `sql/steps.sql` on the events, nothing written.
tables: what `parcours reconstruct` writes.
matrix_of_steps, funnel_of_steps, variants_of_steps, intervals: from those tables, as every later question is asked.
"""

import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

from pipeline.event_log import count_moves
from pipeline.tables.contract import CENSORED, LOST


def main(task: str, folder: Path) -> None:
    """Print the answer as CSV."""
    if task == "matrix":
        print_moves(folder / "events.parquet")
        return
    from tables_of_parcours import answer  # what a log alone does not ask for

    answer(task, folder)


def print_moves(log: Path) -> None:
    """Print the matrix; other tools call the end of a journey the end, whether its silence is over or not."""
    moves: Counter[tuple[str, str]] = Counter()
    for origin, target, n in count_moves(log, timedelta(days=10)):
        moves[origin, "(end)" if target in (LOST, CENSORED) else target] += n
    for (origin, target), n in sorted(moves.items()):
        print(origin, target, n, sep=",")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
