"""The verb: pages from the notebook, whole or not at all, the same bytes each time."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from pipeline import params as parameters
from pipeline import report
from pipeline.errors import ParcoursError
from pipeline.reporting import SECTIONS
from pipeline.workspace import Workspace
from report.pages import Page, unsupported_estimates

KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
NOTEBOOK = Path(__file__).parents[2] / report.NOTEBOOK


def small(workspace: Workspace) -> parameters.Params:
    """Return the params with two personas, one of them without a customer, so that few kernels start."""
    params = parameters.load(workspace)
    return replace(params, personas=tuple(one for one in params.personas if one.id in ("hostile", "nobody")))


@pytest.fixture(scope="module")
def made(brand_workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two copies of one workspace in folders of different names, each with its reports."""
    folders = []
    for name in ("one", "a much longer name é"):
        root = tmp_path_factory.mktemp("made") / name
        shutil.copytree(brand_workspace.root, root)
        workspace = Workspace.at(root)
        report.main(workspace, small(workspace))
        folders.append(root)
    return folders


@pytest.mark.slow
def test_the_same_bytes_wherever_the_workspace_lies(made: list[Path]) -> None:
    names = [sorted(path.name for path in (root / "reports").iterdir()) for root in made]
    in_both = {f"{name}.{language}.html" for name in ("comparison", "hostile", "nobody") for language in ("fr", "en")}
    assert names[0] == names[1] == sorted({*in_both, "index.html"})
    for name in names[0]:
        assert (made[0] / "reports" / name).read_bytes() == (made[1] / "reports" / name).read_bytes()


@pytest.mark.slow
def test_pages_are_whole_and_need_nothing_else(made: list[Path]) -> None:
    for path in (made[0] / "reports").glob("*.html"):
        html = path.read_text(encoding="utf-8")
        page = Page(html)
        assert page.outside == []
        assert unsupported_estimates(page) == []
        assert "script" not in page.tags
        assert str(made[0]) not in html
        if not path.name.startswith(("index", "comparison")):
            assert set(SECTIONS) <= page.anchors


@pytest.mark.slow
def test_no_passing_folder_stays(made: list[Path]) -> None:
    assert sorted(path.name for path in made[0].iterdir()) == ["data", "dvc.yaml", "params.yaml", "reports"]


@pytest.mark.slow
def test_a_failing_cell_leaves_the_old_reports_and_names_the_cell(brand_workspace: Workspace, tmp_path: Path) -> None:
    root = tmp_path / "brand"
    shutil.copytree(brand_workspace.root, root)
    (root / "reports").mkdir()
    (root / "reports" / "index.html").write_text("old", encoding="utf-8")
    (root / "notebooks").mkdir()
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell("1 / 0"))
    nbformat.write(notebook, root / report.NOTEBOOK)
    workspace = Workspace.at(root)
    params = small(workspace)
    with pytest.raises(ParcoursError, match=r"cell \d+ failed for persona 'nobody', language 'fr': ZeroDivisionError"):
        report.main(
            workspace,
            replace(params, personas=params.personas[:1], workspace=replace(params.workspace, languages=("fr",))),
        )
    assert [path.name for path in (root / "reports").iterdir()] == ["index.html"]
    assert not list(root.glob(".reports*"))


def test_missing_results_are_said_before_any_kernel_starts(tmp_path: Path, brand_workspace: Workspace) -> None:
    shutil.copy(brand_workspace.root / "params.yaml", tmp_path / "params.yaml")
    workspace = Workspace.at(tmp_path)
    with pytest.raises(ParcoursError, match="is missing"):
        report.main(workspace, parameters.load(workspace))
    assert not (tmp_path / "reports").exists()


def test_the_notebook_of_the_workspace_comes_first(tmp_path: Path) -> None:
    assert report.find_notebook(Workspace.at(tmp_path)) == NOTEBOOK.resolve()
    own = tmp_path / report.NOTEBOOK
    own.parent.mkdir()
    own.write_text("{}", encoding="utf-8")
    assert report.find_notebook(Workspace.at(tmp_path)) == own.resolve()


def test_no_notebook_anywhere_is_one_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "PACKAGE", tmp_path / "a" / "b")
    monkeypatch.setattr("sys.prefix", str(tmp_path))
    with pytest.raises(ParcoursError, match="persona_report.ipynb is in none of"):
        report.find_notebook(Workspace.at(tmp_path))


def test_the_notebook_shows_every_section_in_order() -> None:
    code = "\n".join(cell.source for cell in nbformat.read(NOTEBOOK, as_version=4).cells if cell.cell_type == "code")
    called = [
        line.removeprefix("report.").removesuffix("()") for line in code.splitlines() if line.startswith("report.")
    ]
    assert called == ["head", "contents", *("persona_card" if name == "persona" else name for name in SECTIONS)]


def test_normalising_takes_out_what_changes() -> None:
    notebook = nbformat.v4.new_notebook(
        metadata={
            "language_info": {"name": "python", "version": "3.11.7"},
            "papermill": {"start_time": "x"},
            "kernelspec": KERNEL,
        }
    )
    cell = nbformat.v4.new_code_cell("1", metadata={"papermill": {"duration": 1}, "execution": {"iopub": "x"}})
    stream = [nbformat.v4.new_output("stream", name="stdout", text=text) for text in ("a ", "<A at 0x7f3a2b1c>")]
    warning = nbformat.v4.new_output("stream", name="stderr", text="warning of /home/me")
    cell.outputs = [stream[0], warning, stream[1]]
    notebook.cells = [cell]
    found = json.loads(nbformat.writes(report.normalised(notebook)))
    assert found["metadata"] == {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    assert found["cells"][0]["id"] == "cell-000"
    assert found["cells"][0]["metadata"] == {}
    assert [output["text"] for output in found["cells"][0]["outputs"]] == [["a <A at 0x…>"]]


def test_output_of_an_analysts_own_cell_is_shown_and_escaped() -> None:
    cell = nbformat.v4.new_code_cell("secret_source()")
    cell.outputs = [nbformat.v4.new_output("execute_result", data={"text/plain": "<b>2</b>"}, execution_count=1)]
    html = report.notebook_html(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# note"), cell]))
    assert "<pre>&lt;b&gt;2&lt;/b&gt;</pre>" in html
    assert "secret_source" not in html
    assert "note" not in html
