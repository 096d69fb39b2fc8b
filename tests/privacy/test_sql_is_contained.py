"""SQL in YAML reaches its own tables and functions only: the list refuses, and the engine's locks would, too."""

from __future__ import annotations

import time
from contextlib import suppress
from copy import deepcopy

import duckdb
import pandas as pd
import pytest
import sqlglot
from sqlglot import exp

import small_workspace as shop
from pipeline import check
from pipeline.engine import Engine
from pipeline.errors import ParcoursError
from pipeline.expressions import AGGREGATE_FUNCTIONS, SCALAR_FUNCTIONS, expression, function_name, query
from pipeline.params import EngineParams

from . import sql_attempts as attempts

COLUMNS = ["touchpoint", "is_goal", "value", "channel", "occurred_at"]
TABLES = {"main": ["a"], "lookup": ["a"]}


def short(value: str) -> str:
    return value[:50]


# -- the list ----------------------------------------------------------------------------------------------------


def test_there_are_enough_attempts():
    assert len(attempts.cases(attempts.VALUES)) >= 100 and len(attempts.cases(attempts.QUERIES)) >= 80


@pytest.mark.parametrize(("group", "text"), attempts.cases(attempts.VALUES), ids=short)
def test_a_value_cannot(group, text):
    for aggregate in (False, True):
        with pytest.raises(ParcoursError, match="^params.yaml: here: "):
            expression(text, "params.yaml: here", COLUMNS, aggregate)
        with pytest.raises(ParcoursError, match="^params.yaml: here: "):
            expression(f"max({text})" if aggregate else f"({text}) is null", "params.yaml: here", COLUMNS, aggregate)
    if not text.startswith("value "):  # in a query, these are what a query is made of
        with pytest.raises(ParcoursError, match="^source.yaml: query: "):
            query(f"select main.*, {text} as stolen from main", "source.yaml: query", {"main": COLUMNS})


@pytest.mark.parametrize(("group", "text"), attempts.cases(attempts.QUERIES), ids=short)
def test_a_query_cannot(group, text):
    with pytest.raises(ParcoursError, match="^source.yaml: query: "):
        query(text, "source.yaml: query", TABLES)
    with pytest.raises(ParcoursError, match="^params.yaml: here: "):
        expression(f"value in ({text})", "params.yaml: here", COLUMNS)


@pytest.mark.parametrize("text", attempts.BOMB_VALUES + attempts.BOMB_QUERIES, ids=short)
def test_no_text_costs_hours(text):
    started = time.perf_counter()
    with pytest.raises(ParcoursError, match="^here: "):
        query(text, "here", TABLES) if text in attempts.BOMB_QUERIES else expression(text, "here", COLUMNS)
    assert time.perf_counter() - started < 10


@pytest.mark.parametrize("text", attempts.CUT_OFF)
def test_what_is_hidden_never_reaches_an_engine(text):
    tree = expression(text, "here", COLUMNS)
    assert tree.sql("duckdb") in ("(1)", "(CAST(value AS TEXT))") and tree.sql("spark") in (
        "(1)",
        "(CAST(value AS STRING))",
    )


# -- every place that takes SQL ----------------------------------------------------------------------------------

STEAL = "(select content from read_text('/etc/hostname')) is null"
HYPOTHESIS = {
    "id": "late", "claim": shop.both("Late."), "population": "value > 1", "index": "every order_delivered",
    "exposure": "late_days > 0", "outcome": {"kind": "binary", "when": "is_goal"}, "outcome_window": "10 d",
    "direction": "lower", "smallest_effect": 0.05, "stage": "experience", "owner": "logistics",
}  # fmt: skip
PARAMS_PLACES = [
    "journeys.goal", "journeys.starts_with", "stages.0.when", "features.orders", "personas.0.when", "kpis.0.when",
    "kpis.0.asked",
    "screening.support", "hypotheses.0.population", "hypotheses.0.exposure", "hypotheses.0.exposure.none",
    "hypotheses.0.outcome.when", "hypotheses.0.outcome.sum", "hypotheses.0.outcome.competing", "traits.0",
    "hypotheses.0.adjust_for.0", "personas.0.describe_by.0", "sources.0",
]  # fmt: skip
SOURCE_PLACES = [
    "query", "leave_out.tests", "identifiers.email", "events.0.occurred_at", "events.0.when", "events.0.value",
    "events.1.score.value", "events.1.attributes.late_days", "attributes.shared", "duplicates.0", "lookups.0",
]  # fmt: skip


