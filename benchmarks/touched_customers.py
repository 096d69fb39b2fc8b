"""What a month more touches: customers whose results change, and the share of all steps that are theirs.

Run: python benchmarks/touched_customers.py [WORKSPACE ...]. Reads data/reconstruct of each. A customer is touched by
the last 30 days who acted in them, or whose last journey was still open, or not yet followed for the horizon, as they
began: the later cut-off closes it. Whatever is counted per customer must be counted again for these, from all their
steps.
"""

from __future__ import annotations

import argparse
import json
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from pipeline import params as parameters
from pipeline.workspace import Workspace

MONTH = timedelta(days=30)
TOUCHED = """
with customers as (
    select
        count(*) as steps,
        count(*) filter (where occurred_at >= $before) as new_steps,
        max(occurred_at) >= $before as has_acted,
        max(occurred_at) >= $open_since as is_touched
    from read_parquet($steps)
    group by customer_id
)

select
    count(*),
    avg(cast(has_acted as int)),
    avg(cast(is_touched as int)),
    sum(new_steps) / sum(steps),
    sum(steps) filter (where has_acted) / sum(steps),
    sum(steps) filter (where is_touched) / sum(steps)
from customers
"""


def main() -> None:
    """Print a line per workspace."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workspaces", nargs="*", type=Path, default=[Path(), Path("examples/complete_journey")])
    print(f"{'':<40}{'customers':>10}{'acted':>9}{'touched':>9}{'new steps':>11}{'of acted':>10}{'of touched':>12}")
    for folder in parser.parse_args().workspaces:
        workspace = Workspace.at(folder)
        params = parameters.load(workspace)
        facts = json.loads(workspace.path("data/reconstruct/reconstruct.json").read_text(encoding="utf-8"))
        before = datetime.fromisoformat(facts["cut_off"]) - MONTH
        bound = {
            "steps": str(workspace.path("data/reconstruct/steps/*.parquet")),
            "before": before,
            "open_since": before - max(params.silence, params.estimate.horizon),
        }
        n, *shares = duckdb.execute(TOUCHED, bound).fetchall()[0]
        acted, touched, new, of_acted, of_touched = (f"{100 * share:.0f} %" for share in shares)
        name = params.workspace.name["en"]
        print(f"{name:<40}{n:>10,}{acted:>9}{touched:>9}{new:>11}{of_acted:>10}{of_touched:>12}")


if __name__ == "__main__":
    main()
