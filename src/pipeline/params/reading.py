"""params.yaml read in one go, and refused whole if anything in it is wrong: each error names key, value and mend.

This module knows shapes; `check.py` looks into the SQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from importlib.util import find_spec
from shutil import which
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipeline.declarations import Section, format_duration, parse_duration
from pipeline.errors import nearest
from pipeline.params.clusters import clusters_of, personas_of
from pipeline.params.declared import (
    CORRECTIONS,
    GROUPINGS,
    LANGUAGES,
    ClusterParams,
    EngineParams,
    EstimateParams,
    Hypothesis,
    Key,
    Kpi,
    Params,
    Persona,
    Stage,
    WorkspaceParams,
)  # fmt: skip
from pipeline.params.hypotheses import hypothesis_of
from pipeline.params.identity import identifiers_of, identity_of
from pipeline.params.kpis import kpi_of
from pipeline.params.moments import moments_of
from pipeline.params.objectives import caps_of, objectives_of, refuse_too_many
from pipeline.params.parts import names_of, needs_complete
from pipeline.params.planned import planned_of
from pipeline.params.privacy import privacy_of
from pipeline.params.screening import screening_of
from pipeline.params.time_order import refuse_broken_order
from pipeline.params.verbatims import verbatims_of
from pipeline.tables import CLUSTER_NAMES
from pipeline.workspace import Workspace

_Declared = TypeVar("_Declared", Stage, Persona, Hypothesis, Kpi)


def load(workspace: Workspace) -> Params:
    """Read and validate a workspace's params.yaml.

    Raises
    ------
    ParcoursError
        At the first key that is missing, unknown or not what was expected; the message names it.
    """
    top = Section.read(workspace.root / "params.yaml", "params.yaml")
    stages = _each_once(top, "stages", map(_stage, top.sections("stages")))
    clusters, personas = _personas(top, workspace)
    stage_ids, persona_ids = [stage.id for stage in stages], [persona.id for persona in personas]
    declared = (hypothesis_of(section, stage_ids, persona_ids) for section in top.sections("hypotheses", ()))
    hypotheses = _each_once(top, "hypotheses", declared)
    window, journeys = top.section("window", {}), top.section("journeys")
    assess, draw = top.section("assess", {}), top.section("draw", {})
    traits = top.names("traits", ())
    kpis = _each_once(top, "kpis", (kpi_of(section, traits) for section in top.sections("kpis", ())))
    refuse_too_many(top, caps_of(top.section("caps", {})), len(personas), len(kpis))
    objectives = objectives_of(top, kpis, [one.id for one in hypotheses], stage_ids, persona_ids)
    touchpoints, campaigns, names = (top.section(name, {}) for name in ("touchpoints", "campaigns", "names"))
    kinds = identifiers_of(top.section("identifiers"))
    params = Params(
        path=workspace.root / "params.yaml",
        workspace=_workspace(top.section("workspace")),
        engine=_engine(top.section("engine", {})),
        sources=_sources(top),
        identifiers=kinds,
        identity=identity_of(top.section("identity", {}), kinds),
        window_start=_moment(window, "start"),
        cut_off=_moment(window, "cut_off"),
        silence=journeys.duration("silence"),
        goal=journeys.text("goal"),
        starts_with=journeys.text("starts_with", None),
        stages=stages,
        touchpoints={name: names_of(touchpoints, name) for name in touchpoints.content},
        campaigns={name: names_of(campaigns, name) for name in campaigns.content},
        names={name: names_of(names, name) for name in names.content},
        traits=traits,
        features=_features(top),
        personas=personas,
        clusters=clusters,
        estimate=_estimate(top.section("estimate")),
        kpis=kpis,
        objectives=objectives,
        assess_level=float(assess.number("level", 0.10, low=0.0001, high=0.5)),
        assess_correction=assess.choice("correction", CORRECTIONS, CORRECTIONS[0]),
        smallest_margin=assess.whole("smallest_margin", 5, low=1),
        hypotheses=hypotheses,
        emotion_threshold=draw.whole("emotion_threshold", 30, low=1),
        screening=screening_of(top.section("screening", {})),
        planned=planned_of(top.section("planned", {}), top.section("estimate").duration("horizon")),
        moments_of_truth=moments_of(top.section("moments_of_truth", {})),
        privacy=privacy_of(top.section("privacy", {})),
        verbatims=verbatims_of(top.section("verbatims", {})),
    )
    return _checked(params, window, journeys, assess, draw, top)


def _checked(params: Params, *sections: Section) -> Params:
    for section in sections:
        section.close()
    refuse_broken_order(params)
    return params


def _sources(top: Section) -> tuple[str, ...]:
    sources = top.texts("sources")
    if not sources:
        raise top.fail("sources", "expected the folders of data/raw to read, got none.")
    for source in sources:
        if not re.fullmatch(r"\w[\w-]*", source):
            raise top.fail("sources", f"{source!r}: a folder's name has letters, digits, _ and - only.")
    _refuse_repeats(top, "sources", sources)
    return sources


def _features(top: Section) -> dict[str, str]:
    features = top.mapping("features", {})
    for name in features:
        top.section("features").identifier_name(name)
    return features


def _each_once(top: Section, name: str, declared: Iterable[_Declared]) -> tuple[_Declared, ...]:
    """Return what the sections of a list declare, no two under one id."""
    found = tuple(declared)
    _refuse_repeats(top, name, [one.id for one in found])
    return found


def _refuse_repeats(top: Section, name: str, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            raise top.fail(name, f"{one!r} stands twice; each id is used once.")
        seen.add(one)


def _moment(section: Section, name: str) -> str | None:
    value = section.get(name, None)
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return f"{value.isoformat()} 00:00:00"
    try:
        return datetime.fromisoformat(str(value)).isoformat(sep=" ")
    except ValueError:
        raise section.fail(name, f"expected a date such as 2018-09-01, got {value!r}.") from None


def _workspace(section: Section) -> WorkspaceParams:
    languages = section.texts("languages", LANGUAGES)
    for language in languages:
        if language not in LANGUAGES:
            raise section.fail("languages", f"{language!r} is not one of fr, en.")
    zone = section.text("time_zone")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise section.fail("time_zone", f"{zone!r} is no time zone. Expected a name such as Europe/Paris.") from None
    result = WorkspaceParams(
        id=section.identifier("id"),
        name=names_of(section, "name"),
        about=names_of(section, "about"),
        languages=languages,
        currency=section.text("currency"),
        time_zone=zone,
        key=_key(section.section("key")),
    )
    section.close()
    return result


def _key(section: Section) -> Key:
    key = Key(section.text("public", None), section.text("secret", None), section.text("file", None))
    if sum(origin is not None for origin in (key.public, key.secret, key.file)) != 1:
        raise section.fail(
            "public", "give one of public (data that anyone may see), secret (name of an environment variable) or file."
        )
    section.close()
    return key


def _master(section: Section) -> str:
    master = section.text("master", "local[2]")
    if not re.fullmatch(r"local(\[(\d+|\*)\])?|spark://[\w.-]+:\d+(,[\w.-]+:\d+)*|yarn|k8s://\S+", master):
        raise section.fail(
            "master", f"expected local[2] or the address of a cluster, spark://host:7077, got {master!r}."
        )
    needed = {"PySpark": find_spec("pyspark"), "Java": which("java")}
    for name in [name for name, found in needed.items() if not found]:
        raise section.fail(
            "kind",
            f"spark needs {name}, which is not installed. Install Java 17 or later and parcours[spark], "
            "or take {kind: duckdb}.",
        )
    return master


def _engine(section: Section) -> EngineParams:
    limit = section.text("memory_limit", "2 GB")
    if not re.fullmatch(r"\d+(\.\d+)? ?(MB|GB)", limit):
        raise section.fail("memory_limit", f"expected a size such as '2 GB', got {limit!r}.")
    kind, threads = section.choice("kind", ("duckdb", "spark"), "duckdb"), section.whole("threads", 2, low=1)
    engine = EngineParams(kind, threads, limit, keep=section.truth("keep", True))
    if kind == "spark":
        engine = replace(engine, master=_master(section))
    section.close()
    return engine


def _stage(section: Section) -> Stage:
    stage = Stage(section.identifier("id"), names_of(section, "name"), section.text("when"), needs_complete(section))
    section.close()
    return stage


def _personas(top: Section, workspace: Workspace) -> tuple[ClusterParams | None, tuple[Persona, ...]]:
    """Return personas by rules, or by the clusters that `segment` found."""
    if not isinstance(top.get("personas"), dict):
        personas = _each_once(top, "personas", map(_persona, top.sections("personas")))
        if any(persona.when is None for persona in personas[:-1]):
            raise top.fail("personas", "only the last persona may say `otherwise: true`: the first match wins.")
        return None, personas
    section = top.section("personas")
    clusters = clusters_of(section.section("clusters"))
    section.close()
    return clusters, personas_of(clusters, workspace.path(CLUSTER_NAMES.path))


def _persona(section: Section) -> Persona:
    otherwise = section.truth("otherwise", False)
    when = section.text("when", None)
    if otherwise == (when is not None):
        raise section.fail("when", "give a rule, or `otherwise: true` for everybody else; one of the two.")
    describe_by = section.names("describe_by", ())
    if len(describe_by) > 3:
        raise section.fail("describe_by", f"at most three fit on the card, got {len(describe_by)}.")
    persona = Persona(section.identifier("id"), names_of(section, "name"), names_of(section, "goal"), when, describe_by)
    section.close()
    return persona


def _estimate(section: Section) -> EstimateParams:
    horizon = section.duration("horizon")
    bins = tuple(sorted(_durations(section, "duration_bins", [format_duration(horizon)])))
    if horizon not in bins:
        raise section.fail("duration_bins", f"must contain the horizon, {format_duration(horizon)}.")
    group_by = section.texts("group_by", ("persona", "channel"))
    for grouping in group_by:
        if grouping not in GROUPINGS:
            raise section.fail("group_by", f"{grouping!r} is unknown.{nearest(grouping, GROUPINGS)}")
    estimate = EstimateParams(
        horizon,
        float(section.number("level", 0.95, low=0.5, high=0.999)),
        bins,
        section.whole("smallest_cell", 5, low=1),
        group_by,
    )
    section.close()
    return estimate


def _durations(section: Section, name: str, default: list[str]) -> list[timedelta]:
    texts = section.texts(name, default)
    try:
        return [parse_duration(text) for text in texts]
    except ValueError as error:
        raise section.fail(name, f"{error}; expected a number and a unit (s, min, h, d) such as '14 d'.") from None
