"""The same work in PM4Py: python in_pm4py.py matrix|variants FOLDER.

PM4Py does not cut a customer's events into sessions: pandas does it first, as its users do.
"""

import sys

import pandas as pd
import pm4py

task, folder = sys.argv[1:]
events = pd.read_parquet(f"{folder}/events.parquet", columns=["customer_id", "occurred_at", "position", "touchpoint"])
events = events.sort_values(["customer_id", "occurred_at", "position"])
gap = events.groupby("customer_id")["occurred_at"].diff()
events["journey"] = (gap.isna() | (gap > pd.Timedelta(days=10))).cumsum().astype("str")
log = pm4py.format_dataframe(events, case_id="journey", activity_key="touchpoint", timestamp_key="occurred_at")

if task == "matrix":
    moves, starts, ends = pm4py.discover_dfg(log)
    cells = dict(moves) | {("(start)", name): n for name, n in starts.items()}
    cells |= {(name, "(end)"): n for name, n in ends.items()}
    for (origin, target), n in sorted(cells.items()):
        print(origin, target, n, sep=",")
else:
    counted = {" > ".join(variant): n for variant, n in pm4py.get_variants(log).items()}
    for variant, n in sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:10]:
        print(variant, n, sep=",")
