"""Sentences of one test, and which tests a persona's report shows."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from pictures import fixture as brand
from pipeline.map_contents.current import current_state
from pipeline.params import Params
from pipeline.reporting import effects
from pipeline.reporting.voice import Voice


def late_delivery(**changed: float) -> effects.Tested:
    rows = brand.frames()["hypotheses"]
    row = rows[(rows["id"] == "late_delivery") & (rows["group"] == "near")].iloc[0].copy()
    for name, value in changed.items():
        row[name] = value
    voice = Voice(brand.params(), "en")
    return effects.Tested(row, voice.hypothesis("late_delivery"), voice)


NOT_CORRECTED = {"fcr_low": float("nan"), "fcr_high": float("nan")}


def test_what_is_supported_shows_one_interval_everywhere_the_corrected_one() -> None:
    own = late_delivery()
    assert "1.98 points of score lower (interval of at least 95%, corrected for selection: 1.76 to 2.20;" in _plain(
        own.effect_sentence()
    )
    assert "lower [1.76, 2.20]" in _plain(own.headline())
    assert "[−2.20, −1.76]" in _plain(own.cell("adjusted"))
    near = next(one for one in brand.params().personas if one.id == "near")
    found = current_state(brand.frames(), brand.params(), near, brand.FACTS, brand.SNAPSHOT)["pain_points"]
    [on_map] = [one for one in found if one["id"] == "late_delivery"]
    assert (on_map["low"], on_map["high"]) == (-2.2, -1.76)


def test_a_score_shows_the_bounds_its_verdict_rests_on() -> None:
    own = late_delivery(**NOT_CORRECTED)
    bounded = late_delivery(**NOT_CORRECTED, lee_low=-2.6, lee_high=-1.25)
    assert "1.98 points of score lower (95% interval: 1.81 to 2.15;" in _plain(own.effect_sentence())
    assert "1.98 points of score lower (1.25 to 2.60 whatever the silent" in _plain(bounded.effect_sentence())
    assert "[−2.60, −1.25]" in _plain(bounded.cell("adjusted"))
    assert bounded.cell("crude") == own.cell("crude")  # its own: no verdict rests on it


def test_bounds_that_hold_zero_claim_no_direction() -> None:
    sentence = _plain(late_delivery(**NOT_CORRECTED, lee_low=-2.6, lee_high=0.3).effect_sentence())
    assert "lower (" not in sentence
    assert "−2.60 to 0.30" in sentence


def test_a_result_over_everybody_stands_where_it_concerns_somebody() -> None:
    frame = brand.frames()["hypotheses"]

    def shown(persona: str, params: Params) -> set[str]:
        return {one.row["id"] for one in effects.tested_for(frame, persona, Voice(params, "en"))}

    def concerning_near(name: str) -> Params:
        declared = brand.params()
        found = [replace(one, concerns=("near",)) if one.id == name else one for one in declared.hypotheses]
        return replace(declared, hypotheses=tuple(found))

    everything = shown("hostile", brand.params())
    assert shown("hostile", concerning_near("slow_answer")) == everything - {"slow_answer"}
    assert shown("near", concerning_near("slow_answer")) == shown("near", brand.params())


def _plain(text: object) -> str:
    assert not pd.isna(text)
    return str(text).replace("\u00a0", " ").replace("\u202f", " ")
