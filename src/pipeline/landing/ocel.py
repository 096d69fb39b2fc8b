"""OCEL 2.0, object-centric event logs as JSON: one record per event, the objects it touches by their type."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.landing.json_documents import items, whole_document
from pipeline.landing.json_values import JsonObject, flat_record, json_text
from pipeline.landing.raw_file import Landed, RawFile, Reading, Refused
from pipeline.landing.text import encoding_of
from pipeline.landing.writing import Record, write_records

KEYS = {"eventTypes", "objectTypes", "events", "objects"}


def read(file: RawFile, target: Path) -> Landed:
    """Land an OCEL log; a record's number is that of its event.

    Columns: ``id``, ``type``, ``time``, ``attributes.<name>`` of the event, and ``objects.<type>``: the id of the
    event's object of that type, or a JSON list where it has several. Qualifiers, and what objects say of themselves,
    are not read. Memory grows with the objects.

    Raises
    ------
    ParcoursError
        If it is no JSON to its end.
    """
    encoding, is_detected = encoding_of(file)
    with whole_document(file, encoding):
        types = {one["id"]: one["type"] for one in items(file, encoding, "objects") if _is_object(one)}
        refused = write_records(file, target, _events(file, encoding, types))
    return Landed(Reading("ocel", encoding, detected=("encoding",) * is_detected), refused)


def _is_object(value: Any) -> bool:
    return isinstance(value, JsonObject) and all(isinstance(value.get(key), str) for key in ("id", "type"))


def _events(file: RawFile, encoding: str, types: Mapping[str, str]) -> Iterator[tuple[int, Record | Refused]]:
    for number, event in enumerate(items(file, encoding, "events"), start=1):
        try:
            yield number, flat_record(_flattened(event, types), file, number)
        except (AttributeError, KeyError, TypeError, ValueError):  # not shaped as the standard says
            yield number, file.refuse(number, _shown(event))


def _flattened(event: Any, types: Mapping[str, str]) -> JsonObject:
    """Return the event with its attributes and objects by name; raise where it is not shaped so."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for relation in event.get("relationships", ()):
        found[types[relation["objectId"]]].append(relation["objectId"])
    attributes = JsonObject.of([(one["name"], one["value"]) for one in event.get("attributes", ())])
    objects = {kind: ids[0] if len(ids) == 1 else ids for kind, ids in sorted(found.items())}
    own = [(key, value) for key, value in event.items() if key not in ("attributes", "relationships")]
    if event.is_repeated or not {"id", "type", "time"} <= event.keys():
        raise ValueError(event)
    return JsonObject.of([*own, ("attributes", attributes), ("objects", JsonObject.of([*objects.items()]))])


def _shown(event: Any) -> str | None:
    try:
        return json_text(event)
    except RecursionError:
        return None
