"""The contracts: every table's columns, types, units, keys and checks, in one place.

A DVC stage reads tables that satisfy their contract and writes tables that satisfy theirs. The check
is one aggregate query per table on the engine (`violations` builds it), run when a table is written
and again when it is read.
"""

from __future__ import annotations

from pipeline.tables.contract import (
    ACTORS,
    CENSORED,
    CHANNELS,
    EVERYBODY,
    LOST,
    MONEY,
    NUMBER,
    RESERVED,
    SCORE,
    SMALL,
    START,
    TEXT,
    TIME,
    TRUTH,
    UNRESOLVED,
    WHOLE,
    Column,
    Table,
)
from pipeline.tables.estimates import (
    CHECKS,
    EMOTIONS,
    FUNNEL,
    KPIS,
    REACHING,
    RECENT_TRANSITIONS,
    SUPPRESSED,
    TIME_IN_STAGE,
    TOUCHPOINTS,
    TRANSITIONS,
)
from pipeline.tables.events import CONFLICTS, CONSERVATION, EVENTS, FILTERED, IDENTITIES, MASKED, REJECTS
from pipeline.tables.hypotheses import HYPOTHESES
from pipeline.tables.journeys import CUSTOMER_TRANSITIONS, JOURNEYS, PERSONA_CARDS, PERSONAS, STEPS, VISITS
from pipeline.tables.screening import SCREENING
from pipeline.tables.survival import ANYWHERE, GOAL, SURVIVAL
from pipeline.tables.truth import PLANTED, TRUE_IDENTIFIERS, TRUE_TRANSITIONS

__all__ = [
    "ACTORS",
    "ALL",
    "ANYWHERE",
    "CENSORED",
    "CHANNELS",
    "CHECKS",
    "CONFLICTS",
    "CONSERVATION",
    "CUSTOMER_TRANSITIONS",
    "EMOTIONS",
    "EVENTS",
    "EVERYBODY",
    "FILTERED",
    "FUNNEL",
    "GOAL",
    "HYPOTHESES",
    "IDENTITIES",
    "JOURNEYS",
    "KPIS",
    "LOST",
    "MASKED",
    "MONEY",
    "NUMBER",
    "PERSONAS",
    "PERSONA_CARDS",
    "PLANTED",
    "REACHING",
    "RECENT_TRANSITIONS",
    "REJECTS",
    "RESERVED",
    "SCORE",
    "SCREENING",
    "SMALL",
    "START",
    "STEPS",
    "SUPPRESSED",
    "SURVIVAL",
    "TEXT",
    "TIME",
    "TIME_IN_STAGE",
    "TOUCHPOINTS",
    "TRANSITIONS",
    "TRUE_IDENTIFIERS",
    "TRUE_TRANSITIONS",
    "TRUTH",
    "UNRESOLVED",
    "VISITS",
    "WHOLE",
    "Column",
    "Table",
]

ALL = {table.name: table for table in list(globals().values()) if isinstance(table, Table)}
