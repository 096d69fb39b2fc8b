"""What params.yaml declares, as typed objects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from pipeline.params.identity import IdentifierKind, IdentityParams
from pipeline.params.moments import MomentsParams
from pipeline.params.names import Names
from pipeline.params.planned import PlannedParams
from pipeline.params.privacy import PrivacyParams
from pipeline.params.screening import ScreeningParams
from pipeline.params.verbatims import VerbatimParams

KPI_KINDS = (
    "conversion", "mean_value", "return", "top_box", "mean_score", "nps", "value_per_customer", "predicted_value",
)  # fmt: skip
SCORES = ("top_box", "mean_score", "nps")  # kinds that customers answer
FROM_FIRST_SEEN = ("return", "value_per_customer", "predicted_value")  # kinds whose cohorts begin where the data do
HYPOTHESIS_KINDS = (PAIN, LEVER) = ("pain", "lever")
HIGHER, LOWER = "higher", "lower"
OUTCOME_KINDS = ("binary", "ordinal", "continuous", "time_to_event")
CORRECTIONS = ("benjamini_hochberg", "benjamini_yekutieli")
GROUPINGS = ("persona", "channel", "period")
LANGUAGES = ("fr", "en")
# What every unit of a hypothesis has besides attributes, traits and features.
ALWAYS_KNOWN = ("channel", "month", "weekday")


@dataclass(frozen=True)
class Key:
    """Where the key of the pseudonyms comes from; exactly one is set."""

    public: str | None
    secret: str | None
    file: str | None


@dataclass(frozen=True)
class EngineParams:
    kind: str
    threads: int
    memory_limit: str
    master: str = "local[2]"  # of Spark: in this process, or the address of a cluster
    keep: bool = True  # finished pieces of work, for the next run


@dataclass(frozen=True)
class WorkspaceParams:
    id: str
    name: Names
    about: Names
    languages: tuple[str, ...]
    currency: str
    time_zone: str
    key: Key


@dataclass(frozen=True)
class Stage:
    id: str
    name: Names
    when: str
    needs_complete: bool  # known only where the data are complete, not a sample


@dataclass(frozen=True)
class Persona:
    id: str
    name: Names
    goal: Names
    when: str | None  # None: everybody else
    describe_by: tuple[str, ...]


@dataclass(frozen=True)
class ClusterParams:
    """How personas are found where no rule declares them.

    Parameters
    ----------
    by
        Traits and features that customers are compared by.
    most
        Clusters at most.
    sample
        Customers that are clustered; all others are assigned.
    stability
        Least mean Jaccard overlap of every cluster over bootstraps.
    names
        Id of a cluster → name and goal that the analyst gave it.
    """

    by: tuple[str, ...]
    most: int
    sample: int
    stability: float
    names: dict[str, tuple[Names, Names]]


@dataclass(frozen=True)
class EstimateParams:
    horizon: timedelta
    level: float
    duration_bins: tuple[timedelta, ...]
    smallest_cell: int
    group_by: tuple[str, ...]


@dataclass(frozen=True)
class Kpi:
    id: str
    kind: str
    name: Names
    when: str | None
    within: timedelta | None
    top: float | None
    target: float | None
    needs_complete: bool = False
    better: str = HIGHER  # on which side of the target it should lie
    winsorise: float | None = None  # mean_value: share of the highest brought down, in a second view
    asked: str | None = None  # scores: a step at which an answer was asked for
    answer_within: timedelta | None = None  # of being asked
    weigh_by: tuple[str, ...] = ()  # scores: traits by which those who answered are weighted to those asked
    tolerance: float | None = None  # predicted_value: how far a back-test may be off


@dataclass(frozen=True)
class Measure:
    """What an objective or an action is measured by; exactly one of the first four is set."""

    kpi: str | None = None
    hypothesis: str | None = None
    transition: tuple[str, str] | None = None
    emotion: tuple[str, str] | None = None  # by scores or by words; a stage, or the journey as a whole
    group: str | None = None  # a persona; None: all customers


@dataclass(frozen=True)
class Objective:
    id: str
    name: Names
    parent: str | None
    measure: Measure | None  # None: as its children stand
    target: float | None
    better: str
    believed: float | None  # what the company takes the measured value to be
    by: date | None


@dataclass(frozen=True)
class Caps:
    """How many personas and KPIs may be declared: with more, nobody decides on any of them."""

    personas: int = 6
    kpis: int = 10


@dataclass(frozen=True)
class Outcome:
    kind: str
    when: str
    sum: str | None
    competing: str | None = None  # time_to_event: what ends the risk, such as a cancellation
    winsorise: float | None = None  # continuous: share of each tail pulled in, as a sensitivity beside the result


@dataclass(frozen=True)
class Hypothesis:
    id: str
    kind: str  # pain: removing the exposure is a gain; lever: something meant to help, such as a campaign
    claim: Names
    population: str | None
    index_touchpoint: str
    index_every: bool
    exposure: str
    exposure_window: timedelta  # negative: before the index
    exposed_if_none: bool  # exposed where no step of the window satisfies the rule: a silence
    assigned: float | None  # expected share of exposed units, where they were drawn at random
    outcome: Outcome
    outcome_window: timedelta
    direction: str
    smallest_effect: float
    adjust_for: tuple[str, ...]
    personas: tuple[str, ...]  # tested in each of these besides everybody
    concerns: tuple[str, ...]  # on whose reports and maps the result over everybody stands
    value_per_outcome: float | None
    stage: str
    owner: Names
    pattern: Names | None
    needs_complete: bool
    half: int | None = None  # of stats.halves: only these customers; None: all


@dataclass(frozen=True)
class Params:
    path: Path
    workspace: WorkspaceParams
    engine: EngineParams
    sources: tuple[str, ...]
    identifiers: dict[str, IdentifierKind]
    identity: IdentityParams
    window_start: str | None
    cut_off: str | None
    silence: timedelta
    goal: str
    starts_with: str | None  # a first step that is a true start, however early it is seen
    stages: tuple[Stage, ...]
    touchpoints: dict[str, Names]
    campaigns: dict[str, Names]  # of ids as sources write them
    names: dict[str, Names]  # of attributes, traits and features
    traits: tuple[str, ...]
    features: dict[str, str]
    personas: tuple[Persona, ...]
    clusters: ClusterParams | None  # None: personas by rules
    estimate: EstimateParams
    kpis: tuple[Kpi, ...]
    objectives: tuple[Objective, ...]
    assess_level: float
    assess_correction: str
    smallest_margin: int
    hypotheses: tuple[Hypothesis, ...]
    emotion_threshold: int
    screening: ScreeningParams
    planned: PlannedParams
    moments_of_truth: MomentsParams
    privacy: PrivacyParams
    verbatims: VerbatimParams

    def named(self, column: str) -> Names:
        """Return how an attribute, a trait or a feature is called in reports: as declared, else by its own name."""
        return self.names.get(column) or _OWN_NAMES.get(column) or Names(column, column)


_OWN_NAMES = {
    "value": Names("achats", "purchases"),
    "channel": Names("canal", "channel"),
    "month": Names("mois", "month"),
    "weekday": Names("jour de la semaine", "weekday"),
}
