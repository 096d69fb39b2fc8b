"""The list of all reports of a workspace, with headline numbers."""

from __future__ import annotations

from pipeline import words
from pipeline.params import LANGUAGES, Params
from pipeline.reporting.effects import tested_for
from pipeline.reporting.elements import COUNT, ESTIMATE, INTERVAL, SAMPLE, Column, Markup, Table, paragraph
from pipeline.reporting.findings import customers_of
from pipeline.reporting.page import page
from pipeline.reporting.reading import Results
from pipeline.reporting.voice import Voice

_LANGUAGE_NAMES = {"fr": "Français", "en": "English"}


def index_page(results: Results, params: Params) -> str:
    """Return the page that lists every persona in every language, one part per language."""
    languages = [language for language in LANGUAGES if language in params.workspace.languages]
    parts = Markup("\n").join(_part(results, Voice(params, language)) for language in languages)
    first = Voice(params, languages[0])
    title = f"{params.workspace.name[first.language]} · {first.say('index_title')}"
    return page(title, first.language, parts, f"reports-{first.language}", str(first.say("skip")))


def _part(results: Results, voice: Voice) -> Markup:
    params, known = voice.params, results.numbers["reconstruct"]
    facts = voice.say(
        "facts",
        customers=voice.count(known["n_customers"]),
        journeys=voice.count(known["n_journeys"]),
        start=voice.local_date(known["window_start"]),
        end=voice.local_date(known["cut_off"]),
    )
    table = Table(
        f"index-{voice.language}",
        str(voice.say("index_caption")),
        [
            Column("Persona"),
            Column(str(voice.say("report"))),
            Column(str(voice.say("n_customers")), SAMPLE),
            Column(str(voice.say("share_of_customers")), ESTIMATE),
            Column(str(voice.say("interval", level=voice.level)), INTERVAL),
            Column(str(voice.say("hypotheses_supported")), COUNT),
        ],
        [_row(results, persona.id, voice) for persona in params.personas],
        voice.say("index_remark"),
    )
    return Markup(
        '<section id="reports-{language}" lang="{language}">\n<header>\n'
        '<p class="kicker">{kicker}</p>\n<h1>{title}</h1>\n<p class="facts">{facts}</p>\n</header>\n'
        "{about}\n{table}\n{others}\n</section>"
    ).format(
        language=voice.language,
        kicker=voice.say("index_title"),
        title=params.workspace.name[voice.language],
        facts=facts,
        about=paragraph(params.workspace.about[voice.language]),
        table=table.html(),
        others=_other_pages(results, voice),
    )


def _other_pages(results: Results, voice: Voice) -> Markup:
    """Return the links to the page that compares personas, and to the one that only a simulated brand has."""
    names = ["comparison", *(["planted"] if results.planted is not None else [])]
    link = Markup('<p><a href="{}.{}.html">{}</a></p>')
    return Markup("\n").join(link.format(name, voice.language, voice.label(f"{name}_title")) for name in names)


def _row(results: Results, persona: str, voice: Voice) -> list[str]:
    tested = [
        one for one in tested_for(results.frames["hypotheses"], persona, voice) if one.row["verdict"] != "not tested"
    ]
    supported = sum(one.row["verdict"] == "supported" for one in tested)
    cards = results.frames["persona_cards"].query("persona == @persona")
    link = Markup('<a href="{}.{}.html">{}</a>').format(persona, voice.language, _LANGUAGE_NAMES[voice.language])
    share, interval = words.MISSING, words.MISSING
    if len(cards):
        card = cards.iloc[0]
        share = voice.or_note(card["share"], card["note"], voice.percent)
        interval = voice.share_interval(card["share_low"], card["share_high"])
    return [
        voice.persona(persona),
        link,
        voice.count(customers_of(results, persona)),
        share,
        interval,
        str(voice.say("n_of_n", part=voice.count(supported), whole=voice.count(len(tested)))),
    ]
