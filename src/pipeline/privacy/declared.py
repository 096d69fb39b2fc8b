"""What a source.yaml declares of people's rights: why the data are kept, on what ground, how long, who agreed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from pipeline.declarations import Section

# Article 6 of the RGPD, (a) to (f).
LEGAL_BASES = ("consent", "contract", "legal_obligation", "vital_interests", "public_task", "legitimate_interests")


@dataclass(frozen=True)
class SourcePrivacy:
    """The part of a source description that is about people's rights; all of it may be left out.

    Parameters
    ----------
    purpose
        What the data were collected for, in words.
    legal_basis
        One of `LEGAL_BASES`.
    retention
        How long a row may be kept, as written: `25 months`.
    consent
        Purpose → SQL over a row that is true where the person agreed.
    unmasked
        Attributes in whose texts nothing is masked: product codes that look like phones.
    """

    purpose: str | None = None
    legal_basis: str | None = None
    retention: str | None = None
    consent: Mapping[str, str] | None = None
    unmasked: tuple[str, ...] = ()

    def kept_since(self, cut_off: pd.Timestamp) -> pd.Timestamp:
        """Return the moment before which a row is past retention, counted back from the cut-off.

        Examples
        --------
        >>> SourcePrivacy(retention="25 months").kept_since(pd.Timestamp("2026-09-01"))
        Timestamp('2024-08-01 00:00:00')
        """
        number, unit = str(self.retention).split()
        length = int(number)
        if unit.startswith("d"):
            return cut_off - pd.Timedelta(days=length)
        return cut_off - pd.DateOffset(months=length * (12 if unit.startswith("year") else 1))


NOTHING_DECLARED = SourcePrivacy()


def source_privacy(section: Section, attributes: set[str]) -> SourcePrivacy:
    """Return what the top level of a source.yaml says.

    Raises
    ------
    ParcoursError
        If a legal basis or a retention is not what was expected, or `unmasked` names no attribute.
    """
    retention = section.text("retention", None)
    if retention is not None and not re.fullmatch(r"[1-9]\d* (d|days?|months?|years?)", retention):
        raise section.fail("retention", f"expected how long rows are kept, such as '25 months', got {retention!r}.")
    unmasked = section.names("unmasked", ())
    for name in unmasked:
        if name not in attributes:
            raise section.fail("unmasked", f"no event has an attribute {name!r}.")
    consent = section.mapping("consent", {})
    for name in consent:
        section.section("consent").identifier_name(name)
    return SourcePrivacy(
        purpose=section.text("purpose", None),
        legal_basis=section.choice("legal_basis", LEGAL_BASES, None),
        retention=retention,
        consent=consent or None,
        unmasked=unmasked,
    )
