import pytest

import small_brand as brand
from pipeline import results, tables
from pipeline.errors import ParcoursError

ROW = {
    "grouping": "all",
    "group": "(all)",
    "stage": "buy",
    "measured_by": "score",
    "n": 7,
    "n_customers": 3,
    "emotion": 0.5,
}


def test_rows_come_in_the_order_people_read_them():
    rows = [{**ROW, "stage": stage} for stage in ("a_later_one", "buy", "browse", "another")]
    frame = results.in_form(rows, tables.EMOTIONS, {"stage": ["browse", "buy"]})
    assert frame["stage"].to_list() == ["browse", "buy", "a_later_one", "another"]
    assert list(frame.columns) == list(tables.EMOTIONS.columns)


def test_a_suppressed_row_keeps_only_what_the_contract_demands():
    assert results.without_numbers(ROW, tables.EMOTIONS, "n < 5") == {
        **{name: ROW[name] for name in ("grouping", "group", "stage", "measured_by")}, "note": "n < 5",
    }  # fmt: skip


def test_a_table_that_breaks_its_contract_is_not_written(tmp_path):
    twice = results.in_form([ROW, ROW], tables.EMOTIONS)
    with (
        brand.engine_with(tmp_path, brand.load_params(tmp_path)) as engine,
        pytest.raises(ParcoursError, match="repeated"),
    ):
        results.write_tables(engine, {"emotions": twice}, tmp_path)
    assert not (tmp_path / "emotions.csv").exists()


def test_an_empty_table_still_has_its_columns(tmp_path):
    with brand.engine_with(tmp_path, brand.load_params(tmp_path)) as engine:
        results.write_tables(engine, {"emotions": results.in_form([], tables.EMOTIONS)}, tmp_path)
    assert (tmp_path / "emotions.csv").read_text() == ",".join(tables.EMOTIONS.columns) + "\n"
