"""Each format, written by a writer of its own: the same table comes back, and what is odd in a format is read as said."""

from __future__ import annotations

import gzip
import json
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet
import pytest

from landing.files import HEADER, ROWS, WRITTEN, landed
from pipeline.errors import ParcoursError
from pipeline.landing import Layout, land


def write(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def cells(rows: list[dict]) -> list[tuple]:
    return [tuple(row[name] for name in HEADER) for row in rows]


@pytest.mark.parametrize("ending", [one for one in WRITTEN if one not in ("jsonocel", "xlsb")])
def test_the_same_table_in_every_format(tmp_path: Path, ending: str) -> None:
    rows, result = landed(write(tmp_path, f"visits.{ending}", WRITTEN[ending]()))
    assert cells(rows) == ROWS and result.refused == []
    first = 2 if ending.startswith(("csv", "xls", "ods")) else 1  # where there is a header, it is record 1
    assert [row["source_row"] for row in rows] == list(range(first, first + len(ROWS)))
    assert {row["source_file"] for row in rows} == {f"visits.{ending}"}


@pytest.mark.parametrize("ending", ["jsonl", "json", "xes", "jsonocel"])
def test_text_formats_may_be_packed(tmp_path: Path, ending: str) -> None:
    plain, _ = landed(write(tmp_path, f"a.{ending}", WRITTEN[ending]()))
    packed, _ = landed(write(tmp_path, f"a.{ending}.gz", gzip.compress(WRITTEN[ending]())))
    assert [{**row, "source_file": "x"} for row in plain] == [{**row, "source_file": "x"} for row in packed]


# -- CSV -------------------------------------------------------------------------------------------------------

NAMES = "name;city\nÉlodie;Besançon\nZoé;Orléans\n"


@pytest.mark.parametrize(
    ("content", "encoding", "detected"),
    [
        (NAMES.encode("utf-8"), "utf-8", {"delimiter": ";"}),
        (NAMES.encode("utf-8-sig"), "utf-8-sig", {"delimiter": ";"}),
        (NAMES.encode("utf-16"), "utf-16", {"delimiter": ";"}),
        (b"\x00\x00\xfe\xff" + NAMES.encode("utf-32-be"), "utf-32", {"delimiter": ";"}),
        (NAMES.encode("utf-32"), "utf-32", {"delimiter": ";"}),
        (NAMES.encode("utf-16-le"), "utf-16-le", {"encoding": "utf-16-le", "delimiter": ";"}),
        (NAMES.encode("cp1252"), "cp1252", {"encoding": "cp1252", "delimiter": ";"}),
    ],
)
def test_encodings_are_told_by_a_mark_or_detected(
    tmp_path: Path, content: bytes, encoding: str, detected: dict
) -> None:
    rows, result = landed(write(tmp_path, "names.csv", content))
    assert [(row["name"], row["city"]) for row in rows] == [("Élodie", "Besançon"), ("Zoé", "Orléans")]
    assert result.reading.encoding == encoding and result.reading.found() == detected


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Łódź\nKraków\nŻółć zażółć gęślą jaźń\n", "cp1250"),
        ("имя\nИван\nМосква\n", "cp1251"),
        ("名前\n東京都\n大阪\n", "cp932"),
    ],
)
def test_other_scripts_are_detected(tmp_path: Path, text: str, encoding: str) -> None:
    rows, result = landed(write(tmp_path, "names.csv", text.encode(encoding)))
    assert result.reading.encoding == encoding
    assert [list(row.values())[2] for row in rows] == text.split("\n")[1:-1]


def test_what_is_declared_rules(tmp_path: Path) -> None:
    path = write(tmp_path, "names.csv", NAMES.encode("cp1252"))
    rows, result = landed(path, encoding="mac_roman", delimiter=";")
    assert rows[0]["city"] == "Besançon".encode("cp1252").decode("mac_roman") and result.reading.detected == ()
    with pytest.raises(ParcoursError, match=r"data/raw/web/names\.csv: line 2 is not utf-8"):
        landed(path, encoding="utf-8")
    with pytest.raises(ParcoursError, match=r"delimiter seems to be ';', not '\|'"):
        landed(path, delimiter="|")


def test_a_few_bad_bytes_in_utf_8_are_not_another_encoding(tmp_path: Path) -> None:
    with pytest.raises(ParcoursError, match=r"line 4 is not UTF-8, though the lines around it are"):
        landed(write(tmp_path, "names.csv", NAMES.encode() + b"Zo\xe9;Lyon\n"))


@pytest.mark.parametrize(("sign", "name"), [(",", None), (";", ";"), ("\t", "tab"), ("|", "|")])
def test_delimiters_are_detected(tmp_path: Path, sign: str, name: str | None) -> None:
    text = f'id{sign}price\n1{sign}"2,50; a|b"\n2{sign}"3,75"\n'
    rows, result = landed(write(tmp_path, "prices.csv", text))
    assert [row["price"] for row in rows] == ["2,50; a|b", "3,75"]
    assert result.reading.found().get("delimiter") == name


