"""What the views share: widgets where the front end has them, a static table where it has none."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any

from ipywidgets import Widget
from markupsafe import Markup


class View(ABC):
    """Something to click, that can also be read where nothing can be clicked."""

    @property
    @abstractmethod
    def widget(self) -> Widget:
        """The controls with what they show."""

    @abstractmethod
    def html(self) -> Markup:
        """What they show at the moment, as a static page."""

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        # A front end takes the richest kind that it knows: JupyterLab the widget, a page or a mail the table.
        return {**self.widget._repr_mimebundle_(), "text/html": str(self.html()), "text/plain": repr(self)}


_CELL = ("text-align:left;padding:0 1em 0 0", "text-align:right;padding:0 0 0 1em")


def grid(headings: Sequence[str], rows: Iterable[Sequence[str]], caption: str = "") -> Markup:
    """Return a table as HTML: the first column is text, the others are numbers; every cell is escaped."""
    head = Markup("").join(
        Markup('<th scope="col" style="{}">{}</th>').format(_CELL[place > 0], text)
        for place, text in enumerate(headings)
    )
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(
                Markup('<td style="{}">{}</td>').format(_CELL[place > 0], cell) for place, cell in enumerate(row)
            )
        )
        for row in rows
    )
    title = Markup('<caption style="text-align:left;font-weight:bold">{}</caption>').format(caption)
    return Markup("<table>{}<thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(title, head, body)


def side_by_side(*parts: Markup) -> Markup:
    """Return parts beside each other, or below where the page is narrow."""
    cells = Markup("").join(Markup("<div>{}</div>").format(part) for part in parts)
    return Markup('<div style="display:flex;flex-wrap:wrap;gap:2em">{}</div>').format(cells)
