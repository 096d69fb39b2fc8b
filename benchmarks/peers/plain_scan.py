"""Read the columns that every task needs, and do nothing with them: python plain_scan.py matrix FOLDER."""

import sys

import duckdb

_, folder = sys.argv[1:]
# Each value counts: a maximum would be taken from the file's statistics, and nothing be read.
columns = "bit_xor(customer_id), bit_xor(epoch_us(occurred_at)), bit_xor(position), sum(strlen(touchpoint))"
connection = duckdb.connect(config={"threads": 2})
connection.execute(f"select {columns} from read_parquet('{folder}/events.parquet')").fetchall()
