"""The section `privacy` of params.yaml: what the data are used for, and what is masked in texts."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.declarations import Section
from pipeline.params.names import Names
from pipeline.params.parts import one_or_both


@dataclass(frozen=True)
class PrivacyParams:
    """What holds for all sources.

    Parameters
    ----------
    purpose
        For which purpose people's consent is asked of the sources' `consent:`; None: no source has one.
    mask_addresses
        Whether streets and postcodes are masked in texts, besides e-mails, phones, cards, accounts and names.
    controller, contact, used_for, recipients, transfers
        For the register (RGPD, article 30), in each language: who answers for the processing, where to write to, what
        the analysis is for, who receives the results, and what leaves the European Union, on what ground.
    """

    purpose: str | None = None
    mask_addresses: bool = False
    controller: Names | None = None
    contact: Names | None = None
    used_for: Names | None = None
    recipients: Names | None = None
    transfers: Names | None = None


def privacy_of(section: Section) -> PrivacyParams:
    """Return the section's content, with defaults for what it does not say."""
    purpose = section.identifier("purpose") if section.get("purpose", None) is not None else None
    names = ("controller", "contact", "used_for", "recipients", "transfers")
    written = {name: one_or_both(section, name) for name in names if name in section.content}
    found = PrivacyParams(purpose, section.truth("mask_addresses", False), **written)
    section.close()
    return found
