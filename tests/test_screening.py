"""Screening: searched in one half, confirmed in the other, and nothing passes between them but the locked file."""

import json
from dataclasses import replace
from datetime import timedelta

import duckdb
import numpy as np
import pandas as pd
import pytest
import sqlglot
import yaml

import screened_brand as brand
import small_brand
from pipeline import assess, screen, tables, workspaces
from pipeline.declarations import Section
from pipeline.errors import ParcoursError
from pipeline.params.screening import SMALLEST_EFFECTS, screening_of
from pipeline.screening import CONFIRMING, SCREENING, half_of
from pipeline.screening.candidates import FILE, Batch, Candidate, append_batch, read_batches, refuse_without_new_data
from pipeline.screening.confirmation import Judged, estimates, judge
from pipeline.screening.meetings import compare, effect_in, make_meetings, support_rule
from pipeline.screening.search import choose, comparisons, exposures, search
from pipeline.stats.arm_sums import difference_from_sums
from pipeline.stats.result import Effect
from pipeline.workspace import Workspace

PAINS = brand.Pains(fee_exit=0.30, line_contact=0.25, line_emotion=0.8)
CUT_OFF = small_brand.WINDOW[1]
WHERE = "params.yaml: screening"
SUPPORT = "channel in ('support', 'call') and actor = 'customer'"


def _search(folder, frames, **declared):
    params = brand.load_params(folder, **declared)
    with small_brand.engine_with(folder, params, **frames) as engine:
        return search(engine, params, 1, CUT_OFF, WHERE)


def _judged(folder, frames, *batches, cut_off=CUT_OFF, **declared):
    params = brand.load_params(folder, **declared)
    with small_brand.engine_with(folder, params, **frames) as engine:
        return judge(estimates(engine, params, batches, cut_off), params.assess_level, params.estimate.level)


@pytest.fixture(scope="module")
def happened() -> pd.DataFrame:
    return brand.events(4000, PAINS, seed=1)


@pytest.fixture(scope="module")
def found(happened, tmp_path_factory) -> Batch:
    return _search(tmp_path_factory.mktemp("found"), brand.tables(happened))


@pytest.fixture(scope="module")
def rows(happened, found, tmp_path_factory) -> list[dict]:
    return _judged(tmp_path_factory.mktemp("rows"), brand.tables(happened), found)


def _row(rows, kind, touchpoint, condition):
    [row] = [row for row in rows if (row["kind"], row["touchpoint"], row["condition"]) == (kind, touchpoint, condition)]
    return row


# -- what is planted is found, and only the other half says so ------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "truth"),
    [
        (("excess_exit", "page_seen", "fee > 0"), PAINS.fee_exit),
        (("support_contact", "delivered", "line = 'a'"), PAINS.line_contact),
        (("emotion_dip", "delivered", "line = 'a'"), None),  # answers are rounded and clipped to -2 … 2
    ],
)
def test_a_planted_pain_is_found_and_confirmed(found, rows, place, truth):
    assert place in {(one.kind, one.touchpoint, one.condition) for one in found.candidates}
    row = _row(rows, *place)
    assert row["verdict"] == "confirmed"
    assert row["q"] <= 0.10
    assert truth is None or row["ci_low"] <= truth <= row["ci_high"]


def test_the_worst_comes_first(found):
    first = found.candidates[0]
    assert (first.kind, first.condition, first.group) == ("excess_exit", "fee > 0", "(all)")


def test_numbers_of_the_halves_add_up_to_the_customers(happened, found, rows):
    pages = happened[(happened["touchpoint"] == "page_seen") & (happened["day"] + 7 + 10 <= 59)]
    hit = pages[pages["fee"] > 0]
    row = _row(rows, "excess_exit", "page_seen", "fee > 0")
    assert found.candidates[0].customers == brand.of_half(hit, SCREENING).sum()
    assert row["customers_hit"] == row["n_exposed"] == brand.of_half(hit, CONFIRMING).sum()
    assert row["n_customers"] == brand.of_half(pages, CONFIRMING).sum()


