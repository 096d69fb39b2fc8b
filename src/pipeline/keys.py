"""Pseudonyms: keyed hashes (HMAC-SHA-256) made in Python, so that a key never reaches a query, a plan or a log."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterable

from pipeline.errors import ParcoursError
from pipeline.params import Key
from pipeline.workspace import Workspace

_HEX_DIGITS = 32  # 128 bits


def key_bytes(key: Key, workspace: Workspace) -> bytes:
    """Return the key of the pseudonyms.

    Raises
    ------
    ParcoursError
        If the environment variable or the file that should hold it is missing or empty.
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
        return value.encode()
    path = workspace.root / str(key.file)
    if not path.is_file() or not (content := path.read_bytes().strip()):
        raise ParcoursError(
            f"params.yaml: workspace.key.file: no key in {key.file}. Put a long random text into it, "
            "keep a copy, and never commit it."
        )
    return content


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
