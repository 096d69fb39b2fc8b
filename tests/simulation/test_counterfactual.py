"""What was true of the simulated world: paired runs against a count by hand, and the careless comparisons beside."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import duckdb
import numpy as np
import pandas as pd
import pytest

from pipeline.simulation import counterfactual, world
from pipeline.simulation.truth import Truth
from pipeline.tables import PLANTED, TRUE_TRANSITIONS

TRUTH = Truth.default()
SMALLEST = {
    "unexpected_fee": -0.06, "slow_page": -0.05, "unclear_form": -0.08, "late_delivery": -0.4,
    "silence_after_payment": 0.05, "unanswered_callback": -0.10, "defective_line": 0.06, "checkout_test": 0.03,
    "spring_sale": 0.04,
}  # fmt: skip
DECOYS = (
    "button_test", "autumn_sale", "banner_colour", "gift_wrap", "newsletter_read", "express_shipping", "store_pickup",
)  # fmt: skip


@pytest.fixture(scope="module")
def planted() -> pd.DataFrame:
    return counterfactual.planted(duckdb.connect(), TRUTH, "planted", 12_000, 12).set_index("hypothesis")


@pytest.fixture(scope="module")
def ledger():
    """The window's part of a ledger, as an analyst would have it, and the end of the window."""
    connection = duckdb.connect()
    world.build(connection, TRUTH, ["careless"], 16_000, 12)
    opens, closes = TRUTH.window(12)
    connection.execute(
        "create table seen as select happened.*, people.persona from happened inner join people using (person) "
        "where occurred_at >= $opens and occurred_at < $closes",
        {"opens": opens, "closes": closes},
    )
    return connection


# -- the planted effects -----------------------------------------------------------------------------------------------


def test_planted_has_the_columns_of_its_contract(planted):
    assert list(planted.reset_index()) == list(PLANTED.columns)
    assert sorted(planted.index) == sorted([*SMALLEST, *DECOYS])


@pytest.mark.parametrize("hypothesis", SMALLEST)
def test_true_effects_are_one_and_a_half_to_two_times_the_smallest_worth_acting_on(planted, hypothesis):
    truth, exposed = planted.loc[hypothesis, "truth"], planted.loc[hypothesis, "n_exposed"]
    # of a probability, the paired difference is 1 for a share `truth` of the units and else 0; of a score, near 1
    error = np.sqrt(min(abs(truth), 1.0) / exposed)
    ratio = truth / SMALLEST[hypothesis]
    slack = 2 * error / abs(SMALLEST[hypothesis])
    assert 1.5 - slack <= ratio <= 2 + slack


@pytest.mark.parametrize("hypothesis", DECOYS)
def test_decoys_do_nothing(planted, hypothesis):
    assert planted.loc[hypothesis, "truth"] == 0
    assert planted.loc[hypothesis, "n_exposed"] > 400


def test_a_null_world_has_the_exposures_and_no_effect():
    null = counterfactual.planted(duckdb.connect(), TRUTH.null(), "null", 2_000, 12)
    assert (null["planted"] == 0).all() and (null["truth"] == 0).all()
    assert (null["n_exposed"] > 30).all()


def test_the_truth_is_what_two_whole_worlds_differ_by():
    """The world without the effect, counted by another query at the indexes that are the same in both worlds."""
    truth = replace(TRUTH, effects=(TRUTH.effect("unclear_form"),))
    with_it, without_it = (duckdb.connect() for _ in range(2))
    world.build(with_it, truth, ["pairs"], 3_000, 12)
    world.build(without_it, truth.without("unclear_form"), ["pairs"], 3_000, 12)
    planted = counterfactual.planted(duckdb.connect(), truth, "pairs", 3_000, 12).iloc[0]
    outcomes = [_first_forms(connection) for connection in (with_it, without_it)]
    both = outcomes[0].merge(outcomes[1], on="person", suffixes=("_with", "_without"))
    both = both[both["occurred_at_with"] == both["occurred_at_without"]]
    difference = (both["is_submitted_with"].astype(int) - both["is_submitted_without"].astype(int)).mean()
    assert difference == pytest.approx(planted["truth"], abs=0.04)
    assert planted["n_exposed"] == pytest.approx(len(both), rel=0.1)