# -- one half cannot see the other --------------------------------------------------------------------------------


def _other_fate(happened: pd.DataFrame, half: int) -> pd.DataFrame:
    """Change all that one half does: a fee for those who had none, nobody buys, everybody calls twice, in anger."""
    is_in = brand.of_half(happened, half)
    pages = happened[is_in & (happened["touchpoint"] == "page_seen")]
    calls = [pages.assign(touchpoint="called", day=pages["day"] + day, fee=np.nan, emotion=-2.0) for day in (1, 2)]
    return pd.concat([happened[~is_in], pages.assign(fee=4.9 - pages["fee"]), *calls], ignore_index=True)


def test_what_the_confirming_half_does_cannot_change_the_candidates(happened, found, tmp_path):
    assert _search(tmp_path, brand.tables(_other_fate(happened, CONFIRMING))) == found
    assert _search(tmp_path, brand.tables(_other_fate(happened, SCREENING))) != found  # so the change is seen


def test_what_the_screening_half_does_cannot_change_what_is_confirmed(happened, found, rows, tmp_path):
    assert _judged(tmp_path, brand.tables(_other_fate(happened, SCREENING)), found) == rows
    assert _judged(tmp_path, brand.tables(_other_fate(happened, CONFIRMING)), found) != rows


# -- under no effect the level holds --------------------------------------------------------------------------------

WORLDS, CUSTOMERS = 250, 300


def _world(group: str) -> int:
    return int(group.removeprefix("w")) if group.startswith("w") else -1


@pytest.fixture(scope="module")
def null_worlds(tmp_path_factory) -> list[tuple[list[Judged], list[Judged]]]:
    """Screen many brands without any pain, each a group of one, and judge what each locked: (other half, same half)."""
    params = brand.load_params(tmp_path_factory.mktemp("null"), smallest_effect=dict.fromkeys(SMALLEST_EFFECTS, 1e-6))
    frames = brand.tables(brand.events(WORLDS * CUSTOMERS, brand.Pains(), seed=5, first=0))
    frames["personas"]["persona"] = "w" + (frames["personas"]["customer_id"] // CUSTOMERS).astype(str)
    searched: dict[int, dict[tuple, tuple[Candidate, Effect]]] = {SCREENING: {}, CONFIRMING: {}}
    with small_brand.engine_with(params.path.parent, params, **frames) as engine:
        support = support_rule(engine, SUPPORT, WHERE)
        for half, found in searched.items():
            make_meetings(engine, params, half, CUT_OFF, timedelta(days=7), support)
            for one in exposures(engine, traits=()):
                if one.condition is None:  # an offer comes after the page, so these two do differ
                    continue
                sums = compare(engine, one.stage, one.touchpoint, one.condition, one.kinds, WHERE)
                for candidate in comparisons(one, sums, params):
                    effect = effect_in(sums, candidate.group, candidate.kind)
                    found[one, candidate.kind, candidate.group] = candidate, effect
    worlds: list[tuple[list[Judged], list[Judged]]] = [([], []) for _ in range(WORLDS)]
    by_world: dict[int, list[tuple]] = {}
    for key in searched[SCREENING].keys() & searched[CONFIRMING].keys():
        by_world.setdefault(_world(key[2]), []).append(key)
    wanted = replace(params.screening, level=0.2)
    for world, keys in by_world.items():
        of = {searched[SCREENING][key][0]: key for key in keys}
        for locked in choose(list(of), wanted) if world >= 0 else []:
            for half in (CONFIRMING, SCREENING):
                judged = Judged(1, locked, None, searched[half][of[locked]][1], None)
                worlds[world][0 if half == CONFIRMING else 1].append(judged)
    return worlds


def _share_with_a_confirmation(families: list[list[Judged]]) -> float:
    return float(np.mean([any(row["verdict"] == "confirmed" for row in judge(one, 0.10, 0.95)) for one in families]))


def test_without_any_pain_the_confirmed_share_keeps_its_level(null_worlds):
    other_half, same_half = [one for one, _ in null_worlds], [same for _, same in null_worlds]
    assert sum(map(bool, other_half)) > WORLDS / 2  # most brands lock something
    assert _share_with_a_confirmation(other_half) <= 0.10 + 2 * np.sqrt(0.10 * 0.90 / WORLDS)
    # Judged on the half that was searched, the level would be far off: what the other half is for.
    assert _share_with_a_confirmation(same_half) > 0.25


def test_without_any_pain_each_locked_candidate_is_tested_at_its_level(null_worlds):
    p = np.array([one.effect.p for family, _ in null_worlds for one in family])
    assert len(p) > 200
    assert np.mean(p < 0.05) <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / len(p))


