"""What a report says, read from the sections themselves; no kernel runs here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pandas as pd
import pytest

from pictures import fixture as brand
from pipeline import params as parameters
from pipeline import tables, words
from pipeline.errors import ParcoursError
from pipeline.reporting import SECTIONS, Report, open_report
from pipeline.reporting.elements import Markup
from pipeline.reporting.findings import findings
from pipeline.reporting.glossary import GLOSSARY
from pipeline.reporting.index import index_page
from pipeline.reporting.method import method
from pipeline.reporting.page import page
from pipeline.reporting.reading import Results, read_results
from pipeline.reporting.sentences import SENTENCES
from pipeline.reporting.svg import inline
from pipeline.workspace import Workspace
from report.pages import Page, unsupported_estimates

PERSONAS = ("near", "far", "nobody", "hostile")
# Words of the data: ids, owners, kinds of identifier, files. They are what the analyst called them.
OF_THE_DATA = {"logistics", "shop", "orders", "price", "person", "device", "script", "alert", "city", "value", "median"}
# The link to the English report is in English, and "week-end" is French.
MEANT = {"this", "report", "english", "week", "end"}
EACH = [(persona, language) for persona in PERSONAS for language in ("fr", "en")]
WORD = re.compile(r"[a-zà-ÿœ]{3,}")


def body(report: Report) -> str:
    pieces = [report.head(), report.contents(), *sections(report)]
    return "\n".join(piece._repr_html_() for piece in pieces)


def sections(report: Report) -> Iterator[object]:
    for name in SECTIONS:
        yield getattr(report, {"persona": "persona_card"}.get(name, name))()


def test_a_campaign_has_its_declared_name_in_each_language(brand_workspace: Workspace) -> None:
    for language, name in (("fr", "Soldes de printemps"), ("en", "Spring sale")):
        report = open_report(str(brand_workspace.root), None, "near", language)
        named = {"spring": parameters.Names("Soldes de printemps", "Spring sale")}
        voice = replace(report.voice, params=replace(report.voice.params, campaigns=named))
        rows = Page(replace(report, voice=voice).kpis()._repr_html_()).tables["campaigns"]
        assert [row[0].text for row in rows[1:]] == [brand.HOSTILE, name]


def test_feelings_stand_beside_the_scores_of_each_stage_and_an_objective_is_of_one(brand_workspace: Workspace) -> None:
    report = open_report(str(brand_workspace.root), None, "near", "fr")
    felt, wanted = (
        part._repr_html_().replace("\u202f", " ").replace("\xa0", " ")
        for part in (report.emotions(), report.objectives())
    )
    assert "Étape avant la réponse" in felt
    assert "[−38,2 ; −23,8]" in felt
    assert "Aucune : la réponse ouvre le parcours" in felt
    assert "+0,31" in wanted
    assert "[+0,12 ; +0,50]" in wanted


@pytest.fixture(scope="module", params=EACH, ids=".".join)
def report(request: pytest.FixtureRequest, brand_workspace: Workspace) -> Report:
    persona, language = request.param
    return open_report(str(brand_workspace.root), None, persona, language)


def test_every_estimate_carries_interval_and_n_or_says_why_not(report: Report) -> None:
    assert unsupported_estimates(Page(body(report))) == []


def test_the_walk_finds_an_estimate_without_interval() -> None:
    rows = '<table data-table="t"><tr><th scope="col">a</th><th scope="col">b</th></tr>'
    bare = rows + '<tr><th scope="row">x</th><td class="estimate">12</td></tr></table>'
    assert unsupported_estimates(Page(bare)) == ["t: x: '12' without interval or n"]


def test_sections_stand_in_order_and_the_contents_lead_to_each(report: Report) -> None:
    html = body(report)
    assert re.findall(r'<section id="(\w+)"', html) == list(SECTIONS)
    assert re.findall(r'<li><a href="#(\w+)"', html) == list(SECTIONS)


def test_text_from_data_is_harmless(report: Report) -> None:
    html = page("t", "en", Markup(body(report)), "findings", "Skip")
    parsed = Page(html)
    assert parsed.outside == []
    assert not {"script", "iframe", "object", "link"} & set(parsed.tags)
    assert "\u202e" not in html
    assert "\x07" not in html
    if report.persona == "hostile":
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


@pytest.mark.parametrize("persona", PERSONAS)
def test_a_french_report_has_no_english_word(persona: str, brand_workspace: Workspace) -> None:
    page_text = " ".join(Page(body(open_report(str(brand_workspace.root), None, persona, "fr"))).text)
    only_english = _vocabulary(1) - _vocabulary(0)
    assert set(WORD.findall(page_text.lower())) & only_english - OF_THE_DATA - MEANT == set()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_name_reserved_in_the_tables_has_words_in_the_report(language: str, brand_workspace: Workspace) -> None:
    page_text = " ".join(Page(body(open_report(str(brand_workspace.root), None, "near", language))).text)
    reserved = (*tables.RESERVED, tables.GOAL, tables.ANYWHERE)
    assert [name for name in reserved if name in page_text and words.term(name, language) != name] == []


def _vocabulary(position: int) -> set[str]:
    known = (SENTENCES, GLOSSARY, words.LABELS, words.NOTES)
    texts = [pair[position] for pairs in known for pair in pairs.values()]
    return {word for text in texts for word in WORD.findall(re.sub(r"\{\w+\}", "", text).lower())}


def test_french_numbers_and_dates(brand_workspace: Workspace) -> None:
    text = " ".join(Page(body(open_report(str(brand_workspace.root), None, "near", "fr"))).text)
    assert "62,1\u202f%" in text
    assert "58\u202f120" in text
    assert "31/10/2026" in text
    assert not re.search(r"\d\.\d", text)


def test_the_findings_one_line_each(brand_workspace: Workspace) -> None:
    text = _plain(open_report(str(brand_workspace.root), None, "near", "en").findings())
    line = (
        "Supported (grade C). A late delivery lowers the score the customer leaves: 1.98 points of score lower "
        "[1.76, 2.20], in this persona, 6,400 customers."
    )
    assert text.count(line) == 1
    assert text.count("A late delivery lowers the score") == 1  # its own row stands for that over all customers


def test_the_findings_as_sentences(brand_workspace: Workspace) -> None:
    text = _plain(open_report(str(brand_workspace.root), None, "near", "en").pains())
    assert (
        "Supported (grade C, adjusted; material). A late delivery lowers the score the customer leaves. "
        "In this persona: 1.98 points of score lower (interval of at least 95%, corrected for selection: 1.76 to 2.20; 450 "
        "exposed cases against 6,201 others, 6,400 customers, clustered by customer; q < 0.001). Without adjustment: 2.07 "
        "points of score lower (1.92 to 2.21)."
    ) in text
    assert "Without correction for selection, 95% interval: −2.15 to −1.81." in text
    assert "Refuted (grade D, not adjusted; too small)." in text
    assert "Inconclusive (grade D, not adjusted)." in text
    assert "About 8,200 customers would be needed" in text


def _plain(section: object) -> str:
    text = (
        re.sub(r"<[^>]+>", "", section._repr_html_()).replace("&lt;", "<").replace("\u00a0", " ").replace("\u202f", " ")
    )
    return re.sub(r"\s+", " ", text)


def test_a_persona_without_customers_says_so_first(brand_workspace: Workspace) -> None:
    found = open_report(str(brand_workspace.root), None, "nobody", "en").findings()._repr_html_()
    lead = re.search(r'<p class="lead">(.*?)</p>', found, re.DOTALL)[1]
    assert lead.startswith("<strong>Read this first.</strong> No customer matches this persona")


def test_few_customers_are_said_first(brand_workspace: Workspace) -> None:
    text = _plain(open_report(str(brand_workspace.root), None, "far", "fr").findings())
    assert "À lire d’abord. Ce persona ne compte que 46 clients" in text


def test_a_failed_check_is_said_first(brand_workspace: Workspace) -> None:
    report = open_report(str(brand_workspace.root), None, "near", "en")
    failed = {"check": "order", "group": "(all)", "passed": False, "p": 0.001, "n_customers": 4000}
    passed = {"check": "stationarity", "group": "(all)", "passed": True, "p": 0.4, "n_customers": 4000}
    numbers = {**report.results.numbers, "estimate": {"checks": [failed, passed]}}
    results = Results(report.results.frames, numbers, "x")
    text = _plain(findings(results, "near", report.voice))
    assert "Read this first. What customers do next also depends on what they did before." in text
    assert "they do not predict the next" in text
    assert "Behaviour changed" not in text
    assert not re.search(r"\bp [=<]|the chain|params|family", text), "a director reads this"
    note = _plain(method(results, "near", report.voice))
    assert "Failed check: order of steps (p = 0.001, 4,000 customers). Nothing is ranked on the chain." in note
    tiny = {**report.results.numbers, "estimate": {"checks": [{**failed, "p": 1e-9}]}}
    assert "(p < 0.001, " in _plain(method(Results(report.results.frames, tiny, "x"), "near", report.voice))


def test_suppressed_cells_say_so(brand_workspace: Workspace) -> None:
    rows = Page(body(open_report(str(brand_workspace.root), None, "far", "fr"))).tables["transitions"]
    assert any("n < 5" in cell.text for row in rows for cell in row)


def test_conservation_adds_up_on_the_page(brand_workspace: Workspace) -> None:
    rows = Page(body(open_report(str(brand_workspace.root), None, "near", "en"))).tables["conservation"]
    for row in rows[1:]:
        raw, *fates = (int(cell.text.replace(",", "")) for cell in row[3:9])
        assert raw == sum(fates)


def test_every_hypothesis_that_concerns_the_persona_is_listed(brand_workspace: Workspace) -> None:
    tables_of_page = Page(body(open_report(str(brand_workspace.root), None, "near", "en"))).tables
    rows = [*tables_of_page["pains_found"][1:], *tables_of_page["pains_not_found"][1:]]
    assert len(rows) == len(brand.frames()["hypotheses"])


def test_no_hypothesis_and_no_score_still_render(brand_workspace: Workspace) -> None:
    report = open_report(str(brand_workspace.root), None, "near", "en")
    empty = {name: frame.iloc[0:0] for name, frame in report.results.frames.items()}
    bare = Report(Results(empty, report.results.numbers, "x"), "near", report.voice, None)
    text = " ".join(Page(body(bare)).text)
    assert "No pain-point hypothesis is declared" in text
    assert "Neither score nor text in the data" in text
    assert "No text of customers is declared" in text
    assert "The map of this persona has not been drawn" in text


def test_the_index_lists_every_report(brand_workspace: Workspace) -> None:
    html = index_page(read_results(brand_workspace), parameters.load(brand_workspace))
    parsed = Page(html)
    assert unsupported_estimates(parsed) == []
    for persona in PERSONAS:
        for language in ("fr", "en"):
            assert f'href="{persona}.{language}.html"' in html


def test_pictures_lose_what_could_run_or_fetch() -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" onload="x()">'
        '<image xlink:href="https://example.org/a.png"/><use href="#a"/><style>@import url(//x.y/z.css);</style>'
        '<a href="javascript:x()"><text fill="url(#a)" style="background:url(http://x.y)">t</text></a><foreignObject/></svg>'
    )
    shown = inline(svg)
    for bad in ("onload", "example.org", "@import", "javascript", "x.y", "foreignObject"):
        assert bad not in shown
    assert 'href="#a"' in shown
    assert 'fill="url(#a)"' in shown


def test_missing_results_name_the_verb(tmp_path: object, brand_workspace: Workspace) -> None:
    empty = Workspace.at(brand_workspace.root, tmp_path)
    with pytest.raises(ParcoursError, match=r"transitions\.csv is missing.*'estimate' writes it"):
        read_results(empty)


def test_an_unknown_persona_gets_the_nearest(brand_workspace: Workspace) -> None:
    with pytest.raises(ParcoursError, match="Nearest: near"):
        open_report(str(brand_workspace.root), None, "neer", "en")


def test_all_notes_of_the_tables_have_a_french_form() -> None:
    notes = pd.concat([frame["note"] for frame in brand.frames().values() if "note" in frame]).dropna().unique()
    assert set(notes) <= {"n < 5", "n = 0"} | set(words.NOTES)
    assert tables.TRANSITIONS.columns["note"].nullable


def test_numbers_in_notes_are_written_in_the_language(brand_workspace: Workspace) -> None:
    voices = {name: open_report(str(brand_workspace.root), None, "near", name).voice for name in ("fr", "en")}
    note = "worst case for those who did not answer: -2.31 to 0.563"
    assert voices["fr"].note(note) == "au pire pour les non-répondants : de −2,31 à 0,563"
    assert voices["en"].note(note).endswith("−2.31 to 0.563")
    assert voices["fr"].note("n < 5") == "n < 5"
