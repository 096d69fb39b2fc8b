"""Connected components at ten million links: seconds and peak memory, on made-up identifiers.

Run: python benchmarks/identity.py [--links 10000000]. Prints what two things took, each in a process of its own:

- the whole DVC stage `identify`: events read, identifiers numbered, links with source and dates, components, all tables
  written and checked; and its counts;
- components alone: links read back from their file, joined to customers, and their codes beside each identifier.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from importlib.resources import as_file, files
from multiprocessing import get_context
from shutil import copyfile

import duckdb

from pipeline import identify
from pipeline import params as parameters
from pipeline.engine import Engine
from pipeline.params import EngineParams, IdentifierKind, IdentityParams, Params
from pipeline.tables import IDENTITIES, LINKS
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
    """Make the events, identify, join the links alone; print what each took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--links", type=int, default=10_000_000)
    links = parser.parse_args().links
    print(f"{os.cpu_count()} cores, {os.getloadavg()[0]:.1f} processes at work in the last minute", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="parcours-bench-") as folder:
        for work in (make_events, identify_all, join_alone):
            with ProcessPoolExecutor(1, get_context("spawn")) as own:  # memory is that of the process
                own.submit(work, folder, links).result()


def make_events(folder: str, links: int) -> None:
    """Write the events of the only source."""
    path = Workspace.at(folder).path("data/clean/events/site.parquet")
    path.parent.mkdir(parents=True)
    with duckdb.connect(config={"threads": 2, "memory_limit": "1GB"}) as connection:
        connection.execute(EVENTS.format(path=path), {"links": links})


def identify_all(folder: str, links: int) -> None:
    """Run the DVC stage and print its counts."""
    workspace = Workspace.at(folder)
    params = _params(workspace)
    with measured(f"identify, {links:,} events"):
        identify.main(workspace, params)
    print(workspace.path("data/identify/identify.json").read_text(encoding="utf-8"))


def join_alone(folder: str, links: int) -> None:
    """Join links as the DVC stage does, from the files that it wrote."""
    workspace = Workspace.at(folder)
    params = _params(workspace)
    with workspace.temporary() as temporary, Engine(params.engine, temporary) as engine:
        for name, table in (("identifiers", IDENTITIES), ("links", LINKS)):
            engine.view(name, workspace.path(table.path))
        with measured(f"components alone, {links:,} links"):
            identify.join(engine, params)


def _params(workspace: Workspace) -> Params:
    """Return the params of a new workspace with this benchmark's kinds and source."""
    with as_file(files("pipeline") / "templates" / "clairval" / "params.yaml") as template:
        copyfile(template, workspace.root / "params.yaml")
    engine = EngineParams("duckdb", 2, "2 GB")
    declared = {"sources": ("site",), "identifiers": KINDS, "identity": IdentityParams(largest_customer=500)}
    return replace(parameters.load(workspace), engine=engine, **declared)


@contextmanager
def measured(what: str) -> Iterator[None]:
    """Print the seconds of a block, by the clock and of all processors, and the peak memory of the process so far."""
    started, worked = time.perf_counter(), time.process_time()
    yield
    seconds, of_processors = time.perf_counter() - started, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{what}: {seconds:.1f} s, processors {of_processors:.1f} s, peak {peak:.2f} GB", file=sys.stderr)


if __name__ == "__main__":
    main()
