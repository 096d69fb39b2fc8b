"""Rows that may not be used: without consent for the purpose, or older than the source may keep them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from sqlglot import exp

from pipeline.engine import Engine, literal, query_of
from pipeline.errors import ParcoursError, nearest
from pipeline.expressions import expression
from pipeline.params import Params
from pipeline.privacy.reasons import NO_CONSENT, PAST_RETENTION
from pipeline.source.description import Source


def refusals(
    source: Source, params: Params, columns: Sequence[str], moments: Sequence[exp.Expr]
) -> list[tuple[exp.Expr, exp.Expr]]:
    """Return (condition, reason) of the rows that consent and retention leave out.

    Parameters
    ----------
    source
        What its description declares.
    params
        Purpose, cut-off and time zone of the workspace.
    columns
        Names that the rules may use.
    moments
        When each event of a row happened, naive UTC. A row is as old as its latest event.

    Raises
    ------
    ParcoursError
        If a source asks for a purpose that params.yaml does not name, or the other way round.
    """
    cases: list[tuple[exp.Expr, exp.Expr]] = []
    if source.privacy.consent is not None:
        purpose = _purpose(source, params)
        agreed = expression(source.privacy.consent[purpose], f"{source.shown_as}: consent.{purpose}", columns)
        cases.append((_not_true(agreed), exp.Literal.string(f"{NO_CONSENT}_{purpose}")))
    if source.privacy.retention is not None:
        latest = exp.Greatest(
            this=moments[0].copy(), expressions=[one.copy() for one in moments[1:]], ignore_nulls=True
        )
        since = literal(_kept_since(source, params))
        cases.append((exp.LT(this=latest, expression=since), exp.Literal.string(PAST_RETENTION)))
    return cases


def _purpose(source: Source, params: Params) -> str:
    known = source.privacy.consent or {}
    purpose = params.privacy.purpose
    if purpose is None:
        raise ParcoursError(
            f"{source.shown_as}: consent: {', '.join(known)}, but params.yaml does not say for which purpose the data "
            f"are used. Declare it: privacy: {{purpose: {next(iter(known))}}}"
        )
    if purpose not in known:
        raise ParcoursError(
            f"{source.shown_as}: consent: no rule for the purpose {purpose!r} of params.yaml.{nearest(purpose, known)}"
        )
    return purpose


def _not_true(condition: exp.Expr) -> exp.Expr:
    """Return SQL that holds where a condition is false or unknown: who did not say yes did not agree."""
    return exp.Not(this=exp.Coalesce(this=condition, expressions=[exp.false()]))


def _kept_since(source: Source, params: Params) -> pd.Timestamp:
    if params.cut_off is None:
        raise ParcoursError(
            f"{source.shown_as}: retention: counted back from the cut-off, never from today. Declare window.cut_off in "
            "params.yaml."
        )
    local = source.privacy.kept_since(pd.Timestamp(params.cut_off))
    zoned = local.tz_localize(params.workspace.time_zone, ambiguous=True, nonexistent="shift_forward")
    return zoned.tz_convert("UTC").tz_localize(None)


def filtered_rows(engine: Engine) -> pd.DataFrame:
    """Return how many rows of each file were filtered, by reason."""
    return engine.frame(
        query_of(
            "select source_file, parcours_filtered_by as reason, count(*) as rows from judged_rows "
            "where parcours_judgement = 'filtered' group by all order by all"
        )
    )
