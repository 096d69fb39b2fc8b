"""The section `privacy` of params.yaml: what the data are used for, and what is masked in texts."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.declarations import Section


@dataclass(frozen=True)
class PrivacyParams:
    """What holds for all sources.

    Parameters
    ----------
    purpose
        For which purpose people's consent is asked of the sources' `consent:`; None: no source has one.
    mask_addresses
        Whether streets and postcodes are masked in texts, besides e-mails, phones, cards, accounts and names.
    """

    purpose: str | None = None
    mask_addresses: bool = False


def privacy_of(section: Section) -> PrivacyParams:
    """Return the section's content, with defaults for what it does not say."""
    purpose = section.identifier("purpose") if section.get("purpose", None) is not None else None
    found = PrivacyParams(purpose, section.truth("mask_addresses", False))
    section.close()
    return found
