"""`parcours erase --verify`: a search over raw files, all outputs and DVC's cache for what an erased person left."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet

from pipeline.database import declared_tables, take_snapshot
from pipeline.engine import Engine
from pipeline.errors import ParcoursError
from pipeline.keys import key_bytes, pseudonyms
from pipeline.params import Params
from pipeline.privacy.erasure import identifiers_of, normal_values
from pipeline.privacy.erasure_log import CUSTOMER, LOG, fingerprint, read_log
from pipeline.privacy.search import pattern, texts_of
from pipeline.source.description import Source
from pipeline.workspace import Workspace

_HASH = re.compile(rb"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
_CODE = re.compile(rb"(?<!\d)\d{15,19}(?!\d)")
_NEVER_SEARCHED = {".git", ".venv", "__pycache__", "node_modules"}


@dataclass(frozen=True)
class Wanted:
    """What must be nowhere: fingerprints of keyed hashes by kind, and patterns of the values as people write them."""

    key: bytes
    fingerprints: frozenset[tuple[str, str]]
    patterns: tuple[tuple[str, re.Pattern[bytes]], ...]

    @property
    def kinds(self) -> list[str]:
        return sorted({kind for kind, _ in self.fingerprints} - {CUSTOMER})

    def has(self, kind: str, pseudonym: str) -> bool:
        """Whether a keyed hash, or a customer's code, is that of somebody erased."""
        return (kind, fingerprint(self.key, kind, pseudonym)) in self.fingerprints


def wanted(workspace: Workspace, params: Params, given: Iterable[tuple[str, str]]) -> Wanted:
    """Return what to look for: everybody in the log, and the values given now."""
    key = key_bytes(params.workspace.key, workspace)
    found = {(row[2], row[3]) for row in read_log(workspace)}
    patterns = []
    given = list(given)
    for (kind, value), (_, normal) in zip(given, normal_values(params, given), strict=True):
        found.add((kind, fingerprint(key, kind, pseudonyms(key, kind, [normal])[0])))
        patterns += [(kind, pattern(one, "digits" in params.identifiers[kind].normalise)) for one in {value, normal}]
    return Wanted(key, frozenset(found), tuple(patterns))


def left_in_raw(workspace: Workspace, params: Params, sources: Iterable[Source], search: Wanted) -> Iterator[str]:
    """Yield a line for each raw source in which an erased identifier still is one."""
    with workspace.temporary() as temporary:
        for source in sources:
            yield from _left_in_source(params, source, search, temporary, f"data/raw/{source.name}")


def left_in_databases(workspace: Workspace, params: Params, sources: Iterable[Source], search: Wanted) -> Iterator[str]:
    """Yield a line for each database that has an erased identifier now, whatever its last snapshot has.

    One that cannot be read has a line, too: nothing is known of it.
    """
    for source in sources:
        tables = declared_tables(workspace.raw(source.name))
        with workspace.temporary() as temporary:
            try:
                for table in tables:
                    take_snapshot(table, temporary / table.snapshot.name)
            except ParcoursError as error:
                yield f"{error} Not searched, so nothing is known of it."
                continue
            if tables:
                taken = {table.snapshot.resolve(): temporary / table.snapshot.name for table in tables}
                now = replace(
                    source,
                    files=tuple(taken.get(path.resolve(), path) for path in source.files),
                    lookups={
                        name: tuple(taken.get(path.resolve(), path) for path in paths)
                        for name, paths in source.lookups.items()
                    },
                )
                named = ", ".join(sorted({table.database for table in tables}))
                yield from _left_in_source(params, now, search, temporary, f"the database of {source.name} ({named})")


def _left_in_source(params: Params, source: Source, search: Wanted, temporary: Path, shown: str) -> Iterator[str]:
    with Engine(params.engine, temporary) as engine:
        for kind, values in identifiers_of(engine, source, params, temporary).items():
            n = sum(search.has(kind, one) for one in pseudonyms(search.key, kind, values))
            if n:
                yield f"{shown}: {n} identifiers ({kind})"


def left_in_files(workspace: Workspace, search: Wanted, key_file: str | None) -> Iterator[str]:
    """Yield a line for each file that holds an identifier, a keyed hash or the code of somebody erased."""
    for path in _files(workspace, key_file):
        if _starts_with(path, b"PAR1"):
            found = _in_parquet(path, search)
        else:
            found = sum((_in_text(text, search) for _, text in texts_of(path)), Counter[str]())
        if found:
            what = ", ".join(f"{n} × {name}" for name, n in sorted(found.items()))
            yield f"{_shown(path, workspace)}: {what}"


def _files(workspace: Workspace, key_file: str | None) -> list[Path]:
    """Return every file of the workspace and of the DVC cache it uses, but the key and the log of erasures."""
    root = workspace.root.resolve()
    cache = next((one / ".dvc" for one in (root, *root.parents) if (one / ".dvc" / "cache").is_dir()), None)
    folders = {root, workspace.out.resolve(), *([cache / "cache"] if cache else [])}
    apart = {root / LOG, *([root / key_file] if key_file else [])}
    found = {path for folder in folders for path in folder.rglob("*") if path.is_file()}
    return sorted(path for path in found - apart if not _NEVER_SEARCHED & set(path.parts))


def _shown(path: Path, workspace: Workspace) -> str:
    for folder in (workspace.root.resolve(), workspace.out.resolve()):
        if path.is_relative_to(folder):
            return path.relative_to(folder).as_posix()
    return str(path)


def _starts_with(path: Path, mark: bytes) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(mark)) == mark


def _in_text(content: bytes, search: Wanted) -> Counter[str]:
    found: Counter[str] = Counter()
    small = content.lower()
    for kind, one in search.patterns:
        found[kind] += len(one.findall(small))
    for token in set(_HASH.findall(content)):
        found["keyed hash"] += any(search.has(kind, token.decode()) for kind in search.kinds)
    for token in set(_CODE.findall(content)):
        found["customer code"] += search.has(CUSTOMER, token.decode())
    return +found


def _in_parquet(path: Path, search: Wanted) -> Counter[str]:
    found: Counter[str] = Counter()
    file = pyarrow.parquet.ParquetFile(path)
    for field in file.schema_arrow:
        is_text = (
            pa.types.is_string(field.type) or pa.types.is_large_string(field.type) or pa.types.is_dictionary(field.type)
        )
        if field.name == "event_id" or not (is_text or field.name == "customer_id"):
            continue
        for batch in file.iter_batches(columns=[field.name]):
            values = [one for one in pyarrow.compute.unique(batch.column(0)).to_pylist() if one is not None]
            if not is_text:
                found["customer code"] += sum(search.has(CUSTOMER, str(one)) for one in values)
            elif field.name.removeprefix("id_") in search.kinds:
                found["keyed hash"] += sum(search.has(field.name.removeprefix("id_"), one) for one in values)
                found += _in_text("\n".join(one for one in values if len(one) != 32).encode(), search)
            else:
                found += _in_text("\n".join(map(str, values)).encode(), search)
    return +found
