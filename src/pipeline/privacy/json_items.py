"""Items taken out of the arrays of a JSON document, and a person out of an OCEL log: every other sign of it stays."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

Span = tuple[int, int]
_BLANKS = re.compile(r"[ \t\r\n]*")
_VALUE = json.JSONDecoder()


def without_items(text: str, where: str, is_gone: Callable[[int, Any], bool]) -> tuple[str, int]:
    """Return a JSON document without some items of an array, and how many were taken out.

    Parameters
    ----------
    text
        The document, as `landing` could read it.
    where
        Where the array lies, as `landing.json_documents` names it: ``data.items``; ``pages.item.rows`` may be several.
    is_gone
        Whether an item goes, given its number (from 1, over all the arrays) and its value.

    Examples
    --------
    >>> without_items('{"rows": [ {"a": 1}, {"a": 2} , {"a": 3}], "n": 3}', "rows", lambda number, _: number != 2)
    ('{"rows": [ {"a": 2}], "n": 3}', 2)
    """
    arrays: list[list[Span]] = []
    _walk(text, _BLANKS.match(text, text.startswith("\ufeff")).end(), "", where, arrays)  # type: ignore[union-attr]
    cuts: list[Span] = []
    number = taken = 0
    for spans in arrays:
        gone = []
        for i, (start, _) in enumerate(spans):
            number += 1
            if is_gone(number, _VALUE.raw_decode(text, start)[0]):
                gone.append(i)
        cuts += _cuts(spans, gone)
        taken += len(gone)
    kept, at = [], 0
    for start, end in cuts:
        kept.append(text[at:start])
        at = end
    return "".join([*kept, text[at:]]), taken


def _cuts(spans: Sequence[Span], gone: Sequence[int]) -> list[Span]:
    """Return what leaves with the items of one array: each with the comma behind it, the last with the one before."""
    last_kept = max(set(range(len(spans))) - set(gone), default=-1)
    cuts = [(spans[i][0], spans[i + 1][0]) for i in gone if i < last_kept]
    if last_kept < len(spans) - 1:
        cuts.append((spans[last_kept][1] if last_kept >= 0 else spans[0][0], spans[-1][1]))
    return cuts


def _walk(text: str, at: int, prefix: str, where: str, arrays: list[list[Span]]) -> int:
    """Note the items of the arrays at `where` inside the value that begins at `at`, and return where it ends."""
    leads = prefix in ("", where) or where.startswith(f"{prefix}.")
    if not leads or text[at] not in "{[":
        return _VALUE.raw_decode(text, at)[1]
    is_object, spans = text[at] == "{", []
    at = _skip(text, at + 1)
    while text[at] not in "]}":
        key = "item"
        if is_object:
            key, at = _VALUE.raw_decode(text, at)
            at = _skip(text, _skip(text, at) + 1)  # the colon
        end = _walk(text, at, f"{prefix}.{key}".removeprefix("."), where, arrays)
        spans.append((at, end))
        at = _skip(text, end)
        at = _skip(text, at + 1) if text[at] == "," else at
    if prefix == where and not is_object:
        arrays.append(spans)
    return at + 1


def _skip(text: str, at: int) -> int:
    return _BLANKS.match(text, at).end()  # type: ignore[union-attr]


def texts_in(cell: str) -> Iterator[str]:
    """Yield a cell and, where it is JSON, every text and number inside it, names of fields included.

    Examples
    --------
    >>> list(texts_in("Ana, Bob")), list(texts_in('["a@b.fr", {"to": 336}]'))
    (['Ana, Bob'], ['["a@b.fr", {"to": 336}]', 'a@b.fr', 'to', '336'])
    """
    yield cell
    if cell.lstrip()[:1] not in ("[", "{"):
        return
    try:
        waiting = [json.loads(cell)]
    except (ValueError, RecursionError):
        return  # it only looks like JSON
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += [*reversed(one.values()), *reversed(one)]
        elif isinstance(one, list):
            waiting += reversed(one)
        elif isinstance(one, str) and one.lstrip()[:1] in ("[", "{"):
            yield from texts_in(one)  # JSON written inside JSON
        elif one is not None and not isinstance(one, bool):
            yield str(one)


# -- OCEL ------------------------------------------------------------------------------------------------------


def without_ocel_events(text: str, numbers: Collection[int], is_theirs: Callable[[str], bool]) -> tuple[str, int]:
    """Return an OCEL 2.0 log without some events and the objects that go with them, and how many events went.

    An object goes that only such events mention, or whose id or attribute is the person's; what the other events and
    objects say of their relation to it goes as well.

    Parameters
    ----------
    text
        The log.
    numbers
        Events, from 1.
    is_theirs
        Whether a text is an identifier of the person.
    """
    log = json.loads(text.removeprefix("\ufeff"))
    mentioned: dict[bool, set[str]] = {True: set(), False: set()}
    for number, event in enumerate(log["events"], start=1):
        mentioned[number in numbers] |= _related(event)
    own = mentioned[True] - mentioned[False]
    gone = {one["id"] for one in _objects(log) if one["id"] in own or any(map(is_theirs, _texts(one)))}
    text, taken = without_items(text, "events", lambda number, _: number in numbers)
    text, _ = without_items(text, "objects", lambda _, one: isinstance(one, dict) and one.get("id") in gone)
    for holder in ("events", "objects"):
        related = f"{holder}.item.relationships"
        text, _ = without_items(text, related, lambda _, one: isinstance(one, dict) and one.get("objectId") in gone)
    return text, taken


def _related(event: Any) -> set[str]:
    relations = event.get("relationships") if isinstance(event, dict) else None
    return {
        one["objectId"] for one in relations or () if isinstance(one, dict) and isinstance(one.get("objectId"), str)
    }


def _objects(log: Any) -> list[dict[str, Any]]:
    return [one for one in log.get("objects", ()) if isinstance(one, dict) and isinstance(one.get("id"), str)]


def _texts(one: dict[str, Any]) -> list[str]:
    values = [one["id"], *(each.get("value") for each in one.get("attributes") or () if isinstance(each, dict))]
    return [value for value in values if isinstance(value, str)]
