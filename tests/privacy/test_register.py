"""The register: what each source declares, in both languages, and what is still to be said."""

from __future__ import annotations

import small_workspace as shop
from pipeline import cli


def register(tmp_path, **changes):
    source = {**shop.ORDERS_SOURCE, "leave_out": {"tests": "starts_with(email, 'test')"}, **changes}
    workspace = shop.make(
        tmp_path / "w", orders_source=source, params={"privacy": {"purpose": "analytics", "mask_addresses": True}}
    )
    assert cli.main(["register", "--workspace", str(workspace.root)]) == 0
    return {
        language: (workspace.root / f"register.{language}.md").read_text(encoding="utf-8") for language in ("fr", "en")
    }


def test_what_is_declared_is_in_the_register(tmp_path):
    pages = register(
        tmp_path, purpose="Orders | measured <b>", legal_basis="contract", retention="25 months", consent={"analytics": "score <> '9'"}
    )  # fmt: skip
    english = pages["en"].partition("## orders")[2]
    for said in (
        "| Purpose | Orders \\| measured &lt;b&gt; |", "| Legal basis | contract |",
        "| Retention | 25 months before the cut-off (2026-03-01 00:00:00) |", "analytics: `score &lt;&gt; '9'`",
        "email (`email`)", "late_days (`late_days`)", "phones, cards, IBANs and names, addresses are masked",
        "tests, no_consent_analytics", "| Files | orders.csv |",
    ):  # fmt: skip
        assert said in english, said
    assert "| Base légale | contrat |" in pages["fr"] and "| Consentement |" in pages["fr"]


def test_what_is_not_declared_is_to_be_filled_in(tmp_path):
    pages = register(tmp_path)
    assert pages["fr"].count("à compléter") == 6 and pages["en"].count("to be filled in") == 6, (
        "three fields of two sources"
    )
    assert "public key" in pages["en"]
    assert not [
        line
        for page in pages.values()
        for line in page.splitlines()
        if line.count(" |") not in (0, 2) and line.startswith("| ")
    ]
