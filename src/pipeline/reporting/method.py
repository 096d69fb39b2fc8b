"""What the numbers rest on: window, silence, horizon, intervals, grades; and the words used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from unicodedata import normalize

from pipeline import words
from pipeline.reporting.elements import Markup, Section, bullets, definitions, paragraph
from pipeline.reporting.findings import failed_checks, family_size
from pipeline.reporting.glossary import GLOSSARY
from pipeline.reporting.reading import Results
from pipeline.reporting.sentences import french_spaces
from pipeline.reporting.voice import Voice


def _without_accents(text: str) -> str:
    """Return text as a dictionary sorts it: étape stands between empreinte and fenêtre."""
    return normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()


def method(results: Results, persona: str, voice: Voice) -> Section:
    """Return the method note of a persona's report, the checks that failed included."""
    known, params = results.numbers["reconstruct"], voice.params
    silence, horizon = voice.days(params.silence), voice.days(params.estimate.horizon)
    closed = known["n_journeys"] - known["n_censored"]
    grades = " · ".join(f"{grade} {voice.term(f'grade_{grade}')}" for grade in "ABCDE")
    notes = [
        voice.say(
            "method_window", start=voice.local_date(known["window_start"]), end=voice.local_date(known["cut_off"])
        ),
        voice.say("time_zone", zone=params.workspace.time_zone),
        voice.say(
            "method_silence",
            silence=silence,
            lost=voice.count(closed),
            journeys=voice.count(known["n_journeys"]),
            censored=voice.count(known["n_censored"]),
        ),
        voice.say("method_truncated", n=voice.count(known["n_left_truncated"])),
        voice.say("method_goal", goal=Markup("<code>{}</code>").format(params.goal)),
        voice.say("method_horizon", horizon=horizon),
        voice.say(
            "method_interval",
            level=voice.level,
            cell=voice.count(params.estimate.smallest_cell),
            suppressed=words.suppressed(params.estimate.smallest_cell),
        ),
        voice.say("method_family", family=voice.count(family_size(results)), level=voice.false_discovery_rate),
        *(_failed(check, voice) for check in failed_checks(results, persona)),
        voice.say("method_grades", grades=grades),
        voice.say("method_emotion", n=voice.count(params.emotion_threshold)),
        *([voice.say("method_verbatims")] if params.verbatims.text else []),
    ]
    about = paragraph(params.workspace.about[voice.language])
    return Section("method", str(voice.say("title_method")), [about, bullets(notes)])


def _failed(check: Mapping[str, Any], voice: Voice) -> Markup:
    written = words.probability(check["p"], voice.language)
    return voice.say(
        "check_failed",
        check=voice.say(f"check_{check['check']}"),
        p=written if written.startswith("<") else f"=\u00a0{written}",
        n=voice.count(check["n_customers"]),
    )


def glossary(voice: Voice) -> Section:
    """Return the words of the product with their meaning, in alphabetical order."""
    meanings = [
        (voice.term(name, capital=True), french_spaces(french) if voice.language == "fr" else english)
        for name, (french, english) in GLOSSARY.items()
    ]
    by_name = sorted(meanings, key=lambda pair: _without_accents(pair[0]))
    return Section("glossary", str(voice.say("title_glossary")), [definitions(by_name)])