def test_lines_above_and_records_below_the_header_are_never_rows(tmp_path: Path) -> None:
    survey = (
        'Export of 3 May 2026\n\nStartDate,Q1,Q1\n"Start, Date","How likely\nare you?",Why?\n'
        '"{""ImportId"":""startDate""}",x,y\n2026-01-02,9,good\n\n2026-01-03,3\n2026-01-04,7,\n'
    )
    path = write(tmp_path, "survey.csv", survey)
    rows, result = landed(path, lines_before_header=2, rows_after_header=2, repeated_columns="number")
    assert [tuple(row.values())[1:] for row in rows] == [(6, "2026-01-02", "9", "good"), (8, "2026-01-04", "7", None)]
    assert list(rows[0]) == ["source_file", "source_row", "StartDate", "Q1", "Q1_2"]
    assert [(one.source_row, one.reason, one.value) for one in result.refused] == [(7, "malformed_row", "2026-01-03,3")]


def test_columns_that_stand_twice(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "at,AT,at_2, ,\n1,2,3,4,5\n")
    with pytest.raises(ParcoursError, match=r"'AT' stands twice.*`repeated_columns: number`.*becomes 'AT_3'"):
        landed(path)
    rows, _ = landed(path, repeated_columns="number")
    assert list(rows[0].items())[2:] == [
        ("at", "1"),
        ("AT_3", "2"),
        ("at_2", "3"),
        ("unnamed_4", "4"),
        ("unnamed_5", "5"),
    ]


