"""The ledger as the vendors' files: a folder per source, each file written whole, the same bytes for the same seed."""

from __future__ import annotations

import codecs
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from pipeline.files import whole_file, write_csv
from pipeline.simulation import dirt, identifiers
from pipeline.simulation.dirt import HIDDEN, DirtRates
from pipeline.simulation.formats import COSTS, FILES, ExportFile
from pipeline.simulation.identifiers import IdentityRates
from pipeline.simulation.queries import make, quoted

TRUTH = "data/truth"
_PIECE = 1 << 20


@dataclass(frozen=True)
class Exported:
    """What is written where.

    Parameters
    ----------
    folder
        The workspace.
    window
        Start and end of the observation, naive UTC; the end is not in it.
    identity, dirt
        Declared rates.
    """

    folder: Path
    window: tuple[datetime, datetime]
    identity: IdentityRates
    dirt: DirtRates


class Exporter:
    """Writes the files of one brand, batch of persons after batch.

    Parameters
    ----------
    connection
        Each batch's tables ``people`` and ``happened`` lie here, and ``seeds`` with each seed's number and text.
    exported
        Folder, window and rates.
    temporary
        Folder for passing files, removed by whoever made it.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, exported: Exported, temporary: Path) -> None:
        self.connection, self.exported, self.temporary = connection, exported, temporary
        self.counts: Counter[tuple[str, str, str]] = Counter()
        self.batches = 0
        start, end = exported.window
        self.values = {**identifiers.bindings(exported.identity), "window_start": start, "window_end": end}
        identifiers.prepare(connection)
        connection.execute("create or replace temp table all_click_counts (date date, campaign varchar, clicks bigint)")

    def write_batch(self, number: int | None) -> None:
        """Write every file of one batch; `number` is None where all persons fit one."""
        identifiers.identify(self.connection, self.values)
        make(self.connection, "sold_orders", "sold_orders", self.values)
        make(self.connection, "click_counts", "click_counts", self.values)
        self.connection.execute("insert into all_click_counts select * from click_counts")
        self.connection.execute("create or replace temp table shown (kind varchar, value varchar, person bigint)")
        for file in FILES:
            self._write_file(file, number)
        self._set_aside("shown", "select distinct kind, value, person from shown order by kind, value, person")
        self._set_aside(
            "people",
            "select person, seed, local_number, persona "
            "from people inner join seeds using (seed_number) order by person",
        )
        self.batches += 1

    def finish(self) -> None:
        """Write what all batches share: the costs of the ads, who is who, and what was spoilt."""
        make(self.connection, "costs", "export_campaign_stats", self.values)
        with whole_file(self.exported.folder / COSTS.path(None)) as partial:
            self.connection.execute(
                f"copy (select * from costs order by date, id) to {quoted(partial)} (format csv, header)"
            )
        self._gather("shown", "identifiers.parquet")
        self._gather("people", "people.parquet")
        write_csv(dirt.table_of(self.counts), self.exported.folder / TRUTH / "dirt.csv")

    # -- one file --------------------------------------------------------------------------------------------------

    def _write_file(self, file: ExportFile, number: int | None) -> None:
        reading = dirt.reading(file.name, file.spoilt, self.exported.dirt, file.ending != "parquet")
        make(self.connection, "kept_rows", f"export_{file.name}", self.values, reading)
        counts = dirt.spoil(self.connection, file.spoilt, self.exported.dirt)
        columns = [row[0] for row in self.connection.execute("describe kept_rows").fetchall() if row[0] not in HIDDEN]
        lines: list[str] = []
        if file.spoilt is not None and file.ending != "parquet":
            delimiter = file.delimiter if file.ending == "csv" else None
            lines = dirt.malformed_lines(self.connection, columns, delimiter, self.exported.dirt)
            counts["malformed_row"] = len(lines)
        self._show_identifiers(file)
        target = self.exported.folder / file.path(number)
        listed = ", ".join(f'"{name}"' for name in columns)
        rows = f"select {listed} from spoilt_rows order by moment_, person_, event_, copy_"
        with whole_file(target) as partial:
            if file.ending == "parquet":
                self.connection.execute(f"copy ({rows}) to {quoted(partial)} (format parquet, compression zstd)")
            else:
                self._write_text(file, rows, lines, partial)
        for kind, n in counts.items():
            self.counts[file.folder, file.name, kind] += n

    def _write_text(self, file: ExportFile, rows: str, lines: Sequence[str], target: Path) -> None:
        plain = self.temporary / "plain"
        options = "format json" if file.ending == "jsonl" else f"format csv, header, delimiter '{file.delimiter}'"
        self.connection.execute(f"copy ({rows}) to {quoted(plain)} ({options})")
        with plain.open("rb") as source, target.open("wb") as stream:
            if file.has_mark:
                stream.write(codecs.BOM_UTF8)
            if file.encoding == "utf-8":
                shutil.copyfileobj(source, stream, _PIECE)
            else:
                decoded = codecs.getreader("utf-8")(source)
                while piece := decoded.read(_PIECE):
                    stream.write(piece.encode(file.encoding))
            stream.writelines(f"{line}\n".encode(file.encoding) for line in lines)
        plain.unlink()

    def _show_identifiers(self, file: ExportFile) -> None:
        """Add to ``shown`` what the file shows of whom, as params.yaml normalises it."""
        nobody = ", ".join(f"'{text}'" for text in ("", *(file.spoilt.placeholders if file.spoilt else ())))
        for kind, value in file.identifiers.items():
            self.connection.execute(
                f"insert into shown select distinct '{kind}', cast({value} as varchar) as value_, person_ "
                f"from kept_rows where value_ is not null and value_ not in ({nobody})"
            )

    # -- what batches leave behind ---------------------------------------------------------------------------------

    def _set_aside(self, name: str, query: str) -> None:
        path = self.temporary / f"{name}_{self.batches:05d}.parquet"
        self.connection.execute(f"copy ({query}) to {quoted(path)} (format parquet, compression zstd)")

    def _gather(self, name: str, file: str) -> None:
        """Write the batches' parts as one file, in their order."""
        parts = [str(path) for path in sorted(self.temporary.glob(f"{name}_*.parquet"))]
        with whole_file(self.exported.folder / TRUTH / file) as partial:
            self.connection.execute(
                f"copy (select * from read_parquet($parts)) to {quoted(partial)} (format parquet, compression zstd)",
                {"parts": parts},
            )


def outputs(batches: int) -> list[str]:
    """Return the raw files that so many batches of persons give, as paths in the workspace.

    Examples
    --------
    >>> outputs(1)[:2]
    ['data/raw/ad_costs/campaign_stats.csv', 'data/raw/ads/clicks.csv']
    >>> outputs(2)[1:3]
    ['data/raw/ads/clicks_000.csv', 'data/raw/ads/clicks_001.csv']
    """
    numbers: Sequence[int | None] = [None] if batches == 1 else range(batches)
    return sorted([COSTS.path(None), *(file.path(number) for file in FILES for number in numbers)])


def remove_others(folder: Path, batches: int) -> None:
    """Remove the files of an earlier run with another number of batches, which the sources would read, too."""
    wanted = set(outputs(batches))
    for file in FILES:
        pattern = f"{file.name}_[0-9][0-9][0-9].{file.ending}"
        for path in [folder / file.path(None), *(folder / "data" / "raw" / file.folder).glob(pattern)]:
            if path.relative_to(folder).as_posix() not in wanted:
                path.unlink(missing_ok=True)
