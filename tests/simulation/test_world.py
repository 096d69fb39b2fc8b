"""The simulated world: the same rows whatever is made beside them, and the laws that truth.yaml declares."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files

import duckdb
import numpy as np
import pandas as pd
import pytest

from pipeline.errors import ParcoursError
from pipeline.simulation import world
from pipeline.simulation.truth import Truth

COLUMNS = {
    "person": "BIGINT", "event": "INTEGER", "contact": "SMALLINT", "occurred_at": "TIMESTAMP", "stage": "VARCHAR",
    "touchpoint": "VARCHAR", "device": "VARCHAR", "order_number": "INTEGER", "value": "DECIMAL(18,4)",
    "visit_reason": "VARCHAR", "campaign": "VARCHAR", "banner": "VARCHAR", "page_ms": "INTEGER",
    "delivery_fee": "DECIMAL(9,2)", "checkout_variant": "VARCHAR", "button_variant": "VARCHAR",
    "form_version": "VARCHAR", "days_late": "INTEGER", "is_pickup": "BOOLEAN", "product_line": "VARCHAR",
    "has_gift_wrap": "BOOLEAN", "is_express": "BOOLEAN", "score": "DECIMAL(9,4)", "verbatim_code": "VARCHAR",
}  # fmt: skip
TRUTH = Truth.default()


def made(
    seeds: list[str], customers: int, threads: int = 2, first: int = 1, truth: Truth = TRUTH
) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": threads})
    world.build(connection, truth, seeds, customers, 12, first)
    return connection


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple]:
    return connection.execute(query).fetchall()


def one(connection: duckdb.DuckDBPyConnection, query: str):
    return rows(connection, query)[0][0]


@pytest.fixture(scope="module")
def nothing_planted():
    """10,000 persons of a world without effects: the base laws show."""
    return made(["base"], 10_000, truth=TRUTH.null())


@pytest.fixture(scope="module")
def brand():
    return made(["brand"], 4_000)


# -- the same rows, whatever is made beside them -----------------------------------------------------------------------


def test_the_same_seed_gives_the_same_rows_on_any_number_of_threads():
    first, second = made(["a"], 400, threads=1), made(["a"], 400, threads=2)
    for table in ("people", "happened"):
        assert rows(first, f"from {table}") == rows(second, f"from {table}")
    assert rows(first, "from happened") != rows(made(["b"], 400), "from happened")


def test_worlds_in_a_stack_are_the_same_as_alone():
    stack = made(["a", "b", "c"], 150)
    alone = made(["b"], 150, first=2)
    for table in ("people", "happened"):
        assert rows(stack, f"from {table} where person between 2000000000 and 2999999999") == rows(
            alone, f"from {table}"
        )


def test_more_customers_leave_the_first_ones_as_they_were():
    assert rows(made(["a"], 300), "from happened where person <= 1000000100") == rows(made(["a"], 100), "from happened")


def test_batches_together_are_the_whole():
    whole = made(["a", "b"], 130)
    connection = duckdb.connect()
    parts: dict[str, list[tuple]] = {"people": [], "happened": []}
    ranges = []
    for persons in world.batches(connection, TRUTH, ["a", "b"], 130, 12, size=100):
        ranges.append((persons.start, persons.stop))
        for table, seen in parts.items():
            seen.extend(rows(connection, f"from {table}"))
    assert ranges == [(0, 100), (100, 200), (200, 260)]
    for table, seen in parts.items():
        assert seen == rows(whole, f"from {table}")


def test_no_customer_or_no_seed_is_refused():
    for seeds, customers in (([], 5), (["a"], 0)):
        with pytest.raises(ParcoursError, match="expected at least 1"):
            made(seeds, customers)


# -- the ledger --------------------------------------------------------------------------------------------------------


def test_the_ledger_has_the_agreed_columns_in_order_of_person_and_time(brand):
    assert dict(rows(brand, "select column_name, column_type from (describe happened)")) == COLUMNS
    frame = brand.execute("select person, event, occurred_at from happened").df()
    assert frame["person"].is_monotonic_increasing
    for _, mine in frame.groupby("person"):
        assert list(mine["event"]) == list(range(1, len(mine) + 1))
        assert mine["occurred_at"].is_monotonic_increasing and mine["occurred_at"].is_unique


def test_people_live_before_the_window_and_are_followed_after_it(brand):
    opens, closes = TRUTH.window(12)
    first, last = rows(brand, "select min(occurred_at), max(occurred_at) from happened")[0]
    assert (opens - first).days >= 90 and (last - closes).days >= 120
    assert one(brand, "select count(*) from people") == 4_000
    assert one(brand, "select count(distinct person) from happened") == 4_000


def test_what_is_known_of_a_touchpoint_is_there_and_nowhere_else(brand):
    for column, touchpoints in {
        "visit_reason": ["site_visit"], "banner": ["site_visit"], "page_ms": ["product_viewed"],
        "delivery_fee": ["basket_viewed"], "checkout_variant": ["basket_viewed"], "button_variant": ["basket_viewed"],
        "form_version": ["form_opened", "form_submitted"], "days_late": ["order_delivered"],
        "value": ["deal_won", "order_placed"],
        "is_pickup": ["order_delivered", "order_placed", "order_shipped"],
        "score": ["ces_answered", "csat_answered", "nps_answered"],
    }.items():  # fmt: skip
        seen = rows(brand, f"select distinct touchpoint from happened where {column} is not null order by 1")
        assert [name for (name,) in seen] == touchpoints
        assert (
            one(brand, f"select count(*) from happened where {column} is null and touchpoint in {(*touchpoints, '')}")
            == 0
        )


def test_an_order_is_placed_shipped_delivered_and_only_then_complained_of(brand):
    orders = brand.execute(
        """select person, order_number,
                  min(occurred_at) filter (where touchpoint = 'order_placed') as placed,
                  min(occurred_at) filter (where touchpoint = 'order_shipped') as shipped,
                  min(occurred_at) filter (where touchpoint = 'order_delivered') as delivered,
                  min(occurred_at) filter (where touchpoint = 'csat_answered') as answered
           from happened where order_number is not null group by all"""
    ).df()
    assert len(orders) > 1_000
    assert orders["placed"].notna().all()
    for earlier, later in (("placed", "shipped"), ("shipped", "delivered"), ("delivered", "answered")):
        both = orders.dropna(subset=[earlier, later])
        assert (both[earlier] < both[later]).all()


def test_scores_keep_to_their_scales(brand):
    scales = {"ces_answered": (1, 7), "csat_answered": (1, 5), "nps_answered": (0, 10)}
    for name, low, high, whole in rows(
        brand,
        "select touchpoint, min(score), max(score), bool_and(score = round(score)) from happened "
        "where score is not null group by 1",
    ):
        assert scales[name][0] <= low < high <= scales[name][1] and whole


def test_accounts_have_contacts_and_consumers_none(brand):
    kinds = rows(
        brand,
        "select persona = 'professionals', min(contacts), max(contacts), min(contact), max(contact) "
        "from happened inner join people using (person) group by 1 order by 1",
    )
    assert kinds == [(False, 0, 0, 0, 0), (True, 2, 4, 1, 4)]


def test_daylight_keeps_the_order_of_moments_and_their_day(brand):
    seconds = brand.execute("select s, by_daylight(s) as d from (select unnest(range(86400 * 3)) as s)").df()
    assert seconds["d"].is_monotonic_increasing
    assert (seconds["s"] // 86400 == seconds["d"] // 86400).all()
    nightly = (seconds["d"] % 86400 < 5 * 3600).mean()
    assert nightly == pytest.approx(0.03, abs=1e-4)  # 2,592 of 86,400 seconds


# -- the declared laws -------------------------------------------------------------------------------------------------


def within(share: float, expected: float, n: int, errors: float = 4) -> bool:
    return abs(share - expected) < errors * np.sqrt(expected * (1 - expected) / n)


def test_shares_of_personas_and_languages_are_as_declared(nothing_planted):
    shares = dict(rows(nothing_planted, "select persona, count(*) / 10000 from people group by 1"))
    for persona in TRUTH.personas:
        assert within(shares[persona.id], persona.share, 10_000)
    assert within(one(nothing_planted, "select avg((language = 'fr')::integer) from people"), 0.85, 10_000)


def test_people_differ_by_the_declared_deviation_and_correlation(nothing_planted):
    effects = nothing_planted.execute("select person_effect, readiness from persons").df()
    assert effects["person_effect"].mean() == pytest.approx(0, abs=0.04)
    assert effects["person_effect"].std() == pytest.approx(TRUTH.people.person_effect, abs=0.03)
    assert effects["readiness"].std() == pytest.approx(TRUTH.people.visits_effect, abs=0.03)
    assert effects.corr().iloc[0, 1] == pytest.approx(TRUTH.people.visits_correlation, abs=0.03)


def test_first_visits_move_forward_as_often_as_the_mixed_logit_says(nothing_planted):
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    found = rows(
        nothing_planted,
        "select persona, avg(is_forward::integer), count(*) from visits inner join persons using (person) "
        "where visit = 1 group by 1",
    )
    forward = next(state.forward for state in TRUTH.states if state.id == "visit")
    assert len(found) == 4
    for persona, share, n in found:
        logit = np.log(forward[persona] / (1 - forward[persona])) + TRUTH.people.person_effect * nodes
        expected = float(np.sum(weights / (1 + np.exp(-logit))) / np.sum(weights))
        assert within(share, expected, n)


def test_waits_follow_their_log_normal_law(nothing_planted):
    waits = nothing_planted.execute(
        "select left_second - entered_second as seconds from visits where state = 'products' and next_state = 'basket'"
    ).df()["seconds"]
    law = next(state.waits["basket"] for state in TRUTH.states if state.id == "products")
    # the median's standard error on the log scale: sigma * sqrt(pi / 2 / n)
    assert abs(np.log(waits.median() / law.median)) < 4 * law.sigma * np.sqrt(np.pi / 2 / len(waits))
    assert waits.min() >= law.least


def test_exposures_are_met_as_often_as_declared(nothing_planted):
    for exposure, flag, state in (("fee", "has_fee", "basket"), ("slow_page", "is_slow", "products")):
        found = rows(
            nothing_planted,
            f"select persona, device, avg({flag}::integer), count(*) from visits inner join persons using (person) "
            f"where state = '{state}' group by all having count(*) > 300",
        )
        assert len(found) >= 7
        for persona, device, share, n in found:
            law = TRUTH.exposures[exposure]
            expected = law.probability[persona] + law.by_device.get(device, 0)
            assert within(share, expected, n) if expected > 0.06 else share == pytest.approx(expected, abs=0.06)


def test_who_came_back_was_silent_for_more_than_thirty_days(nothing_planted):
    gap = one(
        nothing_planted,
        "select min(left_second - entered_second) from visits where state = 'away' and next_state = 'visit'",
    )
    assert gap > 30 * 86_400


def test_the_change_lowers_what_follows_it():
    """Paired: the world with the change against the one without it, before and after its day."""
    with_it, without_it = (
        made(["c"], 4_000, truth=truth) for truth in (TRUTH, replace(TRUTH, change=replace(TRUTH.change, effect=0.0)))
    )
    day = world.second_of(TRUTH.moment(TRUTH.change.start))
    query = (
        f"select entered_second >= {day} as is_after, avg(is_forward::integer) as share, count(*) as n from visits "
        "where state = 'products' group by 1 order by 1"
    )
    (_, before, _), (_, after, n) = rows(with_it, query)
    (_, before_without, _), (_, after_without, _) = rows(without_it, query)
    assert before == before_without
    assert after - after_without == pytest.approx(-0.10, abs=4 * np.sqrt(0.1 / n) + 0.01)


# -- reading the truth -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("share: 0.30\n    visit_reason: new_home", "share: 0.40\n    visit_reason: new_home", "personas: shares add up to 1.1"),
        ("acts_on: products", "acts_on: form", r"effects\[1\].acts_on: slow_page does not reach 'form'"),
        ("french: 0.85", "frensh: 0.85", "people.french: this key is missing. Found instead: frensh"),
        ("{products: 1.0}", "{product: 1.0}", "no such state. Nearest: products"),
        ("cut_off: 2026-09-01", "cut_off: soon", "cut_off: expected a day"),
        ("id: slow_page\n", "id: unexpected_fee\n", "effects: the id 'unexpected_fee' stands twice"),
        ("from: 2026-04-01", "from: 2025-11-16", "campaigns: autumn_sale and spring_sale overlap"),
        ("gifters: 0.28", "gifter: 0.28", "exposures.fee.gifter: no such persona. Nearest: gifters"),
        ("confirmation: [6 min,", "confirmation: [6 minutes,", "orders.confirmation: '6 minutes' is not a duration"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_truth_is_named(tmp_path, old, new, message):
    text = (files("pipeline") / "templates/clairval/truth.yaml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "truth.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ParcoursError, match=message):
        Truth.read(tmp_path / "truth.yaml", "truth.yaml")


def test_without_takes_away_one_effect_only():
    before = {effect.id: effect.effect for effect in TRUTH.effects}
    after = {effect.id: effect.effect for effect in TRUTH.without("slow_page").effects}
    assert {name for name in before if before[name] != after[name]} == {"slow_page"} and after["slow_page"] == 0
    with pytest.raises(ParcoursError, match="no effect 'slow_pages'. Nearest: slow_page"):
        TRUTH.without("slow_pages")


def test_the_window_ends_at_the_cut_off_and_begins_so_many_months_before():
    assert [str(moment) for moment in TRUTH.window(6)] == ["2026-02-28 23:00:00", "2026-08-31 22:00:00"]
    frame = pd.DataFrame(TRUTH.window(months) for months in (1, 12, 20))
    assert frame[0].is_monotonic_decreasing and frame[1].nunique() == 1
