"""Broken files: each of many mutations of each format is refused with one clear error, or lands with every record counted.

PARCOURS_MUTATIONS says how many per format (25 if unset); the counts of what happened are printed with -rP.
"""

from __future__ import annotations

import gzip
import io
import os
import random
import sqlite3
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from time import perf_counter

import pyarrow.parquet
import pytest
import yaml
from sqlglot import exp

import small_workspace as shop
from landing.files import COUNTED, WRITTEN, as_sqlite
from pipeline.database import DatabaseTable, take_snapshot
from pipeline.engine import Engine
from pipeline.errors import ParcoursError
from pipeline.landing import Layout, land
from pipeline.params import EngineParams, Params
from pipeline.source.description import Source, load
from pipeline.source.events import make_source_events

TOGETHER = 25  # mutants that are files of one source, for an event table costs more than a file
MUTATIONS = int(os.environ.get("PARCOURS_MUTATIONS", "25"))
SIGNS = [
    b'"',
    b"\n",
    b"\r",
    b"\0",
    b",",
    b";",
    b"\t",
    b"{",
    b"}",
    b"[",
    b"]",
    b"<",
    b">",
    b"&",
    b"\\",
    b"\xff",
    b"\xc3",
    b"\xef\xbb\xbf",
]

# -- mutations -------------------------------------------------------------------------------------------------


def _flip(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + bytes([content[at] ^ (1 << chance.randrange(8))]) + content[at + 1 :]


def _cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content))]


