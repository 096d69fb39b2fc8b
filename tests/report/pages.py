"""Reading finished reports: text, tables with their cells and classes, links."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "img", "br", "hr", "link", "input"}


@dataclass
class Cell:
    """One cell: its kind, its text, the classes used inside it."""

    tag: str
    kind: str
    text: str = ""
    inside: set[str] = field(default_factory=set)


class Page(HTMLParser):
    """A parsed page: every table's rows, all visible text outside pictures, every attribute that could fetch."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: dict[str, list[list[Cell]]] = {}
        self.text: list[str] = []
        self.outside: list[str] = []
        self.tags: list[str] = []
        self.anchors: set[str] = set()
        self._open: list[str] = []
        self._table, self._cell = "", None
        self.feed(html)
        self.close()
        assert self._open == [], f"never closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        if "id" in known:
            self.anchors.add(known["id"])
        fetching = [known[name] for name in ("src", "href", "xlink:href", "action") if name in known]
        self.outside += [one for one in fetching if re.match(r"[a-z]+:|//", one) and not one.startswith("data:")]
        self.outside += [name for name in known if name.startswith("on")]
        if tag == "table":
            self._table = known["data-table"]
            self.tables[self._table] = []
        elif tag == "tr":
            self.tables[self._table].append([])
        elif tag in ("td", "th"):
            self._cell = Cell(tag, known.get("class", ""))
            if tag == "th":
                assert known["scope"] in ("row", "col")
            self.tables[self._table][-1].append(self._cell)
        elif self._cell:
            self._cell.inside |= set(known.get("class", "").split())
        if tag not in VOID and not self.get_starttag_text().endswith("/>"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        if tag in ("td", "th"):
            self._cell = None

    def handle_data(self, data: str) -> None:
        if not {"svg", "style", "code", "title"} & set(self._open):
            self.text.append(data)
            if self._cell:
                self._cell.text += data


def unsupported_estimates(page: Page) -> list[str]:
    """Return the estimates that stand without interval or n and do not say why."""
    found = []
    for name, rows in page.tables.items():
        heads, body = rows[0], rows[1:]
        for row in body:
            kinds = {cell.kind for cell in row if re.search(r"\d", cell.text)}
            for cell in row:
                if cell.kind not in ("estimate", "heat") or {"reason", "never"} & cell.inside:
                    continue
                if not re.search(r"\d", cell.text):
                    found.append(f"{name}: {row[0].text}: {cell.text!r} is neither a number nor a reason")
                elif not ("interval" in cell.inside or "interval" in kinds) or not (
                    "sample" in cell.inside or "sample" in kinds
                ):
                    found.append(f"{name}: {row[0].text}: {cell.text!r} without interval or n")
        assert len({len(row) for row in rows}) == 1, name
        assert all(head.text for head in heads), name
    return found
