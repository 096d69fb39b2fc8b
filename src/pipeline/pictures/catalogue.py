"""All companion pictures by name: of everybody, of one group, and those that stand in a persona's report."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd
from matplotlib.figure import Figure

from pipeline.params import Params
from pipeline.pictures.companions import forest, funnel, kpi_dots, time_in_stage, transition_heatmap
from pipeline.pictures.flows import actors, flow
from pipeline.pictures.month_charts import control_charts, month_change
from pipeline.pictures.opportunity_forest import opportunity_forest
from pipeline.pictures.stage_charts import feelings_by_stage, loss_waterfall, scores_by_stage
from pipeline.pictures.survival_curves import survival_curves

# Pictures that `draw` makes of all customers: given the tables, the workspace's params and a language.
FIGURES: dict[str, Callable[[Mapping[str, pd.DataFrame], Params, str], Figure]] = {
    "transitions": lambda frames, params, language: transition_heatmap(frames["transitions"], params, language),
    "funnel": lambda frames, params, language: funnel(frames["funnel"], params, language),
    "losses": lambda frames, params, language: loss_waterfall(frames["transitions"], params, language),
    "time_in_stage": lambda frames, params, language: time_in_stage(frames["time_in_stage"], params, language),
    "survival": lambda frames, params, language: survival_curves(frames["survival"], params, language),
    "feelings": lambda frames, params, language: feelings_by_stage(frames["emotions"], params, language),
    "scores": lambda frames, params, language: scores_by_stage(frames["kpi_stages"], params, language),
    "forest": lambda frames, params, language: forest(frames["hypotheses"], params, language),
    "opportunities": lambda frames, params, language: opportunity_forest(frames["opportunities"], params, language),
    "kpis": lambda frames, params, language: kpi_dots(frames["kpis"], params, language),
    "control": lambda frames, params, language: control_charts(frames["monthly"], params, language),
    "month_change": lambda frames, params, language: month_change(frames["monthly"], params, language),
}

# Pictures of one group of customers: the function and the table that it takes.
OF_A_GROUP: dict[str, tuple[Callable[[pd.DataFrame, Params, str, str], Figure], str]] = {
    "transitions": (transition_heatmap, "transitions"),
    "funnel": (funnel, "funnel"),
    "losses": (loss_waterfall, "transitions"),
    "time_in_stage": (time_in_stage, "time_in_stage"),
    "survival": (survival_curves, "survival"),
    "feelings": (feelings_by_stage, "emotions"),
    "scores": (scores_by_stage, "kpi_stages"),
    "control": (control_charts, "monthly"),
    "flow": (flow, "transitions"),
    "actors": (actors, "touchpoints"),
}
IN_REPORTS = ("losses", "feelings", "control")  # of these `draw` makes one per persona