def planted(content: dict, place: str, text: str) -> dict:
    """Return declarations with a text put at a place, and what the place needs to be read at all."""
    content = deepcopy(content)
    *path, last = place.split(".")
    if place.endswith("outcome.sum"):
        content["hypotheses"][0]["outcome"]["kind"] = "continuous"
    if place.endswith("outcome.competing"):
        content["hypotheses"][0]["outcome"]["kind"] = "time_to_event"
    if place.endswith("asked"):
        content["kpis"][0] |= {"kind": "nps", "when": "score is not null"}
    if place.endswith("exposure.none"):
        content["hypotheses"][0] |= {"exposure": {}, "exposure_window": "2 d"}
    if place == "lookups.0":
        return content | {"lookups": {text: "*.csv"}, "query": "select * from main"}
    at = content
    for step in path:
        at = at[int(step)] if step.isdigit() else at.setdefault(step, [text] if last.isdigit() else {})
    at[int(last) if last.isdigit() else last] = text
    return content


@pytest.mark.parametrize("place", PARAMS_PLACES)
def test_params_yaml_takes_it_nowhere(tmp_path, place):
    declared = planted({**shop.PARAMS, "hypotheses": [HYPOTHESIS]}, place, STEAL)
    workspace = shop.make(tmp_path / "w", params=declared)
    key = place.replace(".0", "[0]", 1) if not place.endswith(".0") else place.rpartition(".")[0].replace(".0", "[0]")
    with pytest.raises(ParcoursError) as caught:
        check.check(workspace, shop.load(workspace))
    assert str(caught.value).startswith(f"params.yaml: {key}"), str(caught.value)
    assert "binder" not in str(caught.value).lower() and "catalog" not in str(caught.value).lower()


@pytest.mark.parametrize("place", SOURCE_PLACES)
def test_source_yaml_takes_it_nowhere(tmp_path, place):
    source = planted(shop.ORDERS_SOURCE, place, STEAL)
    workspace = shop.make(tmp_path / "w", orders_source=source)
    with pytest.raises(ParcoursError) as caught:
        check.check(workspace, shop.load(workspace))
    assert str(caught.value).startswith("data/raw/orders/source.yaml: "), str(caught.value)
    assert place.split(".")[0] in str(caught.value).replace("events[0].attributes", "attributes")


# -- the second wall ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fortress(tmp_path_factory):
    """An engine as every DVC stage opens it, beside a secret file; a frame of Python is called canary_frame."""
    folder = tmp_path_factory.mktemp("wall")
    (folder / "w" / ".parcours-x").mkdir(parents=True)
    outside = folder / "outside.csv"
    outside.write_text(attempts.CANARY + "\n", encoding="utf-8")
    with Engine(EngineParams("duckdb", 1, "200 MB"), folder / "w" / ".parcours-x") as engine:
        engine.connection.execute("create temp table main as select 1 as a, 'x' as touchpoint, 1 as value")
        engine.connection.execute(
            "create temp table steps as select 'x' as touchpoint, 1 as value, now() as occurred_at"
        )
        yield engine, outside, folder


def test_the_engine_is_locked(fortress):
    engine, _, folder = fortress
    asked = ["enable_external_access", "lock_configuration", "autoload_known_extensions", "python_enable_replacements"]
    found = {name: engine.row(sqlglot.parse_one(f"select current_setting('{name}') as on_"))["on_"] for name in asked}
    assert found == dict.fromkeys(asked, False) | {"lock_configuration": True}
    with pytest.raises(duckdb.Error, match="locked|disabled|configuration"):
        engine.connection.execute(f"set allowed_directories = ['{folder}']")


