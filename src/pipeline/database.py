"""Tables of a database as Parquet files: PostgreSQL and SQLite through ADBC, Arrow all the way.

A source that declares a table has no file of its own: `parcours obtain` takes a snapshot of it, and everything after
reads the snapshot, so that a result can be made again when the database has moved on.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet

from pipeline.declarations import Section
from pipeline.errors import ParcoursError, nearest
from pipeline.workspace import Workspace

SQLITE = (".sqlite", ".sqlite3", ".db", ".db3")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
# Types that arrive in Arrow as they are; any other comes as the database writes it, numeric with all its digits.
_PLAIN = {
    "smallint", "integer", "bigint", "real", "double precision", "boolean", "text", "character varying", "date",
    "timestamp without time zone", "timestamp with time zone",
}  # fmt: skip
_TABLES_OF_POSTGRESQL = (
    "select table_schema || '.' || table_name from information_schema.tables "
    "where table_schema not in ('pg_catalog', 'information_schema')"
)
_TABLES_OF_SQLITE = "select name from sqlite_schema where type in ('table', 'view')"


@dataclass(frozen=True)
class DatabaseTable:
    """A table that a source.yaml declares.

    Parameters
    ----------
    shown_as
        The source.yaml, for errors.
    key
        Where in it the table stands: ``read``, or under ``lookups``.
    folder
        The source's folder.
    database
        An environment variable that holds the address, or a SQLite file in the folder.
    table
        Its name, with its schema before a point where it has one.
    columns
        Columns to take; none named: all.
    order_by
        Columns that give the rows their order; the others break ties.
    """

    shown_as: str
    key: str
    folder: Path
    database: str
    table: str
    columns: tuple[str, ...]
    order_by: tuple[str, ...]

    @property
    def snapshot(self) -> Path:
        """Return where the snapshot lies."""
        return self.folder / f"{self.table}.parquet"

    @property
    def file(self) -> Path | None:
        """Return the SQLite file in the source's folder; None: the database is elsewhere, and not ours."""
        return None if _VARIABLE.fullmatch(self.database) else self.folder / self.database

    def error(self, problem: str) -> ParcoursError:
        return ParcoursError(f"{self.shown_as}: {self.key}: {problem}")


def read_table(section: Section, folder: Path) -> DatabaseTable:
    """Return the table that a section of source.yaml declares.

    Raises
    ------
    ParcoursError
        If a key is wrong, or an address stands in the file: it may hold a password.
    """
    database, table = str(section.text("database")), str(section.text("table"))
    if not _VARIABLE.fullmatch(database):
        if not database.endswith(SQLITE) or Path(database).name != database:
            raise section.fail(
                "database",
                "expected the name of an environment variable that holds the address (such as SHOP_DATABASE), or of a "
                f"SQLite file in this folder ({', '.join(SQLITE)}). An address does not stand here: it may hold a "
                "password.",
            )
        if not (folder / database).is_file():
            raise section.fail("database", f"no file {database!r} in data/raw/{folder.name}.")
    if not all(table.split(".")) or table.count(".") > 1 or "/" in table or "\0" in table or "\\" in table:
        raise section.fail("table", f"expected a table, or schema.table, got {table!r}.")
    made = DatabaseTable(
        section.file, section.path, folder, database, table,
        section.texts("columns", ()), section.texts("order_by", ()),
    )  # fmt: skip
    section.close()
    return made


def declared_tables(folder: Path) -> list[DatabaseTable]:
    """Return the tables that the source.yaml of a folder declares: its own, and those of its lookups."""
    top = Section.read(folder / "source.yaml", f"data/raw/{folder.name}/source.yaml")
    lookups = top.section("lookups", {})
    sections = [lookups.section(str(name)) for name, value in lookups.content.items() if isinstance(value, dict)]
    if "read" in top.content:
        sections.insert(0, top.section("read"))
    return [read_table(section, folder) for section in sections]


def database_tables(workspace: Workspace) -> list[DatabaseTable]:
    """Return the tables of databases that the sources of params.yaml declare."""
    sources = Section.read(workspace.root / "params.yaml", "params.yaml").texts("sources", ())
    folders = [workspace.raw(name) for name in sources]
    return [table for one in folders if (one / "source.yaml").is_file() for table in declared_tables(one)]


