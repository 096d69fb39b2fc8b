"""Where things lie: a workspace is a folder with params.yaml and data/raw."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from filelock import FileLock, Timeout

from pipeline.errors import ParcoursError

PASSING = ".parcours-"  # how the names of folders for passing files begin


@dataclass(frozen=True)
class Workspace:
    """Paths of one workspace.

    Parameters
    ----------
    root
        Folder with params.yaml and data/raw, only ever read.
    out
        Folder under which every output is written; the same folder unless `parcours run --out` says otherwise.
    """

    root: Path
    out: Path

    @classmethod
    def at(cls, root: Path | str, out: Path | str | None = None) -> Workspace:
        """Return the workspace in folder `root`, its outputs under `out` (default: the same folder)."""
        return cls(Path(root), Path(out if out is not None else root))

    def raw(self, source: str) -> Path:
        """Return the folder of one source, in the workspace."""
        return self.root / "data" / "raw" / source

    def path(self, relative: str) -> Path:
        """Return where an output lies, for example ``path("data/clean/clean.json")``."""
        return self.out / relative

    @contextmanager
    def temporary(self) -> Iterator[Path]:
        """Give a folder for passing files beside the outputs (so that moving them is a rename), and remove it.

        What a killed process left goes first: the lock of a folder's owner is the operating system's, and free only
        when the owner is gone.
        """
        locks = self.out / ".parcours"
        locks.mkdir(parents=True, exist_ok=True)
        for left in self.out.glob(f"{PASSING}*"):
            with suppress(Timeout), _owned(left, locks):
                pass
        with _owned(self.out / f"{PASSING}{token_hex(4)}", locks) as folder:
            folder.mkdir()
            yield folder

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep every other run away from these outputs until the block ends, however it ends.

        Raises
        ------
        ParcoursError
            At once, if another run holds them.
        """
        path = self.out / ".parcours" / "run.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path)  # of the operating system: it goes with the process that holds it
        try:
            lock.acquire(blocking=False)
        except Timeout:
            raise ParcoursError(
                f"{self.out.absolute()}: another run is writing here; nothing was touched. Wait until it has ended, or "
                "write elsewhere: parcours run --out DIR."
            ) from None
        try:
            yield
        finally:
            lock.release()


@contextmanager
def _owned(folder: Path, locks: Path) -> Iterator[Path]:
    """Own a passing folder, and remove it with its lock in the end.

    Raises
    ------
    Timeout
        At once, if a living process owns it.
    """
    lock = FileLock(locks / f"{folder.name}.lock", blocking=False)
    with lock:
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            Path(lock.lock_file).unlink(missing_ok=True)
