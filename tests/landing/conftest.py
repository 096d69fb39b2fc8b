"""A PostgreSQL server of the tests' own: started once, in a temporary folder, reached by its socket only."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Return the address of an empty database; skip where PostgreSQL is not installed."""
    found = [shutil.which("pg_ctl"), *sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))]
    binaries = next((Path(path).resolve().parent for path in found if path), None)
    if binaries is None:
        pytest.skip("postgresql: no server on this machine; .ci/run installs it")
    # The server refuses to run as root; a socket's path may have 100 characters, so no tmp_path.
    with TemporaryDirectory(prefix="pg") as name:
        folder, user = Path(name), []
        if os.geteuid() == 0:
            owner = next(one for one in ("postgres", "nobody") if one in {entry.pw_name for entry in pwd.getpwall()})
            shutil.chown(folder, owner)
            user = ["runuser", "-u", owner, "--"]
        run = lambda *command: subprocess.run([*user, *command], check=True, capture_output=True, cwd="/")  # noqa: E731
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        run(binaries / "initdb", "-D", folder / "data", "-A", "trust", "-U", "shop", "-N", "-E", "UTF8")
        run(binaries / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield f"postgresql://shop:very-secret@/postgres?host={folder}"
        finally:
            run(binaries / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