def largest_table(path: Path) -> DatabaseTable:
    """Return the table of a SQLite file that has the most rows.

    Raises
    ------
    ParcoursError
        If it is no SQLite file, or has no table.
    """
    asked = DatabaseTable(str(path), "read", path.parent, path.name, "", (), ())
    with _connected(asked) as (cursor, _):
        cursor.execute(_TABLES_OF_SQLITE)
        rows = {}
        for (name,) in cursor.fetchall():
            cursor.execute(f"select count(*) from {quoted(name)}")
            rows[name] = cursor.fetchone()[0]
    if not rows:
        raise asked.error("no table in it.")
    return replace(asked, table=max(sorted(rows), key=lambda name: rows[name]))


def take_snapshot(table: DatabaseTable, target: Path) -> int:
    """Write a table to a Parquet file and return its number of rows.

    The rows come in the order of `order_by`, then of all columns as text, so that equal tables give equal bytes.

    Parameters
    ----------
    table
        What to read.
    target
        Parquet file to write.

    Raises
    ------
    ParcoursError
        If the database cannot be reached or has no such table or column. The address is never shown.
    """
    with _connected(table) as (cursor, is_postgresql):
        types = _types(table, cursor, is_postgresql)
        columns = list(table.columns or types)
        for key, names in (("columns", columns), ("order_by", table.order_by)):
            for name in names:
                if name not in types:
                    raise table.error(f"{key}: the table {table.table} has no column {name!r}.{nearest(name, types)}")
        as_text = _postgresql_text if is_postgresql else _sqlite_text
        listed = ", ".join(
            f"{quoted(name) if is_postgresql and types[name] in _PLAIN else as_text(name)} as {quoted(name)}"
            for name in columns
        )
        name = quoted_table(table)
        cursor.execute(f"select {listed} from {name} as original order by {_order(table, columns, is_postgresql)}")
        rows = _write(cursor.fetch_record_batch(), target, () if is_postgresql else columns)
        cursor.execute(f"select count(*) from {name}")
        if (there := cursor.fetchone()[0]) != rows:  # in one transaction: cannot be, unless rows were lost on the way
            raise table.error(f"the table has {there} rows, but {rows} arrived.")
    return rows


def _order(table: DatabaseTable, columns: Sequence[str], is_postgresql: bool) -> str:
    """Return the order of a snapshot's rows: as declared, then by all columns as text."""
    as_text = _postgresql_text if is_postgresql else _sqlite_text
    collation = ' collate "C"' if is_postgresql else " collate binary"
    # the table's own column, not the text of the same name that is selected
    order = [f"original.{quoted(name)}" for name in table.order_by]
    return ", ".join([*order, *(as_text(name) + collation for name in columns)])


def row_keys(table: DatabaseTable) -> list[int]:
    """Return the keys (rowid) of a SQLite table's rows, in the order of its snapshot; none where it has no such key.

    Raises
    ------
    ParcoursError
        If the file cannot be read or has no such table.
    """
    with _connected(table) as (cursor, is_postgresql):
        columns = table.columns or tuple(_types(table, cursor, is_postgresql))
        kind = "select type from sqlite_schema where name = ? and sql not like '%without rowid%'"
        cursor.execute(kind, parameters=(table.table.rpartition(".")[2],))
        if cursor.fetchall() != [("table",)]:
            return []
        order = _order(table, columns, is_postgresql)
        cursor.execute(f"select original.rowid from {quoted_table(table)} as original order by {order}")
        return [row[0] for row in cursor.fetchall()]


def quoted_table(table: DatabaseTable) -> str:
    """Return a table's name as SQL, with its schema."""
    return ".".join(quoted(part) for part in table.table.split("."))


def quoted(name: str) -> str:
    """Return a name as SQL.

    Examples
    --------
    >>> print(quoted('the "net" total'))
    "the ""net"" total"
    """
    return '"' + name.replace('"', '""') + '"'


def _postgresql_text(name: str) -> str:
    return f"cast({quoted(name)} as text)"