@pytest.mark.parametrize("number", range(len(attempts.cases(attempts.VALUES)) + len(attempts.cases(attempts.QUERIES))))
def test_the_engine_gives_nothing_away_by_itself(fortress, monkeypatch, number):
    engine, outside, folder = fortress
    monkeypatch.setenv("PARCOURS_CANARY", attempts.CANARY)
    canary_frame = pd.DataFrame({"a": [attempts.CANARY]})  # what a replacement scan of Python variables would find
    values, queries = (attempts.cases(groups, str(outside)) for groups in (attempts.VALUES, attempts.QUERIES))
    text = values[number][1] if number < len(values) else queries[number - len(values)][1]
    texts = [f"select {text} from steps"] if number < len(values) else [text]
    engine.connection.execute("begin")
    for statement in texts:
        try:
            seen = str(engine.connection.execute(statement).fetchall())
        except (duckdb.Error, RuntimeError) as error:
            seen = str(error).replace(statement, "")
        assert attempts.CANARY not in seen.replace(str(canary_frame), ""), statement
    with suppress(duckdb.Error):
        engine.connection.execute("rollback")
    assert {path.name for path in folder.iterdir()} == {"outside.csv", "w"}
    assert outside.read_text(encoding="utf-8") == attempts.CANARY + "\n"


# -- Spark -------------------------------------------------------------------------------------------------------

# Each function of the list, as people write it.
WRITTEN = {
    "abs": "abs(a)", "case": "case when a > 1 then 1 end", "ceil": "ceil(a)", "coalesce": "coalesce(a, 1)",
    "concat": "concat(t, 'x')", "date_trunc": "date_trunc('month', at_)", "day": "day(at_)",
    "days_between": "days_between(at_, at_)", "extract": "extract(isodow from at_)", "floor": "floor(a)",
    "greatest": "greatest(a, 1)", "hour": "hour(at_)", "if": "if(a > 1, 1, 2)",
    "json_value": "json_value(t, '$.a.b')", "keyed_value": "keyed_value(t, 'a')", "least": "least(a, 1)", "left": "left(t, 1)",
    "length": "length(t)", "lower": "lower(t)", "minute": "minute(at_)", "month": "month(at_)", "nullif": "nullif(a, 1)",
    "regexp_matches": "regexp_matches(t, '^a')", "replace": "replace(t, 'a', 'b')", "right": "right(t, 2)",
    "round": "round(a, 2)", "split_part": "split_part(t, ',', 1)", "starts_with": "starts_with(t, 'a')",
    "strftime": "strftime(at_, '%Y')", "strptime": "strptime(t, '%Y')", "substring": "substring(t, 1, 2)", "trim": "trim(t)",
    "try_strptime": "try_strptime(t, '%Y')", "upper": "upper(t)", "year": "year(at_)",
    "count": "count(*)", "count_if": "count_if(a > 1)", "max": "max(a)", "min": "min(a)", "sum": "sum(a)",
}  # fmt: skip
# What sqlglot calls the conversions that Spark's own functions do to their argument.
SILENT = {"ts_or_ds_to_date", "time_str_to_time", "datediff", ""}
# What our own functions are written as there.
REWRITTEN = {"json_extract_scalar", "json_format", "regexp_extract"}


@pytest.mark.parametrize("name", sorted(SCALAR_FUNCTIONS | AGGREGATE_FUNCTIONS))
def test_what_passes_becomes_nothing_else_on_spark(name):
    tree = expression(WRITTEN[name], "here", aggregate=name in AGGREGATE_FUNCTIONS)
    back = sqlglot.parse_one(tree.sql("spark"), read="spark")
    assert {
        function_name(node) for node in back.find_all(exp.Func)
    } <= SCALAR_FUNCTIONS | AGGREGATE_FUNCTIONS | SILENT | REWRITTEN
    assert not list(back.find_all(exp.Select, exp.Command))
