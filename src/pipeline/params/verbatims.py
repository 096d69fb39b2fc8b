"""The section `verbatims` of params.yaml: where what customers wrote stands."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.declarations import Section


@dataclass(frozen=True)
class VerbatimParams:
    """Which attributes of events hold texts and their language.

    Parameters
    ----------
    text
        Attribute with what a customer wrote; None: no text is read.
    language
        Attribute with its language: ``fr`` or ``en``, in any case, with or without a country (``fr-FR``).
    """

    text: str | None = None
    language: str | None = None

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attributes declared here: what people wrote is no circumstance that a hypothesis could be about."""
        return tuple(name for name in (self.text, self.language) if name)


def verbatims_of(section: Section) -> VerbatimParams:
    """Return the section's content; without it no text is read."""
    if not section.content:
        return VerbatimParams()
    found = VerbatimParams(section.identifier("text"), section.identifier("language"))
    section.close()
    return found
