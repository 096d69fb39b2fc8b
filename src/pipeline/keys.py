"""Pseudonyms: keyed hashes (HMAC-SHA-256) made in Python, so that a key never reaches a query, a plan or a log."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import stat
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path, PurePosixPath

from pipeline.errors import ParcoursError
from pipeline.params import Key
from pipeline.workspace import Workspace

_HEX_DIGITS = 32  # 128 bits
SHORTEST_KEY = 16  # signs; what is shorter can be found by trying
_FOR_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def key_bytes(key: Key, workspace: Workspace) -> bytes:
    """Return the key of the pseudonyms; on the first run, make the file that is to hold it.

    Raises
    ------
    ParcoursError
        If the environment variable is not set, the key is too short, or others may read its file; and if the file is
        missing although results were made with it.
    """
    if key.public is not None:
        return f"public:{key.public}".encode()
    if key.secret is not None:
        value = os.environ.get(key.secret, "").strip()
        if not value:
            raise ParcoursError(
                f"params.yaml: workspace.key.secret: the environment variable {key.secret} is not set. "
                "Set it to the key of this workspace (a long random text that you keep)."
            )
        return _long_enough(value.encode(), f"workspace.key.secret: {key.secret}")
    path = workspace.root / str(key.file)
    if not path.exists():
        _refuse_second_key(workspace, str(key.file))
        create_key(path)
        ignore(workspace.root, str(key.file))
        print(f"Made {key.file}, the key of the pseudonyms. Keep a copy in a safe place.", file=sys.stderr)
    if os.name == "posix" and path.stat().st_mode & _FOR_OTHERS:
        raise ParcoursError(
            f"params.yaml: workspace.key.file: others than you may read {key.file}, and with it find out who is who. "
            f"Close it: chmod 600 {key.file}"
        )
    return _long_enough(path.read_bytes().strip(), f"workspace.key.file: {key.file}")


def _long_enough(key: bytes, where: str) -> bytes:
    if len(key) < SHORTEST_KEY:
        raise ParcoursError(
            f"params.yaml: {where}: {len(key)} signs are no key. Expected at least {SHORTEST_KEY}, drawn at random, "
            'for example: python -c "import secrets; print(secrets.token_hex(32))"'
        )
    return key


def _refuse_second_key(workspace: Workspace, file: str) -> None:
    """Refuse to make a key where another made the results: nobody could join old and new pseudonyms."""
    made = workspace.path("data/clean/clean.json")
    known = None
    with suppress(OSError, ValueError):
        known = json.loads(made.read_text(encoding="utf-8")).get("key_fingerprint")
    if known:
        raise ParcoursError(
            f"params.yaml: workspace.key.file: {file} is missing, and data/clean was made with a key whose fingerprint "
            f"is {known}. Put that key back; or, to start anew with other pseudonyms, remove data/clean."
        )


def create_key(path: Path) -> None:
    """Write a new random key (256 bits) into a file that nobody but its owner could ever read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as stream:
        stream.write(secrets.token_hex(32) + "\n")


def ignore(root: Path, file: str) -> None:
    """Have git ignore the key's file: a line in the workspace's .gitignore, unless one is there."""
    path = root / ".gitignore"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    place = PurePosixPath(file)
    covered = {file, f"/{file}", *(f"{slash}{parent}/" for parent in place.parents for slash in ("", "/"))}
    if not covered & set(lines):
        path.write_text("\n".join([*lines, f"/{file}", ""]), encoding="utf-8", newline="\n")


def fingerprint(key: bytes) -> str:
    """Return 16 hexadecimal digits that tell two keys apart and give none of either away."""
    return hmac.new(key, b"parcours:fingerprint", hashlib.sha256).hexdigest()[:16]


def salt(key: bytes) -> str:
    """Return what makes content hashes keyed; derived one way, so it may stand in a query."""
    return hmac.new(key, b"parcours:event", hashlib.sha256).hexdigest()


def pseudonyms(key: bytes, kind: str, values: Iterable[str]) -> list[str]:
    """Return the keyed hash of each value of one kind of identifier, 32 hexadecimal digits.

    Cost: one HMAC a value, about a microsecond; hash distinct values only.

    Examples
    --------
    >>> pseudonyms(b"k", "email", ["a@b.fr"]) == pseudonyms(b"k", "email", ["a@b.fr"])
    True
    >>> pseudonyms(b"k", "email", ["1"]) == pseudonyms(b"k", "phone", ["1"])
    False
    """
    start = hmac.new(key, f"parcours:{kind}:".encode(), hashlib.sha256)
    hashes = []
    for value in values:
        one = start.copy()
        one.update(value.encode())
        hashes.append(one.hexdigest()[:_HEX_DIGITS])
    return hashes
