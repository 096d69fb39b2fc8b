"""The labelled texts, and how much of what they hold is found: recall and precision by kind, with intervals.

``python tests/privacy/labelled.py`` prints the tables of docs/privacy.md.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from scipy.stats import binomtest

from pipeline.privacy.masking import KINDS, Span, find

FILE = Path(__file__).with_name("labelled_texts.csv")
_LABEL = re.compile(r"\{(\w+):(.*?)\}", re.DOTALL)


class Labelled(NamedTuple):
    """A text and the personal data that a person marked in it."""

    part: str
    language: str
    text: str
    spans: list[Span]


def texts(part: str) -> Iterator[Labelled]:
    """Give the texts of one part: ``tune`` was looked at while the rules were written, ``hold_out`` was not."""
    with FILE.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["part"] == part:
                yield Labelled(part, row["language"], *unmarked(row["text"].replace("\\n", "\n")))


def unmarked(marked: str) -> tuple[str, list[Span]]:
    """Return a text without its labels ``{kind:words}``, and where the words stand."""
    spans: list[Span] = []
    plain, at = "", 0
    for label in _LABEL.finditer(marked):
        plain += marked[at : label.start()]
        spans.append(Span(len(plain), len(plain) + len(label[2]), label[1]))
        plain, at = plain + label[2], label.end()
    return plain + marked[at:], spans


class Score(NamedTuple):
    """Of what is there, how much is wholly covered; of what is masked, how much should be."""

    there: int
    covered: int
    masked: int
    right: int


def scores(part: str) -> dict[str, Score]:
    """Return the counts by kind. Covered: each sign of it, a title aside, is masked, as whatever kind."""
    there, covered, masked, right = Counter(), Counter(), Counter(), Counter()
    for one in texts(part):
        found = find(one.text, with_addresses=True)
        hidden = {place for span in found for place in range(span.start, span.end)}
        for span in one.spans:
            there[span.kind] += 1
            covered[span.kind] += _matters(one.text, span) <= hidden
        for span in found:
            masked[span.kind] += 1
            right[span.kind] += any(span.start < other.end and other.start < span.end for other in one.spans)
    return {kind: Score(there[kind], covered[kind], masked[kind], right[kind]) for kind in KINDS}


def _matters(text: str, span: Span) -> set[int]:
    titles = re.finditer(r"\b(?:Mr|Mrs|Ms|Mme|M|Dr|Grandma|SARL|and|et)\b\.?", text[span.start : span.end])
    without = {span.start + place for title in titles for place in range(*title.span())}
    return {place for place in range(span.start, span.end) if text[place].isalnum()} - without


def share(hits: int, of: int) -> str:
    """Return a share in percent with its 95 % interval (Wilson)."""
    if not of:
        return "–"
    bounds = binomtest(hits, of).proportion_ci(method="wilson")
    return f"{hits / of:.0%} ({bounds.low:.0%} … {bounds.high:.0%})".replace("%", " %")


def table(part: str) -> str:
    """Return the scores of a part as a table in Markdown."""
    lines = ["| kind | there | found | recall | masked | rightly | precision |", "|---|--:|--:|---|--:|--:|---|"]
    by_kind = scores(part)
    totals = Score(*(sum(column) for column in zip(*by_kind.values(), strict=True)))
    for kind, score in [*by_kind.items(), ("all", totals)]:
        there, covered, masked, right = score
        lines.append(
            f"| {kind} | {there} | {covered} | {share(covered, there)} | {masked} | {right} | {share(right, masked)} |"
        )
    return "\n".join(lines)


def misses(part: str) -> Iterator[str]:
    """Give each text in which something was missed or masked for nothing."""
    for one in texts(part):
        found = find(one.text, with_addresses=True)
        hidden = {place for span in found for place in range(span.start, span.end)}
        missed = [one.text[s.start : s.end] for s in one.spans if not _matters(one.text, s) <= hidden]
        wrong = [
            one.text[s.start : s.end]
            for s in found
            if not any(s.start < other.end and other.start < s.end for other in one.spans)
        ]
        if missed or wrong:
            yield f"{one.text!r}: missed {missed}, masked for nothing {wrong}"


if __name__ == "__main__":
    for name in sys.argv[1:] or ["tune", "hold_out"]:
        print(f"{name}: {sum(1 for _ in texts(name))} texts\n{table(name)}\n")
        if name == "tune":
            print("\n".join(misses(name)))
