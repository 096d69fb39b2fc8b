"""A text in both languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Names:
    """One text in both languages."""

    fr: str
    en: str

    def __getitem__(self, language: str) -> str:
        return {"fr": self.fr, "en": self.en}[language]
