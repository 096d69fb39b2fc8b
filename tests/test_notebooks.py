"""The notebooks: calls only, stripped in git, and run from anywhere inside a workspace."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path

import nbformat
import pytest

from pipeline import assess, clean, draw, estimate, identify, reconstruct, segment, workspaces
from pipeline import params as parameters
from pipeline.errors import ParcoursError
from pipeline.lab import Lab, Picture, find_workspace, open_lab
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
    return open_lab(shop.root)


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


def test_the_five_notebooks_are_there() -> None:
    names = {
        "persona_report",
        *(f"explore_{subject}" for subject in ("events", "journeys", "transitions", "hypotheses")),
    }
    assert {path.stem for path in ALL} == names


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
    with pytest.raises(ParcoursError, match=r"nothing\.fr\.svg is missing"):
        lab.picture("nothing")


def test_pictures_show_as_svg(lab: Lab) -> None:
    picture = lab.picture(lab.params.personas[0].id, "en")
    assert isinstance(picture, Picture)
    assert re.match(r"<svg\b|<\?xml", picture._repr_svg_())
