"""The same work in Polars, lazily: python in_polars.py matrix|funnel|variants|matrix_of_steps FOLDER."""

import sys
from datetime import timedelta

import polars as pl

task, folder = sys.argv[1:]
ORDER = ["customer_id", "occurred_at", "position"]
if task == "matrix_of_steps":  # the file that Parcours wrote, which is in order already
    events = pl.scan_parquet(f"{folder}/data/reconstruct/steps/*.parquet").select(*ORDER, "touchpoint")
else:
    events = pl.scan_parquet(f"{folder}/events.parquet").select(*ORDER, "touchpoint").sort(ORDER)

is_first = pl.col("customer_id") != pl.col("customer_id").shift(1)
after_silence = pl.col("occurred_at") > pl.col("occurred_at").shift(1) + timedelta(days=10)
events = events.with_columns(opens=(is_first | after_silence).fill_null(value=True))


def matrix() -> pl.DataFrame:
    """Moves between neighbours of one journey, its start and its end."""
    moves = (
        events.select(
            origin=pl.when("opens").then(pl.lit("(start)")).otherwise(pl.col("touchpoint").shift(1)),
            target="touchpoint",
            closes=pl.col("opens").shift(-1).fill_null(value=True),
        )
        .group_by("origin", "target")
        .agg(n=pl.len(), ends=pl.col("closes").sum())
        .collect()
    )
    ends = moves.group_by(origin="target").agg(target=pl.lit("(end)"), n=pl.col("ends").sum())
    found = pl.concat([moves.drop("ends"), ends.select("origin", "target", "n")], how="vertical_relaxed")
    return found.filter(pl.col("n") > 0).sort("origin", "target")


def funnel() -> pl.DataFrame:
    """Journeys that saw a page, then a basket after it, then ordered after that."""
    seen = events.with_row_index("place").with_columns(journey=pl.col("opens").cum_sum())
    rows, before = [], None
    for name in ("page_seen", "basket_seen", "order_placed"):
        those = seen.filter(pl.col("touchpoint") == name).select("journey", "place")
        if before is not None:
            those = those.join(before, on="journey").filter(pl.col("place") > pl.col("before"))
        before = those.group_by("journey").agg(before=pl.col("place").min()).collect().lazy()
        rows.append((name, before.select(pl.len()).collect().item()))
    return pl.DataFrame(rows, schema=["reached", "n"], orient="row")


def variants() -> pl.DataFrame:
    """The ten commonest sequences."""
    ways = events.with_columns(journey=pl.col("opens").cum_sum()).group_by("journey", maintain_order=True)
    counted = ways.agg(variant=pl.col("touchpoint").str.join(" > ")).group_by("variant").agg(n=pl.len())
    return counted.sort(["n", "variant"], descending=[True, False]).head(10).collect()


found = {"matrix": matrix, "matrix_of_steps": matrix, "funnel": funnel, "variants": variants}[task]()
print(found.write_csv(include_header=False), end="")