def _leave_out(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + content[at + chance.randrange(1, 50) :]


def _repeat(content: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(content))
    end = start + chance.randrange(1, 200)
    return content[:end] + content[start:end] + content[end:]


def _insert(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + chance.choice(SIGNS) * chance.choice((1, 1, 1, 2, 3)) + content[at:]


def _exchange(content: bytes, chance: random.Random) -> bytes:
    """Write one sign as another, everywhere or once: delimiters, quotes, names of keys."""
    one, other = chance.sample([b",", b";", b"\t", b"|", b'"', b"'", b":", b"a", b"e", b"1", b"\n", b" "], 2)
    return content.replace(one, other, chance.choice((-1, 1, 5)))


def _huge_cell(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + b"x" * chance.choice((200_000, 1_100_000)) + content[at:]


def _deep(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    opened = chance.choice((b"[", b'{"a":', b"<string key='a' value='b'>"))
    return content[:at] + opened * chance.choice((3, 200, 50_000)) + content[at:]


def _other_encoding(content: bytes, chance: random.Random) -> bytes:
    text = content.decode("utf-8", errors="replace")
    return text.encode(
        chance.choice(("utf-16", "utf-16-le", "utf-32", "cp1252", "cp037", "utf-8-sig")), errors="replace"
    )


BYTES = (_flip, _flip, _cut, _leave_out, _repeat, _insert)
TEXT = (*BYTES, _insert, _exchange, _huge_cell, _deep, _other_encoding)
BINARY = ("parquet", "xls", "sqlite")


def _inside(content: bytes, chance: random.Random, mutate: Callable[[bytes, random.Random], bytes]) -> bytes:
    """Mutate what a gzip file or one part of a workbook holds, and pack it again."""
    if content[:2] == b"\x1f\x8b":
        return gzip.compress(mutate(gzip.decompress(content), chance), mtime=0)
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        chosen = chance.choice(
            [name for name in old.namelist() if "sheet1" in name or "content" in name or chance.random() < 0.2]
        )
        for name in old.namelist():
            new.writestr(name, mutate(old.read(name), chance) if name == chosen else old.read(name))
    return target.getvalue()


def mutated(ending: str, content: bytes, chance: random.Random) -> bytes:
    packed = ending in ("csv.gz", "xlsx", "ods", "xlsb")
    for _ in range(chance.choice((1, 1, 2, 5))):
        if not content:
            break
        if packed and chance.random() < 0.7:
            with suppress(
                zipfile.BadZipFile,
                gzip.BadGzipFile,
                zlib.error,
                EOFError,
                ValueError,
                NotImplementedError,
                RuntimeError,
            ):
                content = _inside(content, chance, chance.choice(TEXT))
        else:
            content = chance.choice(BYTES if packed or ending in ("parquet", "xls", "sqlite") else TEXT)(
                content, chance
            )
    return content


# -- what must hold --------------------------------------------------------------------------------------------


def described(folder: Path, ending: str) -> Source:
    """Return a source whose rules ask little, so that as many mutants as can be are read to their end."""
    time, page, visitor = ("time", "type", '"objects.visitor"') if ending == "jsonocel" else ("at", "page", "visitor")
    content = {
        "channel": "web", "files": f"*.{ending}", "repeated_columns": "number", "types": {time: "timestamp"},
        "identifiers": {"device": visitor}, "attributes": {"page_name": page},
        "events": [{"touchpoint": "seen", "occurred_at": time}],
        # a mutant whose header is another is not to stop the others: its rows are counted, too
        "optional_columns": [time, page, visitor.strip('"')],
    }  # fmt: skip
    if ending == "csv":  # which sign cuts a broken file is a matter of opinion; how many records there are is not
        content["delimiter"] = ","
    (folder / "source.yaml").write_text(yaml.safe_dump(content))
    return load(folder, "web", "UTC", {"device": None})


def is_refused(path: Path, layout: Layout, target: Path) -> bool:
    """Whether a file is refused as a whole, by an error that names it."""
    try:
        land(path, layout, target)
    except ParcoursError as error:
        said = str(error)
        if path.name not in said or len(said) > 2_000:
            raise AssertionError(f"the error names no file, or is too long: {said[:300]}") from None
        return True
    return False


def outcomes(engine: Engine, source: Source, params: Params, folder: Path) -> Iterator[str]:
    """Yield what became of each file of a source, all the way to its events; an AssertionError if a record is lost."""
    result = make_source_events(engine, source, 0, params, b"key", folder)
    rejects = result.rejects.groupby("source_file")["source_row"].agg(["size", "nunique"])
    rows = exp.select("source_file", "count(*) as n", "count(distinct source_row) as different").from_("landed")
    rows = engine.frame(rows.group_by("source_file")).set_index("source_file")
    for name, counts in result.conservation.set_index("source_file").iterrows():
        assert counts["raw"] == sum(counts[one] for one in ("used", "empty", "filtered", "refused", "duplicate")), name
        found, different = rejects.loc[name] if name in rejects.index else (0, 0)
        assert counts["refused"] == found == different, name
        found, different = rows.loc[name] if name in rows.index else (0, 0)
        assert found == different <= counts["raw"], name
        expected = _counted(folder / str(name))
        assert expected in (None, counts["raw"]), f"{name}: {expected} records, {counts['raw']} counted"
        yield "landed, some refused" if counts["refused"] else "landed"


def _counted(path: Path) -> int | None:
    """Return the records that another reader finds, None where that one finds no sense in the file."""
    ending = path.name.partition(".")[2]
    try:
        return COUNTED[ending](path.read_bytes()) if ending in COUNTED else None
    except Exception:  # noqa: BLE001 – any reader, any reason
        return None


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Engine(
        EngineParams("duckdb", 1, "1 GB"), tmp_path_factory.mktemp("engine"), reach=[tmp_path_factory.getbasetemp()]
    ) as opened:
        yield opened


@pytest.mark.parametrize("ending", list(WRITTEN))
def test_every_mutant_is_refused_or_counted(tmp_path: Path, engine: Engine, ending: str) -> None:
    content, start = WRITTEN[ending](), perf_counter()
    params = shop.load(shop.make(tmp_path / "shop"))
    found: Counter[str] = Counter()
    for first in range(0, MUTATIONS, TOGETHER):
        folder = tmp_path / f"mutants{first}"
        folder.mkdir()
        (folder / f"whole.{ending}").write_bytes(content)
        layout = described(folder, ending).layout
        for number in range(first, min(first + TOGETHER, MUTATIONS)):
            path = folder / f"{number}.{ending}"
            path.write_bytes(mutated(ending, content, random.Random(f"{ending} {number}")))
            if is_refused(path, layout, tmp_path / "landed.parquet"):
                found["refused whole"] += 1
                path.unlink()
        found.update(outcomes(engine, described(folder, ending), params, folder))
        found["landed"] -= 1  # the whole one
    print(f"{ending}: {dict(found)}, {perf_counter() - start:.0f} s")
    assert sum(found.values()) == MUTATIONS and found["refused whole"] < MUTATIONS


def test_every_mutant_of_a_database_file_is_refused_or_counted(tmp_path: Path) -> None:
    content, start = as_sqlite(), perf_counter()
    path, found = tmp_path / "shop.sqlite", Counter[str]()
    table = DatabaseTable("data/raw/web/source.yaml", "read", tmp_path, path.name, "visits", (), ())
    for number in range(MUTATIONS):
        path.write_bytes(mutated("sqlite", content, random.Random(f"sqlite {number}")))
        try:
            rows = take_snapshot(table, tmp_path / "out.parquet")
        except ParcoursError:
            found["refused whole"] += 1
            continue
        with sqlite3.connect(path) as connection:
            assert rows == connection.execute("select count(*) from (select * from visits order by 1)").fetchone()[0]
        assert rows == pyarrow.parquet.read_metadata(tmp_path / "out.parquet").num_rows
        found["landed"] += 1
    print(f"sqlite: {dict(found)}, {perf_counter() - start:.0f} s")
    assert found["landed"]
