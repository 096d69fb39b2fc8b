"""Each rewrite of spark_dialect.py, at its edges, on both engines: what DuckDB says, Spark must say.

Beside the rewrites stand expressions that need none, and would be wrong without anybody noticing.
"""

from __future__ import annotations

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from pipeline.engine import coded_column
from pipeline.engine.spark import SparkEngine
from pipeline.engine.spark_dialect import spark_sql
from pipeline.typing_rules import typed_column
from recorded_queries import differences, texts_for_codes

ROWS = """with rows as (
    select * from (values
        (1, 1, 'b', timestamp '2026-03-29 00:59:59.999999', timestamp '2026-03-29 01:00:00', 7, cast(2.50 as decimal(9, 2))),
        (2, 1, 'a', timestamp '2026-03-29 01:00:00', timestamp '2026-03-30 00:59:59', -7, cast(-2.50 as decimal(9, 2))),
        (3, 1, null, timestamp '2026-10-25 00:30:00', timestamp '2027-01-01 00:00:00', 2, null),
        (4, 2, 'É|x', timestamp '2025-12-31 23:59:59.5', timestamp '2026-01-01 00:00:00.4', null, cast(0.05 as decimal(9, 2)))
    ) as made (id, customer, text, earlier, later, n, money)
) """
CASES = {
    "microseconds between": "date_diff('microsecond', earlier, later) as x",
    "days are boundaries crossed": "date_diff('day', earlier, later) as x, date_diff('day', later, earlier) as y",
    "seconds are boundaries crossed": "date_diff('second', earlier, later) as x",
    "hours are boundaries crossed": "date_diff('hour', earlier, later) as x",
    "local time over a change of clocks": "(earlier at time zone 'UTC') at time zone 'Europe/Paris' as x",
    "UTC of a local time": "(earlier at time zone 'Europe/Paris') at time zone 'UTC' as x",
    "month as text": "strftime((earlier at time zone 'UTC') at time zone 'Europe/Paris', '%Y-%m') as x",
    "start of the month, week and day": (
        "date_trunc('month', earlier) as x, date_trunc('week', earlier) as y, date_trunc('day', earlier) as z"
    ),
    "interval of microseconds": "earlier + interval '432000000001 microseconds' as x, earlier - interval '1 microsecond' as y",
    "interval of days": "earlier + interval '30 days' > later as x",
    "interval of months": "earlier + interval 1 month as x, earlier - interval '2 months' as y",
    "weekday from a Monday": "date_diff('day', date '1970-01-05', cast(earlier as date)) % 7 as x",
    "hour": "extract(hour from earlier) as x",
    "null in a concatenation": "concat(text, '|', n, '|', money, '|', n is null) as x, concat_ws('|', text, n, money) as y",
    "division gives a float": "money / 4 as x, n / nullif(n - 2, 0) as y",
    "whole division and remainder of negatives": "n // 2 as x, n % 3 as y, (n - 1) // 2 as z",
    "rounding of halves": "cast(round(money) as bigint) as x, cast(round(money * 10) as bigint) as y, floor(money) as z",
    "distinct from": "text is distinct from 'a' as x, text is not distinct from null as y",
    "pairs compared": "(customer, id) < (1, 3) as x",
    "text of a number, a truth and a time": "cast(money as varchar) as x, cast(n > 0 as varchar) as y, cast(earlier as varchar) as z",
    "what cannot be read": "try_cast(text as integer) as x, try_cast(text as decimal(9, 2)) as y",
    "parts of texts": "lower(text) as x, substr(text, 1, 1) as y, length(text) as z, trim(' b ') as w",
    "digest": "md5(concat_ws('|', text, cast(id as varchar))) as x",
    "every match replaced": "regexp_replace(text, '[xb]', '-', 'g') as x, regexp_matches(text, '^[a-b]$') as y",
    "value in JSON": (
        "try_cast(concat('{\"a\": {\"b\": [', id, ', \"x\"]}}') as json) ->> '$.a.b[0]' as x, "
        "try_cast('no JSON' as json) ->> '$.a' as y, try_cast('{\"a b\": true}' as json) ->> '$.\"a b\"' as z"
    ),
    "a time in text, as a format says": (
        "try_strptime('5/1/2026 9:05', '%d/%m/%Y %H:%M') as x, try_strptime('no', '%d/%m/%Y') as y, "
        "strptime('20260105', '%Y%m%d') as z"
    ),
    "an instant as UTC": "try_cast('2026-01-05 14:05:06+02' as timestamptz) at time zone 'UTC' as x",
    "whole division of large numbers": "9007199254740993 // 2 as x, 9223372036854775807 // 576460752303423488 as y",
    "a window that goes on from a named one": (
        "sum(n) over (so_far rows between unbounded preceding and 1 preceding) as x, lag(text) over so_far as y, "
        "first_value(text) over so_far as z"
    ),
}
WINDOW = " window so_far as (partition by customer order by earlier, id)"
QUERIES = {
    "all, nulls last": "select text, n, count(*) as k from rows group by all order by all",
    "first of each": "select id, text from rows qualify row_number() over (partition by customer order by text) = 1 order by id",
    "aggregates of some rows": (
        "select customer, count(*) filter (where n > 0) as x, cast(sum(n) filter (where n < 0) as bigint) as y, "
        "count_if(n > 0) as z, bool_or(n > 0) as w from rows group by customer order by customer"
    ),
    "distinct pairs": "select count(distinct (customer, text)) as x, count(distinct text) as y from rows",
    "a condition in brackets": "select id from rows where (customer) = 1 group by id having (id > 1) order by id",
    "one truth in brackets": "select id from (select id, n > 0 as is_more from rows) where (is_more) order by id",
    "a list as rows": "select unnest(['b', 'a']) as x order by x",
    "all but some columns": "select * exclude (earlier, later), text as again from rows order by id",
    "an alias in the group": "select n % 2 as part, count(*) as k from rows group by part order by part",
    "text in order of bytes": "select text from (values ('b'), ('B'), ('é'), ('a b'), ('ab'), ('z')) as t (text) order by text",
}


