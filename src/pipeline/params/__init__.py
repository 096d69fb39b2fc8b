"""params.yaml: what it declares and how it is read."""

from pipeline.params.declared import (
    ALWAYS_KNOWN,
    CORRECTIONS,
    GROUPINGS,
    KPI_KINDS,
    LANGUAGES,
    OUTCOME_KINDS,
    EngineParams,
    EstimateParams,
    Hypothesis,
    Key,
    Kpi,
    Names,
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
from pipeline.params.verbatims import VerbatimParams

__all__ = [
    "ALWAYS_KNOWN", "CORRECTIONS", "GROUPINGS", "KPI_KINDS", "LANGUAGES", "NORMALISATIONS", "OUTCOME_KINDS",
    "EngineParams", "EstimateParams", "Hypothesis", "IdentifierKind", "IdentityParams", "Key", "Kpi", "Names",
    "Outcome", "Params", "Persona", "PrivacyParams", "ScreeningParams", "Stage", "TwoValues", "VerbatimParams",
    "WorkspaceParams", "load",
]  # fmt: skip
