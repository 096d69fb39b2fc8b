"""One open font for every picture: measured for layout, cut to the glyphs used, embedded.

Text must have the same width wherever a picture is opened, so the SVG carries its font. Kerning and
ligatures are cut away: a width is then the plain sum of advances, here and in every renderer.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from io import BytesIO
from itertools import accumulate, takewhile
from pathlib import Path

import font_source_sans_pro
import matplotlib
from fontTools import subset
from fontTools.ttLib import TTFont
from pyphen import Pyphen

# The SIL Open Font License reserves the name Source for the uncut font: a cut one is renamed.
FAMILY = "Parcours Sans"
SPARE = "Parcours Spare"  # cut from DejaVu Sans (comes with matplotlib): letters the first does not have
REGULAR, SEMIBOLD, BOLD = 400, 600, 700
ELLIPSIS = "…"
_UNUSED = {"GSUB", "GPOS", "GDEF", "BASE", "kern", "FFTM", "gasp", "DSIG", "LTSH", "VDMX", "hdmx"}
_NAMES = {REGULAR: "Regular", SEMIBOLD: "Semibold", BOLD: "Bold"}


def font_path(weight: int) -> Path:
    """Return the file of the font in one weight (400, 600 or 700)."""
    return Path(font_source_sans_pro.font_directory) / f"SourceSansPro-{_NAMES[weight]}.ttf"


def _spare_path() -> Path:
    return Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"


@cache
def _advances(path: Path) -> dict[str, float]:
    """Return the width of every letter at size 1."""
    font = TTFont(path, lazy=True)
    unit, widths = font["head"].unitsPerEm, font["hmtx"]
    return {chr(code): widths[name][0] / unit for code, name in font.getBestCmap().items()}


class _Widths(dict[str, float]):
    """Width of every letter at size 1; one that no font has is as wide as the size."""

    def __missing__(self, letter: str) -> float:
        return 1.0


@cache
def _widths(weight: int) -> _Widths:
    return _Widths(_advances(_spare_path()) | _advances(font_path(weight)))


def text_width(text: str, size: float, weight: int = REGULAR) -> float:
    """Return the width of a line of text in pixels at font size `size`."""
    return size * sum(map(_widths(weight).__getitem__, text))


def shorten(text: str, width: float, size: float, weight: int = REGULAR) -> str:
    """Return `text`, cut and ended by an ellipsis where it is wider than `width`."""
    if text_width(text, size, weight) <= width:
        return text
    room = width / size - _widths(weight)[ELLIPSIS]
    ends = accumulate(map(_widths(weight).__getitem__, text))
    kept = sum(1 for _ in takewhile(lambda end: end <= room, ends))
    return text[:kept].rstrip() + ELLIPSIS


def wrap(
    text: str, width: float, size: float, weight: int = REGULAR, lines: int = 2, language: str | None = None
) -> list[str]:
    """Return `text` broken into at most `lines` lines; the last is cut where it does not fit.

    It is broken at spaces. What would be cut for that is broken between syllables, too, where its `language` is given:
    words too wide for a line first, and, if that is not enough, whatever stands at the end of a line. Narrow and wide
    no-break spaces hold numbers and units together.

    Examples
    --------
    >>> wrap("Recommandation (NPS)", 80, 14), wrap("Recommandation (NPS)", 80, 14, language="fr")
    (['Recomma…', '(NPS)'], ['Recomman-', 'dation (NPS)'])
    """

    def is_wide(line: str) -> bool:
        return text_width(line, size, weight) > width

    def broken(breaks: bool, fills: bool) -> list[str]:
        left, made = text, list[str]()
        while left and len(made) < lines - 1:
            line, left = _first_line(left, is_wide, language if breaks else None, fills)
            made.append(line)
        return [*made, left] if left or not made else made

    tries = [broken(False, False)] + ([broken(True, False), broken(True, True)] if language else [])
    whole = next((one for one in tries if not any(map(is_wide, one))), tries[min(1, len(tries) - 1)])
    return [shorten(line, width, size, weight) for line in whole]


def is_cut(lines: Sequence[str], text: str) -> bool:
    """Whether the lines that `wrap` made of a text leave out some of it.

    Examples
    --------
    >>> is_cut(wrap("late delivery", 40, 14, lines=1), "late delivery"), is_cut(["late", "delivery"], "late delivery")
    (True, False)
    """
    return any(line.endswith(ELLIPSIS) for line in lines) and not text.endswith(ELLIPSIS)


def _first_line(text: str, is_wide: Callable[[str], bool], language: str | None, fills: bool) -> tuple[str, str]:
    """Return the first line of a text, and the rest of it."""
    words = text.split(" ")
    taken = 1
    while taken < len(words) and not is_wide(" ".join(words[: taken + 1])):
        taken += 1
    line, rest = " ".join(words[:taken]), words[taken:]
    if language and is_wide(line):
        head, taken, rest = "", 0, words
    elif language and fills and rest:
        head = f"{line} "
    else:
        return line, " ".join(rest)
    for start, end in _hyphens(language).iterate(rest[0]):  # the last syllable first
        if not is_wide(f"{head}{start}-"):
            return f"{head}{start}-", " ".join([end, *rest[1:]])
    return line, " ".join(words[max(taken, 1) :])


@cache
def _hyphens(language: str) -> Pyphen:
    return Pyphen(lang={"en": "en_US"}.get(language, language), left=3, right=3)


def joined(parts: Sequence[str], width: float, size: float) -> str:
    """Return as many of the parts as fit on a line, the first of them in any case; none is cut.

    Examples
    --------
    >>> joined(["4 days", "all customers", "logistics"], 150, 13)
    '4 days · all customers'
    """
    texts = [" · ".join(parts[:count]) for count in range(len(parts), 1, -1)]
    return next((text for text in texts if text_width(text, size) <= width), "".join(parts[:1]))


@lru_cache(maxsize=32)  # the PNG of a map uses the fonts of its SVG
def _cut(path: Path, letters: str, family: str, weight: int) -> bytes:
    font = TTFont(path, recalcTimestamp=False)
    for table in _UNUSED & set(font.keys()):  # before the cutter reads them, which takes it most of its time
        del font[table]
    # 0, 13 and 14: copyright and licence stay with the letters
    options = subset.Options(layout_features=[], hinting=False, notdef_outline=True, name_IDs=[0, 13, 14])
    cutter = subset.Subsetter(options)
    cutter.populate(text=letters)
    cutter.subset(font)
    style = _NAMES[weight]
    full = f"{family} {style}"
    names = {1: family if style in ("Regular", "Bold") else full, 2: style if style == "Bold" else "Regular", 4: full,
             6: full.replace(" ", ""), 16: family, 17: style}  # fmt: skip
    for identity, name in names.items():
        font["name"].setName(name, identity, 3, 1, 0x409)
    _tighten(font)
    buffer = BytesIO()
    font.save(buffer, reorderTables=True)
    return buffer.getvalue()


def _tighten(font: TTFont) -> None:
    """Let a line's box be what letters need, accents included: boxes of lines that do not touch do not overlap."""
    unit = font["head"].unitsPerEm
    ascent, descent = round(0.87 * unit), round(0.22 * unit)
    font["hhea"].ascent, font["hhea"].descent, font["hhea"].lineGap = ascent, -descent, 0
    metrics = font["OS/2"]
    metrics.sTypoAscender, metrics.sTypoDescender, metrics.sTypoLineGap = ascent, -descent, 0
    metrics.usWinAscent, metrics.usWinDescent = ascent, descent


def cut_fonts(letters: Mapping[int, set[str]]) -> dict[tuple[str, int], bytes]:
    """Return font files holding only the letters used, by (family, weight).

    Parameters
    ----------
    letters
        Letters used in each weight.
    """
    fonts, missing = {}, set()
    for weight in sorted(letters):
        own = _advances(font_path(weight))
        missing |= letters[weight] - own.keys()
        fonts[FAMILY, weight] = _cut(font_path(weight), "".join(sorted(letters[weight] & own.keys())), FAMILY, weight)
    spare = missing & _advances(_spare_path()).keys()
    if spare:
        fonts[SPARE, REGULAR] = _cut(_spare_path(), "".join(sorted(spare)), SPARE, REGULAR)
    return fonts


def font_faces(fonts: Mapping[tuple[str, int], bytes]) -> str:
    """Return the style sheet that embeds the fonts."""
    return "\n".join(
        f"@font-face{{font-family:'{family}';font-weight:{weight};"
        f"src:url(data:font/ttf;base64,{base64.b64encode(font).decode('ascii')}) format('truetype')}}"
        for (family, weight), font in sorted(fonts.items())
    )
