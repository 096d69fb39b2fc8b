"""Rows taken out of a sheet of a workbook: a gap stays, so that whatever points at other rows still does.

No library writes back a workbook that it did not make: openpyxl drops charts, pictures and the last values of formulas,
which exports are full of. So the rows leave the file's own XML, with the texts, links and comments that only they have.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from zipfile import ZipFile

from pipeline.privacy.xml_elements import Element, elements, with_spans

REWRITABLE = (".xlsx", ".xlsm", ".ods")
Parts = dict[str, bytes]
Span = tuple[int, int, bytes]
_RELATIONS = "{0}/_rels/{1}.rels"


def write_without_rows(path: Path, target: Path, sheet: str, numbers: Collection[int]) -> None:
    """Write a workbook without some rows of a sheet.

    Formulas that were shared from a row that goes keep their last value and are formulas no more. What is still in
    other sheets, in pivot tables or in names is for a search to find: `parcours erase` says so.

    Parameters
    ----------
    path, target
        The workbook (.xlsx, .xlsm, .ods), and where to write it.
    sheet
        The sheet's name.
    numbers
        Rows, as the workbook shows them.
    """
    with ZipFile(path) as old:
        infos = old.infolist()
        parts = {info.filename: old.read(info) for info in infos}
    change = _without_ods_rows if path.suffix.lower() == ".ods" else _without_xlsx_rows
    change(parts, sheet, set(numbers))
    with ZipFile(target, "w") as new:
        for info in infos:
            if info.filename in parts:
                new.writestr(info, parts[info.filename], info.compress_type)


# -- OpenDocument ----------------------------------------------------------------------------------------------


def _without_ods_rows(parts: Parts, sheet: str, numbers: set[int]) -> None:
    content = parts["content.xml"]
    spans: list[Span] = []
    first = 1
    for row in elements(content, {"table-row"}):
        table = row.inside("table")
        if table is None or table.attribute("name") != sheet:
            continue
        repeated = row.attribute("number-rows-repeated", "1")
        if numbers.issuperset(range(first, first + int(repeated))):  # a row that stands for several is one person's
            prefix = row.name.removesuffix("table-row")
            again = f' {prefix}number-rows-repeated="{repeated}"' if repeated != "1" else ""
            spans.append((row.start, row.end, f"<{row.name}{again}><{prefix}table-cell/></{row.name}>".encode()))
        first += int(repeated)
    parts["content.xml"] = with_spans(content, spans)


# -- Office Open XML -------------------------------------------------------------------------------------------


def _without_xlsx_rows(parts: Parts, sheet: str, numbers: set[int]) -> None:
    book = next(target for kind, target, _ in _relations(parts, "") if kind == "officeDocument")
    related = {key: (kind, target) for kind, target, key in _relations(parts, book)}
    names = {one.attribute("name"): one.attributes for one in elements(parts[book], {"sheet"})}
    place = related[next(key for name, key in names[sheet].items() if name.endswith(":id"))][1]
    parts[place] = _without_sheet_rows(parts, place, numbers)
    for kind, target, _ in _relations(parts, place):
        if kind in ("comments", "threadedComment") and target in parts:
            parts[target] = _without_comments(parts[target], numbers)
    for kind, target in related.values():
        if kind == "sharedStrings":
            sheets = [other for kind, other in related.values() if kind == "worksheet" and other in parts]
            parts[target] = _without_unused(parts[target], (parts[one] for one in sheets))
        elif kind == "calcChain":
            _forget(parts, book, target)


def _relations(parts: Mapping[str, bytes], part: str) -> Iterator[tuple[str, str, str]]:
    """Yield what a part refers to: kind, path inside the workbook, key."""
    folder, _, name = part.rpartition("/")
    for one in elements(parts.get(_RELATIONS.format(folder, name).removeprefix("/"), b"<none/>"), {"Relationship"}):
        target = posixpath.normpath(posixpath.join("/", folder, one.attributes["Target"])).removeprefix("/")
        yield one.attributes["Type"].rpartition("/")[2], target, one.attributes["Id"]


def _without_sheet_rows(parts: Parts, place: str, numbers: set[int]) -> bytes:
    content = parts[place]
    gone: list[Element] = []
    links: dict[bool, list[Element]] = {True: [], False: []}
    formulas: dict[bool, list[Element]] = {True: [], False: []}
    number = 0
    for one in elements(content, {"row", "f", "hyperlink"}):
        if one.tag == "row":
            number = int(one.attribute("r", str(number + 1)))
            if number in numbers:
                gone.append(one)
        elif one.tag == "hyperlink":
            links[_is_within(one.attribute("ref"), numbers)].append(one)
        elif one.attribute("t") == "shared":
            row = one.inside("row")
            own = int(row.attribute("r", str(number + 1))) if row is not None else 0
            formulas[own in numbers].append(one)
    orphans = {one.attribute("si") for one in formulas[True] if one.attribute("ref")}
    cut = [*gone, *(one for one in formulas[False] if one.attribute("si") in orphans)]
    if links[True]:
        whole = links[True][0].parent
        cut += [whole] if not links[False] and whole is not None and whole.tag == "hyperlinks" else links[True]
        _forget_links(parts, place, links)
    return with_spans(content, [(one.start, one.end, b"") for one in cut])


def _is_within(reference: str, numbers: set[int]) -> bool:
    rows = [int(one) for one in re.findall(r"\d+", reference)]
    return bool(rows) and numbers.issuperset(range(min(rows), max(rows) + 1))


def _forget_links(parts: Parts, place: str, links: Mapping[bool, list[Element]]) -> None:
    """Take the addresses of links that went out of the sheet's relations: most are mailto:."""
    keys = {is_gone: {one.attribute("id") for one in found} - {""} for is_gone, found in links.items()}
    folder, _, name = place.rpartition("/")
    relations = _RELATIONS.format(folder, name)
    if relations in parts:
        gone = keys[True] - keys[False]
        parts[relations] = _cut(parts[relations], "Relationship", lambda one: one.attributes["Id"] in gone)


