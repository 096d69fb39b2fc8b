"""Finished pieces of work, kept between runs like a compiler's: each under the digest of all that it was made from.

What is found here is what would be computed again, byte for byte, because its name changes with every input: the raw
file, its description, the parameters that are read, the key, this code, the libraries. A piece is a folder of Parquet
files and facts.json; a damaged one is made again, one that the last run did not need is removed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from pipeline import closure
from pipeline.errors import ParcoursError
from pipeline.workspace import Workspace

FOLDER = ".parcours/kept"
MAKER = "source.by_file"
FACTS = "facts.json"
_LIBRARIES = ("charset-normalizer", "duckdb", "ijson", "numpy", "pandas", "pyarrow", "python-calamine", "sqlglot")


class Kept:
    """The pieces of one workspace.

    Parameters
    ----------
    folder
        Where they lie; nothing of it is a result, and all of it may be deleted at any time.

    Notes
    -----
    A piece appears whole, by one rename, and is read from links of one's own, checked against its digests: two runs at
    once may share a folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._needed: set[str] = set()

    def find(self, name: str, into: Path) -> dict[str, Any] | None:
        """Return the facts of a piece, its files linked into the folder `into`; None where it must be made.

        A damaged piece is removed.
        """
        self._needed.add(name)
        piece = self.folder / name
        try:
            content = json.loads((piece / FACTS).read_bytes())
            digests: dict[str, str] = content["digests"]
            if content["digest"] != _digest_of_facts(content["facts"], digests):
                raise ValueError(name)
            into.mkdir()
            for file, digest in digests.items():
                _link(piece / file, into / file)
                if digest_of(into / file) != digest:
                    raise ValueError(name)
        except (KeyError, TypeError, ValueError, OSError):  # not there, or not as it was kept
            shutil.rmtree(piece, ignore_errors=True)
            return None
        facts: dict[str, Any] = content["facts"]
        return facts

    def keep(self, name: str, facts: Mapping[str, Any], files: Iterable[Path], temporary: Path) -> None:
        """Keep a piece: facts that JSON can hold, and files.

        `temporary` is a folder for passing files on the same disk.
        """
        self._needed.add(name)
        made = Path(mkdtemp(dir=temporary))
        digests = {file.name: digest_of(file) for file in files}
        for file in files:
            _link(file, made / file.name)
        content = {"facts": facts, "digests": digests, "digest": _digest_of_facts(facts, digests)}
        (made / FACTS).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        self.folder.mkdir(parents=True, exist_ok=True)
        with suppress(OSError):  # another run was first, with the same content
            made.rename(self.folder / name)

    def sweep(self) -> None:
        """Remove every piece that was neither found nor kept since this object was made."""
        for piece in self.folder.glob("*"):
            if piece.name not in self._needed:
                shutil.rmtree(piece, ignore_errors=True)


def forget(workspace: Workspace) -> None:
    """Remove every piece of a workspace, as `parcours erase` must.

    Raises
    ------
    ParcoursError
        If a file cannot be removed.
    """
    folder = workspace.path(FOLDER)
    try:
        if folder.exists():
            shutil.rmtree(folder)
    except OSError as error:
        raise ParcoursError(f"{folder}: cannot be removed ({error}). Remove it by hand.") from None


def name_of(parts: Mapping[str, Any]) -> str:
    """Return the name of a piece made from these inputs, by this code and these libraries.

    Examples
    --------
    >>> name_of({"file": "a"}) == name_of({"file": "a"}), name_of({"file": "a"}) == name_of({"file": "b"})
    (True, False)
    """
    return hashlib.sha256(json.dumps([dict(parts), _code()], sort_keys=True, default=repr).encode()).hexdigest()


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@cache
def _code() -> list[str]:
    """Return what tells the code that makes pieces, and its libraries, from any other."""
    return [closure.fingerprint(MAKER), sys.version, *(f"{name} {metadata.version(name)}" for name in _LIBRARIES)]


def _digest_of_facts(facts: Mapping[str, Any], digests: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps([facts, digests], sort_keys=True).encode()).hexdigest()


def _link(file: Path, to: Path) -> None:
    try:
        os.link(file, to)
    except OSError:  # a disk without hard links
        shutil.copyfile(file, to)
