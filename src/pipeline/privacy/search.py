"""What a search for a person reads of a file, and what it looks for there."""

from __future__ import annotations

import gzip
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

_SQLITE = b"SQLite format 3\0"
_BETWEEN_DIGITS = rb"[ .\-/()\xa0]{0,3}"


def pattern(value: str, has_digits_only: bool) -> re.Pattern[bytes]:
    """Return a pattern of a value as people write it, in small letters.

    Parameters
    ----------
    value
        An identifier.
    has_digits_only
        Whether only its digits count, as of a phone.

    Examples
    --------
    >>> bool(pattern("0639981234", True).search(b"call 06 39 98 12 34"))
    True
    """
    if has_digits_only:
        digits = re.sub(r"\D", "", value).encode()
        return re.compile(rb"(?<!\d)" + _BETWEEN_DIGITS.join(re.escape(bytes([one])) for one in digits) + rb"(?!\d)")
    return re.compile(rb"(?<![\w.])" + re.escape(value.strip().lower().encode()) + rb"(?![\w])")


def texts_of(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield (part, text) of a file: archives by part, gzip unpacked, SQLite as statements, wide text as UTF-8.

    Of an archive that cannot be unpacked, as of any other file, the bytes as they are.
    """
    if zipfile.is_zipfile(path):
        try:
            with zipfile.ZipFile(path) as archive:
                for info in archive.infolist():
                    yield from ((info.filename, text) for text in _readings(archive.read(info)))
                return
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):  # the last: it has a password
            pass
    content = path.read_bytes()
    if content.startswith(_SQLITE):
        yield "", _dumped(path)
    yield from (("", text) for text in _readings(gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content))


def _dumped(path: Path) -> bytes:
    """Return a SQLite file as statements: in its pages nothing stands between one value and the next."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            return "\n".join(connection.iterdump()).encode("utf-8", errors="replace")
    except sqlite3.Error:
        return b""  # broken: its bytes are looked at all the same


def _readings(content: bytes) -> Iterator[bytes]:
    """Yield the bytes as they are; where they are no plain text, also as wide text, which may begin at any byte."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        yield content.decode("utf-16", errors="replace").encode("utf-8", errors="replace")
        return
    yield content
    if b"\0" in content:
        yield from (content[first:].decode("utf-16-le", errors="replace").encode() for first in (0, 1))
