"""The encoding of a text file: declared, told by its first bytes, or detected; and its text as UTF-8."""

from __future__ import annotations

import codecs
import io
import re
from functools import partial
from typing import IO

from charset_normalizer import from_bytes

from pipeline.errors import ParcoursError
from pipeline.landing.raw_file import RawFile

_MARKS = (  # the mark of UTF-32 begins as that of UTF-16 does
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
# What exports come in when not in UTF-8. charset-normalizer knows many more, and few accents mislead it among them.
_USUAL = ("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp932", "gb18030", "big5", "euc_kr")
_SURELY_WORSE = 0.1  # of charset-normalizer's measure of mess, 0 … 1
_PIECE = 1 << 20
_ODD_LINES = 1_000
_LOOKED_AT = 1_000  # bytes of each


def encoding_of(file: RawFile) -> tuple[str, bool]:
    """Return a text file's encoding and whether it was detected: not declared, told by a mark, or UTF-8.

    A byte-order mark rules, then what is declared; undeclared, all of the file is looked at.

    Raises
    ------
    ParcoursError
        If the file is mostly UTF-8, but not all of it.
    """
    with file.open() as stream:
        start = stream.read(4096)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding, False
    if file.layout.encoding is not None:
        return file.layout.encoding, False
    if (wide := _without_mark(start)) is not None:
        return wide, True
    odd = _odd_lines(file)
    return ("utf-8", False) if odd is None else (_guessed(odd), True)


def _without_mark(start: bytes) -> str | None:
    """Return UTF-16 where every other byte is mostly zero: Latin text without its mark."""
    even, odd = start[::2].count(0), start[1::2].count(0)
    if max(even, odd) > len(start) / 4:
        return "utf-16-le" if odd > even else "utf-16-be"
    return None


def _odd_lines(file: RawFile) -> bytes | None:
    """Return the first lines that are not UTF-8, None if all are."""
    odd: list[bytes] = []
    accents, wrong, first = 0, 0, 0
    with file.open() as stream:
        if _is_utf8(stream):
            return None
    with file.open() as stream:
        for number, line in enumerate(iter(partial(stream.readline, _PIECE), b""), start=1):
            if line.isascii():
                continue
            text = line.decode("utf-8", errors="surrogateescape")
            if wrong_here := len(re.findall("[\udc80-\udcff]", text)):
                first = first or number
                odd.append(line[:_LOOKED_AT])
            accents += sum(not sign.isascii() for sign in text) - wrong_here
            wrong += wrong_here
            if len(odd) == _ODD_LINES:
                break
    if accents > wrong:
        raise file.error(
            f"line {first} is not UTF-8, though the lines around it are. Mend the line, or declare the encoding "
            f"of the whole file in {file.layout.shown_as}, for example `encoding: cp1252`."
        )
    return b"".join(odd)


def _is_utf8(stream: IO[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in iter(partial(stream.read, _PIECE), b""):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _guessed(lines: bytes) -> str:
    """Return the likeliest encoding of text that is not UTF-8: cp1252, unless another fits surely better."""
    matches = from_bytes(lines, cp_isolation=list(_USUAL))
    mess = {encoding: match.chaos for match in matches for encoding in match.could_be_from_charset}
    best = min(mess, key=lambda encoding: mess[encoding], default="cp1252")
    return "cp1252" if mess.get("cp1252", 1.0) <= mess.get(best, 1.0) + _SURELY_WORSE else best


class Recoded(io.RawIOBase):
    """A file's text as UTF-8 bytes without mark, each byte checked on the way; counts its quotation marks."""

    def __init__(self, file: RawFile, encoding: str) -> None:
        self._stream = file.open()
        self._text = io.TextIOWrapper(self._stream, encoding=encoding, newline="")
        self._rest = b""
        self.quotes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self._rest:
            self._rest = self._text.read(_PIECE).encode("utf-8")
            self.quotes += self._rest.count(b'"')
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size

    def put_back(self, piece: bytes) -> None:
        """Let the next reader begin with these bytes."""
        self._rest = piece + self._rest

    def close(self) -> None:
        self._text.close()
        super().close()


def wrong_encoding(file: RawFile, encoding: str) -> ParcoursError:
    """Return the error of a file that is not in its encoding, with the first line at fault."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line, problem = 1, "it ends in the middle of a character"
    with file.open() as stream:
        try:
            for piece in iter(partial(stream.read, _PIECE), b""):
                line += decoder.decode(piece).count("\n")
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            line += error.object[: error.start].decode(encoding, errors="replace").count("\n")
            problem = str(error)
    return file.error(
        f"line {line} is not {encoding}: {problem}. Save the file as UTF-8, or declare its "
        f"encoding in {file.layout.shown_as}, for example `encoding: cp1252` (Windows, Western Europe)."
    )
