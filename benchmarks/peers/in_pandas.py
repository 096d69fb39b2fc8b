"""The same work as one writes it first in pandas: python in_pandas.py matrix|funnel|variants FOLDER."""

import sys

import pandas as pd

task, folder = sys.argv[1:]
events = pd.read_parquet(f"{folder}/events.parquet", columns=["customer_id", "occurred_at", "position", "touchpoint"])
events = events.sort_values(["customer_id", "occurred_at", "position"])
gap = events.groupby("customer_id")["occurred_at"].diff()
events["journey"] = (gap.isna() | (gap > pd.Timedelta(days=10))).cumsum()


def matrix() -> pd.Series:
    """Moves between neighbours of one journey, its start and its end."""
    touchpoints = events.groupby("journey")["touchpoint"]
    moves = pd.DataFrame({"origin": touchpoints.shift(1).fillna("(start)"), "target": events["touchpoint"]})
    ends = pd.DataFrame({"origin": touchpoints.last(), "target": "(end)"})
    return pd.concat([moves, ends]).value_counts().sort_index()


def funnel() -> pd.Series:
    """Journeys that saw a page, then a basket after it, then ordered after that."""
    events["place"] = events.groupby("journey").cumcount()
    reached, before = {}, None
    for name in ("page_seen", "basket_seen", "order_placed"):
        those = events.loc[events["touchpoint"] == name, ["journey", "place"]]
        if before is not None:
            those = those.merge(before, on="journey", suffixes=("", "_before"))
            those = those[those["place"] > those["place_before"]]
        before = those.groupby("journey", as_index=False)["place"].min()
        reached[name] = len(before)
    return pd.Series(reached)


def variants() -> pd.Series:
    """The ten commonest sequences."""
    ways = events.groupby("journey")["touchpoint"].agg(" > ".join)
    return ways.value_counts().sort_index().sort_values(ascending=False, kind="stable").head(10)


print({"matrix": matrix, "funnel": funnel, "variants": variants}[task]().to_csv(header=False), end="")
