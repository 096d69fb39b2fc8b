"""The second wall on Spark: what a session cannot do even with SQL that no list has looked at.

Spark has no lock like DuckDB's. Four things together come near: no variables in a text, no files in place of tables, no
functions that call Java or name files, and nothing but queries. What stays open: docs/security.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import ParcoursError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SETTINGS = {
    "spark.sql.variable.substitute": "false",  # else '${env:HOME}' in any text is the variable's value
    "spark.sql.runSQLOnFiles": "false",  # else csv.`/etc/hostname` is a table
}
# They run any Java method, read a file of their own, or tell what the files and the catalog are called.
FUNCTIONS = frozenset([
    "reflect", "java_method", "try_reflect", "from_protobuf", "to_protobuf", "from_avro", "to_avro", "schema_of_avro",
    "input_file_name", "input_file_block_start", "input_file_block_length", "current_catalog",
    "current_database", "current_schema", "current_path", "version", "python_worker_logs",
])  # fmt: skip


def lock(session: SparkSession) -> None:
    """Take from a session of its own what no query of ours needs; other sessions keep it."""
    for name, value in SETTINGS.items():
        session.conf.set(name, value)
    state = session._jsparkSession.sessionState()  # no other way to forget a built-in function
    for registry in (state.functionRegistry(), state.tableFunctionRegistry()):
        found = registry.listFunction()
        for known in [found.apply(i) for i in range(found.size())]:
            if known.funcName() in FUNCTIONS:
                registry.dropFunction(known)


def refuse_other_than_query(session: SparkSession, sql: str) -> None:
    """Refuse text that Spark itself does not take for a query, or that runs a program for each row.

    Raises
    ------
    ParcoursError
        If it is a command, or has `select transform (…) using '…'`.
    """
    from pyspark.errors import ParseException

    try:
        plan = session._jsparkSession.sessionState().sqlParser().parseQuery(sql)
    except ParseException as error:
        raise ParcoursError(f"Spark does not take this for a query: {str(error).splitlines()[0]}") from None
    if "ScriptTransform" in plan.treeString():
        raise ParcoursError("a query on Spark runs no program.")
