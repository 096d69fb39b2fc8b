"""Where the elements of an XML file stand, as bytes: what is taken out leaves every other byte."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from xml.parsers import expat

_PIECE = 1 << 16


@dataclass(slots=True, eq=False)
class Element:
    """An element of an XML file.

    Parameters
    ----------
    name
        As the file writes it, with its prefix.
    attributes
        As the file writes them.
    start, end
        Its first byte, and the one after its last.
    parent
        The element around it; None: the document's own.
    text
        The text right in it.
    """

    name: str
    attributes: Mapping[str, str]
    start: int
    parent: Element | None
    end: int = -1
    text: str = ""

    @property
    def tag(self) -> str:
        """Return the name without its prefix."""
        return self.name.rpartition(":")[2]

    def inside(self, tag: str) -> Element | None:
        """Return the nearest element around this one that is called so."""
        parent = self.parent
        while parent is not None and parent.tag != tag:
            parent = parent.parent
        return parent

    def attribute(self, name: str, missing: str = "") -> str:
        """Return an attribute, whatever its prefix."""
        return next((value for key, value in self.attributes.items() if key.rpartition(":")[2] == name), missing)


def elements(content: bytes, tags: Collection[str]) -> Iterator[Element]:
    """Yield the elements of some names, each when it ends; memory is that of one branch of the tree.

    Examples
    --------
    >>> [(one.start, one.end, one.text) for one in elements(b"<a><b>x</b> <c/></a>", {"b", "c"})]
    [(3, 11, 'x'), (12, 16, '')]
    """
    around: list[Element] = []
    closed: list[Element] = []  # they end where whatever comes next begins: an end tag's own length is not told
    ready: list[Element] = []
    parser = expat.ParserCreate()

    def close(*_: object) -> None:
        while closed:
            closed[-1].end = parser.CurrentByteIndex
            ready.append(closed.pop())

    def start(name: str, attributes: Mapping[str, str]) -> None:
        close()
        around.append(Element(name, attributes, parser.CurrentByteIndex, around[-1] if around else None))

    def end(_: str) -> None:
        close()
        closed.append(around.pop())

    def text(piece: str) -> None:
        close()
        around[-1].text += piece

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.CommentHandler = parser.ProcessingInstructionHandler = parser.StartCdataSectionHandler = close
    for at in range(0, len(content) + 1, _PIECE):
        parser.Parse(content[at : at + _PIECE], at + _PIECE > len(content))
        yield from (one for one in ready if one.tag in tags)
        ready.clear()
    for one in closed:  # the document's own
        one.end = len(content)
        if one.tag in tags:
            yield one


def with_spans(content: bytes, spans: Iterable[tuple[int, int, bytes]]) -> bytes:
    """Return the bytes with other ones in place of spans; a span inside one that goes already counts for nothing.

    Examples
    --------
    >>> with_spans(b"one two three", [(0, 4, b""), (1, 2, b"?"), (8, 13, b"3")])
    b'two 3'
    """
    kept, at = [], 0
    for start, end, instead in sorted(spans):
        if start >= at:
            kept += [content[at:start], instead]
            at = end
    return b"".join([*kept, content[at:]])