@pytest.mark.parametrize("name", [*CASES, *QUERIES])
def test_spark_says_what_duckdb_says(spark: SparkEngine, name: str) -> None:
    query = QUERIES[name] if name in QUERIES else f"select id, {CASES[name]} from rows{WINDOW} order by id"
    tree = sqlglot.parse_one(ROWS + query, read="duckdb")
    expected = texts_for_codes(duckdb.sql("set timezone = 'UTC'") or duckdb.sql(ROWS + query).to_arrow_table())
    assert expected.num_rows
    assert differences(tree, expected, spark.arrow(tree)) == ""


# Declared type → texts as exports hold them, at the edges of what is read.
READ = {
    "timestamp": (
        "2026-01-05", "2026-1-5", "2026-01-05 14:05", "2026-01-05T14:05:06", "2026-01-05 4:5:6", "2026-01-05 14:05:06.1234567",
        "2026-01-05T14:05:06Z", "2026-01-05 14:05:06 UTC", "2026-01-05 14:05:06+02", "2026-01-05 14:05:06-0330",
        "2026-01-05T14:05:06.5+05:45", "2026-03-29 02:30:00", "2026-10-25 02:30:00", "2026-10-25 02:30:00+01:00",
        "2026-02-30", "2026-01-05 24:00:00", "2026-01-05 14:05:60", "2026-01-05 14", "2026-01-05T", " 2026-01-05", "2026-01-05 ",
        "2026-01-05 14:05:06 Z", "2026-01-05 14:05:06 Europe/Paris", "05/01/2026", "now", "infinity", "", None,
    ),
    "%d/%m/%Y %H:%M:%S,%f": (
        "05/01/2026 14:05:06,123456", "5/1/2026 4:5:6,5", " 05/01/2026 14:05:06,120 ", "31/02/2026 00:00:00,0", "05/01/2026", None,
    ),
    "%d %b %Y": ("05 Jan 2026", "05 jan 2026", "05 Janv 2026"),
    "number": (
        "12", " 12 ", "+5", "-.5", "5.", "12.0000005", "12.00000049", "-12.0000005", "1e3", "1e-7", "1_000", "1,5", "nan", "inf",
        "0x1F", "9999999999999", "-", "", None,
    ),
    "integer": ("12", " 12 ", "+5", "12.7", "9223372036854775807", "9223372036854775808", "1e3", "", None),
    "boolean": ("true", " TRUE ", "t", "f", "yes", "no", "y", "n", "1", "0", "2", "on", "oui", "", None),
    "unix_seconds": ("1767603600", "1767603600.25", "-1", "4102444800", "1767603600000", "x", None),
}  # fmt: skip


@pytest.mark.parametrize("zone", ["UTC", "Europe/Paris"])
@pytest.mark.parametrize("declared", READ)
def test_declared_types_read_the_same(spark: SparkEngine, declared: str, zone: str) -> None:
    formats = (declared,) if declared.startswith("%") else ()
    typed = typed_column("a b", "VARCHAR", "timestamp" if formats else declared, zone, formats, ".")
    values = exp.values(
        [(i, text) for i, text in enumerate(READ[declared])],
        alias="landed",
        columns=["id", exp.to_identifier("a b", quoted=True)],
    )
    assert typed.unreadable is not None
    tree = exp.select("id", *typed.sql, exp.alias_(typed.unreadable, "unreadable")).from_(values).order_by("id")
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        expected = connection.execute(tree.sql("duckdb")).to_arrow_table()
    assert differences(tree, expected, spark.arrow(tree)) == ""


def test_codes_are_texts(spark: SparkEngine) -> None:
    tree = exp.select(exp.Star(replace=[coded_column("text", ["a", "b", "É|x"])])).from_("rows").order_by("text, id")
    tree = sqlglot.parse_one(ROWS + tree.sql("duckdb"), read="duckdb")
    expected = texts_for_codes(duckdb.sql(tree.sql("duckdb")).to_arrow_table())
    assert differences(tree, expected, spark.arrow(tree)) == ""


@pytest.mark.parametrize(
    "text",
    ["earlier at time zone 'UTC'", "regexp_replace(text, 'a', 'b')", "* replace (n + 1 as n)", "strptime(text, '%j')"],
)
def test_what_would_mean_something_else_is_refused(text: str) -> None:
    with pytest.raises(sqlglot.UnsupportedError):
        spark_sql(sqlglot.parse_one(f"select {text} from rows", read="duckdb"))


@pytest.mark.parametrize("text", ["2147483647 + n", "cast('x' as integer)", "9223372036854775807 + cast(n as bigint)"])
def test_what_does_not_fit_is_an_error_on_both(spark: SparkEngine, text: str) -> None:
    query = f"select {text} as x from (values (7)) as t (n)"
    with pytest.raises(duckdb.Error):
        duckdb.sql(query).fetchall()
    with pytest.raises(Exception, match="OVERFLOW|CAST_INVALID_INPUT"):
        spark.arrow(sqlglot.parse_one(query, read="duckdb"))
