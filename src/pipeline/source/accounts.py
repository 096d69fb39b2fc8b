"""What became of each row of a source: counts that add up, what was refused and why, whose identifiers are nobody's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
from sqlglot import exp

from pipeline.engine import Engine, query_of
from pipeline.errors import shape
from pipeline.landing import Reading, Refused
from pipeline.source.description import Source
from pipeline.tables import FORMATS, NOBODY


@dataclass(frozen=True)
class SourceResult:
    """What one source gave: counts per file, refused rows, how each file was read, identifiers that are nobody's."""

    conservation: pd.DataFrame
    rejects: pd.DataFrame
    formats: pd.DataFrame
    stated: tuple[str, ...]
    nobody: pd.DataFrame
    filtered: pd.DataFrame
    masked: pd.DataFrame
    campaigns: pd.DataFrame
    attributes: dict[str, str]


NOBODY_OF = "parcours_nobody_"  # a column of hashed events: why an identifier is nobody's, and its keyed hash


def nobody_of(engine: Engine, source: Source) -> pd.DataFrame:
    """Return how many values, and events that bear them, are nobody's: by kind and reason, never the values."""
    counts = [
        engine.frame(
            query_of(
                f"select '{kind}' as kind, split_part(\"{NOBODY_OF}{kind}\", ':', 1) as reason, "
                f'count(distinct "{NOBODY_OF}{kind}") as n_values, count(*) as n_events '
                f'from hashed_events where "{NOBODY_OF}{kind}" is not null group by reason'
            )
        )
        for kind in source.identifiers
    ]
    frame = pd.concat(counts, ignore_index=True) if counts else pd.DataFrame(columns=list(NOBODY.columns))
    return frame.assign(source=source.name)[list(NOBODY.columns)].sort_values(["kind", "reason"])


def gather_refused(engine: Engine, with_campaigns: bool) -> None:
    """Make ``refused_rows``: each row that gave an event, or a campaign's day, with an issue."""
    refused: list[exp.Query] = [exp.select("*").from_("refused_events")]
    if with_campaigns:
        said = "source_file, source_row, 0 as rule, issue, cast(null as varchar) as issue_value"
        refused.append(query_of(f"select {said} from campaign_rows where issue is not null"))
    engine.make("refused_rows", refused[0] if len(refused) == 1 else exp.union(*refused, distinct=False))


def event_issues(engine: Engine) -> list[Refused]:
    rows = engine.rows(
        query_of(
            "select source_file, source_row, issue, issue_value from refused_rows "
            "order by source_file, source_row, rule"
        )
    )
    return [Refused(file, row, issue, value) for file, row, issue, value in rows]


def lookup_counts(raw: pd.DataFrame, refused: list[Refused]) -> pd.DataFrame:
    by_file = pd.Series([one.source_file for one in refused], dtype="str").value_counts()
    counts = raw.assign(role="lookup", refused=raw["source_file"].map(by_file).fillna(0).astype("int64"))
    counts["used"] = counts["raw"] - counts["refused"]
    return counts.assign(empty=0, filtered=0, duplicate=0, events=0)[_CONSERVED]


_CONSERVED = ["source_file", "role", "raw", "used", "empty", "filtered", "refused", "duplicate", "events"]


def conservation_of(engine: Engine, source: Source, raw: pd.DataFrame, refused: list[Refused]) -> pd.DataFrame:
    early = pd.Series([one.source_file for one in refused], dtype="str").value_counts()
    judged = engine.frame("row_judgements").set_index("source_file")
    events = engine.frame(query_of("select source_file, count(*) as events from hashed_events group by 1"))
    counts = raw.set_index("source_file").join(judged).join(events.set_index("source_file")).fillna(0)
    counts["refused"] += early.reindex(counts.index, fill_value=0)
    counts = counts.astype("int64").assign(role="main").rename_axis("source_file").reset_index()[_CONSERVED]
    sums = counts["used"] + counts["empty"] + counts["filtered"] + counts["refused"] + counts["duplicate"]
    if not (sums == counts["raw"]).all():
        raise AssertionError(f"{source.shown_as}: rows do not add up:\n{counts}")
    return counts


def formats_of(source: Source, readings: Mapping[str, Reading]) -> pd.DataFrame:
    rows = [
        (source.name, name, one.format, one.encoding, "tab" if one.delimiter == "\t" else one.delimiter, one.part,
         " ".join(one.detected))
        for name, one in sorted(readings.items())
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(FORMATS.columns), dtype="str")


def stated_of(source: Source, readings: Mapping[str, Reading]) -> tuple[str, ...]:
    """Return a line per file of which something was detected, as the keys that would declare it."""
    return tuple(
        f"{source.layout.folder}/{name}: detected {', '.join(f'`{key}: {value!r}`' for key, value in found.items())}. "
        "Declare it in source.yaml to fix it."
        for name, reading in sorted(readings.items())
        if (found := reading.found())
    )


def rejects_of(source: Source, refused: list[Refused]) -> pd.DataFrame:
    rows = [
        (
            source.name,
            one.source_file,
            one.source_row,
            one.reason,
            one.column,
            shape(one.value) if one.value is not None else None,
        )
        for one in refused
    ]
    frame = pd.DataFrame(rows, columns=["source", "source_file", "source_row", "reason", "column", "value"])
    frame = frame.astype({"source_row": "int64"})
    return frame.drop_duplicates(["source_file", "source_row"]).sort_values(["source_file", "source_row"])
