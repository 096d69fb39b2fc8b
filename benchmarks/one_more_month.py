"""What a month more costs: a brand of twelve months of exports, then the thirteenth, against all thirteen at once.

Run: python benchmarks/one_more_month.py [--events 1000000] [--until reconstruct]. Prints, per DVC stage, the seconds of
processors of a run of all thirteen months from nothing and of one that found the twelve done; compares every byte.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import tempfile
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import duckdb

from pipeline import params as parameters
from pipeline import workspaces
from pipeline.kept import digest_of
from pipeline.workspace import Workspace

EVENTS_PER_CUSTOMER, MONTHS = 12, 13

# Numbers from the digits of a hash of the row number: no generator's state, no library's version. A customer lives for
# 75 days from a day of its own, so that a month meets the customers of the last ones again, and new ones.
MADE = """
create macro digits(hash, place, many) as ('0x' || substr(hash, place, many))::bigint;
create temp table rows as
with hashed as (
    select i, i // {per_customer} as customer, md5(i::varchar) as hash, md5('c' || i // {per_customer}) as person
    from range({n}) as numbers(i)
)
select
    i, customer, hash, person,
    date_trunc('second', timestamp '2025-01-01' + interval 1 day * (digits(person, 1, 6) % 440 - 45)
        + to_seconds(digits(hash, 1, 8) % (75 * 86400))) as happened_at,
    digits(hash, 9, 4) % 100 as kind,
    'd' || substr(person, 1, 10) || digits(hash, 13, 2) % 2 as device,
    'client.' || substr(person, 7, 8) || '@mail' || digits(person, 3, 2) % 40 || '.example' as email
from hashed;
delete from rows where happened_at < timestamp '2025-01-01' or happened_at >= timestamp '2026-02-01';
"""
FILES = {
    "web": """select device, case when digits(hash, 15, 2) % 4 = 0 then email end as email, happened_at,
        ['page_seen', 'product_seen', 'basket_seen'][1 + digits(hash, 17, 3) % 3] as page,
        ['phone', 'desktop', 'tablet'][1 + digits(person, 20, 2) % 3] as kind_of_device,
        'campaign ' || digits(hash, 20, 2) % 30 as campaign, 200 + digits(hash, 22, 3) as page_ms
        from rows where kind < 75""",
    "orders": """select 'o' || i as order_id, email, happened_at, digits(hash, 15, 4) / 100 as amount,
        happened_at + interval 1 day * (1 + digits(hash, 19, 1)) as delivered_at, digits(hash, 19, 1) > 9 as is_late
        from rows where kind between 75 and 89""",
    "surveys": """select i as answer, email, happened_at, 1 + digits(hash, 15, 2) % 5 as score
        from rows where kind between 90 and 95""",
    "tickets": """select 't' || i as ticket, email, happened_at, case digits(hash, 15, 1) % 4
        when 0 then 'Bonjour, mon colis ' || i || ' est en retard, appelez-moi au 06 12 34 56 ' || 10 + i % 90
        when 1 then 'The table ' || i || ' arrived broken, write to me: ' || email
        else 'Question ' || digits(hash, 16, 3) || ' about my order' end as text from rows where kind > 95""",
}
SOURCES = {
    "web": """
channel: web
files: web_*.csv
types: {happened_at: timestamp, page_ms: integer}
identifiers: {device: device, email: email}
attributes: {device: kind_of_device, campaign: campaign, page_ms: page_ms}
events:
  - {touchpoint: page_seen, occurred_at: happened_at, when: page = 'page_seen'}
  - {touchpoint: product_seen, occurred_at: happened_at, when: page = 'product_seen'}
  - {touchpoint: basket_seen, occurred_at: happened_at, when: page = 'basket_seen'}
""",
    "orders": """
channel: sales
files: orders_*.csv
types: {happened_at: timestamp, delivered_at: timestamp, amount: number, is_late: boolean}
duplicates: [order_id]
identifiers: {email: email, order: order_id}
events:
  - {touchpoint: order_placed, occurred_at: happened_at, value: amount}
  - {touchpoint: order_delivered, occurred_at: delivered_at, actor: partner, attributes: {is_late: is_late}}
""",
    "surveys": """
channel: survey
files: surveys_*.csv
types: {happened_at: timestamp}
identifiers: {email: email}
events:
  - {touchpoint: csat_answered, occurred_at: happened_at, score: {value: score, scale: [1, 5]}}
""",
    "tickets": """
channel: support
files: tickets_*.csv
types: {happened_at: timestamp}
identifiers: {email: email}
events:
  - {touchpoint: ticket_opened, occurred_at: happened_at, attributes: {verbatim: text}}
""",
}
PARAMS = """
workspace:
  id: months
  name: {fr: Mois, en: Months}
  about: {fr: Inventé, en: Made up}
  languages: [en]
  currency: EUR
  time_zone: Europe/Paris
  key: {public: months}
engine: {threads: 2, memory_limit: 4 GB}
sources: [web, orders, surveys, tickets]
identifiers:
  email: {normalise: [email], one_per_customer: true}
  order: {normalise: [trim]}
  device: {normalise: [trim], hub_limit: 15}
