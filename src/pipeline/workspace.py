"""Where things lie: a workspace is a folder with params.yaml and data/raw."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from filelock import FileLock, Timeout

from pipeline.errors import ParcoursError


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
        """Give a folder for passing files beside the outputs (so that moving them is a rename), and remove it."""
        self.out.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".parcours-", dir=self.out) as folder:
            yield Path(folder)

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
