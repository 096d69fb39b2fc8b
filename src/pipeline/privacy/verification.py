"""`parcours erase --verify`: a search over raw files, all outputs and DVC's cache for what an erased person left."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet

from pipeline.engine import Engine
from pipeline.keys import key_bytes, pseudonyms
from pipeline.params import Params
from pipeline.privacy.erasure import CUSTOMER, LOG, fingerprint, identifiers_of, normal_values, read_log
from pipeline.source import Source
from pipeline.workspace import Workspace

_HASH = re.compile(rb"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
_CODE = re.compile(rb"(?<!\d)\d{15,19}(?!\d)")
_NEVER_SEARCHED = {".git", ".venv", "__pycache__", "node_modules"}
_BETWEEN_DIGITS = rb"[ .\-/()\xa0]{0,3}"


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
        patterns += [(kind, _pattern(one, "digits" in params.identifiers[kind].normalise)) for one in {value, normal}]
    return Wanted(key, frozenset(found), tuple(patterns))


def _pattern(value: str, has_digits_only: bool) -> re.Pattern[bytes]:
    if has_digits_only:
        digits = re.sub(r"\D", "", value).encode()
        return re.compile(rb"(?<!\d)" + _BETWEEN_DIGITS.join(re.escape(bytes([one])) for one in digits) + rb"(?!\d)")
    return re.compile(rb"(?<![\w.])" + re.escape(value.strip().lower().encode()) + rb"(?![\w])")


def left_in_raw(workspace: Workspace, params: Params, sources: Iterable[Source], search: Wanted) -> Iterator[str]:
    """Yield a line for each raw source in which an erased identifier still is one."""
    with workspace.temporary() as temporary:
        for source in sources:
            with Engine(params.engine, temporary) as engine:
                for kind, values in identifiers_of(engine, source, params, temporary).items():
                    hashes = pseudonyms(search.key, kind, values)
                    n = sum(search.has(kind, one) for one in hashes)
                    if n:
                        yield f"data/raw/{source.name}: {n} identifiers ({kind})"


def left_in_files(workspace: Workspace, search: Wanted, key_file: str | None) -> Iterator[str]:
    """Yield a line for each file that holds an identifier, a keyed hash or the code of somebody erased."""
    for path in _files(workspace, key_file):
        found = _in_parquet(path, search) if _starts_with(path, b"PAR1") else _in_text(_content(path), search)
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


def _content(path: Path) -> bytes:
    content = path.read_bytes()
    content = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
    return content.decode("utf-16").encode() if content[:2] in (b"\xff\xfe", b"\xfe\xff") else content


def _in_text(content: bytes, search: Wanted) -> Counter[str]:
    found: Counter[str] = Counter()
    small = content.lower()
    for kind, pattern in search.patterns:
        found[kind] += len(pattern.findall(small))
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
