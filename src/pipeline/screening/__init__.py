"""Screening: pains that nobody declared, searched in one half of the customers and confirmed in the other."""

from pipeline.screening.confirmation import confirm
from pipeline.stats.halves import CONFIRMING, SCREENING, half_of

__all__ = ["CONFIRMING", "SCREENING", "confirm", "half_of"]
