"""Pain points in full: every hypothesis that concerns a persona, crude beside adjusted, found or not."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline import words
from pipeline.reporting.effects import Tested, tested_for
from pipeline.reporting.elements import (
    COUNT,
    ESTIMATE,
    SAMPLE,
    Column,
    Markup,
    Section,
    Table,
    bullets,
    escape,
    folded,
    paragraph,
    small,
    strong,
    subheading,
)
from pipeline.reporting.findings import family_size
from pipeline.reporting.reading import Results
from pipeline.reporting.screened import screened
from pipeline.reporting.voice import Voice, is_missing
from pipeline.shown_interval import shown_interval, uncorrected_interval


def pains(results: Results, persona: str, voice: Voice) -> Section:
    """Return the pain points found, the hypotheses not found, and the details of each test."""
    title = str(voice.say("title_pains"))
    everything = tested_for(results.frames["hypotheses"], persona, voice)
    if not everything:
        return Section("pains", title, [paragraph(voice.say("no_hypothesis"))])
    found = [tested for tested in everything if tested.row["verdict"] == "supported"]
    others = [tested for tested in everything if tested.row["verdict"] != "supported"]
    parts: list[Markup | Table] = []
    for name, rows in (("found", found), ("not_found", others)):
        parts.append(subheading(str(voice.say(f"pains_{name}"))))
        parts.append(_table(name, rows, voice) if rows else paragraph(voice.say("pains_none")))
    parts.append(paragraph(voice.say("pains_remark", family=voice.count(family_size(results))), kind="remark"))
    if (candidates := screened(results, persona, voice)) is not None:
        parts += [subheading(str(voice.say("screened_heading"))), candidates]
    details = bullets((_details(tested) for tested in everything), "details")
    parts.append(folded(f"{voice.say('details_of')} ({len(everything)})", details))
    return Section("pains", title, parts)


def _table(name: str, rows: Sequence[Tested], voice: Voice) -> Table:
    columns = [
        Column(str(voice.say("hypothesis"))),
        Column(str(voice.say("verdict"))),
        Column(str(voice.say("adjusted_effect")), ESTIMATE),
        Column(str(voice.say("crude_effect")), ESTIMATE),
        Column("q", COUNT),
        Column(str(voice.say("exposed_others")), SAMPLE),
        Column(str(voice.say("customers_hit")), COUNT),
    ]
    if name == "found":
        columns.append(Column(str(voice.say("cost_heading")), ESTIMATE))
    body = [_cells(tested, name == "found") for tested in rows]
    return Table(f"pains_{name}", str(voice.say(f"pains_{name}_caption")), columns, body)


def _cells(tested: Tested, with_cost: bool) -> list[str]:
    row, voice = tested.row, tested.voice
    group = voice.group(row["group"])
    verdict = voice.say("verdict_in_table", verdict=tested.verdict(), grade=row["grade"])
    cells = [
        Markup("{} {}").format(tested.declared.claim[voice.language], small(group)),
        Markup("{} {}").format(verdict, small(tested.label())) if tested.label() else verdict,
        tested.cell("adjusted"),
        tested.cell("crude"),
        words.probability(row["q"], voice.language),
        f"{voice.count(row['n_exposed'])} / {voice.count(row['n_unexposed'])}",
        voice.count(row["customers_hit"]),
    ]
    return [*cells, tested.cost_cell()] if with_cost else cells


def _details(tested: Tested) -> Markup:
    """Return what a reader of one test wants to know beyond the table."""
    row, voice, declared = tested.row, tested.voice, tested.declared
    sentences: list[str] = [
        tested.opening(),
        strong(declared.claim[voice.language]),
        tested.effect_sentence(),
        tested.crude_sentence(),
        tested.reason_sentence(),
        voice.say(
            "declared",
            window=voice.days(declared.outcome_window),
            direction=voice.say(f"claimed_{row['direction']}"),
            delta=tested.amount(row["smallest_effect"], signed=False),
            owner=declared.owner[voice.language],
        ),
    ]
    if not is_missing(row["mean_exposed"]) and not is_missing(row["mean_unexposed"]):
        sentences.append(
            voice.say(
                "means",
                exposed=tested.mean(row["mean_exposed"]),
                unexposed=tested.mean(row["mean_unexposed"]),
                n_exposed=voice.count(row["n_exposed"]),
                n_unexposed=voice.count(row["n_unexposed"]),
            )
        )
    sentences += [*_answers(tested), *_bounds(tested), tested.hit_sentence(), tested.cost_sentence()]
    if row["n_left_out"]:
        sentences.append(voice.say("left_out", n=voice.count(row["n_left_out"])))
    if not is_missing(row["note"]):
        sentences.append(voice.say("noted", note=voice.note(row["note"])))
    return Markup(" ").join(escape(sentence) for sentence in sentences if sentence)


def _answers(tested: Tested) -> list[Markup]:
    row, voice = tested.row, tested.voice
    if is_missing(row["n_answered_exposed"]) or is_missing(row["n_answered_unexposed"]):
        return []
    return [
        voice.say(
            "answers",
            exposed=voice.count(row["n_answered_exposed"]),
            all_exposed=voice.count(row["n_exposed"]),
            unexposed=voice.count(row["n_answered_unexposed"]),
            all_unexposed=voice.count(row["n_unexposed"]),
        )
    ]


def _bounds(tested: Tested) -> list[Markup]:
    """Return the further intervals: superiority, selection, overlap, design effect."""
    row, voice, found = tested.row, tested.voice, []
    if not is_missing(row["superiority_low"]):
        x, low, high = (voice.percent(row[name]) for name in ("superiority", "superiority_low", "superiority_high"))
        found.append(voice.say("superiority", x=x, low=low, high=high))
    for name, sentence in (("ratio", "ratio_is"), ("time_lost", "time_lost_is")):
        if not is_missing(row[f"{name}_low"]):
            x, low, high = (voice.number(row[part]) for part in (name, f"{name}_low", f"{name}_high"))
            found.append(voice.say(sentence, x=x, low=low, high=high))
    for name, sentence in (("bound", "worst_bounds"), ("lee", "lee_bounds")):
        if not is_missing(row[f"{name}_low"]):
            low, high = (tested.bare(row[f"{name}_{end}"]) for end in ("low", "high"))
            found.append(voice.say(sentence, low=low, high=high))
    if not is_missing(row["e_value"]):
        found.append(voice.say("e_value_is", x=voice.number(row["e_value"]), bound=voice.number(row["e_value_bound"])))
    seen = uncorrected_interval(row)
    if tested.is_corrected and seen != shown_interval(row, tested.kind):  # of many supported, nothing is corrected
        low, high = (tested.bare(bound) for bound in seen)
        found.append(voice.say("before_correction", level=voice.level, low=low, high=high))
    if not is_missing(row["overlap"]):
        found.append(voice.say("overlap", share=voice.percent(row["overlap"]), n=voice.count(row["n_exposed"])))
    if not is_missing(row["design_effect"]):
        found.append(voice.say("design_effect_is", x=voice.number(row["design_effect"])))
    return found