def _sqlite_text(name: str) -> str:
    # A column of SQLite holds values of any type; the sign in front tells a text from nothing, whatever comes first.
    column = quoted(name)
    return f"coalesce('=' || case typeof({column}) when 'blob' then hex({column}) else {column} end, '')"


def _write(reader: pa.RecordBatchReader, target: Path, signed: Sequence[str]) -> int:
    rows = 0
    schema = pa.schema([pa.field(one.name, pa.string() if one.name in signed else one.type) for one in reader.schema])
    with pyarrow.parquet.ParquetWriter(target, schema, compression="zstd") as writer:
        for batch in reader:
            columns = [
                _without_sign(column) if name in signed else column
                for name, column in zip(schema.names, batch.columns, strict=True)
            ]
            writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema))
            rows += batch.num_rows
    return rows


def _without_sign(texts: pa.Array) -> pa.Array:
    texts = texts.cast(pa.string())
    is_text = pa.compute.not_equal(texts, "")
    return pa.compute.if_else(is_text, pa.compute.utf8_slice_codeunits(texts, 1), pa.scalar(None, pa.string()))


def _types(table: DatabaseTable, cursor: Any, is_postgresql: bool) -> Mapping[str, str]:
    """Return the table's columns and their types in the database."""
    schema, _, name = table.table.rpartition(".")
    if is_postgresql:
        cursor.execute(
            "select column_name, data_type from information_schema.columns where table_name = $1 and table_schema = "
            "coalesce(nullif($2, ''), current_schema()) order by ordinal_position",
            parameters=(name, schema),
        )
    else:
        cursor.execute("select name, type from pragma_table_info(?, ?)", parameters=(name, schema or "main"))
    found = dict(cursor.fetchall())
    if not found:
        cursor.execute(_TABLES_OF_POSTGRESQL if is_postgresql else _TABLES_OF_SQLITE)
        known = [row[0] for row in cursor.fetchall()]
        raise table.error(f"table: no table {table.table!r} that may be read.{nearest(table.table, known)}")
    return found


# -- the connection --------------------------------------------------------------------------------------------


@contextmanager
def _connected(table: DatabaseTable) -> Iterator[tuple[Any, bool]]:
    """Give a cursor that reads one state of the database, and whether it is PostgreSQL.

    The drivers are loaded here: most workspaces have no database.
    """
    import adbc_driver_manager
    import adbc_driver_postgresql.dbapi
    import adbc_driver_sqlite.dbapi

    address, is_postgresql = _address(table)
    driver = adbc_driver_postgresql if is_postgresql else adbc_driver_sqlite
    try:
        with driver.dbapi.connect(address) as connection, connection.cursor() as cursor:
            if is_postgresql:
                cursor.execute("set transaction isolation level repeatable read read only")
            yield cursor, is_postgresql
    except (adbc_driver_manager.Error, pa.ArrowException) as error:
        raise table.error(f"{_named(table)} cannot be read: {_harmless(str(error), address)}") from None


def _named(table: DatabaseTable) -> str:
    is_variable = _VARIABLE.fullmatch(table.database)
    return f"the database that {table.database} names" if is_variable else f"the file {table.database}"


def _address(table: DatabaseTable) -> tuple[str, bool]:
    """Return the address and whether it is PostgreSQL's."""
    if not _VARIABLE.fullmatch(table.database):
        return f"file:{quote(str((table.folder / table.database).resolve()))}?mode=ro", False
    address = os.environ.get(table.database, "").strip()
    if address.startswith(("postgresql://", "postgres://")):
        return address, True
    if address.startswith("sqlite:///"):
        return f"file:{quote(address.removeprefix('sqlite:///'))}?mode=ro", False
    raise table.error(
        f"database: the environment variable {table.database} {'holds no address' if address else 'is not set'}. "
        "Expected postgresql://user:password@host/database, or sqlite:///path."
    )


def _harmless(message: str, address: str) -> str:
    """Return the first line of what a driver says, if nothing of the address stands in it that may be secret."""
    try:
        secret = urlsplit(address).password
    except ValueError:
        secret = address
    hidden = [address, *([secret, unquote(secret)] if secret else [])]
    if any(one in message for one in hidden):
        return "the driver's message is not shown, for it holds the address."
    return message.splitlines()[0] if message else "no reason was given."
