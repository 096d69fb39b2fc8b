"""How the files of a source are written, as its source.yaml declares: the keys that readers of formats obey."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.declarations import Section

DELIMITERS = {"tab": "\t", "\\t": "\t"}


@dataclass(frozen=True)
class Layout:
    """The declared part of a format; None: the reader looks at the file and states what it found.

    Parameters
    ----------
    shown_as
        How errors name the source.yaml.
    delimiter, encoding
        Of text files.
    null_values
        Texts that mean null, beside the empty one.
    lines_before_header
        Lines of a CSV file (rows of a sheet) above its header.
    rows_after_header
        Records below the header that belong to it, such as Qualtrics' question texts; never raw rows.
    header_file
        File beside the data that holds the header, where the data have none.
    has_quotes
        Whether a quotation mark holds cells together; if not, a backslash escapes the sign after it.
    repeated_columns
        ``error``, or ``number``: a name that stands again becomes ``name_2``.
    json_columns
        Columns kept as JSON text, there even where no record has them; other objects become dotted columns.
    records
        Where the records of a JSON document lie, such as ``data.items``.
    sheet
        Name of the sheet of a workbook.
    """

    shown_as: str
    delimiter: str | None = None
    encoding: str | None = None
    null_values: tuple[str, ...] = ()
    lines_before_header: int = 0
    rows_after_header: int = 0
    header_file: str | None = None
    has_quotes: bool = True
    repeated_columns: str = "error"
    json_columns: tuple[str, ...] = ()
    records: str | None = None
    sheet: str | None = None

    @property
    def folder(self) -> str:
        """Return how errors name the source's folder."""
        return self.shown_as.rpartition("/")[0]


def read_layout(section: Section) -> Layout:
    """Return the layout that a source.yaml declares.

    Raises
    ------
    ParcoursError
        If a value is not what was expected.
    """
    return Layout(
        shown_as=section.file,
        delimiter=_delimiter(section),
        encoding=_encoding(section),
        null_values=section.texts("null_values", ()),
        lines_before_header=section.whole("lines_before_header", 0, low=0),
        rows_after_header=section.whole("rows_after_header", 0, low=0),
        header_file=_header_file(section),
        has_quotes=section.truth("quotes", True),
        repeated_columns=section.choice("repeated_columns", ("error", "number"), "error"),
        json_columns=section.texts("json_columns", ()),
        records=section.text("records", None),
        sheet=section.text("sheet", None),
    )


def _header_file(section: Section) -> str | None:
    value: str | None = section.text("header_file", None)
    if value is not None and ("/" in value or "\\" in value):
        raise section.fail("header_file", f"{value!r}: expected the name of a file in the source's folder.")
    return value


def _delimiter(section: Section) -> str | None:
    value = section.get("delimiter", None)
    if value is None or value in DELIMITERS:
        return DELIMITERS.get(value)
    if not isinstance(value, str) or len(value) != 1 or not value.isascii() or value in '"\r\n\0':
        raise section.fail("delimiter", f"expected one character (or tab), got {value!r}.")
    return value


def _encoding(section: Section) -> str | None:
    value: str | None = section.text("encoding", None)
    try:
        "".encode(value or "utf-8")
    except (LookupError, UnicodeError):
        raise section.fail("encoding", f"{value!r} is no encoding. Expected utf-8, latin-1, cp1252 …") from None
    return value
