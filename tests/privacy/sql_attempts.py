"""What somebody might write into YAML to get out of it, by what is tried.

`VALUES` stand where one value is expected, `QUERIES` where a source's `query:` is. `BOMBS` only cost time or memory: they
are never run.
"""

from __future__ import annotations

CANARY = "canary-4711"  # stands in a file and in an environment variable: no result may hold it

VALUES = {
    "read a file": [
        "read_text('$OUTSIDE')", "(select content from read_text('$OUTSIDE'))", "read_blob('$OUTSIDE')",
        "(select max(column0) from read_csv('$OUTSIDE', header = false))", "(select content from '$OUTSIDE')",
        "touchpoint = (from read_text('$OUTSIDE') select content)", "exists (from glob('/*'))",
        "case when true then (select content from read_text('$OUTSIDE')) end",
        "coalesce(null, (select content from read_text('$OUTSIDE')))", "content from read_text('$OUTSIDE')",
    ],
    "environment and settings": [
        "getenv('PARCOURS_CANARY')", "'PARCOURS_CANARY'.getenv()", "main.getenv('PARCOURS_CANARY')",
        "system.main.getenv('PARCOURS_CANARY')", "current_setting('home_directory')", "getvariable('x')",
        "pg_catalog.current_setting('temp_directory')", "version()", "current_user", "current_database()",
    ],
    "another function by another syntax": [
        "trim(x := getenv('PARCOURS_CANARY'))", "{'a': getenv('PARCOURS_CANARY')}.a", "[getenv('PARCOURS_CANARY')][1]",
        "map {'a': 1}", "[x for x in [1, 2]]", "list_transform([1], x -> x + 1)", "list_transform([1], lambda x: x)",
        "columns('*')", "row(1, 2)", "struct_pack(a := 1)", "unnest([1, 2])", "try(error('x'))", "touchpoint.upper()",
        "query('select 1')", "touchpoint->>'$.a'", "touchpoint glob '*'", "value ^ 100", "$1", "?",
        "write_log('x')", "nextval('s')",
    ],
    "a query where a value is expected": [
        "value in (select 1)", "value = any (select 1)", "exists (select 1)", "(values (1))", "(table steps)",
        "touchpoint like any (select 1)", "value in (values (1))", "value in (select table_name from duckdb_tables())",
    ],
    "code in a name, a type or a unit": [
        "extract(\"year from now()) + (\" from occurred_at)", "extract('epoch from now()) + (' from occurred_at)",
        "cast(value as \"evil type\")", "value::mytype",
        "extract(\"year from (select max(content) from read_text('$OUTSIDE'))) + (\" from occurred_at)",
        "cast(value as decimal(value))", "cast(value as enum('a'))", "value::struct(a integer)", "touchpoint::json",
        "'steps'::regclass", "date_trunc(\"x', now()) --\", occurred_at)", "interval 1 \"day + getenv('x')\"",
    ],
    "a second statement, a comment, a quote": [
        "1; drop table steps", "1;; copy steps to '$OUTSIDE.new'", "value) as x, (select 1", "value from steps",
        "value as x", "'a' || 'b", "$$a$$ || getenv('x')", "U&'\\0061'", "value limit 1",
        "/* */ getenv('PARCOURS_CANARY') /* */", "g/**/etenv('PARCOURS_CANARY')", "getenv/**/('PARCOURS_CANARY')",
        "\"getenv\"('PARCOURS_CANARY')", "GetEnv('PARCOURS_CANARY')", "ｇｅｔｅｎｖ('PARCOURS_CANARY')", "E'\\x41'",
    ],
    "the clock and chance": [
        "now() > occurred_at", "current_date", "current_timestamp", "today()", "localtimestamp", "random() > 0.5", "uuid()",
        "timestamp 'now' > occurred_at", "'today'::date", "cast(' NOW ' as timestamp)", "try_cast('yesterday' as date)",
    ],
    "what Spark would run": [
        "reflect('java.lang.System', 'getenv', 'PARCOURS_CANARY')", "java_method('java.lang.Runtime', 'getRuntime')",
        "try_reflect('java.lang.System', 'exit', '1')", "input_file_name()", "from_json(touchpoint, 'a int')",
        "spark_partition_id()", "transform(array(1), x -> x)", "explode(array(1))", "raise_error('x')", "assert_true(false)",
        "session_user()", "to_csv(value)", "schema_of_json('{}')", "current_catalog()",
    ],
}  # fmt: skip

