"""Events taken out of a XES log: every other byte of it stays."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from xml.parsers import expat


@dataclass
class _Span:
    """Where an element stands in the file, as bytes; and the events that it holds, by number."""

    start: int
    end: int = -1
    events: list[int] = field(default_factory=list)


def without_events(content: bytes, numbers: Collection[int]) -> tuple[bytes, int]:
    """Return a XES log without some events, numbered as `landing.xes` does, and how many were taken out.

    A trace all of whose events go, goes whole: its own attributes may name the person. Cost: the file, in memory.

    Examples
    --------
    >>> log = b'<log><trace><string key="a" value="x"/><event/></trace> <trace><event/><event></event></trace></log>'
    >>> without_events(log, {1, 3})
    (b'<log> <trace><event/></trace></log>', 2)
    """
    events, traces = _spans(content)
    gone = set(numbers)
    whole = [trace for trace in traces if trace.events and gone.issuperset(trace.events)]
    inside = {number for trace in whole for number in trace.events}
    single = [event for number, event in events.items() if number in gone - inside]
    kept, at = [], 0
    for span in sorted([*whole, *single], key=lambda one: one.start):
        if span.start >= at:  # else: inside one that goes already
            kept.append(content[at : span.start])
            at = span.end
    return b"".join([*kept, content[at:]]), len(gone & events.keys())


def _spans(content: bytes) -> tuple[dict[int, _Span], list[_Span]]:
    """Return the events of a log by number, and its traces."""
    events: dict[int, _Span] = {}
    traces: list[_Span] = []
    open_elements: list[tuple[str, _Span]] = []
    closed: list[_Span] = []  # they end where whatever comes next begins: an end tag's own length is not told
    parser = expat.ParserCreate()

    def close(*_: object) -> None:
        while closed:
            closed.pop().end = parser.CurrentByteIndex

    def start(name: str, _: object) -> None:
        close()
        tag, span = name.rpartition(":")[2], _Span(parser.CurrentByteIndex)
        trace = open_elements[1][1] if len(open_elements) > 1 and open_elements[1][0] == "trace" else None
        if tag == "event" and (trace is not None or len(open_elements) == 1):
            number = len(events) + 1
            events[number] = span
            if trace is not None:
                trace.events.append(number)
        elif tag == "trace" and len(open_elements) == 1:
            traces.append(span)
        open_elements.append((tag, span))

    def end(_: str) -> None:
        close()
        closed.append(open_elements.pop()[1])

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = parser.CommentHandler = parser.ProcessingInstructionHandler = close
    parser.StartCdataSectionHandler = close
    parser.Parse(content, True)
    return events, traces
