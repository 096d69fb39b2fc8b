"""The engine: bindings go into the syntax tree, contracts are kept, the same bytes on any number of threads."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
import sqlglot

from pipeline import tables
from pipeline.engine import Engine, bind, literal, sql_of, within
from pipeline.errors import ParcoursError
from pipeline.params import EngineParams

SQL = sorted((Path(tables.__file__).parents[1] / "sql").glob("*.sql"))


@pytest.fixture
def engine(tmp_path):
    with Engine(EngineParams("duckdb", 2, "500 MB"), tmp_path) as one:
        yield one


def parsed(text):
    return sqlglot.parse_one(text, read="duckdb")


def test_values_are_bound_as_values_never_as_text(engine):
    hostile = "x'; drop table steps; --"
    assert engine.row(parsed("select $a as a, $b as b, $c as c"), a=hostile, b=-3, c=None) == {
        "a": hostile,
        "b": -3,
        "c": None,
    }
    assert engine.row(parsed("select timestamp '2026-01-01' + $d as t"), d=timedelta(hours=36))["t"] == datetime(
        2026, 1, 2, 12
    )
    assert engine.row(parsed("select 'b' in $list as found"), list=["a", "b"])["found"]


def test_lists_become_columns_groups_and_partitions(engine):
    tree = parsed(
        "select $columns, count(*) as n, row_number() over (partition by $columns order by 1) as r from t group by $columns"
    )
    columns = [parsed("a"), parsed("b")]
    assert bind(tree, {"columns": columns}).sql("duckdb") == (
        "SELECT a, b, COUNT(*) AS n, ROW_NUMBER() OVER (PARTITION BY a, b ORDER BY 1) AS r FROM t GROUP BY a, b"
    )
    assert bind(parsed("select a, $none from t"), {"none": []}).sql("duckdb") == "SELECT a FROM t"


def test_a_question_too_large_for_the_memory_says_which_key_to_change(tmp_path):
    is_said = pytest.raises(ParcoursError, match=r"^params.yaml: engine.memory_limit: 30 MB .*engine.threads")
    with is_said, Engine(EngineParams("duckdb", 2, "30 MB"), tmp_path) as small:
        small.frame(parsed("select list(i) as every from range(20000000) as t(i)"))


def test_what_is_made_in_passing_is_gone_afterwards(engine):
    engine.make("kept", parsed("select 1 as a"))
    with engine.passing():
        engine.make("table_in_passing", parsed("select 2 as a"))
        engine.make("view_in_passing", parsed("select * from table_in_passing"), lazily=True)
        assert engine.row(parsed("select a from view_in_passing"))["a"] == 2
    assert engine.has("kept")
    assert not engine.has("table_in_passing")
    assert not engine.has("view_in_passing", "view")


def test_a_query_within_a_range_sees_its_customers_only_under_any_alias(engine):
    engine.make("rows_of", parsed("select * from (values (1, 5), (9, 7)) as t(customer_id, n)"))
    joined = parsed("select sum(own.n * other.n) as n from rows_of as own join rows_of as other using (customer_id)")
    assert engine.row(within(joined, "rows_of", (0, 8)))["n"] == 25
    assert engine.row(within(joined, "rows_of", (1, 9)))["n"] == 25 + 49
    assert engine.row(within(joined, "another", (0, 8)))["n"] == 25 + 49


def test_a_forgotten_or_superfluous_binding_is_an_error():
    with pytest.raises(KeyError):
        bind(parsed("select $a"), {})
    with pytest.raises(KeyError, match="nothing binds"):
        bind(parsed("select 1"), {"a": 1})
    with pytest.raises(TypeError):
        literal(object())


@pytest.mark.parametrize("path", SQL, ids=lambda path: path.stem)
def test_each_sql_file_is_one_query_that_opens_with_what_it_makes(path):
    assert path.read_text(encoding="utf-8").startswith(f"-- {path.stem}: ")
    sql_of(path.stem)


def _frame_of(table, broken=None):
    example = {"VARCHAR": "web", "BIGINT": 1, "INTEGER": 1, "TIMESTAMP": datetime(2026, 1, 1), "BOOLEAN": True}
    fixed = {"actor": "customer", "status": "lost"}
    row = {
        name: fixed.get(name, example.get(column.type, 1)) if not column.nullable else None
        for name, column in table.columns.items()
    }
    return pd.DataFrame([{**row, **(broken or {})}])


def _load(engine, table, frame):
    columns = ", ".join(f'cast("{name}" as {column.type}) as "{name}"' for name, column in table.columns.items())
    engine.load("raw", frame)
    engine.connection.execute(f"create or replace temp table checked as select {columns} from raw")


PARQUET = [
    tables.EVENTS,
    tables.IDENTITIES,
    tables.STEPS,
    tables.JOURNEYS,
    tables.VISITS,
    tables.CUSTOMER_TRANSITIONS,
    tables.PERSONAS,
]


@pytest.mark.parametrize("table", PARQUET, ids=lambda table: table.name)
def test_each_rule_of_a_contract_broken_on_purpose_is_found(engine, table):
    _load(engine, table, _frame_of(table))
    engine.check(table, "checked")
    _load(engine, table, pd.concat([_frame_of(table)] * 2))
    with pytest.raises(ParcoursError, match=r"key .* repeated: 1 rows"):
        engine.check(table, "checked")
    for name, column in table.columns.items():
        if not column.nullable:
            _load(engine, table, _frame_of(table, {name: None}))
            with pytest.raises(ParcoursError, match=f"{name} is null: 1 rows"):
                engine.check(table, "checked")
    for column in list(table.columns)[:1]:
        engine.connection.execute(f'alter table checked drop column "{column}"')
        with pytest.raises(ParcoursError, match=f"column {column} is missing"):
            engine.check(table, "checked")


BROKEN = [
    (tables.EVENTS, {"channel": "wbe"}, "channel is known"),
    (tables.EVENTS, {"actor": "robot"}, "actor is known"),
    (tables.EVENTS, {"touchpoint": "(lost)"}, "touchpoint is not in brackets"),
    (tables.EVENTS, {"emotion": 3}, "emotion lies in"),
    (tables.JOURNEYS, {"status": "gone"}, "status is lost or censored"),
    (tables.JOURNEYS, {"started_at": datetime(2027, 1, 1)}, "a journey ends after it starts"),
]


@pytest.mark.parametrize(("table", "broken", "rule"), BROKEN, ids=lambda value: value if isinstance(value, str) else "")
def test_each_check_broken_on_purpose_is_found(engine, table, broken, rule):
    _load(engine, table, _frame_of(table, broken))
    with pytest.raises(ParcoursError, match=rule):
        engine.check(table, "checked")


def test_every_check_of_every_parquet_contract_is_broken_above():
    tested = {(table.name, rule) for table, _, rule in BROKEN}
    for table in PARQUET:
        for rule in table.checks:
            assert any(name == table.name and rule.startswith(part) for name, part in tested), (table.name, rule)
