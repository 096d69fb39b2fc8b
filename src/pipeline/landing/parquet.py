"""Parquet: it brings its own names and types."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from pipeline.landing.columns import column_names
from pipeline.landing.raw_file import Landed, RawFile, Reading
from pipeline.landing.writing import BATCH, Rows


def read(file: RawFile, target: Path) -> Landed:
    """Land a Parquet file; the first row is number 1.

    Raises
    ------
    ParcoursError
        If it is no Parquet file.
    """
    try:
        parquet = pyarrow.parquet.ParquetFile(file.path)
    except pa.ArrowInvalid as error:
        raise file.error(f"not a Parquet file ({error}). Export it again.") from None
    names = column_names(parquet.schema_arrow.names, file)
    schema = pa.schema([field.with_name(name) for field, name in zip(parquet.schema_arrow, names, strict=True)])
    number = 1
    with Rows(target, file.path.name, schema) as rows:
        for batch in parquet.iter_batches(BATCH):
            rows.write(batch.columns, np.arange(number, number + batch.num_rows))
            number += batch.num_rows
            if file.limit is not None and number > file.limit:
                break
    return Landed(Reading("parquet"))
