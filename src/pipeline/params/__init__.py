"""params.yaml: what it declares and how it is read."""

from pipeline.params.declared import (
    ALWAYS_KNOWN,
    CORRECTIONS,
    FROM_FIRST_SEEN,
    GROUPINGS,
    HIGHER,
    HYPOTHESIS_KINDS,
    KPI_KINDS,
    LANGUAGES,
    LEVER,
    LOWER,
    OUTCOME_KINDS,
    PAIN,
    SCORES,
    ClusterParams,
    EngineParams,
    EstimateParams,
    Hypothesis,
    Key,
    Kpi,
    Measure,
    Names,
    Objective,
    Outcome,
    Params,
    Persona,
    Stage,
    WorkspaceParams,
)  # fmt: skip
from pipeline.params.identity import NORMALISATIONS, IdentifierKind, IdentityParams, ProbabilisticParams, TwoValues
from pipeline.params.moments import Experience, MomentsParams
from pipeline.params.privacy import PrivacyParams
from pipeline.params.reading import load
from pipeline.params.screening import ScreeningParams
from pipeline.params.verbatims import VerbatimParams

__all__ = [
    "ALWAYS_KNOWN", "CORRECTIONS", "FROM_FIRST_SEEN", "GROUPINGS", "HIGHER", "HYPOTHESIS_KINDS", "KPI_KINDS",
    "LANGUAGES", "LEVER", "LOWER", "NORMALISATIONS", "OUTCOME_KINDS", "PAIN", "SCORES", "ClusterParams", "EngineParams",
    "EstimateParams", "Experience", "Hypothesis", "IdentifierKind", "IdentityParams", "Key", "Kpi", "Measure",
    "MomentsParams", "Names", "Objective", "Outcome", "Params", "Persona", "PrivacyParams", "ProbabilisticParams",
    "ScreeningParams", "Stage", "TwoValues", "VerbatimParams", "WorkspaceParams", "load",
]  # fmt: skip