def _without_comments(content: bytes, numbers: set[int]) -> bytes:
    """Return comments without the texts of some rows; the frame of each stays, for a drawing points at it."""
    spans = []
    for one in elements(content, {"text"}):
        comment = one.inside("comment") or one.inside("threadedComment")
        if comment is not None and _is_within(comment.attribute("ref"), numbers):
            inner = f"<{one.name.removesuffix('text')}t/>" if comment.tag == "comment" else ""
            spans.append((one.start, one.end, f"<{one.name}>{inner}</{one.name}>".encode()))
    return with_spans(content, spans)


def _without_unused(strings: bytes, sheets: Iterator[bytes]) -> bytes:
    """Return the texts that cells share, those that no cell has any more empty, each in its place."""
    used = {
        int(value.text)
        for sheet in sheets
        for value in elements(sheet, {"v"})
        if value.parent is not None and value.parent.attribute("t") == "s"
    }
    spans = []
    for i, one in enumerate(elements(strings, {"si"})):
        if i not in used:
            prefix = one.name.removesuffix("si")
            spans.append((one.start, one.end, f"<{one.name}><{prefix}t/></{one.name}>".encode()))
    return with_spans(strings, spans)


def _forget(parts: Parts, book: str, part: str) -> None:
    """Take out a part that spreadsheets make anew: the order in which formulas are computed."""
    parts.pop(part, None)
    folder, _, name = book.rpartition("/")
    relations = _RELATIONS.format(folder, name)
    parts[relations] = _cut(parts[relations], "Relationship", lambda one: one.attributes["Type"].endswith("/calcChain"))
    types = "[Content_Types].xml"
    parts[types] = _cut(parts[types], "Override", lambda one: one.attributes["PartName"] == f"/{part}")


def _cut(content: bytes, tag: str, is_gone: Callable[[Element], bool]) -> bytes:
    return with_spans(content, [(one.start, one.end, b"") for one in elements(content, {tag}) if is_gone(one)])