privacy: {}
window: {start: "2025-01-01", cut_off: "CUT_OFF"}
journeys: {silence: 30 d, goal: touchpoint = 'order_placed'}
stages:
  - {id: discovery, name: {fr: a, en: Discovery}, when: touchpoint = 'page_seen'}
  - {id: consideration, name: {fr: b, en: Consideration}, when: "touchpoint in ('product_seen', 'basket_seen')"}
  - {id: purchase, name: {fr: c, en: Purchase}, when: touchpoint = 'order_placed'}
  - {id: experience, name: {fr: d, en: Experience}, when: "touchpoint in ('order_delivered', 'csat_answered')"}
  - {id: support, name: {fr: e, en: Support}, when: touchpoint = 'ticket_opened'}
touchpoints: {}
traits: [device]
features: {orders: count(*) filter (where is_goal), visits: count(*) filter (where touchpoint = 'page_seen')}
names: {}
personas:
  - {id: phone, name: {fr: a, en: Phone}, goal: {fr: a, en: a}, when: device = 'phone'}
  - {id: others, name: {fr: a, en: Others}, goal: {fr: a, en: a}, otherwise: true}
estimate: {horizon: 30 d, level: 0.95, duration_bins: [1 d, 7 d, 30 d], smallest_cell: 5, group_by: [persona, channel]}
kpis:
  - {id: conversion, kind: conversion, name: {fr: a, en: Conversion}}
  - {id: order_value, kind: mean_value, when: is_goal, name: {fr: a, en: Order value}}
  - {id: retention, kind: return, when: is_goal, within: 60 d, name: {fr: a, en: Retention}}
  - {id: csat, kind: top_box, when: touchpoint = 'csat_answered', top: 4, name: {fr: a, en: CSAT}}
assess: {level: 0.10, smallest_margin: 5}
hypotheses:
  - id: late_delivery
    claim: {fr: a, en: A late delivery lowers the score.}
    index: every order_delivered
    exposure: is_late
    exposure_window: 0 d
    outcome: {kind: ordinal, when: touchpoint = 'csat_answered'}
    outcome_window: 14 d
    direction: lower
    smallest_effect: 0.25
    adjust_for: [month]
    stage: experience
    owner: logistics
draw: {emotion_threshold: 30}
"""


def make_exports(folder: Path, n: int) -> None:
    """Write the sources of a brand, a file of each per month, made of about `n` rows."""
    with duckdb.connect(config={"threads": 2}) as connection:
        for statement in MADE.format(n=n, per_customer=EVENTS_PER_CUSTOMER).split(";\n"):
            if statement.strip():
                connection.execute(statement)
        for source, sql in FILES.items():
            raw = folder / "data/raw" / source
            raw.mkdir(parents=True)
            (raw / "source.yaml").write_text(SOURCES[source], encoding="utf-8")
            for month in range(MONTHS):
                start = f"(timestamp '2025-01-01' + interval {month} month)"
                name = connection.execute(f"select strftime({start}, '%Y-%m')").fetchone()[0]
                inside = f"happened_at >= {start} and happened_at < {start} + interval 1 month"
                connection.execute(
                    f"copy (select * from ({sql}) where {inside} order by all) to '{raw}/{source}_{name}.csv' (header)"
                )


def main() -> None:
    """Run twelve months, the thirteenth, and all of them from nothing; print what each DVC stage took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000_000, help="rows of the exports, about")
    parser.add_argument("--until", choices=workspaces.VERBS, default="assess", help="the last DVC stage that is run")
    options = parser.parse_args()
    verbs = workspaces.VERBS[2 : workspaces.VERBS.index(options.until) + 1]  # without obtain and simulate
    with tempfile.TemporaryDirectory(prefix="parcours-months-") as name:
        grown, whole = Path(name) / "grown", Path(name) / "whole"
        make_exports(whole, options.events)
        shutil.copytree(whole, grown, ignore=shutil.ignore_patterns("*_2026-01.csv"))
        seconds_of(grown, "2026-01-01", verbs)
        shutil.copytree(whole, grown, dirs_exist_ok=True)
        of_one_more, of_all = seconds_of(grown, "2026-02-01", verbs), seconds_of(whole, "2026-02-01", verbs)
        print(f"{'stage':<14}{'13 months':>10}{'the 13th':>10}{'ratio':>8}   processors' seconds")
        for verb in verbs:
            print(f"{verb:<14}{of_all[verb]:>10.1f}{of_one_more[verb]:>10.1f}{of_one_more[verb] / of_all[verb]:>8.2f}")
        total, more = sum(of_all.values()), sum(of_one_more.values())
        print(f"{'together':<14}{total:>10.1f}{more:>10.1f}{more / total:>8.2f}")
        differing = [path for path, digest in digests(whole).items() if digests(grown).get(path) != digest]
        print(f"Files that differ: {', '.join(differing) or 'none'}")


def seconds_of(folder: Path, cut_off: str, verbs: Sequence[str]) -> dict[str, float]:
    """Run DVC stages of a workspace, and return the processors' seconds that each took."""
    (folder / "params.yaml").write_text(PARAMS.replace("CUT_OFF", cut_off), encoding="utf-8")
    workspace, seconds = Workspace.at(folder), {}
    params = parameters.load(workspace)
    for verb in verbs:
        module, started = import_module(f"pipeline.{verb}"), processors()
        module.main(workspace, params)
        seconds[verb] = processors() - started
    return seconds


def processors() -> float:
    """Return the processors' seconds of this process and of those it has waited for, so far."""
    used = (resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def digests(folder: Path) -> dict[str, str]:
    """Return the digest of each result of a workspace, by its path."""
    made = (path for path in sorted((folder / "data").rglob("*")) if path.is_file() and "raw" not in path.parts)
    return {path.relative_to(folder).as_posix(): digest_of(path) for path in made}


if __name__ == "__main__":
    main()
