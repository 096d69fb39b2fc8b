"""All studies, in the order of the page."""

from __future__ import annotations

from pipeline.proof import (
    gains,
    intervals,
    linking,
    matrices,
    months,
    naive,
    null_brand,
    planted_brand,
    planted_month,
    power_curve,
    times,
    transitions,
)
from pipeline.proof.study import Study

STUDIES: tuple[Study, ...] = (
    transitions.STUDY,
    intervals.STUDY,
    times.STUDY,
    matrices.STUDY,
    naive.STUDY,
    power_curve.STUDY,
    months.STUDY,
    planted_month.STUDY,
    null_brand.STUDY,
    planted_brand.STUDY,
    gains.STUDY,
    linking.STUDY,
)
