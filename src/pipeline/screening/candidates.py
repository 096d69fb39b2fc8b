"""candidates.yaml: what was found in the screening half, locked before the other half is opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from pipeline.declarations import Section, format_duration
from pipeline.errors import ParcoursError
from pipeline.files import rounded, whole_file
from pipeline.screening.kinds import KINDS

FILE = "candidates.yaml"
HEADER = """\
# Candidates for pain points, searched by `parcours screen` in one half of the customers. The DVC stage assess opens the
# other half and says which are confirmed: data/assess/screening.csv. Until then you may delete candidates of the last
# batch (fewer candidates, more power for the rest); after that this file only grows.
batches:
"""


@dataclass(frozen=True)
class Candidate:
    """One comparison that looked like a pain in the screening half.

    Parameters
    ----------
    kind, stage, touchpoint, condition, group
        What is compared in whom; no condition: meeting the touchpoint.
    smallest_effect
        Least effect worth acting on, without a sign.
    effect, p, customers
        In the screening half: the effect, its p-value, the customers hit.
    """

    kind: str
    stage: str
    touchpoint: str
    condition: str | None
    group: str
    smallest_effect: float
    effect: float
    p: float
    customers: int


@dataclass(frozen=True)
class Batch:
    """Candidates locked together, with all that their confirmation needs to know.

    Parameters
    ----------
    number
        From 1, in the order of the file.
    locked_at
        Cut-off of the data they were found in, naive UTC.
    window, support
        How far after a meeting outcomes count, and the rule of a contact with support.
    comparisons
        How many were searched.
    candidates
        Those kept.
    """

    number: int
    locked_at: datetime
    window: timedelta
    support: str
    comparisons: int
    candidates: tuple[Candidate, ...]


def read_batches(path: Path) -> tuple[Batch, ...]:
    """Return the batches of a candidates.yaml; none if there is no such file.

    Raises
    ------
    ParcoursError
        At the first key that is missing, unknown or not what was expected; batches that do not follow each other.
    """
    if not path.is_file():
        return ()
    top = Section.read(path, FILE)
    batches = tuple(_batch(section) for section in top.sections("batches"))
    top.close()
    for place, batch in enumerate(batches):
        if batch.number != place + 1:
            raise top.fail(
                f"batches[{place}].batch", f"expected {place + 1}, got {batch.number}: batches are never removed."
            )
        if place and batch.locked_at <= batches[place - 1].locked_at:
            raise top.fail(f"batches[{place}].locked_at", "expected a later moment than that of the batch before.")
    return batches


def _batch(section: Section) -> Batch:
    text = section.text("locked_at")
    try:
        locked_at = datetime.fromisoformat(text)
    except ValueError:
        raise section.fail("locked_at", f"expected a moment such as '2026-09-01T00:00:00', got {text!r}.") from None
    batch = Batch(
        number=section.whole("batch", low=1),
        locked_at=locked_at,
        window=section.duration("window"),
        support=section.text("support"),
        comparisons=section.whole("comparisons", low=1),
        candidates=tuple(_candidate(one) for one in section.sections("candidates")),
    )
    section.close()
    return batch


def _candidate(section: Section) -> Candidate:
    candidate = Candidate(
        kind=section.choice("kind", KINDS),
        stage=section.text("stage"),
        touchpoint=section.text("touchpoint"),
        condition=section.text("condition", None),
        group=section.text("group"),
        smallest_effect=float(section.number("smallest_effect", low=0)),
        effect=float(section.number("effect")),
        p=float(section.number("p", low=0, high=1)),
        customers=section.whole("customers", low=1),
    )
    section.close()
    return candidate


def append_batch(path: Path, batch: Batch) -> None:
    """Add a batch at the end of candidates.yaml; what stands there keeps its bytes."""
    before = path.read_text(encoding="utf-8") if path.is_file() else HEADER
    if not before.endswith("\n"):
        before += "\n"
    with whole_file(path) as partial:
        partial.write_text(before + _text(batch), encoding="utf-8", newline="\n")


def _text(batch: Batch) -> str:
    lines = [
        f"  - batch: {batch.number}",
        f'    locked_at: "{batch.locked_at.isoformat()}"',
        f"    window: {format_duration(batch.window)}",
        f"    support: {_flow(batch.support)}",
        f"    comparisons: {batch.comparisons}",
        "    candidates:",
    ]
    lines += [f"      - {_flow(_content(candidate))}" for candidate in batch.candidates]
    return "\n".join(lines) + "\n"


def _content(candidate: Candidate) -> dict[str, Any]:
    content = {name: value for name, value in vars(candidate).items() if value is not None}
    return content | {"effect": rounded(candidate.effect), "p": rounded(candidate.p)}


def _flow(value: Any) -> str:
    """Return YAML on one line, so that a person deletes a candidate by deleting its line."""
    text = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10_000)
    return str(text).removesuffix("...\n").strip()


def refuse_without_new_data(batches: Sequence[Batch], cut_off: datetime) -> None:
    """Refuse a new batch where no customer could confirm it.

    Raises
    ------
    ParcoursError
        If the last batch was locked at this cut-off or later.
    """
    if batches and batches[-1].locked_at >= cut_off:
        raise ParcoursError(
            f"{FILE}: batches[{len(batches) - 1}] was locked at {batches[-1].locked_at.isoformat()}, and the data end "
            f"at {cut_off.isoformat()}: no customer came since who could confirm another batch. Wait for new "
            f"data; or, if that batch was not opened yet, delete it and screen again."
        )
