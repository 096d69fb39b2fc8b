"""Units of a hypothesis in a small brand: who enters, and in which order of time."""

import pytest

import small_brand as brand
from pipeline.errors import ParcoursError
from small_hypotheses import units_of


def test_the_outcome_counts_strictly_after_the_index_and_within_its_window(tmp_path):
    units = units_of(
        tmp_path,
        brand.steps([
            (1, 5, "bought", 60), (1, 15, "bought", 5),  # ten days later: still within
            (2, 5, "bought", 60), (2, 15.01, "bought", 5),  # later than that
            (3, 5, "bought", 20), (3, 5, "bought", 20),  # at the same moment: not after
        ]),
    )  # fmt: skip
    assert units.frame["customer_id"].to_list() == [1, 2, 3]
    assert units.frame["outcome"].to_list() == [1, 0, 0]
    assert units.frame["is_exposed"].to_list() == [True, True, False]


def test_every_index_step_is_a_unit_of_its_own(tmp_path):
    steps = brand.steps([(1, 5, "bought", 60), (1, 9, "bought", 5), (1, 40, "bought", 5)])
    units = units_of(tmp_path, steps, index="every bought")
    assert units.frame["outcome"].to_list() == [1, 0, 0]
    assert units.frame["is_exposed"].to_list() == [True, False, False]


def test_units_not_followed_to_the_end_are_left_out_never_scored_zero(tmp_path):
    steps = brand.steps([(1, 49, "bought", 60), (2, 49.01, "bought", 60), (3, 5, "bought", 5)])
    units = units_of(tmp_path, steps, north={2})
    assert units.frame["customer_id"].to_list() == [1, 3]  # the window closes on day 59, the cut-off
    assert units.n_left_out == 1
    assert units.of_persona("north").n_left_out == 1
    assert units.of_persona("south").n_left_out == 0


def test_an_exposure_window_is_looked_at_before_the_outcome_counts(tmp_path):
    # Exposed: a page seen within three days after buying. Outcome: a delivery within ten days after those three.
    steps = brand.steps([
        (1, 5, "bought"), (1, 7, "page_seen"), (1, 9, "delivered"),
        (2, 5, "bought"), (2, 8.5, "page_seen"), (2, 18, "delivered"),  # seen too late; delivered on the last day
        (3, 5, "bought"), (3, 6, "delivered"),  # outcome before the window closed: no longer at risk
        (4, 5, "page_seen"), (4, 5, "bought"),  # seen at the index, not after
        (5, 5, "bought"), (5, 8, "page_seen"), (5, 18.5, "delivered"),  # seen on the last day; delivered too late
    ])  # fmt: skip
    units = units_of(
        tmp_path, steps, exposure="touchpoint = 'page_seen'", exposure_window="3 d",
        outcome={"kind": "binary", "when": "touchpoint = 'delivered'"},
    )  # fmt: skip
    frame = units.frame.set_index("customer_id")
    assert frame.index.to_list() == [1, 2, 4, 5]
    assert frame["is_exposed"].to_list() == [True, False, False, True]
    assert frame["outcome"].to_list() == [1, 1, 0, 0]
    assert units.notes == ("1 units left out: outcome before the exposure window closed",)


def test_a_silence_is_an_exposure_of_its_own(tmp_path):
    # Exposed: no page seen within three days after buying.
    steps = brand.steps([
        (1, 5, "bought"), (1, 7, "page_seen"), (1, 9, "delivered"),
        (2, 5, "bought"), (2, 8.5, "page_seen"),  # seen too late: silence
        (3, 5, "bought"),  # silence
        (4, 57, "bought"),  # the three days were not all seen: nobody knows
        (5, 5, "page_seen"), (5, 5, "bought"), (5, 9, "delivered"),  # seen at the index, not after: silence
    ])  # fmt: skip
    units = units_of(
        tmp_path, steps, exposure={"none": "touchpoint = 'page_seen'"}, exposure_window="3 d",
        outcome={"kind": "binary", "when": "touchpoint = 'delivered'"},
    )  # fmt: skip
    frame = units.frame.set_index("customer_id")
    assert frame["is_exposed"].to_dict() == {1: False, 2: True, 3: True, 5: True}
    assert frame["outcome"].to_dict() == {1: 1, 2: 0, 3: 0, 5: 1}
    assert units.n_left_out == 1


def test_a_trait_counts_only_once_it_is_known(tmp_path):
    # The region stands on one step of each customer: before the index, at it, after it, never.
    steps = brand.steps(
        [
            (1, 4, "page_seen"), (1, 5, "bought", 60),
            (2, 5, "bought", 60), (2, 6, "page_seen"),
            (3, 5, "bought", 20), (3, 6, "page_seen"),
            (4, 5, "bought", 20),
        ],
        region=["north", None, "north", None, None, "north", None],
    )  # fmt: skip
    units = units_of(tmp_path, steps, north={1, 2, 3}, adjust_for=["region", "persona"])
    frame = units.frame.set_index("customer_id")
    assert frame["adjust_region"].astype(object).where(frame["adjust_region"].notna(), None).to_dict() == {
        1: "north", 2: "north", 3: None, 4: None,
    }  # fmt: skip
    assert frame["adjust_persona"].to_dict() == {1: "north", 2: "north", 3: "south", 4: "south"}
    assert frame["persona"].to_dict() == {1: "north", 2: "north", 3: "north", 4: "south"}  # the group looked at
    assert len(units_of(tmp_path, steps, north={1, 2, 3}, population="region = 'north'").frame) == 2
    assert len(units_of(tmp_path, steps, north={1, 2, 3}, population="persona = 'north'").frame) == 2


