"""XES event logs: one record per event, in the order of the log; memory is that of one trace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from pipeline.landing.json_values import json_text
from pipeline.landing.raw_file import Landed, RawFile, Reading, Refused
from pipeline.landing.writing import Record, write_records

_ATTRIBUTES = {"string", "date", "int", "float", "boolean", "id", "list", "container"}
# What describes the log and belongs to no event.
_OF_THE_LOG = {*_ATTRIBUTES, "extension", "global", "classifier"}


def read(file: RawFile, target: Path) -> Landed:
    """Land a XES log; the number of a record is that of its event in the log.

    An attribute of the trace is the column ``case:<key>``; one inside another is ``<key>.<key>``, and a list is JSON.
    An event with an attribute that lacks its key or value, or that stands twice, is refused alone.

    Raises
    ------
    ParcoursError
        If the file is not well-formed XML, or no XES.
    """
    try:
        with file.open() as stream:
            return Landed(Reading("xes"), write_records(file, target, _records(file, stream)))
    except (ElementTree.ParseError, LookupError, ValueError) as error:  # the last two: an encoding nobody knows
        raise file.error(f"not well-formed XML: {error}. Export it again.") from None


def _records(file: RawFile, stream: IO[bytes]) -> Iterator[tuple[int, Record | Refused]]:
    number = 0
    for part in _parts_of_log(file, stream):
        try:
            case = _attributes(part, "case:") if _tag(part) == "trace" else {}
        except (ValueError, RecursionError):
            case = None
        for event in part.iter() if _tag(part) == "trace" else [part]:
            if _tag(event) != "event":
                continue
            number += 1
            yield number, _record(event, case, file, number)


def _parts_of_log(file: RawFile, stream: IO[bytes]) -> Iterator[Element]:
    """Yield the traces of a log, and events outside any; forget each once it was read."""
    open_elements: list[Element] = []
    # no outside entity is ever fetched, and today's expat stops those that grow without end
    for action, element in ElementTree.iterparse(stream, events=("start", "end")):  # noqa: S314
        if action == "start":
            open_elements.append(element)
            continue
        open_elements.pop()
        if len(open_elements) == 1:
            if _tag(element) in ("trace", "event"):
                yield element
            elif _tag(element) not in _OF_THE_LOG:
                raise file.error(f"<{_tag(element)[:60]}> in the log is no part of XES. Export it again.")
            open_elements[0].clear()
        elif not open_elements and _tag(element) != "log":
            raise file.error(f"begins with <{_tag(element)[:60]}>; a XES file begins with <log>. Export it again.")


def _record(event: Element, case: Record | None, file: RawFile, number: int) -> Record | Refused:
    try:
        if case is None:
            return file.refuse(number, None)
        return {**case, **_attributes(event, "")}
    except ValueError:
        return file.refuse(number, ElementTree.tostring(event, encoding="unicode")[:200])
    except RecursionError:  # attributes inside attributes, a thousand deep: too deep to show, too
        return file.refuse(number, None)


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _attributes(parent: Element, prefix: str) -> dict[str, str | None]:
    """Return the attributes of a trace or an event by key; a ValueError where one would be lost."""
    cells: dict[str, str | None] = {}
    for child in parent:
        if _tag(child) == "event" and _tag(parent) == "trace":
            continue
        key, value = child.get("key"), child.get("value")
        inner: dict[str, str | None] = {}
        if _tag(child) == "list":
            value = json_text([one.get("value") for one in child.iter() if one is not child and "value" in one.attrib])
        elif len(child):
            inner = _attributes(child, f"{prefix}{key}.")
        if _tag(child) == "container":
            value = ""
        found = {f"{prefix}{key}": value, **inner}
        if key is None or value is None or _tag(child) not in _ATTRIBUTES or found.keys() & cells.keys():
            raise ValueError(key)
        cells |= found
    return cells
