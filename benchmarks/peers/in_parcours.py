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
from tempfile import TemporaryDirectory

from pipeline.engine import Engine
from pipeline.event_log import count_moves
from pipeline.params.declared import EngineParams
from pipeline.tables.contract import CENSORED, LOST

MATRIX = """
with moves as (
    select coalesce(cast(previous_stage as varchar), '(start)') as origin, cast(stage as varchar) as target,
        count(*) as n
    from steps group by all
),
-- as many visits as are entered and not left for another stage are ends
ends as (
    select stage as origin, '(end)' as target, cast(sum(n) as bigint) as n from (
        select target as stage, n from moves union all select origin, -n from moves where origin <> '(start)'
    ) group by all
)
select * from moves union all select * from ends where n > 0 order by all
"""


def main(task: str, folder: Path) -> None:
    """Print the answer as CSV."""
    if task == "matrix":
        print_moves(folder / "events.parquet")
        return
    if task == "matrix_of_steps":
        print_moves_of_steps(folder)
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


def print_moves_of_steps(folder: Path) -> None:
    """Print the matrix of the steps that Parcours wrote, which are in order and know what came before."""
    settings = EngineParams(kind="duckdb", threads=2, memory_limit="4 GB")
    with TemporaryDirectory(dir=folder) as temporary, Engine(settings, Path(temporary), [folder]) as engine:
        engine.view("steps", folder / "data/reconstruct/steps/*.parquet")
        for row in engine.connection.execute(MATRIX).fetchall():
            print(*row, sep=",")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
