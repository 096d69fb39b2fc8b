"""Records of persons: what a source says of whoever an identifier stands for, in the form that is compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from sqlglot import exp

from pipeline.engine import Engine
from pipeline.errors import ParcoursError, shape
from pipeline.expressions import expression
from pipeline.matching.fields import BIRTH_DATE, FORMS, LAST_NAME, LAST_NAME_START, NAMES
from pipeline.normalise import is_placeholder
from pipeline.params import IdentifierKind
from pipeline.source.description import Source
from pipeline.source.events import identifier_values
from pipeline.source.rows import row_columns, sql_error

_START = 3  # letters


def person_records(engine: Engine, source: Source, kinds: Mapping[str, IdentifierKind]) -> pd.DataFrame:
    """Return what a source's kept rows say of persons, each beside one identifier of its row.

    Parameters
    ----------
    engine
        That has just made the source's events.
    source, kinds
        Its description, and the kinds of identifier of params.yaml.

    Returns
    -------
    DataFrame
        Columns source, kind, value_hash, the fields, last_name_start: one row per different record, in a total order.
        To be compared, never to be written.

    Raises
    ------
    ParcoursError
        If no identifier can stand for a record, or no birth date can be read.

    Notes
    -----
    The identifier is the first, in the order of source.yaml, that the row bears and whose kind links and does not
    change hands. Rows that were refused, filtered or are duplicates are left out.
    """
    standing = [kind for kind in source.identifiers if kinds[kind].links and kinds[kind].reassigned_after is None]
    if not standing:
        raise ParcoursError(
            f"{source.shown_as}: person_fields: no identifier of this source can stand for a record: expected one that "
            "links and has no `reassigned_after:`."
        )
    written = _written(source, standing, row_columns(engine))
    try:
        raw = engine.frame(written)
    except engine.errors as error:
        raise sql_error(f"{source.shown_as}: person_fields", error) from None
    if BIRTH_DATE in source.person_fields:
        _refuse_unread_dates(source, raw[BIRTH_DATE])
    records = raw[["kind", "value_hash"]].assign(source=source.name)
    for name in FORMS:
        records[name] = _in_form(name, raw[name]) if name in source.person_fields else pd.Series(None, raw.index, "str")
    records[LAST_NAME_START] = records[LAST_NAME].str[:_START]
    records = records.dropna(subset=list(NAMES)).drop_duplicates()
    return records.sort_values(["kind", "value_hash", *FORMS], ignore_index=True)


def _written(source: Source, standing: Sequence[str], columns: list[str]) -> exp.Select:
    """Return the query for the fields as they are written, beside the kind and hash of an identifier."""
    fields = [
        exp.alias_(exp.cast(expression(sql, f"{source.shown_as}: person_fields.{name}", columns), "varchar"), name)
        for name, sql in source.person_fields.items()
    ]
    rows = (
        exp.select("source_file", "source_row", *identifier_values(source, columns), *fields)
        .from_("judged_rows")
        .where("parcours_judgement = 'kept'")
    )
    kind, hashes = exp.Case(), [exp.column("hash", table=f"hashes_{one}") for one in standing]
    for one, value in zip(standing, hashes, strict=True):
        kind = kind.when(value.copy().is_(exp.null()).not_(), exp.Literal.string(one))
    value_hash = exp.Coalesce(this=hashes[0], expressions=hashes[1:])
    query = exp.select(exp.alias_(kind, "kind"), exp.alias_(value_hash, "value_hash"), *source.person_fields).distinct()
    query = query.from_(rows.subquery("person_rows"))
    for one in standing:
        query = query.join(f"hashes_{one}", on=f'person_rows."id_{one}" = hashes_{one}.raw', join_type="left")
    refused = "select distinct source_file, source_row from refused_rows"
    query = query.join(
        f"({refused}) as refused",
        on="person_rows.source_file = refused.source_file and person_rows.source_row = refused.source_row",
        join_type="left",
    )
    return query.where("refused.source_row is null", value_hash.copy().is_(exp.null()).not_())


def _in_form(name: str, raw: pd.Series) -> pd.Series:
    """Return a field's values as they are compared, missing where they say nothing; each different one is read once."""
    forms = {one: None if is_placeholder(one) else FORMS[name](one) or None for one in raw.dropna().unique()}
    return raw.map(forms).astype("str")


def _refuse_unread_dates(source: Source, raw: pd.Series) -> None:
    """Refuse birth dates of which none can be read: they are written in another order than year, month, day."""
    written = raw.dropna()
    written = written[~written.map(is_placeholder).astype(bool)]
    if len(written) and not written.map(FORMS[BIRTH_DATE]).astype(bool).any():
        raise ParcoursError(
            f"{source.shown_as}: person_fields.{BIRTH_DATE}: no value can be read as a date; the first is like "
            f"{shape(str(written.min()))!r}. Expected 1980-05-31; else declare the column under `types:` "
            "(timestamp) and its `date_format:`."
        )
