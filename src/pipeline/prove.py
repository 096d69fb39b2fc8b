"""The command `parcours prove`: how often the method is wrong, from seeds declared beforehand."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from pipeline.errors import ParcoursError, nearest
from pipeline.files import whole_file
from pipeline.proof import page, pictures
from pipeline.proof.runner import Places, Work, run
from pipeline.proof.studies import STUDIES
from pipeline.proof.study import FULL, SHORT, Study


def main(folder: Path, is_short: bool = False, only: Sequence[str] = (), is_page_only: bool = False) -> int:
    """Run what is not up to date, and write the page and its pictures; return how many demands are missed.

    Parameters
    ----------
    folder
        Where docs/ lies, and .parcours/proof for chunks of studies under way. The short form writes its page
        and results there too, so that it never takes the place of the full one.
    is_short
        Few replicates, in minutes.
    only
        Names of studies to run; the page shows all that were ever run.
    is_page_only
        Run nothing: write the page from the results that are there.

    Raises
    ------
    ParcoursError
        If there is no study of a name.
    """
    form = SHORT if is_short else FULL
    docs = folder / ".parcours" / "proof" / "short" if is_short else folder / "docs"
    places = Places(results=docs / "proof", kept=folder / ".parcours" / "proof" / form)
    if is_page_only:
        _tell_outdated(form, places)
    else:
        run(chosen(only), form, places)
    results = {
        study.name: pd.read_csv(file) for study in STUDIES if (file := places.results / f"{study.name}.csv").is_file()
    }
    drawn = pictures.draw(results, docs / "images")
    text = page.text(STUDIES, results, form, drawn)
    with whole_file(docs / "proof.md") as partial:
        partial.write_text(text, encoding="utf-8", newline="\n")
    missed = sum(int((found["verdict"] == "miss").sum()) for found in results.values())
    print(page.summary(STUDIES, results))
    print(f"{missed or 'No'} demand{'s' * (missed != 1)} missed. {docs / 'proof.md'}")
    return missed


def _tell_outdated(form: str, places: Places) -> None:
    """Say which results were made by an earlier state of the code, or never."""
    outdated = [study.name for study in STUDIES if not Work(study, form, places).is_done()]
    if outdated:
        print(f"Not made by the code as it is now: {', '.join(outdated)}. Run: parcours prove", file=sys.stderr)


def chosen(only: Sequence[str]) -> list[Study]:
    """Return the studies of these names; without a name all of them."""
    names = [study.name for study in STUDIES]
    for name in only:
        if name not in names:
            raise ParcoursError(f"--only {name}: no such study.{nearest(name, names)} List them: parcours prove --list")
    return [study for study in STUDIES if study.name in (only or names)]


def listing() -> str:
    """Return one line per study: name, replicates in both forms, title."""
    lines = [
        f"{study.name:<26}{study.replicates[SHORT]:>7,}{study.replicates[FULL]:>8,}  {study.title}" for study in STUDIES
    ]
    return "\n".join([f"{'study':<26}{'short':>7}{'full':>8}", *lines])
