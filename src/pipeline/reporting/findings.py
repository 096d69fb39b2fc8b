"""The first thing a report says: limits where checks fail, then what was found and what was not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from pipeline import tables
from pipeline.reporting.effects import Tested, tested_for
from pipeline.reporting.elements import Markup, Section, bullets, paragraph, strong
from pipeline.reporting.reading import Results
from pipeline.reporting.voice import Voice

# Beyond these shares something that is normal in small doses is said before anything else.
TOLERATED_REFUSED, TOLERATED_WITHOUT_STAGE, TOLERATED_TRUNCATED, TOLERATED_TIES = 0.01, 0.01, 0.25, 0.05
FEW_CUSTOMERS = 50  # coverage of the intervals was simulated from here on


def findings(results: Results, persona: str, voice: Voice) -> Section:
    """Return the findings for one persona, each with verdict, grade, n and interval."""
    everything = closest(tested_for(results.frames["hypotheses"], persona, voice))
    opening = [*limits(results, persona, voice), *_summary(results, everything, voice)]
    data_limits = list(_limits_of_data(results, voice))
    supported = [tested.headline() for tested in everything if tested.row["verdict"] == "supported"]
    others = [tested.headline() for tested in everything if tested.row["verdict"] != "supported"]
    parts = [paragraph(*opening, kind="lead"), bullets(supported, "findings supported"), bullets(others, "findings")]
    if data_limits:
        parts.append(paragraph(strong(voice.say("data_limits")), *data_limits, kind="remark"))
    return Section("findings", str(voice.say("title_findings")), [part for part in parts if part])


def closest(everything: list[Tested]) -> list[Tested]:
    """Return each hypothesis once: as tested in the persona where it was, else over all customers."""
    own = {tested.declared.id for tested in everything if tested.row["group"] != tables.EVERYBODY}
    return [one for one in everything if one.row["group"] != tables.EVERYBODY or one.declared.id not in own]


def _summary(results: Results, everything: list[Tested], voice: Voice) -> list[Markup]:
    if not everything:
        return [voice.say("no_hypothesis")]
    verdicts = Counter(tested.row["verdict"] for tested in everything)
    counts = {verdict: voice.count(verdicts[verdict]) for verdict in ("supported", "refuted", "inconclusive")}
    summary = voice.say(
        "summary",
        tested=voice.count(len(everything) - verdicts["not tested"]),
        level=voice.false_discovery_rate,
        **counts,
    )
    return [summary] if verdicts["supported"] else [summary, voice.say("nothing_supported")]


def family_size(results: Results) -> float:
    """Return how many tests were corrected together."""
    sizes = results.frames["hypotheses"]["family_size"]
    return 0 if sizes.empty else sizes.max()


def customers_of(results: Results, persona: str) -> float:
    """Return how many customers a persona has."""
    card = results.frames["persona_cards"].query("persona == @persona")
    return 0 if card.empty else card["n_customers"].iloc[0]


def limits(results: Results, persona: str, voice: Voice) -> list[Markup]:
    """Return what must be known before reading on, or nothing."""
    found = [*_limits_of_persona(results, persona, voice), *_what_checks_mean(results, persona, voice)]
    return [strong(voice.say("limits")), *found] if found else []


def _limits_of_persona(results: Results, persona: str, voice: Voice) -> Iterable[Markup]:
    customers = customers_of(results, persona)
    if customers == 0:
        yield voice.say("no_customer")
    elif customers < FEW_CUSTOMERS:
        yield voice.say("limit_few", n=voice.count(customers))


def _what_checks_mean(results: Results, persona: str, voice: Voice) -> Iterable[Markup]:
    """Say what failed checks mean for whoever reads the numbers; their p stands in the method note."""
    failed = [check["check"] for check in failed_checks(results, persona)]
    if failed:
        yield from (voice.say(f"means_{check}") for check in dict.fromkeys(failed))
        yield voice.say("means_for_the_reader")


def failed_checks(results: Results, persona: str) -> list[Mapping[str, Any]]:
    """Return the checks of the transition matrix that failed, where `estimate` made any (METHODS section 2)."""
    return [
        check
        for check in results.numbers["estimate"].get("checks", [])
        if not check.get("passed", True) and check.get("group", tables.EVERYBODY) in (persona, tables.EVERYBODY)
    ]


def _limits_of_data(results: Results, voice: Voice) -> Iterable[Markup]:
    rows = results.frames[tables.CONSERVATION.name].query("role == 'main'")
    raw, refused = rows["raw"].sum(), rows["refused"].sum()
    if raw and refused / raw > TOLERATED_REFUSED:
        yield voice.say(
            "limit_refused", share=voice.percent(refused / raw), n=voice.count(refused), raw=voice.count(raw)
        )
    known = results.numbers["reconstruct"]
    events, without = known["n_events"], known["events_without_stage"]
    if events and without / events > TOLERATED_WITHOUT_STAGE:
        yield voice.say(
            "limit_stage", share=voice.percent(without / events), n=voice.count(without), events=voice.count(events)
        )
    journeys, truncated = known["n_journeys"], known["n_left_truncated"]
    if journeys and truncated / journeys > TOLERATED_TRUNCATED:
        yield voice.say(
            "limit_truncated",
            share=voice.percent(truncated / journeys),
            n=voice.count(truncated),
            journeys=voice.count(journeys),
        )
    if known["tie_share"] and known["tie_share"] > TOLERATED_TIES:
        yield voice.say("limit_ties", share=voice.percent(known["tie_share"]), events=voice.count(events))