# -- what follows a meeting -----------------------------------------------------------------------------------------

KINDS_IN_ORDER = (
    "excess_exit", "wait", "rework", "support_contact", "repeated_contact", "channel_switch", "emotion_dip",
)  # fmt: skip


def _outcomes(folder, rows, **columns) -> pd.DataFrame:
    """Return what followed each meeting of one customer of the screening half, by day and touchpoint."""
    one = next(code for code in range(100) if half_of(np.array([code]))[0] == SCREENING)
    happened = pd.DataFrame(rows, columns=["day", "touchpoint"]).assign(customer_id=one, emotion=np.nan)
    params = brand.load_params(folder)
    with small_brand.engine_with(folder, params, **brand.tables(happened.assign(**columns))) as engine:
        make_meetings(engine, params, SCREENING, CUT_OFF, timedelta(days=7), support_rule(engine, SUPPORT, WHERE))
        found = engine.frame(sqlglot.parse_one("select * from meeting_outcomes order by occurred_at", read="duckdb"))
    found["day"] = (found["occurred_at"] - pd.Timestamp(small_brand.START)) / pd.Timedelta(days=1)
    return found.set_index(["day", "touchpoint"])[list(KINDS_IN_ORDER)].astype(object).where(lambda cell: cell.notna())


def test_a_visit_meets_a_touchpoint_once_and_exits_count_before_the_goal(tmp_path):
    found = _outcomes(tmp_path, [(1, "page_seen"), (2, "page_seen"), (3, "bought"), (4, "page_seen")])
    assert list(found.index) == [(1, "page_seen"), (3, "bought"), (4, "page_seen")]
    assert found["excess_exit"].to_list()[0] == 0
    assert found["excess_exit"].isna().to_list() == [False, True, True]  # the goal is reached: no loss


def test_an_exit_needs_the_visit_to_end_within_the_window(tmp_path):
    assert _outcomes(tmp_path, [(1, "page_seen"), (8, "offer_seen")])["excess_exit"].to_list() == [1, 1]
    assert _outcomes(tmp_path, [(1, "page_seen"), (8.01, "offer_seen")])["excess_exit"].to_list() == [0, 1]


def test_only_meetings_followed_for_window_and_silence_enter(tmp_path):
    assert len(_outcomes(tmp_path, [(42, "page_seen")])) == 1  # 42 + 7 + 10 = 59, the cut-off
    assert len(_outcomes(tmp_path, [(42.01, "page_seen")])) == 0


def test_waiting_is_measured_to_the_next_stage_within_the_window(tmp_path):
    found = _outcomes(tmp_path, [(1, "page_seen"), (1.5, "offer_seen"), (2.25, "bought"), (9.5, "delivered")])
    assert found["wait"].to_list()[:2] == [1.25 * 1440, 0.75 * 1440]
    assert found["wait"].isna().to_list() == [False, False, True, True]  # 7.25 days; and nothing after


def test_rework_is_a_return_to_an_earlier_stage(tmp_path):
    found = _outcomes(tmp_path, [(1, "bought"), (2, "page_seen"), (3, "bought"), (4, "delivered")])
    assert found["rework"].to_list() == [1, 0, 0, 0]