QUERIES = {
    "read a file": [
        "select * from '$OUTSIDE'", 'select * from "$OUTSIDE"', "select * from read_csv('$OUTSIDE')",
        "select main.*, t.content from main, read_text('$OUTSIDE') t", "select * from glob('/*')",
        "select * from parquet_metadata('$OUTSIDE')", "select * from sniff_csv('$OUTSIDE')",
        "select main.* from main join read_blob('$OUTSIDE') as t on true", "from read_text('$OUTSIDE')",
        "select * from main where a in (select content from read_text('$OUTSIDE'))",
        "select *, (select content from read_text('$OUTSIDE')) from main",
        "select * from main order by (select content from read_text('$OUTSIDE'))",
        "select max(a) filter (where (select content from read_text('$OUTSIDE')) is null) from main",
        "select sum(a) over (order by (select content from read_text('$OUTSIDE'))) from main",
    ],
    "a named query that lends its name": [
        'with "$OUTSIDE" as (select 1 as a) select * from main, "$OUTSIDE"',
        'select main.* from main, (with "$OUTSIDE" as (select 1 as a) select * from "$OUTSIDE") x, "$OUTSIDE" y',
        "select main.* from main, (with landed as (select 1 as a) select * from landed) x, landed y",
        "with a as (select * from b), b as (select 1 as c) select main.* from main, a",
        "with main as (select 1 as a) select * from main", "with \"MAIN\" as (select 1 as a) select * from main",
        "with duckdb_settings as (select * from duckdb_settings) select * from main",
    ],
    "write a file": [
        "copy main to '$OUTSIDE.new'", "copy (select 1) to '$OUTSIDE.new'", "export database '$OUTSIDE.new'",
        "select * into '$OUTSIDE.new' from main", "insert into main values (1)", "create table x as select 1",
        "create view x as select 1", "with x as (select 1 as a) insert into main select * from x", "import database '$OUTSIDE'",
    ],
    "the network": [
        "select * from 'https://example.invalid/x.parquet'", "select * from read_parquet('s3://bucket/x')",
        "attach 'https://example.invalid/x.db' as y", "create secret s (type s3, key_id 'x')",
    ],
    "extensions, pragmas, settings": [
        "install httpfs", "load httpfs", "force install httpfs", "set threads = 1", "set enable_external_access = true",
        "set lock_configuration = false", "reset threads", "pragma enable_progress_bar", "pragma database_list",
        "call pragma_version()", "set variable x = 1", "select * from pragma_user_agent()", "use system", "checkpoint",
        "set allowed_directories = ['/']",
    ],
    "other tables": [
        "select * from information_schema.tables", "select * from duckdb_settings()", "select * from duckdb_secrets()",
        "select * from sqlite_master", "select * from pg_catalog.pg_class", "select * from typed_main", "select * from landed",
        "select * from temp.main", "select * from memory.main.main", "select * from secrets", "select * from canary_frame",
        "select * from query_table('main')", "select * from query('select 1')", "attach '$OUTSIDE' as y", "detach y",
        "select * from main, lateral (select * from landed)", "select * from duckdb_variables()", "show tables", "describe main",
        "select * from main.landed", "summarize main",
    ],
    "other statements": [
        "select 1; drop table main", "drop table main", "update main set a = 1", "delete from main", "truncate main",
        "alter table main add column x integer", "explain analyze select 1", "prepare p as select 1", "execute p", "begin",
        "create macro trim(x) as x", "comment on table main is 'x'", "vacuum", "values (1)", "select * from main for update",
        "merge into main using lookup on true when matched then delete",
    ],
    "what no order makes sure": [
        "select * from main limit 1", "select * from main using sample 3", "select * from main tablesample 10%",
        "select * from main order by random()", "select columns('a') from main", "select * from main at (version => 1)",
        "pivot main on a", "unpivot main on a", "select struct_pack(main) from main",
    ],
}  # fmt: skip

