"""The notebooks: calls only, stripped in git, and run from anywhere inside a workspace."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path

import nbformat
import pytest
import yaml

import pipeline.lab as pl
from pipeline import assess, clean, draw, estimate, identify, reconstruct, segment, tables, workspaces
from pipeline import params as parameters
from pipeline.errors import ParcoursError
from pipeline.lab import Lab
from pipeline.lab.explorer import JourneyExplorer
from pipeline.lab.pictures import Picture
from pipeline.pictures.catalogue import FIGURES, OF_A_GROUP
from pipeline.reporting.reading import find_workspace
from pipeline.stats.halves import SCREENING, half_of
from pipeline.workspace import Workspace

FOLDER = Path(__file__).parents[1] / "notebooks"
ALL = sorted(FOLDER.glob("*.ipynb"))
EXPLORING = [path for path in ALL if path.name.startswith("explore_")]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A new workspace with its results; its pictures as SVG only, which is what notebooks show."""
    root = tmp_path_factory.mktemp("shop") / "workspace"
    workspaces.create(root)
    workspace = Workspace.at(root)
    params = parameters.load(workspace)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draw, "png", lambda svg: b"")
        for verb in (clean, identify, reconstruct, segment, estimate, assess, draw):
            verb.main(workspace, params)
    return workspace


@pytest.fixture(scope="module")
def lab(shop: Workspace) -> Lab:
    return pl.open(shop.root, language="en")


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_calls_only_and_stripped(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        assert cell.outputs == []
        assert cell.execution_count is None
        assert "../" not in cell.source
        kinds = {type(node) for node in ast.walk(ast.parse(cell.source))}
        assert not kinds & {ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.If}
    assert [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]


def test_there_is_a_notebook_for_each_question() -> None:
    questions = ("losses", "touchpoint", "pains", "data", "personas")
    assert {path.stem for path in ALL} == {"persona_report", *(f"explore_{question}" for question in questions)}


@pytest.mark.slow
@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_runs_from_a_folder_inside_the_workspace(path: Path, shop: Workspace, tmp_path: Path) -> None:
    papermill = pytest.importorskip("papermill")
    inside = shop.root / "notebooks"
    inside.mkdir(exist_ok=True)
    before = {one: one.stat().st_mtime_ns for one in (shop.root / "data").rglob("*") if one.is_file()}
    with pytest.MonkeyPatch.context() as patch:
        source = str(FOLDER.parent / "src")
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [source, os.environ.get("PYTHONPATH")])))
        patch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
        done = papermill.execute_notebook(
            path, tmp_path / path.name, cwd=inside, kernel_name="python3", progress_bar=False
        )
    outputs = [output for cell in done.cells if cell.cell_type == "code" for output in cell.outputs]
    shown = [output for output in outputs if output.output_type in ("execute_result", "display_data")]
    assert len(shown) >= 4
    assert not [output for output in outputs if output.output_type == "error"]
    after = {one: one.stat().st_mtime_ns for one in (shop.root / "data").rglob("*") if one.is_file()}
    assert after == before


def test_a_workspace_is_found_from_below(shop: Workspace) -> None:
    assert find_workspace(shop.root / "data" / "raw" / "web") == shop.root.resolve()


def test_no_workspace_above_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ParcoursError, match=r"neither here nor in a folder above are dvc\.yaml and params\.yaml"):
        find_workspace(tmp_path)


def test_large_tables_are_asked_by_sql(lab: Lab) -> None:
    events = lab.sql("select count(*) as n from events")["n"].iloc[0]
    assert events == lab.numbers("clean")["events"]
    with pytest.raises(ParcoursError, match=r"lab\.sql\('from events limit 10'\)"):
        lab.table("events")


def test_a_sample_is_the_same_each_time(lab: Lab) -> None:
    first = lab.sample("events", 5)
    assert len(first) == 5
    assert first.equals(lab.sample("events", 5))


def test_unknown_names_get_the_nearest(lab: Lab) -> None:
    with pytest.raises(ParcoursError, match="Nearest: transitions"):
        lab.table("transition")
    with pytest.raises(ParcoursError, match="Nearest: steps"):
        lab.sample("step")
    with pytest.raises(ParcoursError, match="no picture 'nothing'"):
        lab.picture("nothing")
    with pytest.raises(ParcoursError, match="no language 'de'"):
        pl.open(lab.workspace.root, language="de")


def test_every_table_is_an_attribute_that_tab_completes(lab: Lab) -> None:
    for name in tables.ALL:
        assert name in dir(lab)
        assert name not in vars(Lab), f"the table {name} hides behind a method of the lab"
    assert lab.funnel.equals(lab.table("funnel"))
    assert f"{len(lab.steps):,} rows" in repr(lab.steps)
    assert "<table" in lab.steps._repr_html_()
    assert set(lab.tables["table"]) == set(tables.ALL)
    with pytest.raises(AttributeError, match="Nearest: funnel"):
        lab.funel  # noqa: B018
    with pytest.raises(ParcoursError, match=r"screening\.csv is missing"):
        lab.screening  # noqa: B018