def test_contacts_count_strictly_after_and_within_the_window(tmp_path):
    found = _outcomes(tmp_path, [(1, "called"), (1, "page_seen"), (2, "called"), (8, "called"), (8.01, "chat_opened")])
    at_page = found.loc[(1.0, "page_seen")]
    assert (at_page["support_contact"], at_page["repeated_contact"]) == (1, 1)  # days 2 and 8
    assert found["repeated_contact"].to_list()[:3] == [1, 1, 1]
    alone = _outcomes(tmp_path, [(1, "page_seen"), (8.01, "called"), (9, "called")])
    assert alone["support_contact"].to_list()[0] == 0


def test_a_channel_switch_is_from_doing_it_oneself_to_asking(tmp_path):
    found = _outcomes(tmp_path, [(1, "page_seen"), (2, "delivered"), (3, "called"), (4, "page_seen"), (5, "bought")])
    assert found["channel_switch"].to_list()[0] == 1  # what the carrier does in between is no choice of the customer
    assert found["channel_switch"].isna().to_list() == [False, True, True, False, False]
    assert found["channel_switch"].to_list()[3:] == [0, 0]


def test_emotion_is_the_mean_of_what_is_told_strictly_after(tmp_path):
    rows = [(1, "answered"), (2, "page_seen"), (3, "answered"), (4, "answered"), (5, "page_seen")]
    found = _outcomes(tmp_path, rows, emotion=[-2, np.nan, 1, 2, np.nan])
    assert found["emotion_dip"].to_list()[:3] == [15_000, 15_000, 20_000]  # days 3 and 4 are one visit
    assert found["emotion_dip"].isna().to_list() == [False, False, False, True]


# -- what is tried, and what is kept --------------------------------------------------------------------------------


def test_what_is_tried(happened, tmp_path):
    params = brand.load_params(tmp_path)
    with small_brand.engine_with(tmp_path, params, **brand.tables(happened)) as engine:
        make_meetings(engine, params, SCREENING, CUT_OFF, timedelta(days=7), support_rule(engine, SUPPORT, WHERE))
        tried = {(one.touchpoint, one.condition) for one in exposures(engine, traits=())}
        less = {(one.touchpoint, one.condition) for one in exposures(engine, traits=("line",))}
    assert tried == {
        ("page_seen", None), ("offer_seen", None), ("delivered", None), ("answered", None),  # others stand alone
        ("page_seen", "fee > 0"), ("page_seen", "fee <= 0.0"), ("page_seen", "is_blue"), ("page_seen", "not is_blue"),
        ("delivered", "line = 'a'"), ("delivered", "line = 'b'"), ("delivered", "line = 'c'"),
    }  # fmt: skip
    assert tried - less == {("delivered", f"line = '{line}'") for line in "abc"}  # who somebody is, is no pain


def _candidate(**changes) -> Candidate:
    declared = {
        "kind": "excess_exit", "stage": "browse", "touchpoint": "page_seen", "condition": None, "group": "(all)",
        "smallest_effect": 0.05, "effect": 0.10, "p": 0.01, "customers": 100,
    }  # fmt: skip
    return Candidate(**{**declared, **changes})


def test_what_is_kept_hurts_enough_and_is_ranked_by_effect_times_customers(tmp_path):
    wanted = brand.load_params(tmp_path, candidates=3).screening
    few, many = _candidate(touchpoint="few", customers=40), _candidate(touchpoint="many", customers=300)
    sad = _candidate(
        kind="emotion_dip", effect=-0.5, smallest_effect=0.2, customers=200
    )  # 2.5 x 200, less than 2 x 300
    others = [
        _candidate(touchpoint="better", effect=-0.2),  # fewer exits
        _candidate(touchpoint="small", effect=0.049),
        _candidate(touchpoint="unsure", p=0.051),
        _candidate(touchpoint="rare", customers=20),
    ]
    assert choose([few, *others, sad, many], wanted) == [many, sad, few]


def test_of_the_groups_with_one_pain_the_surest_is_kept(tmp_path):
    everybody, north = _candidate(p=0.004), _candidate(group="north", effect=0.2, p=0.001, customers=50)
    assert choose([everybody, north], brand.load_params(tmp_path).screening) == [north]


