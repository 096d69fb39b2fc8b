"""The journey in numbers: map, transition matrix, funnel, time in each stage."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from pipeline import tables, words
from pipeline.reporting.elements import (
    COUNT,
    ESTIMATE,
    INTERVAL,
    SAMPLE,
    Column,
    Markup,
    Section,
    Table,
    paragraph,
    reason,
    small,
    with_interval,
)
from pipeline.reporting.exits import exits
from pipeline.reporting.reading import Drawn, Results
from pipeline.reporting.svg import inline
from pipeline.reporting.voice import Voice, is_missing

SHADES = 10  # steps of the heat map, as many classes in the style sheet


_MAP = Markup('<figure class="map"><div class="scroll" tabindex="0">{}</div><figcaption>{}</figcaption></figure>')
_CAPTIONS = {
    "future_state": "map_caption_future_state",
    "day_in_the_life": "map_caption_day_in_the_life",
    "planned": "map_caption_planned",
}
_FOLDED = Markup('<details class="map"><summary>{}</summary>\n{}\n</details>')


def journey_map(drawn: Drawn | None, voice: Voice) -> Section:
    """Return the section with the maps of a persona inside the page: the current state open, other types folded."""
    title = str(voice.say("title_map"))
    if drawn is None:
        return Section("map", title, [paragraph(voice.say("map_missing"))])
    parts: list[Markup | Table] = [_MAP.format(inline(drawn.svg), voice.say("map_caption"))]
    for kind, svg in drawn.others.items():
        name = words.term(f"{kind}_map", voice.language)
        figure = _MAP.format(inline(svg), voice.say(_CAPTIONS[kind]))
        parts.append(_FOLDED.format(name[0].upper() + name[1:], figure))
    return Section("map", title, parts)


def transitions(results: Results, persona: str, voice: Voice) -> Section:
    """Return the transition matrix as a heat map, then every cell as a row."""
    rows = results.of(tables.TRANSITIONS, "persona", persona)
    lead = paragraph(
        voice.say("transitions_lead", horizon=voice.days(voice.params.estimate.horizon), level=voice.level)
    )
    if rows.empty:
        return Section("transitions", str(voice.say("title_transitions")), [lead, nothing(voice)])
    parts: list[Markup | Table] = [lead, _matrix(rows, voice), _list(rows, voice)]
    if rows["pooled"].notna().any():
        parts.append(paragraph(voice.say("pooled_remark"), kind="remark"))
    return Section("transitions", str(voice.say("title_transitions")), parts)


def nothing(voice: Voice) -> Markup:
    """Return what stands where a table would be without a row."""
    return paragraph(voice.say("no_row"), kind="remark")


def _places(names: Iterable[str], voice: Voice) -> list[str]:
    """Return the stages and reserved places among `names`, in the order of the journey."""
    order = [tables.START, *(stage.id for stage in voice.params.stages), tables.LOST, tables.UNRESOLVED]
    known = set(names)
    return [name for name in order if name in known] + sorted(known - set(order))


def _matrix(rows: pd.DataFrame, voice: Voice) -> Table:
    destinations = _places(rows["to_stage"], voice)
    cells = {(row["from_stage"], row["to_stage"]): row for _, row in rows.iterrows()}
    body = []
    for origin in _places(rows["from_stage"], voice):
        of_row = [cells[origin, destination] for destination in destinations if (origin, destination) in cells]
        visits = voice.say("cell_visits", n=voice.count(of_row[0]["n_visits"]))
        customers = small(voice.say("cell_customers", n=voice.count(of_row[0]["n_customers"])))
        sample = Markup("{} {}").format(visits, customers)
        body.append(
            [voice.stage(origin), sample, *(_shaded(cells.get((origin, name)), voice) for name in destinations)]
        )
    columns = [
        Column(str(voice.say("from"))),
        Column("n", SAMPLE),
        *(Column(voice.stage(name), "heat") for name in destinations),
    ]
    return Table("matrix", str(voice.say("transitions_matrix")), columns, body)


def _shaded(cell: pd.Series | None, voice: Voice) -> Markup | str:
    """Return a cell of the heat map: share and interval, or why they are missing."""
    if cell is None:
        return Markup('<span class="never">{}</span>').format(words.MISSING)
    if is_missing(cell["p"]):
        return reason(voice.note(cell["note"]) or voice.say("not_computed"))
    shade = min(int(cell["p"] * SHADES), SHADES - 1)
    return Markup('<span class="heat shade-{}"><strong>{}</strong> {}</span>').format(
        shade,
        voice.percent(cell["p"]),
        Markup('<span class="small interval">{}</span>').format(voice.share_interval(cell["ci_low"], cell["ci_high"])),
    )


def _list(rows: pd.DataFrame, voice: Voice) -> Table:
    place = {
        name: position
        for position, name in enumerate(_places(pd.concat([rows["from_stage"], rows["to_stage"]]), voice))
    }
    ordered = sorted(
        (row for _, row in rows.iterrows()), key=lambda row: (place[row["from_stage"]], place[row["to_stage"]])
    )
    body = [
        [
            voice.stage(row["from_stage"]),
            voice.stage(row["to_stage"]),
            voice.or_note(row["p"], row["note"], voice.percent),
            voice.share_interval(row["ci_low"], row["ci_high"]),
            voice.count(row["n_visits"]),
            voice.count(row["n_customers"]),
            voice.count(row["n_moved"]),
            _pooled(row, voice),
            voice.number(row["design_effect"]),
        ]
        for row in ordered
    ]
    columns = [
        Column(str(voice.say("from"))),
        Column(str(voice.say("to"))),
        Column(str(voice.say("share")), ESTIMATE),
        Column(str(voice.say("interval", level=voice.level)), INTERVAL),
        Column(str(voice.say("n_visits")), SAMPLE),
        Column(str(voice.say("n_customers")), SAMPLE),
        Column(str(voice.say("n_moved")), COUNT),
        Column(str(voice.say("pooled_share")), COUNT),
        Column(str(voice.say("design_effect")), COUNT),
    ]
    remark = voice.say(
        "transitions_remark",
        silence=voice.days(voice.params.silence),
        lost=voice.stage(tables.LOST),
        unresolved=voice.stage(tables.UNRESOLVED),
    )
    return Table("transitions", str(voice.say("transitions_list")), columns, body, remark, is_folded=True)


def _pooled(row: pd.Series, voice: Voice) -> str:
    """Return the share drawn towards that of all customers, with its bounds."""
    if is_missing(row["pooled"]):
        return words.MISSING
    bounds = voice.share_interval(row["pooled_low"], row["pooled_high"])
    return with_interval(voice.percent(row["pooled"]), bounds)


def funnel(results: Results, persona: str, voice: Voice) -> Section:
    """Return the share of journeys that reach each stage, beside all customers."""
    lead = paragraph(voice.say("funnel_lead", horizon=voice.days(voice.params.estimate.horizon)))
    own = results.of(tables.FUNNEL, "persona", persona).sort_values("position")
    everyone = {row["stage"]: row for _, row in results.of(tables.FUNNEL, "all", "(all)").iterrows()}
    body = []
    for _, row in own.iterrows():
        body.append(_reached(voice.stage(row["stage"]), str(voice.say("this_persona")), row, voice))
        if row["stage"] in everyone:
            body.append(
                _reached(voice.stage(row["stage"]), str(voice.say("all_customers")), everyone[row["stage"]], voice)
            )
    columns = [
        Column(str(voice.say("stage"))),
        Column(str(voice.say("group"))),
        Column(str(voice.say("share")), ESTIMATE),
        Column(str(voice.say("interval", level=voice.level)), INTERVAL),
        Column(str(voice.say("n_journeys")), SAMPLE),
        Column(str(voice.say("n_customers")), SAMPLE),
        Column(str(voice.say("n_reached")), COUNT),
        Column(str(voice.say("n_visited")), COUNT),
    ]
    table = Table("funnel", str(voice.say("funnel_caption")), columns, body)
    return Section("funnel", str(voice.say("title_funnel")), [lead, table if body else nothing(voice)])


def _reached(stage: str, group: str, row: pd.Series, voice: Voice) -> list[str]:
    share: str = voice.or_note(row["p"], row["note"], voice.percent)
    if not is_missing(row["p"]):
        share = Markup('{} <span class="bar" aria-hidden="true"><span style="width:{}%"></span></span>').format(
            share, f"{float(row['p']) * 100:.1f}"
        )
    return [
        stage,
        group,
        share,
        voice.share_interval(row["ci_low"], row["ci_high"]),
        voice.count(row["n_journeys"]),
        voice.count(row["n_customers"]),
        voice.or_note(row["n_reached"], row["note"], voice.count),
        voice.or_note(row["n_visited"], row["note"], voice.count),
    ]


def time_in_stage(results: Results, persona: str, voice: Voice) -> Section:
    """Return median and quartiles of the time in each stage."""
    lead = paragraph(voice.say("time_lead", horizon=voice.days(voice.params.estimate.horizon)))
    rows = {row["stage"]: row for _, row in results.of(tables.TIME_IN_STAGE, "persona", persona).iterrows()}
    body = [_duration(rows[name], voice) for name in _places(rows, voice)]
    columns = [
        Column(str(voice.say("stage"))),
        Column(str(voice.say("median")), ESTIMATE),
        Column(str(voice.say("interval", level=voice.level)), INTERVAL),
        Column(str(voice.say("quartiles")), COUNT),
        Column(str(voice.say("n_visits")), SAMPLE),
        Column(str(voice.say("n_customers")), SAMPLE),
    ]
    table = Table("time", str(voice.say("time_caption")), columns, body, voice.say("time_remark"))
    leaving = exits(results, persona, voice)
    parts = [lead, table if body else nothing(voice), *([leaving] if leaving else [])]
    return Section("time", str(voice.say("title_time")), parts)


def _duration(row: pd.Series, voice: Voice) -> list[str]:
    quartiles = [words.duration(row[name], voice.language) for name in ("quartile_1", "quartile_3")]
    return [
        voice.stage(row["stage"]),
        voice.or_note(row["median"], row["note"], lambda days: words.duration(days, voice.language)),
        words.duration_interval(row["median_low"], row["median_high"], voice.language, beside=row["median"]),
        words.MISSING if is_missing(row["quartile_1"]) else " – ".join(quartiles),
        voice.count(row["n_visits"]),
        voice.count(row["n_customers"]),
    ]
