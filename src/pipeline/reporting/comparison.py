"""All personas side by side on one page: key figures, losses, stages reached, time, pain points."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipeline import tables, words
from pipeline.params import Params
from pipeline.reporting.effects import Tested
from pipeline.reporting.elements import ESTIMATE, Column, Markup, Table, paragraph, reason, with_interval
from pipeline.reporting.page import page_beside_reports
from pipeline.reporting.reading import Results
from pipeline.reporting.voice import Voice, is_missing
from pipeline.shown_interval import effect_kind
from pipeline.tables import EVERYBODY

HOMOGENEITY = "homogeneity"


def comparison_page(results: Results, params: Params, language: str) -> str:
    """Return the page that sets the personas beside each other, and all customers beside them.

    Parameters
    ----------
    results
        What the earlier DVC stages wrote.
    params
        Of the workspace.
    language
        ``"fr"`` or ``"en"``.
    """
    voice = Voice(params, language)
    found = (_kpis, _losses, _reached, _times, _pains)
    parts = [table.html() for make in found if (table := make(results, voice)) is not None]
    content = Markup("{}\n{}\n{}").format(
        paragraph(voice.say("comparison_lead"), _homogeneity(results, voice), kind="lead"),
        Markup("\n").join(parts),
        paragraph(voice.say("comparison_remark", level=voice.level), kind="remark"),
    )
    return page_beside_reports("comparison", voice.say("comparison_title"), content, voice)


def _homogeneity(results: Results, voice: Voice) -> str:
    """Return whether personas are shown to move differently: the one test of all their matrices."""
    checks = results.frames[tables.CHECKS.name]
    rows = checks[(checks["check"] == HOMOGENEITY) & (checks["from_stage"] == EVERYBODY)]
    if rows.empty or is_missing(rows.iloc[0]["p_adjusted"]):
        return str(voice.say("comparison_untested"))
    row = rows.iloc[0]
    key = "comparison_differ" if row["verdict"] == "failed" else "comparison_alike"
    return str(
        voice.say(key, p=words.probability(row["p_adjusted"], voice.language), n=voice.count(row["n_customers"]))
    )


def _kpis(results: Results, voice: Voice) -> Table | None:
    """Return each key figure; its unit is its own."""
    names = {kpi.id: kpi.name[voice.language] for kpi in voice.params.kpis}
    rows = _by(results.frames[tables.KPIS.name], "kpi")
    cells = {key: _key_figure(row, voice) for key, row in rows.items()}
    return _beside("kpis", "comparison_kpis", "kpi", names, cells, voice)


def _losses(results: Results, voice: Voice) -> Table | None:
    """Return the share of visits of each stage that nothing follows."""
    moves = results.frames[tables.TRANSITIONS.name]
    rows = _by(moves[moves["to_stage"] == tables.LOST], "from_stage")
    cells = {key: _share(row, row["n_visits"], voice) for key, row in rows.items()}
    return _beside("losses", "comparison_losses", "stage", _stages(voice), cells, voice)


def _reached(results: Results, voice: Voice) -> Table | None:
    """Return the share of journeys that reach each stage."""
    rows = _by(results.frames[tables.FUNNEL.name], "stage")
    cells = {key: _share(row, row["n_journeys"], voice) for key, row in rows.items()}
    return _beside("funnel", "comparison_funnel", "stage", _stages(voice), cells, voice)


def _times(results: Results, voice: Voice) -> Table | None:
    """Return the median time in each stage."""
    cells = {}
    for key, row in _by(results.frames[tables.TIME_IN_STAGE.name], "stage").items():
        shown = voice.or_note(row["median"], row["note"], lambda days: words.duration(days, voice.language))
        bounds = words.duration_interval(row["median_low"], row["median_high"], voice.language, beside=row["median"])
        cells[key] = _with_interval_and_n(shown, bounds, row["n_visits"], voice)
    return _beside("time", "comparison_time", "stage", _stages(voice), cells, voice)


def _pains(results: Results, voice: Voice) -> Table | None:
    """Return the verdict on each hypothesis that was tested in some persona, and the effect there."""
    rows = _by(results.frames[tables.HYPOTHESES.name], "id")
    somewhere = {name for name, group in rows if group != EVERYBODY}
    declared = {one.id: one for one in voice.params.hypotheses if one.id in somewhere}
    names = {name: one.claim[voice.language] for name, one in declared.items()}
    cells = {key: _verdict(Tested(row, declared[key[0]], voice)) for key, row in rows.items() if key[0] in declared}
    return _beside("pains", "comparison_pains", "hypothesis", names, cells, voice)


# -- a table with one column per persona ---------------------------------------------------------------------------


def _by(frame: pd.DataFrame, key: str) -> dict[tuple[str, str], pd.Series]:
    """Return the rows of personas and of all customers by what they are of, and the group."""
    if "grouping" in frame:
        frame = frame[frame["grouping"].isin(["all", "persona"])]
    return {(row[key], row["group"]): row for _, row in frame.iterrows()}


def _beside(
    name: str, caption: str, head: str, names: dict[str, str], cells: Mapping[tuple[str, str], str], voice: Voice
) -> Table | None:
    """Return a table of what `names` lists, one column per persona and one of all customers; None without a row."""
    groups = [*(persona.id for persona in voice.params.personas), EVERYBODY]
    never = Markup('<span class="never">{}</span>').format(words.MISSING)
    body = [
        [shown, *(cells.get((one, group), never) for group in groups)]
        for one, shown in names.items()
        if any((one, group) in cells for group in groups)
    ]
    columns = [Column(str(voice.say(head))), *(Column(voice.group(group), ESTIMATE) for group in groups)]
    return Table(f"beside_{name}", str(voice.say(caption)), columns, body) if body else None


def _stages(voice: Voice) -> dict[str, str]:
    return {stage.id: stage.name[voice.language] for stage in voice.params.stages}


def _share(row: pd.Series, n: float, voice: Voice) -> str:
    shown = voice.or_note(row["p"], row["note"], voice.percent)
    return _with_interval_and_n(shown, voice.share_interval(row["ci_low"], row["ci_high"]), n, voice)


def _key_figure(row: pd.Series, voice: Voice) -> str:
    unit, currency, language = row["unit"], voice.params.workspace.currency, voice.language
    shown = voice.or_note(row["estimate"], row["note"], lambda value: words.in_unit(value, unit, currency, language))
    bounds = words.unit_interval(row["ci_low"], row["ci_high"], unit, currency, language)
    return _with_interval_and_n(shown, bounds, row["n"], voice)


def _verdict(tested: Tested) -> str:
    """Return the effect of a hypothesis in one group with its interval, the verdict and n; or why there is none."""
    voice, row = tested.voice, tested.row
    if not tested.is_known:
        return reason(voice.note(row["note"]) or voice.say("not_computed"))
    return Markup('{}<span class="small">{}</span><span class="small sample">n {}</span>').format(
        tested.cell(effect_kind(row)), tested.verdict(), voice.count(row["n_customers"])
    )


def _with_interval_and_n(shown: str, bounds: str, n: float, voice: Voice) -> str:
    """Return one cell: the estimate, below it its interval and its n; or the reason why there is none, alone."""
    if bounds == words.MISSING:
        return shown
    return Markup('{}<span class="small sample">n {}</span>').format(with_interval(shown, bounds), voice.count(n))