def test_a_difference_between_personas_is_no_pain(tmp_path):
    """The north pays fees more often and buys less, whatever it pays: crude, a fee costs purchases; within, it does not."""
    generator = np.random.default_rng(3)
    happened = brand.events(6000, brand.Pains(), seed=3)
    is_north = happened["customer_id"] % 2 == 0
    pages = happened["touchpoint"] == "page_seen"
    happened.loc[pages, "fee"] = np.where(
        generator.uniform(size=pages.sum()) < np.where(is_north, 0.8, 0.2)[pages], 4.9, 0
    )
    gone = happened["customer_id"].isin(np.arange(2, 6001, 2)[generator.uniform(size=3000) < 0.6])
    happened = happened[~gone | happened["touchpoint"].isin(["page_seen", "offer_seen"])]
    params, frames = brand.load_params(tmp_path), brand.tables(happened)
    with small_brand.engine_with(tmp_path, params, **frames) as engine:
        make_meetings(engine, params, SCREENING, CUT_OFF, timedelta(days=7), support_rule(engine, SUPPORT, WHERE))
        sums = compare(engine, "browse", "page_seen", "fee > 0", ["excess_exit"], WHERE)
    everybody = sums["(all)", "excess_exit"]
    assert difference_from_sums(everybody).interval(0.99)[0] > 0.1
    low, high = effect_in(sums, "(all)", "excess_exit").interval(0.99)
    assert low < 0 < high


def test_small_cells_are_not_compared(happened, tmp_path):
    few = happened[happened["customer_id"] <= 8]
    assert _search(tmp_path, brand.tables(few)).candidates == ()


# -- the verdicts ---------------------------------------------------------------------------------------------------


def _one(effect: float, error: float, batch: int = 1, **changes) -> Judged:
    found = Effect(effect, error, 1e9, 500, 500, 1000)
    return Judged(batch, _candidate(**changes), None, found, None)


def test_all_batches_are_one_family():
    # p of z = 3, 2.2 and 0.5: 0.0027, 0.0278 and 0.6171; q = 0.0027·3/1, 0.0278·3/2, 0.6171
    rows = judge([_one(0.30, 0.1), _one(0.05, 0.1), _one(0.22, 0.1, batch=2)], 0.10, 0.95)
    assert [row["q"] for row in rows] == pytest.approx([0.0081, 0.6171, 0.0417], abs=1e-4)
    assert [row["verdict"] for row in rows] == ["confirmed", "not confirmed", "confirmed"]
    assert {row["family_size"] for row in rows} == {3}
    reach = 1.960  # z of (1 + 0.95) / 2: more than 1 - 0.10 · 2 / 3, for two selected of three
    assert (rows[0]["fcr_low"], rows[0]["fcr_high"]) == pytest.approx((0.3 - reach * 0.1, 0.3 + reach * 0.1), abs=1e-3)


@pytest.mark.parametrize(
    ("effect", "error", "why"),
    [(-0.30, 0.1, "the other way"), (0.03, 0.005, "sure, and too small to act on"), (0.10, 0.08, "not sure")],
)
def test_what_is_not_confirmed(effect, error, why):
    assert judge([_one(effect, error)], 0.10, 0.95)[0]["verdict"] == "not confirmed", why


def test_a_lower_emotion_is_a_pain():
    [row] = judge([_one(-0.5, 0.1, kind="emotion_dip", smallest_effect=0.2)], 0.10, 0.95)
    assert (row["direction"], row["verdict"]) == ("lower", "confirmed")


def test_what_cannot_be_tested_says_why_and_is_no_member_of_the_family():
    rows = judge([_one(0.3, 0.1), Judged(1, _candidate(touchpoint="rare"), None, None, "n < 5")], 0.10, 0.95)
    assert rows[0]["family_size"] == 1
    assert (rows[1]["verdict"], rows[1]["note"]) == ("not confirmed", "n < 5")
    assert "q" not in rows[1]


# -- batches in time ------------------------------------------------------------------------------------------------


def _locked(number: int, day: float, *candidates: Candidate) -> Batch:
    return Batch(number, small_brand.at(day), timedelta(days=7), SUPPORT, 50, candidates)


