"""A sheet to draw on: shapes and measured text that become one SVG, escaped, with its font inside."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import resvg_py

from pipeline.pictures import fonts

# Control characters that XML forbids, and those that reverse the direction of text on the sly.
_FORBIDDEN = re.compile(
    "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
Point = tuple[float, float]


def clean_text(text: str) -> str:
    """Return text without characters that XML forbids, on one line."""
    return " ".join(re.split(r"[\t\n\r ]+", _FORBIDDEN.sub("", text))).strip(" ")


def coordinate(value: float) -> str:
    """Return a coordinate with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".").replace("-0", "0") if abs(value) < 0.005 else _two(value)


def _two(value: float) -> str:
    text = f"{value:.2f}"
    return text.rstrip("0").rstrip(".")


class Sheet:
    """An SVG being drawn.

    Parameters
    ----------
    width, height
        In pixels.
    identity
        Prefix of element ids, so that several sheets can stand in one page.
    language
        Language of the text.
    titles, descriptions
        Text for screen readers by language; the sheet's own language comes first.
    """

    def __init__(
        self, width: float, height: float, identity: str, language: str,
        titles: dict[str, str], descriptions: dict[str, str],
    ) -> None:  # fmt: skip
        self.letters: dict[int, set[str]] = defaultdict(set)
        self.language = language
        order = sorted(titles, key=lambda one: one != language)
        own = f"{identity}-{language}"
        self.root = ET.Element("svg", {
            "xmlns": "http://www.w3.org/2000/svg", "width": coordinate(width), "height": coordinate(height),
            "viewBox": f"0 0 {coordinate(width)} {coordinate(height)}", "role": "img", "lang": language,
            "aria-labelledby": f"{own}-title", "aria-describedby": f"{own}-description",
            "font-family": f"'{fonts.FAMILY}', '{fonts.SPARE}', sans-serif", "font-kerning": "none",
        })  # fmt: skip
        for kind, texts in (("title", titles), ("desc", descriptions)):
            name = "title" if kind == "title" else "description"
            for one in order:
                element = ET.SubElement(self.root, kind, {"id": f"{identity}-{one}-{name}", "lang": one})
                element.text = clean_text(texts[one])
        self._style = ET.SubElement(self.root, "style")
        self.at = self.root

    def group(self, name: str) -> None:
        """Open a group under the root; what follows is drawn into it."""
        self.at = ET.SubElement(self.root, "g", {"data-part": name})

    def shape(self, kind: str, title: str | None = None, **attributes: Any) -> ET.Element:
        """Draw any SVG shape; an underscore in an attribute's name stands for a hyphen."""
        element = ET.SubElement(self.at, kind)
        for name, value in attributes.items():
            if value is not None:
                written = value if isinstance(value, str) else coordinate(value)
                element.set(name.replace("_", "-"), clean_text(written))
        if title:
            ET.SubElement(element, "title").text = clean_text(title)
        return element

    def rectangle(self, x: float, y: float, width: float, height: float, **attributes: Any) -> None:
        """Draw a rectangle."""
        self.shape("rect", x=x, y=y, width=width, height=height, **attributes)

    def line(self, start: Point, end: Point, stroke: str, **attributes: Any) -> None:
        """Draw a straight line."""
        self.shape("line", x1=start[0], y1=start[1], x2=end[0], y2=end[1], stroke=stroke, **attributes)

    def circle(self, centre: Point, radius: float, **attributes: Any) -> None:
        """Draw a circle."""
        self.shape("circle", cx=centre[0], cy=centre[1], r=radius, **attributes)

    def polygon(self, points: Iterable[Point], **attributes: Any) -> None:
        """Draw a polygon."""
        self.shape("polygon", points=" ".join(f"{coordinate(x)},{coordinate(y)}" for x, y in points), **attributes)

    def path(self, steps: Sequence[str | float], **attributes: Any) -> None:
        """Draw a path given as letters and coordinates."""
        written = " ".join(step if isinstance(step, str) else coordinate(step) for step in steps)
        self.shape("path", d=written, **attributes)

    def text(
        self, x: float, y: float, text: str, *, size: float = 14, weight: int = fonts.REGULAR, fill: str = "#1f2933",
        anchor: str = "start", width: float | None = None, halo: str | None = None, title: str | None = None,
    ) -> float:  # fmt: skip
        """Write one line of text, if any, and return its width; wider than `width` it is cut, the whole in a title."""
        whole = clean_text(text)
        shown = fonts.shorten(whole, width, size, weight) if width is not None else whole
        if not shown:
            return 0.0
        self.letters[weight] |= set(shown)
        element = self.shape(
            "text", x=x, y=y, fill=fill, font_size=size, font_weight=None if weight == fonts.REGULAR else str(weight),
            text_anchor=None if anchor == "start" else anchor,
        )  # fmt: skip
        if halo:
            element.attrib |= {"stroke": halo, "stroke-width": "4", "stroke-linejoin": "round", "paint-order": "stroke"}
        element.text = shown
        explained = title or (whole if shown != whole else None)
        if explained:
            ET.SubElement(element, "title").text = clean_text(explained)
        return fonts.text_width(shown, size, weight)

    def lines(
        self, x: float, y: float, text: str, width: float, *, most: int = 2, leading: float | None = None,
        size: float = 14, weight: int = fonts.REGULAR, fill: str = "#1f2933", anchor: str = "start",
    ) -> int:  # fmt: skip
        """Write text wrapped to `width`; the whole stands in the last line's title if it was cut."""
        whole = clean_text(text)
        broken = fonts.wrap(whole, width, size, weight, most, self.language)
        cut = fonts.is_cut(broken, whole)
        for index, line in enumerate(broken):
            title = whole if cut and index == len(broken) - 1 else None
            self.text(
                x, y + index * (leading or size * 1.2), line,
                size=size, weight=weight, fill=fill, anchor=anchor, title=title,
            )  # fmt: skip
        return len(broken)

    def holds(self, text: str, width: float, *, most: int = 2, size: float = 14, weight: int = fonts.REGULAR) -> bool:
        """Whether `lines` would write all of a text."""
        whole = clean_text(text)
        return not fonts.is_cut(fonts.wrap(whole, width, size, weight, most, self.language), whole)

    def svg(self) -> str:
        """Return the sheet as SVG text, its font embedded."""
        self._style.text = fonts.font_faces(fonts.cut_fonts(self.letters))
        return ET.tostring(self.root, encoding="unicode") + "\n"


def png(svg: str, zoom: int = 2) -> bytes:
    """Return an SVG made by `Sheet` as PNG, `zoom` times its size.

    The renderer does not read embedded fonts; it is handed the same cut fonts as files and no others.
    """
    root = ET.fromstring(svg)  # noqa: S314 -- made by Sheet, a few lines above
    letters: dict[int, set[str]] = defaultdict(set)
    for element in root.iter("{http://www.w3.org/2000/svg}text"):
        letters[int(element.get("font-weight", fonts.REGULAR))] |= set(element.text or "")
    with TemporaryDirectory() as folder:
        files = []
        for (family, weight), font in sorted(fonts.cut_fonts(letters).items()):
            files.append(Path(folder) / f"{family}-{weight}.ttf")
            files[-1].write_bytes(font)
        return bytes(resvg_py.svg_to_bytes(
            svg_string=svg, zoom=zoom, skip_system_fonts=True, background="#ffffff",
            font_files=[str(file) for file in files], font_family=fonts.FAMILY, sans_serif_family=fonts.FAMILY,
        ))  # fmt: skip
