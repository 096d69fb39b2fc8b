"""params.yaml: what it declares and how it is read."""

from pipeline.params.declared import (
    ALWAYS_KNOWN,
    CORRECTIONS,
    GROUPINGS,
    KPI_KINDS,
    LANGUAGES,
    NORMALISATIONS,
    OUTCOME_KINDS,
    EngineParams,
    EstimateParams,
    Hypothesis,
    IdentifierKind,
    Key,
    Kpi,
    Names,
    Outcome,
    Params,
    Persona,
    Stage,
    WorkspaceParams,
)  # fmt: skip
from pipeline.params.privacy import PrivacyParams
from pipeline.params.reading import load
from pipeline.params.screening import ScreeningParams

__all__ = [
    "ALWAYS_KNOWN", "CORRECTIONS", "GROUPINGS", "KPI_KINDS", "LANGUAGES", "NORMALISATIONS", "OUTCOME_KINDS",
    "EngineParams", "EstimateParams", "Hypothesis", "IdentifierKind", "Key", "Kpi", "Names", "Outcome", "Params",
    "Persona", "PrivacyParams", "ScreeningParams", "Stage", "WorkspaceParams", "load",
]  # fmt: skip
