"""What was planted in a simulated brand beside what was found: the page that no real brand can have."""

from __future__ import annotations

import pandas as pd

from pipeline.params import Params
from pipeline.reporting.effects import Tested
from pipeline.reporting.elements import COUNT, ESTIMATE, SAMPLE, Column, Markup, Table, paragraph, small
from pipeline.reporting.page import page_beside_reports
from pipeline.reporting.reading import Results
from pipeline.reporting.voice import Voice, is_missing
from pipeline.shown_interval import shown_interval
from pipeline.tables import EVERYBODY

DECOY = "decoy"


def planted_page(results: Results, params: Params, language: str) -> str:
    """Return the page that compares the declared truth with the verdicts, over all customers.

    Parameters
    ----------
    results
        With `planted`.
    params
        Of the workspace.
    language
        ``"fr"`` or ``"en"``.
    """
    voice = Voice(params, language)
    pairs = _pairs(results, voice)
    content = Markup("{}\n{}\n{}").format(
        paragraph(_lead(pairs, voice), kind="lead"),
        _table(pairs, voice).html(),
        paragraph(voice.say("planted_remark"), kind="remark"),
    )
    return page_beside_reports("planted", voice.say("planted_title"), content, voice)


def _pairs(results: Results, voice: Voice) -> list[tuple[pd.Series, Tested]]:
    """Return each planted effect beside the row of `hypotheses` that looked for it, in the order of params.yaml."""
    if results.planted is None:
        raise ValueError("a real brand has no declared truth")
    tested = results.frames["hypotheses"]
    found = tested[tested["group"] == EVERYBODY]
    rows = {row["id"]: row for _, row in found.iterrows()}
    truths = {row["hypothesis"]: row for _, row in results.planted.iterrows()}
    return [
        (truths[declared.id], Tested(rows[declared.id], declared, voice))
        for declared in voice.params.hypotheses
        if declared.id in truths and declared.id in rows
    ]


def _is_found(tested: Tested) -> bool:
    return bool(tested.row["verdict"] == "supported")


def _holds(truth: pd.Series, tested: Tested) -> bool | None:
    """Whether the interval holds the truth; None where there is no interval or no truth."""
    low, high = shown_interval(tested.row, tested.kind)
    if is_missing(low) or is_missing(truth["truth"]):
        return None
    return bool(low <= truth["truth"] <= high)


def _lead(pairs: list[tuple[pd.Series, Tested]], voice: Voice) -> Markup:
    real = [tested for truth, tested in pairs if truth["kind"] != DECOY]
    decoys = [tested for truth, tested in pairs if truth["kind"] == DECOY]
    held = [holds for holds in (_holds(truth, tested) for truth, tested in pairs) if holds is not None]
    return voice.say(
        "planted_lead",
        found=voice.count(sum(map(_is_found, real))),
        planted=voice.count(len(real)),
        fooled=voice.count(sum(map(_is_found, decoys))),
        decoys=voice.count(len(decoys)),
        held=voice.count(sum(held)),
        intervals=voice.count(len(held)),
        level=voice.level,
    )


def _table(pairs: list[tuple[pd.Series, Tested]], voice: Voice) -> Table:
    columns = [
        Column(str(voice.say("hypothesis"))),
        Column(str(voice.say("planted_truth")), COUNT),
        Column(str(voice.say("adjusted_effect")), ESTIMATE),
        Column(str(voice.say("crude_effect")), ESTIMATE),
        Column(str(voice.say("planted_held"))),
        Column(str(voice.say("verdict"))),
        Column(str(voice.say("planted_outcome"))),
        Column(str(voice.say("exposed_others")), SAMPLE),
    ]
    return Table("planted", str(voice.say("planted_caption")), columns, [_cells(*pair, voice) for pair in pairs])


def _cells(truth: pd.Series, tested: Tested, voice: Voice) -> list[str]:
    row = tested.row
    holds = _holds(truth, tested)
    verdict = Markup("{} {}").format(tested.verdict(), small(tested.label())) if tested.label() else tested.verdict()
    return [
        Markup("{} {}").format(tested.declared.claim[voice.language], small(voice.say(f"planted_{truth['kind']}"))),
        "–" if is_missing(truth["truth"]) else tested.short(truth["truth"]),
        tested.cell("adjusted"),
        tested.cell("crude"),
        "–" if holds is None else str(voice.say("planted_yes" if holds else "planted_no")),
        verdict,
        str(voice.say(_outcome(truth, tested))),
        f"{voice.count(row['n_exposed'])} / {voice.count(row['n_unexposed'])}",
    ]


def _outcome(truth: pd.Series, tested: Tested) -> str:
    """Return how it went: a planted effect is found or missed, a decoy is seen through or fools us."""
    if truth["kind"] == DECOY:
        return "planted_fooled" if _is_found(tested) else "planted_seen_through"
    return "planted_found" if _is_found(tested) else "planted_missed"
