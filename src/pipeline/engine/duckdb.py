"""The only place that knows the engine: binds the SQL files of `sql/`, runs them, and checks contracts.

A file `sql/<name>.sql` is one query in DuckDB's dialect with `$name` where a value, a list, a declared rule or a
list of columns is bound – into the syntax tree, never by pasting text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import duckdb
from sqlglot import exp

from pipeline.engine.queries import FILE, bind, coded_column, literal, named, sql_of
from pipeline.errors import ParcoursError
from pipeline.expressions import DIALECT
from pipeline.params import EngineParams
from pipeline.tables import Table
from pipeline.timing import measured

if TYPE_CHECKING:
    import pandas as pd  # half a second, which who only counts need not wait for

ROW_GROUP = 122_880


class Engine:
    """DuckDB, embedded: threads, memory and reach are set once.

    Parameters
    ----------
    params
        Threads and memory limit; neither changes a result.
    temporary
        Folder for what does not fit in memory; removed by whoever made it.
    reach
        The other folders in which files may be read and written; default: `data` beside `temporary`.

    Notes
    -----
    Settings are locked as soon as it is open: no query, whoever wrote it, reaches another file, the network, an
    extension or a variable of Python, or lifts these locks (docs/security.md).
    """

    errors: tuple[type[Exception], ...] = (duckdb.Error,)  # what a query that cannot run raises
    has_ranges = True  # whether questions about many customers are better put to one range of them after the other

    def __init__(self, params: EngineParams, temporary: Path, reach: Sequence[Path] | None = None) -> None:
        self.params, self.temporary = params, temporary
        self.reach = [temporary, *([temporary.parent / "data"] if reach is None else reach)]
        self.made: set[str] = set()

    def __enter__(self) -> Self:
        folders = ", ".join(literal(str(folder)).sql(DIALECT) for folder in self.reach)
        self.connection = duckdb.connect(
            config={
                "threads": self.params.threads,
                "memory_limit": self.params.memory_limit.replace(" ", ""),
                "temp_directory": str(self.temporary / "spill"),
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "allow_community_extensions": False,
                "allow_persistent_secrets": False,
                "python_enable_replacements": False,
            }
        )
        self.connection.execute("set timezone = 'UTC'")
        with suppress(duckdb.Error):  # a notebook's kernel without ipywidgets has no bar, and refuses to switch it off
            self.connection.execute("set enable_progress_bar = false")
        self.connection.execute(f"set allowed_directories = [{folders}]")
        self.connection.execute("set enable_external_access = false")
        self.connection.execute("set lock_configuration = true")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()
        if isinstance(error, duckdb.OutOfMemoryException):
            raise ParcoursError(
                f"params.yaml: engine.memory_limit: {self.params.memory_limit} was too little for one question, though "
                "all that can wait on disk did. Give it more, or fewer engine.threads: each needs memory of its own. "
                f"DuckDB says: {str(error).splitlines()[0]}"
            ) from error

    # -- what queries read -------------------------------------------------------------------------------------

    def read(self, table: Table, path: Path, name: str | None = None, check: bool = True) -> None:
        """Make a table's file or folder readable under its name, and check its contract."""
        pattern = path / "**" / "*.parquet" if path.is_dir() else path
        if not path.exists():
            raise ParcoursError(f"{path}: no such file; run the DVC stage that makes {table.name} first.")
        self.view(name or table.name, pattern)
        if check:
            self.check(table, name or table.name)

    def view(self, name: str, path: Path | Sequence[Path]) -> None:
        """Make Parquet files (a path, a glob or a list) readable as `name`; columns are matched by name."""
        paths = [path] if isinstance(path, Path) else list(path)
        listed = ", ".join(literal(str(one)).sql(DIALECT) for one in paths)
        self.connection.execute(
            f'create or replace temp view "{name}" as '
            f"select * from read_parquet([{listed}], union_by_name = true, hive_partitioning = false)"
        )

    def load(self, name: str, frame: pd.DataFrame) -> None:
        """Make a small frame readable as a table."""
        self.connection.register("_frame", frame)
        self.connection.execute(f'create or replace temp table "{name}" as select * from _frame')
        self.connection.unregister("_frame")

    # -- queries -----------------------------------------------------------------------------------------------

    def make(self, name: str, sql: str | exp.Expr | None = None, lazily: bool = False, **bindings: Any) -> None:
        """Run ``sql/<sql or name>.sql`` into a temporary table (a view if `lazily`) called `name`."""
        kind = "view" if lazily else "table"
        self._forget(name)
        with measured(named(sql, name)):
            self.connection.execute(f'create temp {kind} "{name}" as {self._text(sql or name, bindings)}')
        self.made.add(name)

    def add(self, name: str, sql: str | exp.Expr, **bindings: Any) -> None:
        """Add a query's rows to a table that `make` has made."""
        with measured(named(sql, name)):
            self.connection.execute(f'insert into "{name}" {self._text(sql, bindings)}')

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Drop, at the end, what `make` makes in between: nobody else waits for its memory."""
        known = self._known()
        yield
        for name in self._known() - known:
            self._forget(name)

    def hold(self, name: str, codes: Mapping[str, Iterable[str]] | None = None) -> None:
        """Keep what a view reads at hand, in memory as far as that goes, for many queries to read.

        `codes` names columns of repeated texts, with all that each may hold: they become codes (see `coded`).
        """
        columns = [coded_column(column, texts) for column, texts in (codes or {}).items()]
        everything = exp.Star(replace=columns) if columns else exp.Star()
        self.make(f"held_{name}", exp.select(everything).from_(name))
        self.make(name, exp.select("*").from_(f"held_{name}"), lazily=True)

    def frame(self, sql: str | exp.Expr, **bindings: Any) -> pd.DataFrame:
        """Run ``sql/<sql>.sql`` and return its (small) result."""
        with measured(named(sql)):
            return self.connection.execute(self._text(sql, bindings)).df()

    def rows(self, sql: str | exp.Expr, **bindings: Any) -> list[tuple[Any, ...]]:
        """Run ``sql/<sql>.sql`` and return its (small) result row by row, null as None."""
        with measured(named(sql)):
            return self.connection.execute(self._text(sql, bindings)).fetchall()

    def row(self, sql: str | exp.Expr, **bindings: Any) -> dict[str, Any]:
        """Run a query that gives one row, and return it by column name."""
        with measured(named(sql)):
            cursor = self.connection.execute(self._text(sql, bindings))
            found = cursor.fetchall()[0]
        return dict(zip([item[0] for item in cursor.description or ()], found, strict=True))

    def write(self, sql: str | exp.Expr, path: Path, **bindings: Any) -> None:
        """Write a query's rows to one Parquet file, in the query's own total order: the same bytes on any threads."""
        target = literal(str(path)).sql(DIALECT)
        with measured(f"{named(sql)} written"):
            self.connection.execute(
                f"copy ({self._text(sql, bindings)}) to {target} "
                f"(format parquet, compression zstd, row_group_size {ROW_GROUP})"
            )

    def write_parts(self, sql: str | exp.Expr, folder: Path, column: str, **bindings: Any) -> None:
        """Write a query's rows, unordered, to ``folder/<column>=<value>/`` – passing files only, never a result."""
        target = literal(str(folder)).sql(DIALECT)
        with measured(f"{named(sql)} written in parts"):
            self.connection.execute(
                f"copy ({self._text(sql, bindings)}) to {target} "
                f"(format parquet, compression lz4, partition_by ({column}), write_partition_columns false)"
            )

    def columns(self, name: str) -> dict[str, str]:
        """Return a relation's columns and their types, in order."""
        rows = self.connection.execute(f'describe select * from "{name}"').fetchall()
        return {row[0]: row[1] for row in rows}

    def bound(self, sql: str | exp.Expr, **bindings: Any) -> exp.Expr:
        """Return ``sql/<sql>.sql`` (or a tree) with its placeholders bound."""
        tree = bind(sql_of(sql) if isinstance(sql, str) else sql, bindings)
        tree.meta[FILE] = named(sql)
        return tree

    def _text(self, sql: str | exp.Expr, bindings: Mapping[str, Any]) -> str:
        return self.bound(sql, **bindings).sql(DIALECT)

    def has(self, name: str, kind: str = "table") -> bool:
        """Return whether `make` has made a table, or a view, of that name."""
        found = self.connection.execute(
            "select count(*) from information_schema.tables where table_name = ? and table_type = ?",
            [name, "VIEW" if kind == "view" else "LOCAL TEMPORARY"],
        ).fetchall()
        return bool(found[0][0])

    def _known(self) -> set[str]:
        return set(self.made)

    def _forget(self, name: str) -> None:
        self.made.discard(name)
        for kind in ("view", "table"):
            if self.has(name, kind):
                self.connection.execute(f'drop {kind} "{name}"')

    # -- contracts ---------------------------------------------------------------------------------------------

    def check(self, table: Table, name: str) -> None:
        """Refuse a relation that breaks its contract, naming each broken rule and the number of rows.

        Raises
        ------
        ParcoursError
            If a column is missing, of another type or not expected, or any row breaks a rule.
        """
        problems = table.unexpected(self.columns(name))
        if not problems:
            with measured(f"contract of {table.name}"):
                broken = self._broken(table, name)
            problems = [f"{rule}: {count} rows" for rule, count in broken.items() if count]
        if problems:
            raise ParcoursError(f"{table.path}: the table {table.name} breaks its contract: {'; '.join(problems)}.")

    def _broken(self, table: Table, name: str) -> dict[str, int]:
        """Return how many rows of a relation break each rule of its contract."""
        cursor = self.connection.execute(table.violations(f'"{name}"'))
        rules = [item[0] for item in cursor.description or ()]
        return dict(zip(rules, cursor.fetchall()[0], strict=True))
