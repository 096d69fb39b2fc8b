"""The contracts: every table's columns, types, units, keys and checks, in one place.

A DVC stage reads tables that satisfy their contract and writes tables that satisfy theirs. The check
is one aggregate query per table on the engine (`violations` builds it), run when a table is written
and again when it is read.
"""

from __future__ import annotations

from pipeline.tables.actions import ACTIONS
from pipeline.tables.campaigns import CAMPAIGN_COSTS, CAMPAIGNS
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
    BY_SCORE,
    BY_TEXT,
    CHECKS,
    COVERAGE,
    EMOTIONS,
    FUNNEL,
    KPIS,
    MONTHLY,
    REACHING,
    RECENT_TRANSITIONS,
    SUPPRESSED,
    SUPPRESSED_CARDS,
    SUPPRESSED_COMPARISONS,
    TEXT_AGREEMENT,
    THEMES,
    TIME_IN_STAGE,
    TOUCHPOINTS,
    TRANSITIONS,
)
from pipeline.tables.events import CONSERVATION, EVENTS, FILTERED, FORMATS, MASKED, MISTYPED, NOBODY, REJECTS
from pipeline.tables.hypotheses import HYPOTHESES
from pipeline.tables.identities import AGREEMENT, CONFLICTS, IDENTITIES, LINKS, QUARANTINE
from pipeline.tables.journeys import CUSTOMER_TRANSITIONS, JOURNEYS, PERSONA_CARDS, PERSONAS, STEPS, VISITS
from pipeline.tables.kpis import CLUSTER_NAMES, CLUSTERS, KPI_STAGES, KPI_VIEWS, OBJECTIVES, RETENTION, TYPICAL_PATHS
from pipeline.tables.map_types import DEVIATIONS, EFFORT, RHYTHM
from pipeline.tables.opportunities import MOMENTS, OPPORTUNITIES
from pipeline.tables.redrawn import (
    GRAPHS_AT_MOST,
    IDENTITY_EFFECTS,
    LINK_ERRORS,
    REDRAWN,
    REDRAWN_JOURNEYS,
)
from pipeline.tables.screening import SCREENING
from pipeline.tables.survival import ANYWHERE, GOAL, LOSSES, SURVIVAL
from pipeline.tables.truth import PLANTED, TRUE_IDENTIFIERS, TRUE_TRANSITIONS

__all__ = [
    "ACTIONS",
    "ACTORS",
    "AGREEMENT",
    "ALL",
    "ANYWHERE",
    "BY_SCORE",
    "BY_TEXT",
    "CAMPAIGNS",
    "CAMPAIGN_COSTS",
    "CENSORED",
    "CHANNELS",
    "CHECKS",
    "CLUSTERS",
    "CLUSTER_NAMES",
    "CONFLICTS",
    "CONSERVATION",
    "COVERAGE",
    "CUSTOMER_TRANSITIONS",
    "DEVIATIONS",
    "EFFORT",
    "EMOTIONS",
    "EVENTS",
    "EVERYBODY",
    "FILTERED",
    "FORMATS",
    "FUNNEL",
    "GOAL",
    "GRAPHS_AT_MOST",
    "HYPOTHESES",
    "IDENTITIES",
    "IDENTITY_EFFECTS",
    "JOURNEYS",
    "KPIS",
    "KPI_STAGES",
    "KPI_VIEWS",
    "LINKS",
    "LINK_ERRORS",
    "LOSSES",
    "LOST",
    "MASKED",
    "MISTYPED",
    "MOMENTS",
    "MONEY",
    "MONTHLY",
    "NOBODY",
    "NUMBER",
    "OBJECTIVES",
    "OPPORTUNITIES",
    "PERSONAS",
    "PERSONA_CARDS",
    "PLANTED",
    "QUARANTINE",
    "REACHING",
    "RECENT_TRANSITIONS",
    "REDRAWN",
    "REDRAWN_JOURNEYS",
    "REJECTS",
    "RESERVED",
    "RETENTION",
    "RHYTHM",
    "SCORE",
    "SCREENING",
    "SMALL",
    "START",
    "STEPS",
    "SUPPRESSED",
    "SUPPRESSED_CARDS",
    "SUPPRESSED_COMPARISONS",
    "SURVIVAL",
    "TEXT",
    "TEXT_AGREEMENT",
    "THEMES",
    "TIME",
    "TIME_IN_STAGE",
    "TOUCHPOINTS",
    "TRANSITIONS",
    "TRUE_IDENTIFIERS",
    "TRUE_TRANSITIONS",
    "TRUTH",
    "TYPICAL_PATHS",
    "UNRESOLVED",
    "VISITS",
    "WHOLE",
    "Column",
    "Table",
]

ALL = {table.name: table for table in list(globals().values()) if isinstance(table, Table)}
