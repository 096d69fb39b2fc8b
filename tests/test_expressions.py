"""SQL from YAML: what is allowed, what is refused, and what reaches the engine unchanged in meaning."""

from __future__ import annotations

import duckdb
import pytest

from pipeline.errors import ParcoursError
from pipeline.expressions import expression, literals_compared_with, query

ALLOWED = [
    "touchpoint in ('a', 'b') and not is_goal",
    "value between 1 and 2.5 or value is null",
    "case when value > 1 then 'high' else 'low' end = 'high'",
    "coalesce(channel, 'web') like 'w%'",
    "days_between(started, ended) > 3",
    "cast(value as integer) % 2 = 0",
    "occurred_at >= timestamp '2026-01-01' + interval 3 day",
    "lower(trim(channel)) || '-' || upper(touchpoint) <> ''",
]
REFUSED = [
    ("getenv('HOME')", "function 'getenv' is not allowed"),
    ("read_text('/etc/passwd')", "function 'read_text' is not allowed"),
    ("read_csv('/etc/passwd')", "function 'read_csv' is not allowed"),
    ("reflect('java.lang.System', 'exit', 1)", "function 'reflect' is not allowed"),
    ("(select max(value) from events) > 1", "not allowed here"),
    ("exists (select 1)", "not allowed"),
    ("value > 1; drop table events", "expected one SQL expression"),
    ("x -> x + 1", "not allowed|not SQL|no column"),
    ("hash(value) > 1", "function 'hash' is not allowed"),
    ("random() > 0.5", "function 'rand"),
    ("now() > occurred_at", "not allowed"),
    ("value >", "this is not SQL"),
    ("count(*) > 1", "function 'count' is not allowed"),
    ("row_number() over () = 1", "not allowed"),
    ("other.value = 1", "write the column's name alone"),
    ("valeu = 1", "no column 'valeu'. Nearest: value"),
    ("* = 1", "not allowed|not SQL"),
]
COLUMNS = ["touchpoint", "is_goal", "value", "channel", "started", "ended", "occurred_at"]


@pytest.mark.parametrize("text", ALLOWED)
def test_allowed_expressions_run_on_the_engine(text):
    tree = expression(text, "params.yaml: here", COLUMNS)
    with duckdb.connect() as connection:
        connection.execute(
            "create table t (touchpoint varchar, is_goal boolean, value decimal(18,4), channel varchar, "
            "started timestamp, ended timestamp, occurred_at timestamp)"
        )
        connection.execute(f"select {tree.sql('duckdb')} from t")


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_refused_expressions_say_where_and_why(text, message):
    with pytest.raises(ParcoursError, match="^params.yaml: here: ") as caught:
        expression(text, "params.yaml: here", COLUMNS)
    assert any(part in str(caught.value) for part in message.split("|")), str(caught.value)


def test_days_between_counts_calendar_days():
    tree = expression("days_between(a, b)", "here", ["a", "b"])
    with duckdb.connect() as connection:
        connection.execute(
            "create table t as select timestamp '2026-03-01 23:59' as a, timestamp '2026-03-02 00:01' as b"
        )
        assert connection.execute(f"select {tree.sql('duckdb')} from t").fetchall() == [(1,)]


def test_keyed_value_finds_the_value_of_one_key_of_any_type():
    texts = [
        r'[{"key": "id", "value": {"int_value": "17"}}, {"key": "page", "value": {"string_value": "a \"b\" {c}"}}]',
        '[{"key":"xid","value":{"int_value":"1"}},{"key":"id","value":{"string_value":null,"int_value":null,"double_value":-1.5}}]',
        r'[{"key": "page", "value": {"string_value": "\"key\": \"id\", \"value\": {\"int_value\": 9}"}}]',
        "no JSON",
        None,
    ]
    with duckdb.connect() as connection:
        connection.execute("create table t (place integer, params varchar)")
        connection.executemany("insert into t values (?, ?)", list(enumerate(texts)))
        for key, found in (("id", ["17", "-1.5", None, None, None]), ("i.", [None] * 5)):
            tree = expression(f"keyed_value(params, '{key}')", "here", ["params"])
            assert [
                row[0] for row in connection.execute(f"select {tree.sql('duckdb')} from t order by place").fetchall()
            ] == found
    with pytest.raises(ParcoursError, match="here: keyed_value.*expected a key in quotes, got params"):
        expression("keyed_value(params, params)", "here", ["params"])


def test_features_summarise_steps():
    expression("count(*) filter (where touchpoint = 'a')", "here", COLUMNS, aggregate=True)
    with pytest.raises(ParcoursError, match="'value' stands outside an aggregate"):
        expression("value + 1", "here", COLUMNS, aggregate=True)
    with pytest.raises(ParcoursError, match="'string_agg' is not allowed|'group_concat' is not allowed"):
        expression("string_agg(touchpoint, ',')", "here", COLUMNS, aggregate=True)


@pytest.mark.parametrize(
    "text",
    [
        "select * from secrets",
        "select * from main, read_parquet('/etc/x') as x",
        "select * from 'file.csv'",
        "select main.*, (select max(a) from other) from main",
        "copy main to 'x'",
        "attach 'x' as y",
    ],
)
def test_queries_read_their_own_tables_only(text):
    with pytest.raises(ParcoursError, match="here: "):
        query(text, "here", {"main": ["a"], "lookup": ["a"]})


def test_queries_may_join_and_aggregate_first():
    text = "with sums as (select a, sum(b) as b from lookup group by a) select main.*, sums.b from main left join sums using (a)"
    assert "LEFT JOIN" in query(text, "here", {"main": ["a"], "lookup": ["a", "b"]}).sql("duckdb")


def test_literals_are_found_wherever_they_stand():
    tree = expression("(touchpoint = 'a' and value > 1) or 'b' = touchpoint or touchpoint in ('c')", "here", COLUMNS)
    assert literals_compared_with(tree, "touchpoint") == {"a", "b", "c"}


@pytest.mark.parametrize(
    ("text", "path", "value"),
    [
        ('{"user": {"email": "a@b.fr"}}', "$.user.email", "a@b.fr"),
        ('{"items": [{"sku": 1}, {"sku": 2.5}]}', "$.items[1].sku", "2.5"),
        ('{"a name": true}', '$["a name"]', "true"),
        ("{\"it''s\": 1}", "$", '{"it\'s":1}'),
        ('{"list": [1, "x"]}', "$.list", '[1,"x"]'),
        ('{"a": null}', "$.a", None),
        ('{"a": 1}', "$.b", None),
        ("{no json", "$.a", None),
    ],
)
def test_json_value(text, path, value):
    tree = expression(f"json_value('{text}', '{path}')", "here")
    assert duckdb.sql(f"select {tree.sql('duckdb')}").fetchall() == [(value,)]


@pytest.mark.parametrize(
    "path", ["'a'", "'$.a[*]'", "'$..a'", "'$.*'", "a", "'$.a[#-1]'", '\'$["a\\"b"]\'', "null", "1"]
)
def test_a_path_leads_to_one_value(path):
    with pytest.raises(ParcoursError, match="is no path. Expected one such as"):
        expression(f"json_value(a, {path})", "here", ["a"])