def _first_forms(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    opens, closes = TRUTH.window(12)
    return connection.execute(
        """with firsts as (
               select person, event, occurred_at, form_version from happened
               where touchpoint = 'form_opened' and occurred_at >= $opens and occurred_at < $closes
               qualify row_number() over (partition by person order by event) = 1)
           select person, firsts.occurred_at, exists (
               select 1 from happened where happened.person = firsts.person and touchpoint = 'form_submitted'
               and happened.occurred_at > firsts.occurred_at
               and happened.occurred_at <= firsts.occurred_at + interval 3 day) as is_submitted
           from firsts where form_version = 'long' and firsts.occurred_at <= $closes - interval 3 day""",
        {"opens": opens, "closes": closes},
    ).df().set_index("person")  # fmt: skip


def test_worlds_in_a_stack_have_the_truths_they_have_alone():
    truth = replace(TRUTH, effects=tuple(TRUTH.effect(name) for name in ("unexpected_fee", "late_delivery")))
    stack = counterfactual.planted_by_seed(duckdb.connect(), truth, ["a", "b"], 600, 12, first_seed_number=7)
    assert sorted(stack["seed_number"].unique()) == [7, 8]
    alone = counterfactual.planted(duckdb.connect(), truth, "b", 600, 12)
    of_stack = stack[stack["seed_number"] == 8].drop(columns="seed_number").reset_index(drop=True)
    pd.testing.assert_frame_equal(of_stack, alone)


# -- careless comparisons, as truth.yaml says they mislead -------------------------------------------------------------


def _difference(frame: pd.DataFrame) -> tuple[float, float]:
    """Exposed minus others, and its standard error, from columns is_exposed and outcome."""
    exposed, others = (frame.loc[frame["is_exposed"] == side, "outcome"].astype(float) for side in (True, False))
    return exposed.mean() - others.mean(), float(np.sqrt(exposed.var() / len(exposed) + others.var() / len(others)))


def _adjusted(frame: pd.DataFrame, by: list[str]) -> tuple[float, float]:
    """Differences within strata, weighted by the exposed, and the standard error."""
    parts = [(_difference(part), part["is_exposed"].sum()) for _, part in frame.groupby(by)
             if part["is_exposed"].sum() > 5 and (~part["is_exposed"]).sum() > 5]  # fmt: skip
    weights = np.array([n for _, n in parts]) / sum(n for _, n in parts)
    return (
        float(sum(w * effect for w, ((effect, _), _) in zip(weights, parts, strict=True))),
        float(np.sqrt(sum((w * error) ** 2 for w, ((_, error), _) in zip(weights, parts, strict=True)))),
    )


def _orders_again(ledger: duckdb.DuckDBPyConnection, exposure: str) -> pd.DataFrame:
    return ledger.execute(
        f"""with firsts as (
                select person, persona, occurred_at, {exposure} as is_exposed from seen
                where touchpoint = 'order_placed' qualify row_number() over (partition by person order by event) = 1)
            select firsts.persona, firsts.is_exposed,
                bool_or(touchpoint = 'order_placed' and seen.occurred_at > firsts.occurred_at
                    and seen.occurred_at <= firsts.occurred_at + interval 60 day) as outcome,
                bool_or(touchpoint = 'ticket_opened' and seen.occurred_at > firsts.occurred_at
                    and seen.occurred_at <= firsts.occurred_at + interval 20 day) as has_ticket
            from firsts inner join seen using (person)
            where firsts.occurred_at <= $closes - interval 60 day
            group by person, firsts.persona, firsts.is_exposed, firsts.occurred_at""",
        {"closes": TRUTH.window(12)[1]},
    ).df()  # fmt: skip


def test_gift_wrap_looks_harmful_until_the_persona_is_adjusted_for(ledger):
    frame = _orders_again(ledger, "has_gift_wrap")
    crude, error = _difference(frame)
    assert crude < -3 * error
    adjusted, error = _adjusted(frame, ["persona"])
    assert abs(adjusted) < 3 * error


def test_express_shipping_looks_harmful_once_the_tickets_it_causes_are_adjusted_for(ledger):
    frame = _orders_again(ledger, "is_express")
    right, error = _adjusted(frame, ["persona"])
    assert abs(right) < 3 * error
    wrong, error = _adjusted(frame, ["persona", "has_ticket"])
    assert wrong < -2 * error


def test_readers_of_the_newsletter_look_less_loyal_when_time_is_ignored(ledger):
    frame = ledger.execute(
        """with firsts as (
               select person, occurred_at from seen where touchpoint = 'order_delivered'
               qualify row_number() over (partition by person order by event) = 1)
           select person,
               bool_or(touchpoint = 'newsletter_opened' and seen.occurred_at > firsts.occurred_at
                   and seen.occurred_at <= firsts.occurred_at + interval 21 day) as is_exposed,
               bool_or(touchpoint = 'order_placed' and seen.occurred_at > firsts.occurred_at
                   and seen.occurred_at <= firsts.occurred_at + interval 21 day) as is_early,
               bool_or(touchpoint = 'order_placed' and seen.occurred_at > firsts.occurred_at + interval 21 day
                   and seen.occurred_at <= firsts.occurred_at + interval 81 day) as is_late
           from firsts inner join seen using (person)
           where firsts.occurred_at <= $closes - interval 81 day group by person""",
        {"closes": TRUTH.window(12)[1]},
    ).df()  # fmt: skip
    careless, error = _difference(frame.assign(outcome=frame["is_early"] | frame["is_late"]))
    assert careless < -3 * error
    in_order, error = _difference(frame[~frame["is_early"]].assign(outcome=frame["is_late"]))
    assert abs(in_order) < 3 * error


def test_pickup_looks_disliked_because_the_unhappy_answer_more(ledger):
    frame = ledger.execute(
        """select delivered.is_pickup as is_exposed, answered.score as outcome
           from seen as delivered
           inner join seen as answered using (person, order_number)
           where delivered.touchpoint = 'order_delivered' and answered.touchpoint = 'csat_answered'"""
    ).df()  # fmt: skip
    careless, error = _difference(frame)
    assert careless < -4 * error
    answers = ledger.execute(
        """select is_pickup as is_exposed, person || '-' || order_number in (
               select person || '-' || order_number from seen where touchpoint = 'csat_answered') as outcome
           from seen where touchpoint = 'order_delivered'"""
    ).df()  # fmt: skip
    more, error = _difference(answers)
    assert more > 4 * error


# -- where visits truly led --------------------------------------------------------------------------------------------


def _one_person(moments: list[tuple[datetime, str]]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.register("given", pd.DataFrame(moments, columns=["occurred_at", "stage"]))
    connection.execute(
        "create table happened as select 1 as person, row_number() over (order by occurred_at) as event, "
        "stage, occurred_at::timestamp as occurred_at from given"
    )
    connection.execute("create table people as select 1 as person, 'nesters' as persona")
    return connection


def test_true_transitions_of_one_person_counted_by_hand():
    opens, closes = TRUTH.window(12)
    start = opens + timedelta(days=10)
    connection = _one_person(
        [
            (opens - timedelta(days=25), "discovery"),  # entered before the window: does not count
            (start, "discovery"),
            (start + timedelta(hours=1), "discovery"),  # the same visit
            (start + timedelta(days=1), "basket"),
            # 29 days of silence continue the journey, and the basket's visit is left after less than the horizon
            (start + timedelta(days=30), "purchase"),
            # 31 days end it: lost, and dated when the silence of 30 days was complete
            (start + timedelta(days=61), "discovery"),
            (start + timedelta(days=62), "discovery"),  # two days long, so not yet lost 30 days after the entry
            (closes - timedelta(days=29), "basket"),  # entered later than the horizon before the end
        ]
    )
    found = counterfactual.true_transitions(connection, TRUTH, 12).set_index(["persona", "from_stage", "to_stage"])
    everybody = found.loc["(all)"]
    assert everybody["n_visits"].to_dict() == {
        ("basket", "purchase"): 1, ("discovery", "(unresolved)"): 2, ("discovery", "basket"): 2,
        ("purchase", "(lost)"): 1,
    }  # fmt: skip
    assert everybody.loc[("discovery", "basket"), "p"] == 0.5
    assert (found["horizon"] == "30 d").all()
    pd.testing.assert_frame_equal(found.loc["nesters"], everybody)


def test_true_transitions_have_the_columns_of_their_contract_and_add_up_to_one(ledger):
    frame = counterfactual.true_transitions(ledger, TRUTH, 12)
    assert list(frame) == list(TRUE_TRANSITIONS.columns)
    assert frame.groupby(["persona", "from_stage"])["p"].sum().to_numpy() == pytest.approx(1, abs=1e-8)
    assert set(frame["persona"]) == {"(all)", *(persona.id for persona in TRUTH.personas)}
