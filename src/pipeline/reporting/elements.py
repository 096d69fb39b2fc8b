"""Building blocks of a report: text, tables and sections as HTML that is safe whatever the data say.

Everything that reaches HTML goes through `escape` exactly once: a `Markup` has been through it, a plain
`str` has not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup, escape

# What a cell of a table is. The test that walks finished reports relies on it: an estimate stands in one
# row with an interval and an n, or that row says why not.
TEXT, COUNT, ESTIMATE, INTERVAL, SAMPLE, NOTE = "text", "count", "estimate", "interval", "sample", "note"


@dataclass(frozen=True)
class Column:
    """One column of a table: its heading and what its cells are."""

    heading: str
    kind: str = TEXT


@dataclass(frozen=True)
class Table:
    """A table with a caption; the first cell of each row is its heading.

    Parameters
    ----------
    name
        Where in the page, and what the test calls it.
    caption
        What the table shows.
    columns
        Headings with their kinds.
    rows
        Cells as text; `Markup` is taken as it is, everything else is escaped.
    remark
        Said below: the unit, the population, why some numbers carry no interval.
    is_folded
        Every number behind a picture or a shorter table: closed on screen until a reader opens it, open in print.
    """

    name: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    remark: str = ""
    is_folded: bool = False

    def html(self) -> Markup:
        """Return the table as HTML: closed if so declared, in a box that scrolls sideways on a narrow screen."""
        return folded(f"{self.caption} ({len(self.rows)})", self._html()) if self.is_folded else self._html()

    def _html(self) -> Markup:
        heads = Markup("").join(
            Markup('<th scope="col" class="{}">{}</th>').format(column.kind, column.heading) for column in self.columns
        )
        body = Markup("\n").join(self._row(row) for row in self.rows)
        remark = Markup('<p class="remark">{}</p>').format(self.remark) if self.remark else Markup("")
        return Markup(
            '<div class="scroll" role="region" tabindex="0" aria-labelledby="caption-{name}">\n'
            '<table data-table="{name}">\n<caption id="caption-{name}">{caption}</caption>\n'
            "<thead><tr>{heads}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table></div>\n{remark}"
        ).format(name=self.name, caption=self.caption, heads=heads, body=body, remark=remark)

    def _row(self, row: Sequence[str]) -> Markup:
        cells = [Markup('<th scope="row" class="{}">{}</th>').format(self.columns[0].kind, row[0])]
        cells += [
            Markup('<td class="{}">{}</td>').format(column.kind, cell)
            for column, cell in zip(self.columns[1:], row[1:], strict=True)
        ]
        return Markup("<tr>{}</tr>").format(Markup("").join(cells))


@dataclass(frozen=True)
class Section:
    """One section of a report: shown as HTML by Jupyter and kept as such by nbconvert.

    Parameters
    ----------
    name
        Anchor in the page.
    title
        Heading, in the report's language.
    parts
        Paragraphs, tables and pictures, in order.
    """

    name: str
    title: str
    parts: Sequence[Markup | Table] = field(default=())

    def html(self) -> Markup:
        """Return the section as HTML."""
        parts = Markup("\n").join(part.html() if isinstance(part, Table) else part for part in self.parts)
        return Markup(
            '<section id="{name}" aria-labelledby="{name}-title">\n<h2 id="{name}-title">{title}</h2>\n'
            "{parts}\n</section>"
        ).format(name=self.name, title=self.title, parts=parts)

    def _repr_html_(self) -> str:
        return str(self.html())

    def __repr__(self) -> str:
        return f"Section({self.name!r})"


@dataclass(frozen=True)
class Fragment:
    """A piece of the page that is no section: the head of the report, its table of contents."""

    content: Markup

    def _repr_html_(self) -> str:
        return str(self.content)

    def __repr__(self) -> str:
        return "Fragment()"


def paragraph(*sentences: str, kind: str = "") -> Markup:
    """Return sentences as one paragraph; empty ones are left out."""
    text = Markup(" ").join(escape(sentence) for sentence in sentences if sentence)
    return Markup('<p class="{}">{}</p>').format(kind, text) if kind else Markup("<p>{}</p>").format(text)


def bullets(items: Iterable[str], kind: str = "") -> Markup:
    """Return a list with one item per text; nothing where there is none."""
    lines = Markup("\n").join(Markup("<li>{}</li>").format(item) for item in items)
    if not lines:
        return Markup("")
    return Markup('<ul class="{}">\n{}\n</ul>').format(kind, lines) if kind else Markup("<ul>\n{}\n</ul>").format(lines)


def strong(text: str) -> Markup:
    """Return text in bold."""
    return Markup("<strong>{}</strong>").format(text)


def small(text: str) -> Markup:
    """Return text in a smaller size, on a line of its own."""
    return Markup('<span class="small">{}</span>').format(text)


def with_interval(estimate: str, interval: str) -> Markup:
    """Return an estimate with its interval below it, for one cell."""
    return Markup('{} <span class="small interval">{}</span>').format(estimate, interval)


def reason(text: str) -> Markup:
    """Return why a number is missing, to stand in its place."""
    return Markup('<span class="reason">{}</span>').format(text)


def folded(summary: str, content: Markup) -> Markup:
    """Return what a reader may open; print shows it open."""
    return Markup('<details class="rows"><summary>{}</summary>\n{}\n</details>').format(summary, content)


def subheading(text: str) -> Markup:
    """Return a heading inside a section."""
    return Markup("<h3>{}</h3>").format(text)


def definitions(pairs: Iterable[tuple[str, str]]) -> Markup:
    """Return pairs of a term and its meaning as a definition list."""
    lines = Markup("\n").join(Markup("<dt>{}</dt><dd>{}</dd>").format(term, meaning) for term, meaning in pairs)
    return Markup("<dl>\n{}\n</dl>").format(lines)


__all__ = [
    "COUNT", "ESTIMATE", "INTERVAL", "NOTE", "SAMPLE", "TEXT",
    "Column", "Fragment", "Markup", "Section", "Table",
    "bullets", "definitions", "escape", "folded", "paragraph",
    "reason", "small", "strong", "subheading", "with_interval",
]  # fmt: skip
