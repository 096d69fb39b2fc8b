"""A picture inside the page: the SVG that `draw` made, without what could reach beyond it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from base64 import b64encode

from pipeline.reporting.elements import Markup

_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_ACTIVE = {"script", "foreignObject", "iframe", "object", "embed", "audio", "video", "handler", "listener"}
_OUTSIDE = re.compile(r"url\(\s*['\"]?(?!#|data:)|@import", re.IGNORECASE)


def inline(svg: str) -> Markup:
    """Return an SVG document as an element of an HTML page.

    Whatever could run or fetch something is left out: elements that run, `on…` attributes, links that are
    neither inside the picture nor embedded. `draw` writes none of these; a picture put there by hand might.

    Examples
    --------
    >>> inline('<svg xmlns="http://www.w3.org/2000/svg" onload="x()"><script>x()</script><title>a</title></svg>')
    Markup('<svg xmlns="http://www.w3.org/2000/svg"><title>a</title></svg>')
    """
    ET.register_namespace("", _SVG)
    ET.register_namespace("xlink", _XLINK)
    root = ET.fromstring(svg)  # noqa: S314 – this parser resolves nothing outside, and expands nothing without limit
    _disarm(root)
    return Markup(ET.tostring(root, encoding="unicode").strip())


def embedded(svg: str, said: str) -> Markup:
    """Return an SVG document as an image of an HTML page, which runs and fetches nothing; `said` stands for it.

    Several such pictures in one page do not share the names of their parts, as inline ones would.

    Examples
    --------
    >>> embedded("<svg/>", "Losses")
    Markup('<figure><img alt="Losses" src="data:image/svg+xml;base64,PHN2Zy8+"></figure>')
    """
    content = b64encode(svg.encode()).decode("ascii")
    return Markup('<figure><img alt="{}" src="data:image/svg+xml;base64,{}"></figure>').format(said, content)


def _disarm(element: ET.Element) -> None:
    for name, value in list(element.attrib.items()):
        plain = name.rpartition("}")[2].lower()
        leads_out = plain in ("href", "src") and not value.startswith(("#", "data:image/", "data:font/"))
        if plain.startswith("on") or leads_out or _OUTSIDE.search(value):
            del element.attrib[name]
    for child in list(element):
        kind = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else "comment"
        if kind in _ACTIVE or (kind == "style" and _OUTSIDE.search(child.text or "")):
            element.remove(child)
        else:
            _disarm(child)