def test_large_and_small_tables_meet_in_sql(lab: Lab) -> None:
    rows = lab.sql(
        "select persona, count(*) as n, max(persona_cards.n_customers) as known "
        "from personas join persona_cards using (persona) group by persona"
    )
    assert (rows["n"] == rows["known"]).all()


@pytest.mark.parametrize(
    "query",
    [
        "copy steps to 'steps.csv'", "drop table steps", "select 1; drop table steps", "select * from 'params.yaml'",
        "select * from read_csv('params.yaml')", "select * from read_text('/etc/hostname')", "pragma database_list",
        "select * from information_schema.tables", "set memory_limit = '1GB'", "attach 'x.db'", "install httpfs",
        "select * from glob('*')", "with recursive a as (select 1 union all select 1 from a) select * from a",
        "create table a as select 1", "insert into steps values (1)", "select * from duckdb_settings()",
    ],
)  # fmt: skip
def test_sql_reads_the_tables_and_nothing_else(lab: Lab, query: str) -> None:
    with pytest.raises(ParcoursError, match=r"lab\.sql"):
        lab.sql(query)


def test_every_picture_is_drawn_from_its_table_as_draw_does(lab: Lab, shop: Workspace) -> None:
    for name in ("funnel", "forest"):
        made = shop.path(f"data/draw/{name}.en.svg").read_text(encoding="utf-8")
        assert lab.picture(name).svg == made
    persona = lab.params.personas[0].id
    for name in ("transitions", "flow"):
        assert lab.picture(name, persona).svg.startswith("<?xml")
    assert set(lab.pictures) == {*FIGURES, *OF_A_GROUP, *(one.id for one in lab.params.personas)}
    with pytest.raises(ParcoursError, match="kpis shows all groups together"):
        lab.picture("kpis", persona)
    with pytest.raises(ParcoursError, match="no persona 'nobody'"):
        lab.picture("funnel", "nobody")


def test_the_explorer_answers_clicks_and_reads_without_widgets(lab: Lab) -> None:
    explorer = JourneyExplorer(lab, "purchase", "order_placed")
    bundle = explorer._repr_mimebundle_()
    assert {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"} <= set(bundle)
    assert "Order placed" in bundle["text/html"]
    stages, touchpoints, personas, shown = explorer.widget.children
    before = shown.value
    personas.value = lab.params.personas[0].id
    assert shown.value != before
    stages.value = "experience"
    assert [place for _, place in touchpoints.options] == [
        place for place in lab.surroundings.places if place.startswith("experience/")
    ]
    assert explorer.place == touchpoints.value
    assert explorer.table().equals(lab.surroundings.beside(explorer.place, "after", personas.value))
    with pytest.raises(ParcoursError, match="Nearest: order_placed"):
        lab.explorer("purchase", "order_place")


LATE = {
    "index": "every order_delivered",
    "exposure": "days_late > 0",
    "outcome": {"kind": "ordinal", "when": "touchpoint = 'survey_answered'"},
    "outcome_window": "14 d",
    "direction": "lower",
    "smallest_effect": 0.25,
    "adjust_for": ["city"],
    "stage": "experience",
}


def test_the_sandbox_sees_one_half_and_hands_the_other_to_assess(lab: Lab, shop: Workspace, tmp_path: Path) -> None:
    tried = lab.trial(**LATE)
    delivered = lab.sql("select customer_id from steps where touchpoint = 'order_delivered'")["customer_id"]
    assert 0 < tried.row["n_exposed"] + tried.row["n_unexposed"] <= (half_of(delivered.to_numpy()) == SCREENING).sum()
    assert not {"p", "q", "verdict", "cost"} & set(tried.row)
    assert "screening half: not a finding" in tried._repr_html_()
    declared = yaml.safe_load((shop.root / "params.yaml").read_text(encoding="utf-8"))
    pasted = {**declared, "hypotheses": yaml.safe_load(tried.yaml)}
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(pasted, allow_unicode=True), encoding="utf-8")
    params = parameters.load(Workspace.at(tmp_path))
    with lab.engine(["steps", "personas"]) as engine:
        row = assess.assess(engine, params, lab.window).iloc[0]
    everybody = lab.hypotheses.query("id == 'late_delivery' and group == '(all)'").iloc[0]
    for arm in ("n_exposed", "n_unexposed"):  # between them, the halves hold every unit once
        assert tried.row[arm] + row[arm] == everybody[arm]


def test_the_form_writes_what_params_yaml_takes(lab: Lab) -> None:
    sandbox = lab.sandbox(**LATE)
    *fields, button, shown = sandbox.widget.children
    assert "screening half: not a finding" in shown.value
    exposure = next(field for field in fields if field.description == "exposure")
    exposure.value = "days_lat > 0"
    button.click()
    assert "Nearest: days_late" in shown.value
    exposure.value = "days_late > 1"
    button.click()
    assert "days_late &gt; 1" in shown.value
    assert sandbox.declared == {**LATE, "exposure": "days_late > 1"}


def test_pictures_show_as_svg(lab: Lab) -> None:
    picture = lab.picture(lab.params.personas[0].id, language="en")
    assert isinstance(picture, Picture)
    assert re.match(r"<svg\b|<\?xml", picture.svg)
    assert picture._repr_html_().startswith("<img alt=")
