"""SQL in YAML on a real Spark session: the list refuses before Spark is asked, and the session's locks would, too.

Takes a minute or two, nearly all of it Spark's: `make spark`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from pipeline.engine.spark import SparkEngine
from pipeline.engine.spark_locks import refuse_other_than_query
from pipeline.errors import ParcoursError
from pipeline.expressions import expression, query

from . import sql_attempts as attempts

# Java's environment is that of the moment when it started: its search path stands for a secret.
VARIABLE, SECRET = "PATH", os.environ["PATH"]
VALUES = attempts.cases(attempts.VALUES)
QUERIES = attempts.cases(attempts.QUERIES)
OF_SPARK = attempts.cases(attempts.SPARK_QUERIES)
COLUMNS = ["touchpoint", "is_goal", "value", "channel", "occurred_at"]


def test_there_are_enough_attempts() -> None:
    assert len({text for _, text in VALUES + QUERIES}) > 180 and len(OF_SPARK) > 50


@pytest.fixture(scope="module")
def fortress(spark: SparkEngine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SparkEngine, Path]]:
    """The engine as a DVC stage opens it, with the tables that rules read, beside a file that is not theirs."""
    outside = tmp_path_factory.mktemp("wall") / "outside.csv"
    outside.write_text(attempts.CANARY + "\n", encoding="utf-8")
    rows = pd.DataFrame({"touchpoint": ["x"], "value": [1], "a": [1], "is_goal": [True], "channel": ["web"]})
    rows["occurred_at"] = pd.Timestamp("2026-01-01")
    for name in ("main", "steps", "lookup"):
        spark.load(name, rows)
    yield spark, outside
    assert [path.name for path in outside.parent.iterdir()] == ["outside.csv"]


def written(text: str, outside: Path) -> str:
    return text.replace("/etc/hostname", str(outside)).replace("PARCOURS_CANARY", VARIABLE)


# -- the first wall --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("group", "text"), VALUES + QUERIES + OF_SPARK, ids=lambda one: one[:50])
def test_the_list_refuses_before_spark_is_asked(
    fortress: tuple[SparkEngine, Path], monkeypatch: pytest.MonkeyPatch, group: str, text: str
) -> None:
    engine, outside = fortress
    asked: list[str] = []
    monkeypatch.setattr(engine.session, "sql", asked.append)
    text = written(text, outside)
    with pytest.raises(ParcoursError):
        engine.frame(exp.select(expression(text, "here", COLUMNS)).from_("steps"))
    if (group, text) not in VALUES or not text.startswith("value "):  # in a query, these are what a query is made of
        with pytest.raises(ParcoursError):
            engine.frame(query(text, "here", {"main": COLUMNS, "lookup": COLUMNS}))
    assert asked == []


@pytest.mark.parametrize("text", attempts.SPARK_TEXTS)
def test_a_text_that_spark_would_fill_in_stays_what_it_is(fortress: tuple[SparkEngine, Path], text: str) -> None:
    engine, outside = fortress
    text = written(text, outside)
    rule = expression(f"case when touchpoint = 'x' then '{text}' end", "here", COLUMNS)
    assert engine.row(exp.select(exp.alias_(rule, "found")).from_("steps")) == {"found": text}


# -- the second wall -------------------------------------------------------------------------------------------


def readings(text: str, is_value: bool) -> list[str]:
    """Return a text as Spark may be handed it: as it is, and as sqlglot writes it for Spark."""
    asked = [f"select {text} from steps" if is_value else text]
    with suppress(SqlglotError, RecursionError):
        asked += [tree.sql("spark") for tree in sqlglot.parse(asked[0], read="duckdb") if tree is not None]
    return list(dict.fromkeys(asked))


def answer(engine: SparkEngine, sql: str) -> str:
    """Return what Spark gives for a text that no list has looked at, "" if nothing."""
    try:
        refuse_other_than_query(engine.session, sql)
        return str(engine.session.sql(sql).limit(20).collect())
    except Exception as error:  # noqa: BLE001 – whatever Spark says: it must not tell the secret either
        return str(error).replace(sql, "")


@pytest.mark.parametrize("number", range(len(VALUES + QUERIES + OF_SPARK)))
def test_the_session_gives_nothing_away_by_itself(fortress: tuple[SparkEngine, Path], number: int) -> None:
    engine, outside = fortress
    _, text = (VALUES + QUERIES + OF_SPARK)[number]
    for sql in readings(written(text, outside), is_value=number < len(VALUES)):
        seen = answer(engine, sql)
        assert attempts.CANARY not in seen and SECRET not in seen, sql
    assert outside.read_text(encoding="utf-8") == attempts.CANARY + "\n"
    assert [path.name for path in outside.parent.iterdir()] == ["outside.csv"]


# -- each lock is one that holds something ---------------------------------------------------------------------

LOCKED: dict[str, Callable[[Any, Path], object]] = {
    "variables in texts": lambda session, _: session.sql(f"select '${{env:{VARIABLE}}}'").collect(),
    "files as tables": lambda session, path: session.sql(f"select * from text.`{path}`").collect(),
    "Java": lambda session, _: session.sql(f"select reflect('java.lang.System', 'getenv', '{VARIABLE}')").collect(),
}


@pytest.mark.parametrize("what", LOCKED)
def test_without_its_locks_the_session_gives_it_away(fortress: tuple[SparkEngine, Path], what: str) -> None:
    engine, outside = fortress
    seen = str(LOCKED[what](engine.session.newSession(), outside))  # a new session has none of them
    assert SECRET in seen or attempts.CANARY in seen
    try:
        seen = str(LOCKED[what](engine.session, outside))
    except Exception as error:  # noqa: BLE001 – refused, or answered with nothing
        seen = str(error)
    assert SECRET not in seen and attempts.CANARY not in seen


def test_commands_and_programs_are_refused_that_spark_would_run(fortress: tuple[SparkEngine, Path]) -> None:
    engine, outside = fortress
    program = f"select transform(touchpoint) using 'cat {outside}' as (a string) from main"
    assert attempts.CANARY in str(engine.session.sql(program).collect())
    view = f"create temporary view seen_apart using csv options (path '{outside}')"
    apart = engine.session.newSession()
    apart.sql(view)
    assert attempts.CANARY in str(apart.sql("select * from seen_apart").collect())
    for sql in (program, view):
        with pytest.raises(ParcoursError, match=r"runs no program|not take this for a query"):
            refuse_other_than_query(engine.session, sql)
