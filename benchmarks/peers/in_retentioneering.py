"""The same work in retentioneering: python in_retentioneering.py matrix|funnel FOLDER."""

import os
import sys

os.environ["RETENTIONEERING_NO_TRACK"] = "1"  # it reports its use to its makers otherwise
import pandas as pd
from retentioneering import Eventstream

task, folder = sys.argv[1:]
events = pd.read_parquet(f"{folder}/events.parquet", columns=["customer_id", "occurred_at", "touchpoint"])
schema = {"path_cols": ["customer_id"], "event_col": "touchpoint", "timestamp_col": "occurred_at"}
stream = Eventstream(events, schema).split_sessions(timeout="10D")

if task == "matrix":
    names = {"path_start": "(start)", "path_end": "(end)"}
    table = stream.transition_graph_data(edge_weight="count", path_col="session_id").rename(index=names, columns=names)
    for origin, row in table.sort_index().iterrows():
        for target, n in row[row > 0].sort_index().items():
            print(origin, target, n, sep=",")
else:
    steps = ["page_seen", "basket_seen", "order_placed"]
    for row in stream.funnel_data(steps=steps, path_col="session_id")["steps"]:
        print(row["step"], row["unique_paths"], sep=",")
