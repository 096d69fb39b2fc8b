"""Opportunities as a picture: the gain a month of each, its interval, ordered by the lower bound."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from pipeline import words
from pipeline.params import Params
from pipeline.pictures import fonts, style
from pipeline.pictures.charts import LOOK, blank, empty, level_of, literal, titled, whiskers
from pipeline.tables import EVERYBODY
from pipeline.tables.opportunities import ALL_OF_THEM, RANKED


def opportunity_forest(opportunities: pd.DataFrame, params: Params, language: str, group: str = EVERYBODY) -> Figure:
    """Return the gain a month of each ranked opportunity, the surest first, and of all of them together.

    Parameters
    ----------
    opportunities
        As its contract in `tables` says.
    params
        Of the workspace.
    language
        ``"fr"`` or ``"en"``.
    group
        ``"(all)"`` or the id of a persona.
    """
    mine = opportunities[(opportunities["group"] == group) & opportunities["gain"].notna()]
    ranked = mine[mine["status"] == RANKED].sort_values(["rank", "id"])
    rows = pd.concat([ranked, mine[mine["id"] == ALL_OF_THEM]], ignore_index=True)
    with mpl.rc_context(LOOK):
        figure, axes = blank(10.5, 1.9 + 0.62 * max(len(rows), 1))
        if rows.empty:
            return empty(figure, axes, language)
        places = np.arange(len(rows))
        is_joint = (rows["id"] == ALL_OF_THEM).to_numpy()
        axes.axvline(0, color=style.MUTED, linewidth=1)
        for of_kind, colour in ((~is_joint, style.GOOD), (is_joint, style.DEEPEST)):
            mine = rows[of_kind]
            whiskers(axes, mine["gain"], mine["gain_low"], mine["gain_high"], places[of_kind], colour)
        if is_joint.any():
            axes.axhline(len(rows) - 1.5, color=style.RULE, linewidth=1)
        claims = {one.id: one.claim[language] for one in params.hypotheses}
        named = {ALL_OF_THEM: words.term("gains_all", language), **claims}
        labels = ["\n".join(fonts.wrap(named.get(name, name), 330, 11, lines=2)) for name in rows["id"]]
        axes.set_yticks(places, [literal(label) for label in labels])
        for place, row in enumerate(rows.to_dict("records")):
            amount = words.money(row["gain"], params.workspace.currency, language, 0)
            text = f"{amount} {words.number_interval(row['gain_low'], row['gain_high'], language)}"
            axes.text(1.01, place, literal(text), transform=axes.get_yaxis_transform(), va="center", fontsize=10)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.tick_params(axis="y", length=0)
        axes.xaxis.set_major_formatter(
            lambda value, _: literal(words.money(value, params.workspace.currency, language, 0))
        )
        what = words.term("picture_opportunities_what", language, level=level_of(params, language))
        axes.set_xlabel("\n".join(fonts.wrap(what, 380, 11, lines=4)), loc="left")
        return titled(figure, axes, words.term("picture_opportunities", language))