# What only Spark understands, as it understands it; each stands where a query stands.
SPARK_QUERIES = {
    "read a file": [
        "select * from csv.`$OUTSIDE`", "select * from text.`$OUTSIDE`", "select * from binaryFile.`$OUTSIDE`",
        "select * from main where touchpoint in (select value from text.`$OUTSIDE`)",
        "create temporary view stolen using csv options (path '$OUTSIDE')", "select * from stolen",
        "create table stolen (a string) using csv location '$OUTSIDE'", "load data local inpath '$OUTSIDE' into table main",
        "select from_protobuf(cast('x' as binary), 'A', '$OUTSIDE') from main", "list file", "add file '$OUTSIDE'",
    ],
    "write a file": [
        "insert overwrite directory '$OUTSIDE.new' using csv select * from main",
        "insert overwrite local directory '$OUTSIDE.new' using parquet select * from main",
        "from main insert overwrite directory '$OUTSIDE.new' using csv select *",
        "create table stolen using parquet location '$OUTSIDE.new' as select * from main", "create table stolen (a int)",
        "export table main to '$OUTSIDE.new'",
    ],
    "run something": [
        "select reflect('java.lang.System', 'getenv', 'PARCOURS_CANARY')",
        "select java_method('java.lang.System', 'getenv', 'PARCOURS_CANARY')",
        "select try_reflect('java.lang.System', 'getenv', 'PARCOURS_CANARY')",
        "select system.builtin.reflect('java.lang.System', 'getenv', 'PARCOURS_CANARY')",
        "select main.* from main where reflect('java.lang.System', 'getenv', 'PARCOURS_CANARY') is null",
        "select transform(touchpoint) using 'cat $OUTSIDE' as (a string) from main",
        "from main select transform(touchpoint) using 'cat $OUTSIDE' as (a string)",
        "with s as (select transform(touchpoint) using 'cat $OUTSIDE' as (a string) from main) select * from s",
        "select (select max(a) from (select transform(touchpoint) using 'cat $OUTSIDE' as (a string) from main))",
        "select * from main where touchpoint in (from main select transform(touchpoint) using 'cat $OUTSIDE' as (a string))",
        "add jar '$OUTSIDE'", "create temporary function f as 'java.lang.System' using jar '$OUTSIDE'",
        "create temporary function f() returns string language python as 'open'", "execute immediate 'select 1'",
        "begin select 1; end", "call system.x()", "declare variable x string default '1'",
    ],
    "environment and settings": [
        "set spark.sql.runSQLOnFiles = true", "set", "set -v", "reset", "set time zone 'UTC'", "set var x = 1",
        "select current_user()", "select session_user()", "select version()", "select current_catalog()", "use catalog x",
        "select input_file_name() from main", "select * from python_worker_logs()", "select current_path()",
    ],
    "other tables": [
        "show tables", "show functions", "show databases", "describe main", "show create table main", "cache table main",
        "select * from global_temp.main", "analyze table main compute statistics", "drop view main", "drop table main",
    ],
}  # fmt: skip
# Plain texts: they pass, and must stay what they are.
SPARK_TEXTS = ["${env:PARCOURS_CANARY}", "${system:user.home}", "${spark.app.name}", "${hiveconf:spark.master}"]

# These pass, and are made harmless: what the engine reads has nothing of it.
CUT_OFF = ["1 -- */ ; drop table steps", "1 /* ' */", "value::\"varchar) || getenv('PARCOURS_CANARY') --\"", "1;"]

BOMB_VALUES = [
    "repeat('a', 1000000000) = touchpoint", "lpad('a', 1000000000, 'b') = touchpoint", "range(1000000000) is null", "factorial(100000) > 1",
    "regexp_matches(touchpoint, '(a+)+$')", "regexp_matches(touchpoint, '(a|b*)*c')", "regexp_matches(touchpoint, touchpoint)",
    f"regexp_matches(touchpoint, '{'a?' * 400}')", "(" * 3000 + "1" + ")" * 3000, "not " * 2000 + "is_goal",
    "coalesce(" * 800 + "1" + ")" * 800, "value = 1" + " or value = 1" * 20_000, "1" + " + 1" * 20_000, f"touchpoint = '{'x' * 100_000}'",
]  # fmt: skip
BOMB_QUERIES = [
    "with recursive r as (select 1 as a union all select a + 1 from r) select * from r",
    "select * from main, generate_series(1, 1000000000)", "select * from main, range(1000000000) as t(i)",
    "select main.* from main where a in (" + ", ".join(["1"] * 20_000) + ")",
    "select " * 2000 + "1",
]  # fmt: skip


def cases(groups: dict[str, list[str]], outside: str = "/etc/hostname") -> list[tuple[str, str]]:
    """Return (what is tried, text) for each attempt, `$OUTSIDE` being a file that is not the workspace's."""
    return [(group, text.replace("$OUTSIDE", outside)) for group, texts in groups.items() for text in texts]
