"""Reading YAML that people write: each value is asked for by type, and whatever nobody asked for is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import ParcoursError, nearest

_UNITS = {"s": 1, "min": 60, "h": 3600, "d": 86400}
_MISSING = object()
IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*\Z")


class _UniqueKeyLoader(yaml.SafeLoader):
    """YAML silently keeps the last of two equal keys; we would rather say so."""


def _mapping_without_repeats(loader: _UniqueKeyLoader, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
    seen = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=deep)
        if key in seen:
            raise yaml.MarkedYAMLError(problem=f"the key {key!r} stands twice", problem_mark=key_node.start_mark)
        seen.add(key)
    return yaml.SafeLoader.construct_mapping(loader, node, deep)


_UniqueKeyLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping_without_repeats)


def parse_duration(text: str) -> timedelta:
    """Return a duration from a number and a unit: s, min, h or d.

    Raises
    ------
    ValueError
        If there is no unit or it is another one.

    Examples
    --------
    >>> parse_duration("30 min")
    datetime.timedelta(seconds=1800)
    """
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(s|min|h|d)\s*", str(text))
    if not match:
        raise ValueError(f"{text!r} is not a duration")
    return timedelta(seconds=float(match[1]) * _UNITS[match[2]])


def format_duration(duration: timedelta) -> str:
    """Return a duration as people write it in params.yaml.

    Examples
    --------
    >>> format_duration(timedelta(days=14)), format_duration(timedelta(minutes=30))
    ('14 d', '30 min')
    """
    seconds = duration.total_seconds()
    for unit in ("d", "h", "min"):
        if seconds % _UNITS[unit] == 0 and seconds:
            return f"{seconds / _UNITS[unit]:g} {unit}"
    return f"{seconds:g} s"


class Section:
    """A mapping of a YAML file, with the file and the key path that every error names.

    Parameters
    ----------
    content
        What YAML gave.
    file
        Named in errors.
    path
        Key path of this mapping, empty at the top.

    Raises
    ------
    ParcoursError
        From every method, when the value is not what was expected.
    """

    def __init__(self, content: Any, file: str, path: str = "") -> None:
        self.file, self.path = file, path
        if not isinstance(content, dict):
            raise ParcoursError(f"{file}: {path or 'the file'}: expected keys and values, got {content!r}.")
        self.content = content
        self._asked: set[str] = set()

    @classmethod
    def read(cls, path: Path, shown_as: str) -> Section:
        """Return a YAML file's top level."""
        try:
            text = path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            raise ParcoursError(f"{shown_as}: no such file (looked in {path.parent}).") from None
        except UnicodeDecodeError as error:
            raise ParcoursError(f"{shown_as}: byte {error.start + 1} is not UTF-8. Save the file as UTF-8.") from None
        try:
            content = yaml.load(text, Loader=_UniqueKeyLoader)  # noqa: S506 – a SafeLoader with one more check
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "unknown place"
            raise ParcoursError(f"{shown_as}: {place}: {error.problem}. Expected YAML.") from None
        return cls(content if content is not None else {}, shown_as)

    def key(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else str(name)

    def fail(self, name: str, problem: str) -> ParcoursError:
        return ParcoursError(f"{self.file}: {self.key(name)}: {problem}")

    def get(self, name: str, default: Any = _MISSING) -> Any:
        """Return the raw value; without a default, a missing key is an error."""
        self._asked.add(name)
        if name in self.content:
            return self.content[name]
        if default is _MISSING:
            raise self.fail(name, "this key is missing." + self._misspelt(name))
        return default

    def _misspelt(self, name: str) -> str:
        close = nearest(name, [key for key in self.content if isinstance(key, str)])
        return f" Found instead:{close.removeprefix(' Nearest:')}" if close.startswith(" Nearest") else ""

    def text(self, name: str, default: Any = _MISSING) -> Any:
        value = self.get(name, default)
        if value is default:
            return value
        if isinstance(value, bool | dict | list) or value is None or str(value).strip() == "":
            raise self.fail(name, f"expected a text, got {value!r}.")
        return str(value).strip()

    def identifier(self, name: str) -> str:
        """Return an id: small letters, digits and underscores."""
        value = str(self.text(name))
        self._check_name(name, value)
        return value

    def identifier_name(self, name: str) -> None:
        """Refuse a key of this section that could not name a column."""
        self._check_name(name, str(name))

    def _check_name(self, key: str, value: str) -> None:
        if not IDENTIFIER.match(value):
            raise self.fail(key, f"{value!r} is not a name. Expected small letters, digits and _, a letter first.")

    def choice(self, name: str, options: Iterable[str], default: Any = _MISSING) -> Any:
        value = self.text(name, default)
        options = list(options)
        if value is not default and value not in options:
            raise self.fail(name, f"{value!r} is unknown.{nearest(value, options)}")
        return value

    def number(self, name: str, default: Any = _MISSING, low: float | None = None, high: float | None = None) -> Any:
        value = self.get(name, default)
        if value is default:
            return value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.fail(name, f"expected a number, got {value!r}.")
        if (low is not None and value < low) or (high is not None and value > high):
            raise self.fail(
                name, f"{value} lies outside {low if low is not None else '-∞'} … {high if high is not None else '∞'}."
            )
        return value

    def whole(self, name: str, default: Any = _MISSING, low: int | None = None) -> Any:
        value = self.number(name, default, low=low)
        if value is not default and not isinstance(value, int):
            raise self.fail(name, f"expected a whole number, got {value!r}.")
        return value

    def truth(self, name: str, default: bool) -> bool:
        value = self.get(name, default)
        if not isinstance(value, bool):
            raise self.fail(name, f"expected true or false, got {value!r}.")
        return value

    def duration(self, name: str, default: Any = _MISSING) -> Any:
        value = self.text(name, default)
        if value is default:
            return value
        try:
            return parse_duration(value)
        except ValueError:
            raise self.fail(
                name, f"expected a number and a unit (s, min, h, d) such as '14 d', got {value!r}."
            ) from None

    def texts(self, name: str, default: Any = _MISSING) -> tuple[str, ...]:
        value = self.get(name, default)
        if value is default:
            return tuple(value)
        items = value if isinstance(value, list) else [value]
        if any(isinstance(item, dict | list | bool) or item is None for item in items):
            raise self.fail(name, f"expected a list of texts, got {value!r}.")
        return tuple(str(item).strip() for item in items)

    def names(self, name: str, default: Any = _MISSING) -> tuple[str, ...]:
        """Return a list of names, each one that may name a column."""
        values = self.texts(name, default)
        for value in values:
            self._check_name(name, value)
        return values

    def mapping(self, name: str, default: Any = _MISSING) -> dict[str, str]:
        """Return a mapping of names to texts (SQL, mostly)."""
        section = self.section(name, default)
        for key in section.content:
            if not isinstance(key, str):
                raise section.fail(str(key), "expected a text as key.")
        return {key: section.text(key) for key in section.content}

    def section(self, name: str, default: Any = _MISSING) -> Section:
        return Section(self.get(name, default), self.file, self.key(name))

    def sections(self, name: str, default: Any = _MISSING) -> list[Section]:
        value = self.get(name, default)
        if not isinstance(value, list | tuple):
            raise self.fail(name, f"expected a list, got {value!r}.")
        return [Section(item, self.file, f"{self.key(name)}[{i}]") for i, item in enumerate(value)]

    def close(self) -> None:
        """Refuse keys that nobody asked for."""
        for name in self.content:
            if name not in self._asked:
                raise self.fail(str(name), f"unknown key.{nearest(str(name), self._asked)}")
