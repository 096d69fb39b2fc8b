"""The contracts: every table's columns, types, units, keys and checks, in one place.

A DVC stage reads tables that satisfy their contract and writes tables that satisfy theirs. The check
is one aggregate query per table on the engine (`violations` builds it), run when a table is written
and again when it is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# Types are DuckDB's names; `engine.py` knows what each is called elsewhere.
TEXT, WHOLE, SMALL, TIME, TRUTH = "VARCHAR", "BIGINT", "INTEGER", "TIMESTAMP", "BOOLEAN"
MONEY, SCORE, NUMBER = "DECIMAL(18,4)", "DECIMAL(9,4)", "DOUBLE"

CHANNELS = (
    "web", "app", "sales", "ads", "loyalty", "survey", "social", "support",
    "email", "store", "call", "partner", "mail",
)  # fmt: skip
ACTORS = ("customer", "brand", "partner")

EVERYBODY = "(all)"  # the group of all customers
START, LOST, CENSORED, UNRESOLVED = "(start)", "(lost)", "(censored)", "(unresolved)"
RESERVED = (START, LOST, CENSORED, UNRESOLVED)


@dataclass(frozen=True)
class Column:
    """One column: its type, whether it may be null, what it means and in what unit."""

    type: str
    meaning: str
    nullable: bool = False


@dataclass(frozen=True)
class Table:
    """A contract.

    Parameters
    ----------
    name
        As in `sql/<name>.sql` and in file names.
    path
        Where it lies in a workspace; a folder when it is written in parts.
    columns
        In file order. Further columns are allowed only where `is_open` (declared attributes,
        features and traits).
    key
        Columns that identify a row.
    checks
        Name of a rule → SQL condition that every row satisfies.
    """

    name: str
    path: str
    columns: Mapping[str, Column]
    key: tuple[str, ...]
    checks: Mapping[str, str] = field(default_factory=dict)
    is_open: bool = False

    def violations(self, relation: str) -> str:
        """SQL that counts, in one pass, the rows breaking each rule of the contract (one row out)."""
        counts = [f'count(*) filter (where "{name}" is null) as "{name} is null"'
                  for name, column in self.columns.items() if not column.nullable]  # fmt: skip
        counts += [f'count(*) filter (where not ({rule})) as "{name}"' for name, rule in self.checks.items()]
        keys = ", ".join(f'"{name}"' for name in self.key)
        counts.append(f'count(*) - count(distinct ({keys})) as "key ({", ".join(self.key)}) repeated"')
        return f"select {', '.join(counts)} from {relation}"


def _not_bracketed(column: str) -> str:
    return f"{column} not like '(%'"


EVENTS = Table(
    "events",
    "data/clean/events",
    {
        "event_id": Column(TEXT, "128-bit content hash, 32 hexadecimal digits"),
        "occurred_at": Column(TIME, "UTC, microseconds, no zone"),
        "source": Column(TEXT, "folder in data/raw"),
        "position": Column(WHOLE, "orders ties in time: source (as in params.yaml), file, row, rule; unique"),
        "channel": Column(TEXT, "kind of channel"),
        "touchpoint": Column(TEXT, "kind of interaction"),
        "actor": Column(TEXT, "who acted: customer, brand or partner"),
        "value": Column(MONEY, "money, in the workspace's currency", nullable=True),
        "score": Column(SCORE, "survey answer on its own scale", nullable=True),
        "emotion": Column(SCORE, "the score mapped linearly to -2 … +2", nullable=True),
        "source_file": Column(TEXT, "file in the source's folder"),
        "source_row": Column(WHOLE, "record number in that file, a header being record 1"),
    },
    key=("event_id",),
    checks={
        "channel is known": f"channel in {CHANNELS}",
        "actor is known": f"actor in {ACTORS}",
        "touchpoint is not in brackets": _not_bracketed("touchpoint"),
        "emotion lies in -2 … +2": "emotion is null or emotion between -2 and 2",
    },
    is_open=True,  # id_<kind> (keyed hash of an identifier) and declared attributes
)

REJECTS = Table(
    "rejects",
    "data/clean/rejects.csv",
    {
        "source": Column(TEXT, "folder in data/raw"),
        "source_file": Column(TEXT, "file in the source's folder"),
        "source_row": Column(WHOLE, "record number in that file"),
        "reason": Column(TEXT, "code of the reason"),
        "column": Column(TEXT, "the column at fault", nullable=True),
        "value": Column(TEXT, "the offending value, letters and digits masked", nullable=True),
    },
    key=("source", "source_file", "source_row"),
)

CONSERVATION = Table(
    "conservation",
    "data/clean/conservation.csv",
    {
        "source": Column(TEXT, "folder in data/raw"),
        "source_file": Column(TEXT, "file in the source's folder"),
        "role": Column(TEXT, "main (its rows become events) or lookup (joined to them)"),
        "raw": Column(WHOLE, "rows in the file"),
        "used": Column(WHOLE, "gave at least one event (lookup: well formed)"),
        "empty": Column(WHOLE, "well formed, but gave no event"),
        "filtered": Column(WHOLE, "left out by a declared rule"),
        "refused": Column(WHOLE, "in rejects, with the reason"),
        "duplicate": Column(WHOLE, "repeats a row already used"),
        "events": Column(WHOLE, "events made"),
    },
    key=("source", "source_file"),
    checks={"raw rows add up": "raw = used + empty + filtered + refused + duplicate"},
)

IDENTITIES = Table(
    "identities",
    "data/identify/identities.parquet",
    {
        "kind": Column(TEXT, "kind of identifier"),
        "value_hash": Column(TEXT, "keyed hash (HMAC) of the normalised value"),
        "customer_id": Column(WHOLE, "63-bit code of the customer"),
        "component_size": Column(SMALL, "identifiers of that customer"),
        "is_hub": Column(TRUTH, "met more neighbours than its kind's hub_limit, so links nobody"),
        "is_conflict": Column(TRUTH, "its customer has several values of a one-per-customer kind"),
    },
    key=("kind", "value_hash"),
)

CONFLICTS = Table(
    "conflicts",
    "data/identify/conflicts.csv",
    {
        "problem": Column(TEXT, "hub (links nobody) or several_values (of a one-per-customer kind)"),
        "kind": Column(TEXT, "kind of identifier"),
        "customer_id": Column(WHOLE, "63-bit code of the customer"),
        "value_hash": Column(TEXT, "the hub; empty for several values", nullable=True),
        "n": Column(WHOLE, "neighbours of the hub, or values of the customer"),
    },
    key=("problem", "kind", "customer_id"),
)

STEPS = Table(
    "steps",
    "data/reconstruct/steps",
    {
        "customer_id": Column(WHOLE, "63-bit code of the customer"),
        "journey": Column(SMALL, "number of the journey of this customer, from 1"),
        "visit": Column(SMALL, "number of the visit within the customer, from 1"),
        "stage": Column(TEXT, "stage of the journey"),
        "opens_journey": Column(TRUTH, "the first event after a silence"),
        "opens_visit": Column(TRUTH, "the first step in this stage"),
        "previous_stage": Column(TEXT, "stage of the step before, in this journey", nullable=True),
        "is_goal": Column(TRUTH, "the declared goal"),
        "goal_number": Column(SMALL, "goals of this customer so far, this step included"),
        "occurred_at": Column(TIME, "UTC, microseconds, no zone"),
        "position": Column(WHOLE, "the event, as in events; orders ties in time"),
        "source": Column(TEXT, "folder in data/raw"),
        "channel": Column(TEXT, "kind of channel"),
        "touchpoint": Column(TEXT, "kind of interaction"),
        "actor": Column(TEXT, "who acted"),
        "value": Column(MONEY, "money", nullable=True),
        "score": Column(SCORE, "survey answer on its own scale", nullable=True),
        "emotion": Column(SCORE, "-2 … +2", nullable=True),
    },
    key=("position",),
    is_open=True,  # declared attributes
)

JOURNEYS = Table(
    "journeys",
    "data/reconstruct/journeys",
    {
        "customer_id": Column(WHOLE, "63-bit code of the customer"),
        "journey": Column(SMALL, "number of the journey of this customer, from 1"),
        "started_at": Column(TIME, "first step"),
        "ended_at": Column(TIME, "last step"),
        "status": Column(TEXT, "lost (silence complete before the cut-off) or censored"),
        "is_left_truncated": Column(TRUTH, "first seen less than a silence after the window opens"),
        "first_stage": Column(TEXT, "stage of the first step"),
        "last_stage": Column(TEXT, "stage of the last step"),
        "first_channel": Column(TEXT, "channel of the first step"),
        "goal_at": Column(TIME, "first goal of the journey", nullable=True),
        "steps": Column(WHOLE, "number of steps"),
        "value": Column(MONEY, "money at goals", nullable=True),
    },
    key=("customer_id", "journey"),
    checks={
        "status is lost or censored": "status in ('lost', 'censored')",
        "a journey ends after it starts": "ended_at >= started_at",
    },
    is_open=True,  # declared features
)

VISITS = Table(
    "visits",
    "data/reconstruct/visits",
    {
        "customer_id": Column(WHOLE, "63-bit code of the customer"),
        "journey": Column(SMALL, "number of the journey of this customer"),
        "visit": Column(SMALL, "number of the visit within the customer"),
        "stage": Column(TEXT, "the stage visited"),
        "channel": Column(TEXT, "channel of the first step"),
        "entered_at": Column(TIME, "first step of the visit"),
        "left_at": Column(TIME, "first step elsewhere, or the silence complete; null: censored", nullable=True),
        "next_stage": Column(TEXT, "where to: a stage, (lost) or (censored)"),
        "is_entry_seen": Column(TRUTH, "false for the first visit of a left-truncated journey"),
    },
    key=("customer_id", "visit"),
)

CUSTOMER_TRANSITIONS = Table(
    "customer_transitions",
    "data/reconstruct/customer_transitions",
    {
        "customer_id": Column(WHOLE, "63-bit code of the customer"),
        "period": Column(TEXT, "month of entry, brand's local time: 2026-11"),
        "channel": Column(TEXT, "channel of entry"),
        "from_stage": Column(TEXT, "a stage or (start)"),
        "to_stage": Column(TEXT, "a stage, (lost) or (censored)"),
        "duration_bin": Column(SMALL, "index in estimate.duration_bins of the first bound not exceeded"),
        "is_followed": Column(TRUTH, "entered at least a horizon before the cut-off"),
        "n": Column(WHOLE, "visits"),
    },
    key=("customer_id", "period", "channel", "from_stage", "to_stage", "duration_bin", "is_followed"),
)

PERSONAS = Table(
    "personas",
    "data/segment/personas.parquet",
    {
        "customer_id": Column(WHOLE, "63-bit code of the customer"),
        "persona": Column(TEXT, "id of the persona, or (none)"),
        "first_seen_at": Column(TIME, "first step"),
        "value": Column(MONEY, "money at goals", nullable=True),
    },
    key=("customer_id",),
    is_open=True,  # traits and features of the customer
)

_SHARE = {
    "p": Column(NUMBER, "share, 0 … 1; empty where suppressed", nullable=True),
    "ci_low": Column(NUMBER, "lower bound", nullable=True),
    "ci_high": Column(NUMBER, "upper bound", nullable=True),
    "design_effect": Column(NUMBER, "variance over that of independent rows", nullable=True),
}
_GROUP = {
    "grouping": Column(TEXT, "all, persona, channel or period"),
    "group": Column(TEXT, "which one; all: (all)"),
}
_NOTE = {"note": Column(TEXT, "why a number is missing", nullable=True)}

TRANSITIONS = Table(
    "transitions",
    "data/estimate/transitions.csv",
    {
        **_GROUP,
        "from_stage": Column(TEXT, "a stage or (start)"),
        "to_stage": Column(TEXT, "a stage, (lost) or (unresolved)"),
        "horizon": Column(TEXT, "time allowed, from entry"),
        "n_visits": Column(WHOLE, "visits entered at least a horizon before the cut-off", nullable=True),
        "n_customers": Column(WHOLE, "customers who made them", nullable=True),
        "n_moved": Column(WHOLE, "visits that moved there within the horizon", nullable=True),
        "n_unresolved": Column(WHOLE, "visits of this row still going at the horizon", nullable=True),
        **_SHARE,
        **_NOTE,
    },
    key=("grouping", "group", "from_stage", "to_stage"),
)

FUNNEL = Table(
    "funnel",
    "data/estimate/funnel.csv",
    {
        **_GROUP,
        "position": Column(SMALL, "order of the stage, from 1"),
        "stage": Column(TEXT, "the stage"),
        "n_journeys": Column(WHOLE, "journeys followed for the horizon", nullable=True),
        "n_customers": Column(WHOLE, "customers who made them", nullable=True),
        "n_reached": Column(WHOLE, "journeys that reached this stage or a later one", nullable=True),
        "n_visited": Column(WHOLE, "journeys that visited this very stage", nullable=True),
        **_SHARE,
        **_NOTE,
    },
    key=("grouping", "group", "stage"),
)

TIME_IN_STAGE = Table(
    "time_in_stage",
    "data/estimate/time_in_stage.csv",
    {
        **_GROUP,
        "stage": Column(TEXT, "the stage"),
        "n_visits": Column(
            WHOLE, "visits entered at least a horizon before the cut-off that moved on within it", nullable=True
        ),
        "n_customers": Column(WHOLE, "customers who made them", nullable=True),
        "quartile_1": Column(NUMBER, "days", nullable=True),
        "median": Column(NUMBER, "days", nullable=True),
        "median_low": Column(NUMBER, "days", nullable=True),
        "median_high": Column(NUMBER, "days", nullable=True),
        "quartile_3": Column(NUMBER, "days", nullable=True),
        **_NOTE,
    },
    key=("grouping", "group", "stage"),
)

KPIS = Table(
    "kpis",
    "data/estimate/kpis.csv",
    {
        **_GROUP,
        "kpi": Column(TEXT, "id of the KPI"),
        "unit": Column(TEXT, "share, money, score, points or count"),
        "n": Column(WHOLE, "journeys, purchases or answers, as the KPI says", nullable=True),
        "n_customers": Column(WHOLE, "customers behind them", nullable=True),
        "estimate": Column(NUMBER, "in the unit", nullable=True),
        "ci_low": Column(NUMBER, "lower bound", nullable=True),
        "ci_high": Column(NUMBER, "upper bound", nullable=True),
        "target": Column(NUMBER, "declared target", nullable=True),
        **_NOTE,
    },
    key=("grouping", "group", "kpi"),
)

TOUCHPOINTS = Table(
    "touchpoints",
    "data/estimate/touchpoints.csv",
    {
        **_GROUP,
        "stage": Column(TEXT, "the stage"),
        "touchpoint": Column(TEXT, "kind of interaction"),
        "channel": Column(TEXT, "kind of channel"),
        "actor": Column(TEXT, "who acted"),
        "n_events": Column(WHOLE, "events", nullable=True),
        "n_customers": Column(WHOLE, "customers who met it", nullable=True),
        "reach": Column(NUMBER, "share of the group's customers who met it", nullable=True),
        "reach_low": Column(NUMBER, "lower bound", nullable=True),
        "reach_high": Column(NUMBER, "upper bound", nullable=True),
        **_NOTE,
    },
    key=("grouping", "group", "stage", "touchpoint", "channel", "actor"),
)

EMOTIONS = Table(
    "emotions",
    "data/estimate/emotions.csv",
    {
        **_GROUP,
        "stage": Column(TEXT, "the stage"),
        "n": Column(WHOLE, "scored events", nullable=True),
        "n_customers": Column(WHOLE, "customers who gave them", nullable=True),
        "emotion": Column(NUMBER, "mean, -2 … +2", nullable=True),
        "ci_low": Column(NUMBER, "lower bound", nullable=True),
        "ci_high": Column(NUMBER, "upper bound", nullable=True),
        **_NOTE,
    },
    key=("grouping", "group", "stage"),
)

PERSONA_CARDS = Table(
    "persona_cards",
    "data/segment/persona_cards.csv",
    {
        "persona": Column(TEXT, "id of the persona"),
        "n_customers": Column(WHOLE, "customers"),
        "share": Column(NUMBER, "share of all customers", nullable=True),
        "share_low": Column(NUMBER, "lower bound", nullable=True),
        "share_high": Column(NUMBER, "upper bound", nullable=True),
        "value_share": Column(NUMBER, "share of all money at goals", nullable=True),
        "value_share_low": Column(NUMBER, "lower bound", nullable=True),
        "value_share_high": Column(NUMBER, "upper bound", nullable=True),
        "trait_1": Column(TEXT, "a trait or feature with its range or most frequent value", nullable=True),
        "trait_2": Column(TEXT, "another", nullable=True),
        "trait_3": Column(TEXT, "another", nullable=True),
        **_NOTE,
    },
    key=("persona",),
)

HYPOTHESES = Table(
    "hypotheses",
    "data/assess/hypotheses.csv",
    {
        "id": Column(TEXT, "id of the hypothesis"),
        "group": Column(TEXT, "(all) or the id of a persona"),
        "outcome_kind": Column(TEXT, "binary, ordinal or continuous"),
        "direction": Column(TEXT, "claimed direction of the effect: higher or lower"),
        "smallest_effect": Column(NUMBER, "least effect worth acting on, outcome's unit"),
        "n_exposed": Column(WHOLE, "units exposed"),
        "n_unexposed": Column(WHOLE, "units not exposed"),
        "n_customers": Column(WHOLE, "customers behind them"),
        "customers_hit": Column(WHOLE, "customers exposed at least once"),
        "share_hit": Column(NUMBER, "share of units exposed", nullable=True),
        "mean_exposed": Column(NUMBER, "mean outcome of the exposed", nullable=True),
        "mean_unexposed": Column(NUMBER, "mean outcome of the others", nullable=True),
        "crude_effect": Column(NUMBER, "exposed minus unexposed", nullable=True),
        "crude_low": Column(NUMBER, "lower bound", nullable=True),
        "crude_high": Column(NUMBER, "upper bound", nullable=True),
        "adjusted_effect": Column(
            NUMBER, "on the exposed, doubly robust; empty if nothing to adjust for", nullable=True
        ),
        "adjusted_low": Column(NUMBER, "lower bound", nullable=True),
        "adjusted_high": Column(NUMBER, "upper bound", nullable=True),
        "superiority": Column(
            NUMBER, "chance that an exposed unit scores higher than another (ordinal)", nullable=True
        ),
        "superiority_low": Column(NUMBER, "lower bound", nullable=True),
        "superiority_high": Column(NUMBER, "upper bound", nullable=True),
        "overlap": Column(NUMBER, "share of exposed units with comparable others", nullable=True),
        "fcr_low": Column(NUMBER, "false-coverage-adjusted bound (supported rows)", nullable=True),
        "fcr_high": Column(NUMBER, "false-coverage-adjusted bound (supported rows)", nullable=True),
        "p": Column(NUMBER, "p-value, two-sided", nullable=True),
        "q": Column(NUMBER, "Benjamini-Hochberg over the family", nullable=True),
        "family_size": Column(WHOLE, "rows tested together"),
        "design_effect": Column(NUMBER, "variance over that of independent rows", nullable=True),
        "verdict": Column(TEXT, "supported, refuted, inconclusive or not tested"),
        "sub_label": Column(TEXT, "material, real but too small, opposite …", nullable=True),
        "customers_needed": Column(WHOLE, "for 80 % power at the smallest effect", nullable=True),
        "grade": Column(TEXT, "evidence: A randomised, B quasi-experiment, C adjusted, D crude, E opinion"),
        "cost": Column(
            NUMBER, "exposed units x effect in the claimed direction x value per outcome, currency", nullable=True
        ),
        "cost_low": Column(NUMBER, "lower bound", nullable=True),
        "cost_high": Column(NUMBER, "upper bound", nullable=True),
        "n_left_out": Column(WHOLE, "units whose outcome window is not complete at the cut-off"),
        "n_answered_exposed": Column(WHOLE, "ordinal: exposed units that answered", nullable=True),
        "n_answered_unexposed": Column(WHOLE, "ordinal: other units that answered", nullable=True),
        **_NOTE,
    },
    key=("id", "group"),
    checks={"verdict is known": "verdict in ('supported', 'refuted', 'inconclusive', 'not tested')"},
)

ALL = {table.name: table for table in list(globals().values()) if isinstance(table, Table)}
