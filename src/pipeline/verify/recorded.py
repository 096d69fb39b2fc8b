"""What dvc.lock records of a workspace: the md5 of every output, and of everything it was made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pipeline import closure
from pipeline.errors import ParcoursError

LOCK, RAW = "dvc.lock", "data/raw"
CACHE = Path(".dvc/cache/files/md5")


@dataclass(frozen=True)
class Recorded:
    """One path of dvc.lock: which DVC stage it belongs to, and its md5 (of a folder: that of its list of files)."""

    stage: str
    path: str
    md5: str


@dataclass(frozen=True)
class Lock:
    """dvc.lock of a workspace.

    Parameters
    ----------
    outputs
        In the order of the DVC stages.
    inputs
        What the stages read that no stage wrote: declarations, raw files, code.
    params
        Keys of params.yaml → their values when the stages last ran.
    """

    outputs: tuple[Recorded, ...]
    inputs: tuple[Recorded, ...]
    params: dict[str, Any]

    @classmethod
    def read(cls, root: Path) -> Lock:
        """Read it.

        Raises
        ------
        ParcoursError
            If there is none, or it is not one of DVC 3.
        """
        path = root / LOCK
        if not path.is_file():
            raise ParcoursError(f"{path}: no such file, so nothing is recorded to compare with. `dvc repro` writes it.")
        stages = (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("stages")
        if not isinstance(stages, dict):
            raise ParcoursError(f"{path}: no `stages:` in it. Expected the lock file that `dvc repro` of DVC 3 writes.")
        outputs = tuple(_entries(stages, "outs"))
        made = [one.path for one in outputs]
        read = {one.path: one for one in _entries(stages, "deps") if not _is_made(one.path, made)}
        params: dict[str, Any] = {}
        for stage in stages.values():
            params |= stage.get("params", {}).get("params.yaml", {})
        return cls(outputs, tuple(read.values()), params)

    def changed_inputs(self, root: Path) -> list[str]:
        """Return what the outputs were made from and is not the same now: files, and keys of params.yaml."""
        files = [one.path for one in self.inputs if not _is_mixed(one, self) and md5_of(root / one.path) != one.md5]
        now = yaml.safe_load((root / "params.yaml").read_text(encoding="utf-8"))
        keys = [f"params.yaml: {key}" for key, value in self.params.items() if _at(now, key) != value]
        return files + sorted(keys)


def _entries(stages: dict[str, Any], part: str) -> Iterator[Recorded]:
    for name, stage in stages.items():
        for entry in stage.get(part, []):
            yield Recorded(name, entry["path"], str(entry.get("md5", "")))


def _is_made(path: str, made: list[str]) -> bool:
    """Whether stages write a path, all that lies in it or what it lies in; in data/raw their files lie among others."""
    return path != RAW and any(f"{path}/".startswith(f"{out}/") or out.startswith(f"{path}/") for out in made)


def _is_mixed(entry: Recorded, lock: Lock) -> bool:
    """Whether a folder holds outputs, too (data/raw of a workspace that obtains files): they are judged as outputs."""
    return any(out.path.startswith(f"{entry.path}/") for out in lock.outputs)


def _at(content: Any, key: str) -> Any:
    for part in key.split("."):
        content = content.get(part) if isinstance(content, dict) else None
    return content


def is_code(path: Path) -> bool:
    """Whether a file is this very package's: it runs from where it is installed, and is not copied."""
    return path.resolve().is_relative_to(closure.PACKAGE)


def md5_of(path: Path) -> str | None:
    """Return the md5 that DVC 3 records for a file or a folder; None where there is nothing.

    Notes
    -----
    Of a folder: the md5 of the JSON list of its files' paths and md5s, in the order of the paths, and ``.dir``.
    """
    if path.is_file():
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "md5").hexdigest()
    if not path.is_dir():
        return None
    files = sorted(file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file())
    listed = [{"md5": md5_of(path / file), "relpath": file} for file in files]
    return hashlib.md5(json.dumps(listed, sort_keys=True).encode(), usedforsecurity=False).hexdigest() + ".dir"


def cached(root: Path, md5: str) -> Path | None:
    """Return the copy of a recorded file in DVC's cache, where there is one (of the nearest repository upwards)."""
    for folder in (root.resolve(), *root.resolve().parents):
        found = folder / CACHE / md5[:2] / md5[2:]
        if found.is_file():
            return found
    return None