def test_a_later_batch_is_confirmed_by_customers_first_seen_since(happened, tmp_path):
    fee = _candidate(condition="fee > 0")
    first, second = _locked(1, 30, fee), _locked(2, 59, fee)
    rows = _judged(tmp_path, brand.tables(happened), first, second)
    pages = happened[(happened["touchpoint"] == "page_seen") & brand.of_half(happened, CONFIRMING)]
    assert rows[0]["n_customers"] == (pages["day"] + 17 <= 30).sum()
    assert rows[1]["n_customers"] == ((pages["day"] > 30) & (pages["day"] + 17 <= 59)).sum()
    assert rows[1]["family_size"] == 2


def test_more_data_never_reopen_a_batch(happened, tmp_path):
    batch = _locked(1, 30, _candidate(condition="fee > 0"))
    known_then = happened[happened["day"] <= 30]
    assert _judged(tmp_path, brand.tables(happened), batch) == _judged(tmp_path, brand.tables(known_then), batch)


def test_a_batch_locked_after_the_data_end_is_refused(happened, tmp_path):
    with pytest.raises(ParcoursError, match=r"batches\[0\].locked_at: .* later than the end of the data"):
        _judged(tmp_path, brand.tables(happened), _locked(1, 59), cut_off=small_brand.at(58))


def test_a_new_batch_needs_new_data():
    refuse_without_new_data([], CUT_OFF)
    refuse_without_new_data([_locked(1, 30)], CUT_OFF)
    with pytest.raises(ParcoursError, match="no customer came since"):
        refuse_without_new_data([_locked(1, 59)], CUT_OFF)


# -- candidates.yaml ------------------------------------------------------------------------------------------------


def test_a_batch_is_appended_and_what_stands_there_keeps_its_bytes(tmp_path):
    path = tmp_path / FILE
    tricky = _candidate(condition="line = 'a: #1, \"é\"'", group="north", p=1.25e-12)
    first, second = _locked(1, 30, tricky, _candidate()), _locked(2, 59, _candidate(kind="wait", smallest_effect=1.0))
    append_batch(path, first)
    before = path.read_bytes()
    append_batch(path, second)
    assert path.read_bytes().startswith(before)
    assert read_batches(path) == (first, second)


def test_a_person_deletes_a_candidate_by_deleting_its_line(tmp_path):
    path = tmp_path / FILE
    append_batch(path, _locked(1, 30, _candidate(touchpoint="one"), _candidate(touchpoint="other")))
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "touchpoint: one," not in line), encoding="utf-8")
    assert [one.touchpoint for one in read_batches(path)[0].candidates] == ["other"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("batch: 1", "batch: 2", r"batches\[0\].batch: expected 1, got 2"),
        ("excess_exit", "exces_exit", r"candidates\[0\].kind: 'exces_exit' is unknown. Nearest: excess_exit"),
        ('"2026-01-31T00:00:00"', "soon", r"locked_at: expected a moment"),
        ("p: 0.01", "p: 1.5", r"candidates\[0\].p: 1.5 lies outside"),
        ("customers: 100", "custommers: 100", r"candidates\[0\].customers: this key is missing"),
    ],
)
def test_a_candidates_file_that_was_tampered_with(tmp_path, old, new, message):
    path = tmp_path / FILE
    append_batch(path, _locked(1, 30, _candidate()))
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(ParcoursError, match=message):
        read_batches(path)


def test_batches_follow_each_other_in_time(tmp_path):
    for batch in (_locked(1, 30), _locked(2, 30)):
        append_batch(tmp_path / FILE, replace(batch, candidates=(_candidate(),)))
    with pytest.raises(ParcoursError, match=r"batches\[1\].locked_at: expected a later moment"):
        read_batches(tmp_path / FILE)