def test_time_to_event_is_censored_at_the_cut_off_and_ends_at_a_competing_event(tmp_path):
    # Exposed at once; a delivery within 20 days, unless a page seen ends the risk. The cut-off is day 59.
    steps = brand.steps([
        (1, 5, "bought", 60), (1, 8.5, "delivered"),
        (2, 5, "bought", 60), (2, 7, "page_seen"), (2, 9, "delivered"),  # the risk had ended
        (3, 5, "bought", 60), (3, 25.5, "delivered"),  # after the window
        (4, 49, "bought", 20),  # followed for ten days only
        (5, 59, "bought", 20),  # not followed at all
    ])  # fmt: skip
    units = units_of(
        tmp_path, steps, outcome_window="20 d",
        outcome={
            "kind": "time_to_event", "when": "touchpoint = 'delivered'", "competing": "touchpoint = 'page_seen'"
        },
    )  # fmt: skip
    frame = units.frame.set_index("customer_id")
    day = 86_400_000_000
    assert frame["duration"].to_dict() == {1: 3.5 * day, 2: 2 * day, 3: 20 * day, 4: 10 * day}
    assert frame["ended_by"].to_dict() == {1: 1, 2: 2, 3: 0, 4: 0}
    assert units.n_left_out == 1


def test_a_look_back_must_lie_in_the_observation_window(tmp_path):
    steps = brand.steps([
        (1, 5, "bought"),  # the fourteen days before are not all in the window
        (2, 20, "page_seen"), (2, 30, "bought"),
        (3, 15, "page_seen"), (3, 30, "bought"),  # seen too early
        (4, 30, "bought"), (4, 31, "page_seen"),  # seen after, not before
    ])  # fmt: skip
    units = units_of(tmp_path, steps, exposure="touchpoint = 'page_seen'", exposure_window="14 d before")
    assert units.frame["customer_id"].to_list() == [2, 3, 4]
    assert units.frame["is_exposed"].to_list() == [True, False, False]
    assert units.notes == ("1 units left out: look-back not complete",)


def test_features_are_measured_strictly_before_the_index(tmp_path):
    steps = brand.steps([
        (1, 3, "page_seen"), (1, 4, "page_seen"), (1, 5, "bought", 60), (1, 6, "page_seen"), (1, 7, "bought", 7),
        (2, 5, "page_seen"), (2, 5, "bought", 20),  # same moment, but earlier in the order of the steps
        (3, 5, "bought", 20), (3, 5, "page_seen"),  # same moment, later in that order
    ])  # fmt: skip
    units = units_of(tmp_path, steps, index="every bought", adjust_for=["pages", "spent", "region", "month", "weekday"])
    assert units.frame["adjust_pages"].to_list() == [2, 3, 1, 0]
    assert units.frame["adjust_spent"].fillna(-1).to_list() == [-1, 60, -1, -1]
    assert units.frame["adjust_month"].unique().tolist() == ["2026-01"]
    assert units.frame["adjust_weekday"].to_list() == ["1", "3", "1", "1"]  # 6 January 2026 is a Tuesday


def test_the_population_may_use_traits_and_features(tmp_path):
    steps = brand.steps(
        [(1, 4, "page_seen"), (1, 5, "bought", 60), (2, 5, "bought", 60), (3, 4, "page_seen"), (3, 5, "bought", 1)]
    )
    units = units_of(tmp_path, steps, north={1, 2}, population="pages > 0 and region = 'north'")
    assert units.frame["customer_id"].to_list() == [1]


def test_a_score_is_the_first_one_given_in_the_window(tmp_path):
    steps = brand.steps([
        (1, 5, "bought", 60), (1, 6, "reviewed"), (1, 7, "reviewed", None, 4), (1, 8, "reviewed", None, 1),
        (2, 5, "bought", 20),
        (3, 5, "bought", None), (3, 6, "reviewed", None, 5),  # exposure not known
    ])  # fmt: skip
    units = units_of(tmp_path, steps, outcome={"kind": "ordinal", "when": "touchpoint = 'reviewed'"})
    assert units.frame["outcome"].fillna(-1).to_list() == [4, -1]
    assert units.notes == ("1 units left out: exposure not known",)


def test_a_continuous_outcome_is_a_sum_and_zero_where_nothing_happened(tmp_path):
    steps = brand.steps([(1, 5, "bought", 60), (1, 6, "bought", 1.25), (1, 7, "bought", 2.5), (2, 5, "bought", 20)])
    units = units_of(tmp_path, steps, outcome={"kind": "continuous", "when": "is_goal", "sum": "value"})
    assert units.frame["outcome"].to_list() == [3.75, 0]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"exposure": "valeu > 5"}, r"hypotheses\[0\].exposure: no column 'valeu'. Nearest: value"),
        ({"adjust_for": ["page"]}, r"hypotheses\[0\].adjust_for\[0\]: no column 'page'. Nearest: pages"),
        ({"exposure": "pages > 1", "exposure_window": "3 d"}, "exposure: no column 'pages'.*looks at single steps"),
        ({"population": "regoin = 'north'"}, "population: no column 'regoin'. Nearest: region"),
    ],
)
def test_a_misspelt_column_is_named_with_the_nearest(tmp_path, changes, message):
    with pytest.raises(ParcoursError, match=message):
        units_of(tmp_path, brand.steps([(1, 5, "bought", 60), (2, 5, "bought", 20)]), **changes)
