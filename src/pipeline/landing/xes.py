"""XES event logs: one record per event, in the order of the log; memory is that of one trace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from pipeline.landing.raw_file import Landed, RawFile, Reading
from pipeline.landing.writing import write_records


def read(file: RawFile, target: Path) -> Landed:
    """Land a XES log; the number of a record is that of its event in the log.

    Raises
    ------
    ParcoursError
        If the file is not well-formed XML.
    """
    try:
        with file.open() as stream:
            refused = write_records(file, target, enumerate(_events(stream), start=1))
    except ElementTree.ParseError as error:
        raise file.error(f"not well-formed XML: {error}. Export it again.") from None
    return Landed(Reading("xes"), refused)


def _events(stream: IO[bytes]) -> Iterator[dict[str, str | None]]:
    """Yield one record per event; what belongs to the trace comes with the prefix ``case:``."""
    # no outside entity is ever fetched, and today's expat stops those that grow without end
    for _, element in ElementTree.iterparse(stream, events=("end",)):  # noqa: S314
        if element.tag.rpartition("}")[2] != "trace":
            continue
        trace: dict[str, str | None] = {}
        events = []
        for child in element:
            key = child.get("key")
            if key is not None:
                trace[f"case:{key}"] = child.get("value")
            elif child.tag.rpartition("}")[2] == "event":
                events.append({one.attrib["key"]: one.get("value") for one in child if "key" in one.attrib})
        yield from (trace | event for event in events)
        element.clear()
