"""What several sections of params.yaml share."""

from __future__ import annotations

import re

from pipeline.declarations import Section
from pipeline.params.names import Names

_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")  # as keyboards give it; print in French has another


def names_of(section: Section, name: str) -> Names:
    """Return a text declared in both languages, the French one with French apostrophes."""
    inner = section.section(name)
    names = Names(fr=_APOSTROPHE.sub("’", inner.text("fr")), en=inner.text("en"))
    inner.close()
    return names


def one_or_both(section: Section, name: str) -> Names:
    """Return a text declared once for both languages, such as a name, or in each."""
    if isinstance(section.get(name), dict):
        return names_of(section, name)
    text = section.text(name)
    return Names(fr=text, en=text)


def needs_complete(section: Section) -> bool:
    """Return whether `known_only_if: complete` is declared: a sample cannot know whether a purchase is a repeat."""
    return section.choice("known_only_if", ("complete",), None) is not None
