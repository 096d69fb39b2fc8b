"""A column renamed in one of several files is refused, not taken for absent; one that is meant to lack is declared."""

from __future__ import annotations

import pandas as pd
import pytest

import small_workspace as shop
from pipeline import check, clean
from pipeline.errors import ParcoursError

JANUARY = "visitor,email,at,page\nv1,ana@shop.example,2026-01-05 10:00:00,home\n"
FEBRUARY = "visitor,mail,at,page\nv2,bob@shop.example,2026-02-05 10:00:00,home\n"  # `email`, renamed


def months(tmp_path, february=FEBRUARY, **declared):
    source = {**shop.WEB_SOURCE, "files": "*.csv", **declared}
    workspace = shop.make(tmp_path / "w", visits=None, web_source=source)
    (workspace.raw("web") / "january.csv").write_text(JANUARY)
    (workspace.raw("web") / "february.csv").write_text(february)
    return workspace


@pytest.mark.parametrize("verb", [check, clean])
def test_a_column_renamed_in_one_of_two_files_is_refused(tmp_path, verb):
    workspace = months(tmp_path)
    expected = (
        r"data/raw/web/february.csv: no column 'email', which january.csv has. Nearest: mail. .*"
        r"data/raw/web/source.yaml: `only_in: \{january.csv: \[email\]\}`, or `optional_columns: \[email\]`"
    )
    with pytest.raises(ParcoursError, match=expected):
        verb.main(workspace, shop.load(workspace))


@pytest.mark.parametrize("declared", [{"only_in": {"jan*.csv": ["EMAIL"]}}, {"optional_columns": ["email"]}])
def test_a_column_that_is_meant_to_lack_is_null_there(tmp_path, declared):
    workspace = months(tmp_path, **declared)
    clean.main(workspace, shop.load(workspace))
    events = pd.read_parquet(workspace.path("data/clean/events") / "web.parquet").set_index("source_file")
    assert events["id_email"].notna().to_dict() == {"january.csv": True, "february.csv": False}


def test_a_column_declared_for_a_file_must_stand_there(tmp_path):
    workspace = months(tmp_path, only_in={"february.csv": ["email"]})
    with pytest.raises(ParcoursError, match=r"february.csv: no column 'email', which january.csv has"):
        clean.main(workspace, shop.load(workspace))
    gone = months(tmp_path / "2", february=JANUARY, only_in={"*.csv": ["e_mail"]})
    with pytest.raises(ParcoursError, match=r"no column 'e_mail', which .*only_in expects there. Nearest: email"):
        clean.main(gone, shop.load(gone))


def test_a_column_nobody_reads_may_lack_and_a_file_without_rows_lacks_nothing(tmp_path):
    more = JANUARY.replace("page\n", "page,country\n").replace("home\n", "basket,FR\n")
    workspace = months(tmp_path, february=more)
    (workspace.raw("web") / "march.csv").write_text("nothing\n")
    clean.main(workspace, shop.load(workspace))
    assert len(pd.read_parquet(workspace.path("data/clean/events") / "web.parquet")) == 2


def test_a_pattern_that_fits_no_file_is_refused(tmp_path):
    workspace = months(tmp_path, only_in={"janury.csv": ["email"]})
    with pytest.raises(ParcoursError, match=r"only_in: no file of this source is called 'janury.csv'. Nearest: jan"):
        clean.main(workspace, shop.load(workspace))


@pytest.mark.parametrize("column", ["person", "mail"])
def test_files_of_a_lookup_are_held_to_the_same(tmp_path, column):
    query = """with known as (select person as known_person, min(mail) as mail from people group by person)
      select main.*, known.mail from main left join known on main.visitor = known.known_person"""
    workspace = months(
        tmp_path,
        february=JANUARY,
        files=["january.csv", "february.csv"],
        lookups={"people": "people*.csv"},
        query=query,
        identifiers={"email": "mail"},
    )
    (workspace.raw("web") / "people1.csv").write_text("person,mail\nv1,ana@shop.example\n")
    other = workspace.raw("web") / "people2.csv"
    other.write_text("person,mail\nv2,bob@shop.example\n")
    clean.main(workspace, shop.load(workspace))
    other.write_text(other.read_text().replace(column, f"{column}s", 1))
    with pytest.raises(ParcoursError, match=rf"people2.csv: no column '{column}', which people1.csv has"):
        clean.main(workspace, shop.load(workspace))
