"""params.yaml: what it declares and how it is read."""

from pipeline.params.declared import (
    ALWAYS_KNOWN,
    CORRECTIONS,
    GROUPINGS,
    HIGHER,
    KPI_KINDS,
    LANGUAGES,
    LOWER,
    OUTCOME_KINDS,
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
from pipeline.params.identity import NORMALISATIONS, IdentifierKind, IdentityParams, TwoValues
from pipeline.params.privacy import PrivacyParams
from pipeline.params.reading import load
from pipeline.params.screening import ScreeningParams

__all__ = [
    "ALWAYS_KNOWN", "CORRECTIONS", "GROUPINGS", "HIGHER", "KPI_KINDS", "LANGUAGES", "LOWER", "NORMALISATIONS",
    "OUTCOME_KINDS", "ClusterParams", "EngineParams", "EstimateParams", "Hypothesis", "IdentifierKind",
    "IdentityParams", "Key", "Kpi", "Measure", "Names", "Objective", "Outcome", "Params", "Persona", "PrivacyParams",
    "ScreeningParams", "Stage", "TwoValues", "WorkspaceParams", "load",
]  # fmt: skip
