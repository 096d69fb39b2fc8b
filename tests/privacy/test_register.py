"""The register: what each source declares, in both languages, and what is still to be said."""

from __future__ import annotations

from pathlib import Path

import small_workspace as shop
from pipeline import cli
from pipeline import params as parameters
from pipeline.privacy.register import page as register_page
from pipeline.workspace import Workspace


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
        "| Retention | 25 months before the cut-off (2026-03-01) |", "| Channel | sales |", "analytics: `score &lt;&gt; '9'`",
        "email (`email`)", "late_days (`late_days`)", "phones, cards, IBANs and names, addresses are masked",
        "tests, no_consent_analytics", "| Files | orders.csv |",
    ):  # fmt: skip
        assert said in english, said
    french = pages["fr"].partition("## orders")[2]
    assert "| Base légale | contrat |" in french and "| Consentement |" in french
    assert "| Durée de conservation | 25 mois avant la date de coupure (2026-03-01) |" in french
    assert "- Finalité de l’analyse : analytics" in pages["fr"] and "people are withheld in the reports" in pages["en"]


def test_what_is_not_declared_is_to_be_filled_in(tmp_path):
    pages = register(tmp_path)
    for language, missing in (("fr", "à compléter"), ("en", "to be filled in")):
        head, *sources = pages[language].split("\n## ")
        assert head.count(missing) == 4, "controller, contact, recipients, transfers"
        assert [one.count(missing) for one in sources] == [3, 3], "three fields of each source"
    assert "public key" in pages["en"]
    assert not [
        line
        for page in pages.values()
        for line in page.splitlines()
        if line.count(" |") not in (0, 2) and line.startswith("| ")
    ]


def test_what_article_30_asks_and_no_description_knows_is_declared(tmp_path):
    declared = {
        "controller": "Shop SAS, 1 rue Victor Hugo, Lyon", "contact": "dpo@shop.example",
        "recipients": {"fr": "équipe marketing", "en": "marketing team"}, "transfers": "none", "used_for": "journeys",
    }  # fmt: skip
    workspace = shop.make(tmp_path / "w", params={"privacy": declared})
    assert cli.main(["register", "--workspace", str(workspace.root)]) == 0
    page = (workspace.root / "register.en.md").read_text(encoding="utf-8")
    for said in (
        "- Controller: Shop SAS",
        "- Recipients: marketing team",
        "- Purpose of the analysis: journeys",
        "- Transfers outside the European Union: none",
    ):
        assert said in page
    french = (workspace.root / "register.fr.md").read_text(encoding="utf-8")
    assert "- Destinataires : équipe marketing" in french
    assert "| Canal | ventes |" in french and "| Canal | web |" in french


def test_the_brand_that_every_clone_has_leaves_nothing_to_fill_in_for_all():
    root = Path(__file__).parents[2]
    params = parameters.load(Workspace.at(root))
    for language, missing in (("fr", "à compléter"), ("en", "to be filled in")):
        assert missing not in register_page(params, [], language)