@pytest.mark.parametrize("content", ['a,b\n1,"2\n3,4\n5,6\n', 'a,b\n"1,2\n3,4\n5,6\n', 'a,"b\n1,2\n'])
def test_a_quote_never_closed_does_not_swallow_the_rest(tmp_path: Path, content: str) -> None:
    with pytest.raises(ParcoursError, match=r"data/raw/web/a\.csv: .*never closed"):
        landed(write(tmp_path, "a.csv", content))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"\n\n", "no header"),
        ("a.csv", b"source_row,b\n1,2\n", "kept for the pipeline"),
        ("a.csv", b"a\x00b,c\n1,2\n", "cannot be written"),
        ("a.csv.gz", gzip.compress(b"a,b\n1,2\n", mtime=0)[:-5], "damaged or cut short"),
        ("a.csv.gz", b"a,b\n1,2\n", "damaged or cut short"),
        ("a.json", b'{"a": 1}', "which array holds the records"),
        ("a.json", b'{"a": [{"x": 1}], "b": [{"x": 1}]}', "Arrays of objects: a, b"),
        ("a.json", b'[{"a": 1}', "no JSON that can be read to its end"),
        ("a.xes", b"<html></html>", "a XES file begins with <log>"),
        ("a.xes", b"<log><tarce/></log>", "<tarce> in the log is no part of XES"),
        ("a.xes", b"<log><trace></log>", "not well-formed XML"),
        ("a.parquet", b"PAR1", "not a Parquet file"),
        ("a.xlsx", b"PK", "no workbook that can be read"),
        ("a.xlsx.gz", b"x", "cannot read this kind of file"),
        ("a.docx", b"x", "cannot read this kind of file"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_one_clear_error(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    with pytest.raises(ParcoursError, match=message) as caught:
        landed(write(tmp_path, name, content))
    assert name in str(caught.value)


# -- JSON, XES, OCEL, Parquet ----------------------------------------------------------------------------------


def test_nested_json_is_flat_and_lists_are_json(tmp_path: Path) -> None:
    lines = [
        {
            "id": 12345678901234567890,
            "user": {"email": "a@b.fr", "ids": [1, "x"]},
            "props": {"a": 1},
            "ok": True,
            "none": None,
        },
        {"id": 2, "user": {}, "more": {"deep": {"er": 2.50}}},
    ]
    text = "\n".join(json.dumps(line) for line in lines).replace("2.5", "2.50") + "\n"
    rows, _ = landed(write(tmp_path, "a.jsonl", text), json_columns=("props", "absent"))
    assert rows[0] == {
        "source_file": "a.jsonl", "source_row": 1, "props": '{"a": 1}', "absent": None, "id": "12345678901234567890",
        "user.email": "a@b.fr", "user.ids": '[1, "x"]', "ok": "true", "none": None, "user": None, "more.deep.er": None,
    }  # fmt: skip
    assert rows[1]["user"] == "{}" and rows[1]["more.deep.er"] == "2.50"
    table = pa.Table.from_pylist([{"user": line.get("user"), "props": line.get("props")} for line in [
        {"user": {"email": "a@b.fr", "n": {"k": [1]}}, "props": {"a": 1}}, {}]])  # fmt: skip
    pyarrow.parquet.write_table(table, tmp_path / "a.parquet")
    rows, _ = landed(tmp_path / "a.parquet", json_columns=("props",))
    assert [tuple(row.values())[2:] for row in rows] == [("a@b.fr", "[1]", '{"a": 1}'), (None, None, None)]
    assert list(rows[0])[2:] == ["user.email", "user.n.k", "props"]


BAD_LINES = [
    "{oops",
    "[1]",
    "3",
    '{"a": 1, "a": 2}',
    '{"a": {"b": 1}, "a.b": 2}',
    '{"a": NaN}',
    '{"a": "\\ud800"}',
    "[" * 5000,
]


@pytest.mark.parametrize("line", BAD_LINES)
def test_a_bad_line_is_refused_alone(tmp_path: Path, line: str) -> None:
    rows, result = landed(write(tmp_path, "a.jsonl", f'{{"a": 1}}\n{line}\n\n{{"a": 2}}\n'))
    assert [(row["source_row"], row["a"]) for row in rows] == [(1, "1"), (4, "2")]
    assert [one.source_row for one in result.refused] == [2]


def test_many_batches_have_the_columns_of_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.landing.writing.BATCH", 2)
    text = "\n".join(json.dumps({f"k{i % 3}": i, "same": "x"}) for i in range(7))
    rows, _ = landed(write(tmp_path, "a.jsonl", text))
    assert [row[f"k{i % 3}"] for i, row in enumerate(rows)] == [str(i) for i in range(7)]
    assert set(rows[0]) == {"source_file", "source_row", "k0", "k1", "k2", "same"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl", "landed.parquet"]


def test_records_of_a_document_are_declared_or_found(tmp_path: Path) -> None:
    path = write(tmp_path, "a.json", '{"meta": {"n": 2}, "data": {"items": [{"id": 1}, 7, {"id": 1.10}]}}')
    rows, result = landed(path)
    assert [row["id"] for row in rows] == ["1", "1.10"] and result.reading.found() == {"records": "data.items"}
    assert [one.source_row for one in result.refused] == [2]
    assert landed(path, records="data.items")[1].reading.detected == ()
    with pytest.raises(ParcoursError, match=r"no array at records: 'data\.item'\. Nearest: data\.items\."):
        landed(path, records="data.item")
    assert [row["id"] for row in landed(write(tmp_path, "b.json", '[{"id": 1}]'))[0]] == ["1"]


def test_xes_keeps_what_is_inside_and_outside_of_traces(tmp_path: Path) -> None:
    rows, result = landed(
        write(
            tmp_path, "a.xes",
            '<log><global scope="event"><string key="g" value="no"/></global><string key="l" value="no"/>'
            '<trace><string key="concept:name" value="c"/><event><string key="a" value="1"><int key="b" value="2"/></string>'
            '<list key="l"><values><string key="x" value="1"/><string key="x" value="2"/></values></list></event>'
            '<event><string key="a" value="1"/><string key="a" value="2"/></event></trace>'
            '<event><string key="a" value="3"/></event></log>',
        )
    )  # fmt: skip
    assert [tuple(row.values())[1:] for row in rows] == [(1, "c", "1", "2", '["1", "2"]'), (3, None, "3", None, None)]
    assert list(rows[0])[2:] == ["case:concept:name", "a", "a.b", "l"]
    assert [one.source_row for one in result.refused] == [2]


def test_xes_that_is_too_deep_is_refused_alone(tmp_path: Path) -> None:
    deep = '<string key="a" value="b">' * 5_000 + "</string>" * 5_000
    text = f'<log><trace>{deep}<event/></trace><trace><event>{deep}</event><event><id key="a" value="1"/></event></trace></log>'
    rows, result = landed(write(tmp_path, "a.xes", text))
    assert [row["source_row"] for row in rows] == [3] and [one.source_row for one in result.refused] == [1, 2]


def test_ocel_gives_objects_by_type(tmp_path: Path) -> None:
    rows, result = landed(write(tmp_path, "log.jsonocel", WRITTEN["jsonocel"]()))
    assert [rows[2][name] for name in ("id", "type", "objects.visitor", "objects.item")] == [
        "e2",
        "home",
        "v2",
        '["item0", "item1"]',
    ]
    assert rows[1]["objects.item"] == "item0" and rows[0]["objects.item"] is None
    assert rows[0]["attributes.note"] == ROWS[0][4] and result.reading.format == "ocel" and len(rows) == len(ROWS)
    again, found = landed(write(tmp_path, "log.json", WRITTEN["jsonocel"]()))  # told by what is in it
    assert found.reading.format == "ocel" and [row["id"] for row in again] == [row["id"] for row in rows]
    broken = json.loads(WRITTEN["jsonocel"]())
    broken["events"][3]["relationships"][0]["objectId"] = "nobody"
    _, result = landed(write(tmp_path, "log.json", json.dumps(broken)))
    assert [one.source_row for one in result.refused] == [4]


def test_text_that_is_no_text_in_parquet(tmp_path: Path) -> None:
    table = pa.table({"a": pa.array([b"x", b"\xff", None], pa.binary()).view(pa.string()), "b": [1, 2, 3]})
    pyarrow.parquet.write_table(table, tmp_path / "a.parquet")
    rows, result = landed(tmp_path / "a.parquet")
    assert [(row["source_row"], row["a"], row["b"]) for row in rows] == [(1, "x", 1), (3, None, 3)]
    assert [(one.source_row, one.reason, one.column) for one in result.refused] == [(2, "unreadable_value", "a")]


# -- workbooks -------------------------------------------------------------------------------------------------


def test_cells_of_a_workbook_are_text_as_declared_types_read_it(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Orders"
    for row in [
        ["Orders of May"], [], ["id", "at", "day", "hour", "lasted", "price", "paid", "empty", None, "error"],
        [1, datetime(2026, 1, 2, 10, 5, 7), date(2026, 1, 2), time(9, 30), timedelta(hours=30), 19.9, True, None, None, None],
        [], [12345678901234, None, None, None, None, -2.0, False, None, "stray", "#N/A"],
    ]:  # fmt: skip
        sheet.append(row)
    sheet.merge_cells("A7:B7")
    sheet["A7"] = "both"
    book.create_sheet("Customers").append(["id"])
    book.save(tmp_path / "a.xlsx")
    rows, result = landed(tmp_path / "a.xlsx", lines_before_header=2)
    assert result.reading.found() == {"sheet": "Orders"}
    assert [tuple(row.values())[1:] for row in rows] == [
        (4, "1", "2026-01-02 10:05:07", "2026-01-02", "09:30:00", "30:00:00", "19.9", "true", None, None, None),
        (6, "12345678901234", None, None, None, None, "-2", "false", None, "stray", None),
        (7, "both", None, None, None, None, None, None, None, None, None),
    ]
    assert list(rows[0])[-3:] == ["empty", "unnamed_9", "error"]
    assert landed(tmp_path / "a.xlsx", sheet="Customers")[0] == []
    with pytest.raises(ParcoursError, match=r"no sheet 'Order'\. Nearest: Orders"):
        landed(tmp_path / "a.xlsx", sheet="Order")
    with pytest.raises(ParcoursError, match="row 51: no header"):
        landed(tmp_path / "a.xlsx", lines_before_header=50)


WORKBOOKS = Path(__file__).parent / "workbooks"


def test_a_binary_workbook_made_by_excel_holds_what_its_other_form_holds(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(WORKBOOKS / "ledger.xlsx", data_only=True)
    header, *expected = [[as_written(cell) for cell in row] for row in book["Ledger"].iter_rows(values_only=True)]
    rows, result = landed(write(tmp_path, "ledger.xlsb", (WORKBOOKS / "ledger.xlsb").read_bytes()))
    assert [[row[str(name)] for name in header] for row in rows] == expected and len(rows) == 240
    assert (result.refused, result.reading.found()) == ([], {"sheet": "Ledger"})


def as_written(cell: object) -> str | None:
    """Return a cell as openpyxl gives it in the form of docs/formats.md, for the kinds that the ledger has."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return None if cell is None else str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell)


def test_a_binary_workbook_with_cells_in_the_short_form_is_refused_for_the_reader_would_misplace_them(
    tmp_path: Path,
) -> None:
    with pytest.raises(ParcoursError, match=r"visits\.xlsb: its cells are in a short form .* save it as \.xlsx"):
        landed(write(tmp_path, "visits.xlsb", (WORKBOOKS / "visits.xlsb").read_bytes()))


def test_a_lone_cell_far_away_is_refused_and_the_next_workbook_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["id"])
    book.active["XFD1048576"] = 1
    book.save(tmp_path / "far.xlsx")
    with pytest.raises(ParcoursError, match=r"far\.xlsx: reading it took more than 8 GB"):
        landed(tmp_path / "far.xlsx")
    assert len(landed(write(tmp_path, "a.xlsx", WRITTEN["xlsx"]()))[0]) == len(ROWS)


def test_a_limit_reads_no_more_than_it_must(tmp_path: Path) -> None:
    for ending, content in WRITTEN.items():
        path = write(tmp_path, f"a.{ending}", content())
        result = land(path, Layout("source.yaml"), tmp_path / "out.parquet", limit=5)
        assert 5 <= pyarrow.parquet.read_metadata(tmp_path / "out.parquet").num_rows <= len(ROWS) and not result.refused