# -- the section of params.yaml -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"smallest_effect": {"exit": 0.1}}, "screening.smallest_effect.exit: no such kind of pain"),
        ({"smallest_effect": {"wait": 0}}, "screening.smallest_effect.wait: must be above 0"),
        ({"window": "0 d"}, "screening.window: must be longer than 0"),
        ({"level": 0.9}, "screening.level: 0.9 lies outside"),
        ({"candidate": 3}, "screening.candidate: unknown key. Nearest: candidates"),
    ],
)
def test_mistakes_in_the_section(content, message):
    with pytest.raises(ParcoursError, match=message):
        screening_of(Section(content, "params.yaml", "screening"))


# -- in a workspace -------------------------------------------------------------------------------------------------


def _written(folder, frames) -> Workspace:
    """Write the brand's tables as the DVC stages before assess leave them."""
    workspace = Workspace.at(folder)
    names = {"steps": tables.STEPS, "visits": tables.VISITS, "personas": tables.PERSONAS}
    for name, table in names.items():
        path = workspace.path(table.path)
        file = path if path.suffix else path / "part.parquet"
        file.parent.mkdir(parents=True, exist_ok=True)
        frame = frames[name].assign(**_missing(frames[name], table))
        relation = duckdb.from_df(frame)
        relation.project(_typed(frame, table)).write_parquet(str(file))
    facts = {"cut_off": CUT_OFF.isoformat(), "window_start": small_brand.START.isoformat(), "is_sample": False}
    (workspace.path("data/reconstruct") / "reconstruct.json").write_text(json.dumps(facts), encoding="utf-8")
    return workspace


def _missing(frame, table) -> dict:
    """Return what the contract demands and screening does not read."""
    fillers = {"VARCHAR": "-", "INTEGER": 1, "BIGINT": 1, "BOOLEAN": True}
    return {name: fillers.get(column.type) for name, column in table.columns.items() if name not in frame.columns}


def _typed(frame, table) -> str:
    types = {name: column.type for name, column in table.columns.items()} | {"fee": "DECIMAL(9,2)"}
    return ", ".join(f"cast({name} as {types[name]}) as {name}" if name in types else name for name in frame.columns)


def test_lock_then_open_in_a_workspace(happened, found, rows, tmp_path, capsys):
    params = brand.load_params(tmp_path)
    workspace = _written(tmp_path, brand.tables(happened))
    screen.main(workspace, params)
    shown = capsys.readouterr().out
    assert f"{found.comparisons} comparisons searched" in shown
    assert "expect smaller ones" in shown
    [batch] = read_batches(tmp_path / FILE)
    assert [one.kind for one in batch.candidates] == [one.kind for one in found.candidates]
    with pytest.raises(ParcoursError, match="no customer came since"):
        screen.main(workspace, params)
    assess.main(workspace, params)
    table = pd.read_csv(workspace.path(tables.SCREENING.path))
    assert list(table.columns) == list(tables.SCREENING.columns)
    expected = {(row["kind"], row["touchpoint"]): row["verdict"] for row in rows}
    assert dict(zip(zip(table["kind"], table["touchpoint"], strict=True), table["verdict"], strict=True)) == expected


def test_without_candidates_there_is_no_table(happened, tmp_path):
    params = brand.load_params(tmp_path)
    assess.main(_written(tmp_path, brand.tables(happened)), params)
    assert (tmp_path / "data/assess/hypotheses.csv").is_file()
    assert not (tmp_path / tables.SCREENING.path).exists()


def test_dvc_watches_candidates_only_where_there_are_any(tmp_path):
    workspaces.create(tmp_path / "shop")
    before = yaml.safe_load(workspaces.dvc_yaml(tmp_path / "shop"))["stages"]
    append_batch(tmp_path / "shop" / FILE, _locked(1, 30, _candidate()))
    after = yaml.safe_load(workspaces.dvc_yaml(tmp_path / "shop"))["stages"]
    assert {verb for verb in after if after[verb] != before[verb]} == {"assess"}
    assert set(after["assess"]["deps"]) - set(before["assess"]["deps"]) == {FILE}
    assert [one for one in after["assess"]["outs"] if one not in before["assess"]["outs"]] == [
        {tables.SCREENING.path: {"cache": False}}
    ]
    assert after["assess"]["params"] == before["assess"]["params"]  # a batch holds what its confirmation needs
