"""Read the columns that every task needs, and do nothing with them: python plain_scan.py matrix FOLDER."""

import sys

import duckdb

_, folder = sys.argv[1:]
columns = ", ".join(f"max({name})" for name in ("customer_id", "occurred_at", "position", "touchpoint"))
connection = duckdb.connect(config={"threads": 2})
connection.execute(f"select {columns} from read_parquet('{folder}/events.parquet')").fetchall()
