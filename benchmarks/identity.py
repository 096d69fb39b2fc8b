"""Connected components at ten million links: seconds and peak memory of `identify`, on made-up identifiers.

Run: python benchmarks/identity.py [--links 10000000]. Prints seconds and peak memory of the whole DVC stage – reading
the events, numbering identifiers, links with source and dates, components, all tables written – and its counts.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.resources import as_file, files
from shutil import copyfile

import duckdb

from pipeline import identify
from pipeline import params as parameters
from pipeline.params import EngineParams, IdentifierKind, IdentityParams, Params
from pipeline.workspace import Workspace

KINDS = {
    "device": IdentifierKind("device", hub_limit=50),
    "email": IdentifierKind("email", one_per_customer=True),
    "login": IdentifierKind("login"),
    "order": IdentifierKind("order"),
}
# Each event bears two identifiers: one link. A person has six identifiers and five links; one in ten shares a device
# with the next person, and one row in a thousand is seen on one of a hundred tablets in shops.
EVENTS = """
copy (
    with numbered as (select range as n, range // 5 as person, range % 5 as part from range(cast($links as bigint)))
    select
        timestamp '2026-01-01' + to_seconds(cast(n % 20000000 as bigint)) as occurred_at,
        'site' as source,
        cast(n as bigint) as position,
        case
            when part = 1 and n % 1000 = 1 then md5(concat('tablet', n // 1000 % 100))
            when part <= 1 then md5(concat('desktop', if(person % 10 = 0, person + 1, person)))
            when part = 2 then md5(concat('mobile', person))
        end as id_device,
        if(part in (0, 3), md5(concat('email', person)), null) as id_email,
        if(part in (1, 2, 4), md5(concat('login', person)), null) as id_login,
        if(part >= 3, md5(concat('order', n)), null) as id_order
    from numbered
) to '{path}' (format parquet)
"""


def main() -> None:
    """Make the events, identify, print what each took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--links", type=int, default=10_000_000)
    links = parser.parse_args().links
    with tempfile.TemporaryDirectory(prefix="parcours-bench-") as folder:
        workspace = Workspace.at(folder)
        events = workspace.path("data/clean/events/site.parquet")
        events.parent.mkdir(parents=True)
        with duckdb.connect(config={"threads": 2, "memory_limit": "1GB"}) as connection:
            connection.execute(EVENTS.format(path=events), {"links": links})
        params = _params(workspace)
        with measured(f"identify, {links:,} events"):
            identify.main(workspace, params)
        print(workspace.path("data/identify/identify.json").read_text(encoding="utf-8"))


def _params(workspace: Workspace) -> Params:
    """Return the params of a new workspace with this benchmark's kinds and source."""
    with as_file(files("pipeline") / "templates" / "clairval" / "params.yaml") as template:
        copyfile(template, workspace.root / "params.yaml")
    engine = EngineParams("duckdb", 2, "2 GB")
    declared = {"sources": ("site",), "identifiers": KINDS, "identity": IdentityParams(largest_customer=500)}
    return replace(parameters.load(workspace), engine=engine, **declared)


@contextmanager
def measured(what: str) -> Iterator[None]:
    """Print the seconds of a block, by the clock and of the processors, and the peak memory of the process so far."""
    started, worked = time.perf_counter(), time.process_time()
    yield
    seconds, of_processors = time.perf_counter() - started, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{what}: {seconds:.1f} s, processors {of_processors:.1f} s, peak {peak:.2f} GB", file=sys.stderr)


if __name__ == "__main__":
    main()
