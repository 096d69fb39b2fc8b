"""DVC stage *report*: one self-contained page per persona and language, and their index.

Each page is `notebooks/persona_report.ipynb`, executed by papermill and turned into HTML. Executing is
where notebooks lose reproduction (times, paths, random ids): `normalised` takes all of that out.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from pipeline import params as parameters
from pipeline.errors import ParcoursError
from pipeline.files import whole_folder
from pipeline.params import Params
from pipeline.reporting.comparison import comparison_page
from pipeline.reporting.elements import Markup
from pipeline.reporting.index import index_page
from pipeline.reporting.page import page
from pipeline.reporting.planted import planted_page
from pipeline.reporting.reading import read_results
from pipeline.reporting.voice import Voice
from pipeline.workers import side_by_side
from pipeline.workspace import Workspace

NOTEBOOK = "notebooks/persona_report.ipynb"
PACKAGE = Path(__file__).resolve().parent
TEMPLATES = PACKAGE / "templates"
TEMPLATE = "report"
WORKERS_NEED = ("papermill", "nbconvert")  # imported where a page is made, and not before
_SOCKET_LIMIT = 104  # of a socket's path, on the strictest system
_ADDRESS = re.compile(r"0x[0-9a-f]{6,}")


@dataclass(frozen=True)
class Job:
    """One report to make; plain values, so that it can go to another process."""

    notebook: Path
    root: Path
    out: Path
    persona: str
    language: str

    @property
    def name(self) -> str:
        """Name of the page."""
        return f"{self.persona}.{self.language}.html"


def main(workspace: Workspace, params: Params) -> None:
    """Write reports/: one page per persona and language, and index.html; the folder appears whole or not at all."""
    results = read_results(workspace)  # before any kernel starts: what is missing is said once, and at once
    notebook = find_notebook(workspace)
    jobs = [
        Job(notebook, workspace.root.resolve(), workspace.out.resolve(), persona.id, language)
        for persona, language in product(params.personas, params.workspace.languages)
    ]
    with whole_folder(workspace.path("reports")) as folder:
        for job, content in side_by_side(make_page, jobs, "report", "page", WORKERS_NEED):
            (folder / job.name).write_text(content, encoding="utf-8", newline="\n")
        others = {"comparison": comparison_page, **({"planted": planted_page} if results.planted is not None else {})}
        for (name, write), language in product(others.items(), params.workspace.languages):
            text = write(results, params, language)
            (folder / f"{name}.{language}.html").write_text(text, encoding="utf-8", newline="\n")
        (folder / "index.html").write_text(index_page(results, params), encoding="utf-8", newline="\n")


def find_notebook(workspace: Workspace) -> Path:
    """Return the report's notebook: the workspace's own, else the repository's, else the installed one.

    Raises
    ------
    ParcoursError
        If there is none in any of these places.
    """
    places = (workspace.root, PACKAGE.parents[1], Path(sys.prefix) / "share" / "parcours")
    for place in places:
        if (place / NOTEBOOK).is_file():
            return (place / NOTEBOOK).resolve()
    looked = ", ".join(str(place) for place in places)
    raise ParcoursError(f"{NOTEBOOK} is in none of {looked}. Put the one of the repository into the first.")


def make_page(job: Job) -> str:
    """Return one report as a whole HTML page."""
    params = parameters.load(Workspace(job.root, job.out))
    voice = Voice(params, job.language)
    body = Markup(notebook_html(normalised(executed(job))))
    title = f"{voice.persona(job.persona)} · {params.workspace.name[job.language]}"
    return page(title, job.language, body, "findings", str(voice.say("skip")))


def executed(job: Job) -> Any:
    """Return the notebook with its outputs, run for one persona in one language.

    Raises
    ------
    ParcoursError
        If a cell fails, with the cell and what it said.
    """
    import papermill
    from papermill.exceptions import PapermillExecutionError
    from traitlets.config import Config

    values = {"workspace": str(job.root), "out": str(job.out), "persona": job.persona, "language": job.language}
    with _quiet_kernel() as (folder, transport):
        try:
            return papermill.execute_notebook(
                job.notebook,
                folder / job.notebook.name,
                values,
                cwd=str(job.root),
                kernel_name="python3",
                progress_bar=False,
                log_output=False,
                request_save_on_cell_execute=False,
                extra_arguments=["--log-level=CRITICAL"],  # or each kernel would report that it was told to stop
                config=Config(KernelManager=transport),
            )
        except PapermillExecutionError as error:
            raise ParcoursError(
                f"{job.notebook}: cell {error.exec_count} failed for persona {job.persona!r}, language "
                f"{job.language!r}: {error.ename}: {error.evalue}"
            ) from None


@contextmanager
def _quiet_kernel() -> Iterator[tuple[Path, dict[str, str]]]:
    """Give a passing folder and the way to talk to a kernel; keep a person's own IPython files out of it.

    Kernels that start side by side may grab the same TCP port; sockets in a folder of their own cannot
    clash. Their path must be short, which not every system's folder for temporary files allows.
    """
    before = dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="parcours-") as folder:
        socket = f"{folder}/kernel"
        has_sockets = os.name == "posix" and len(f"{socket}-5") < _SOCKET_LIMIT
        os.environ |= {
            "IPYTHONDIR": str(Path(folder) / "ipython"),
            "JUPYTER_RUNTIME_DIR": folder,
            "PYTHONHASHSEED": "0",
            "SOURCE_DATE_EPOCH": "0",
            "MPLBACKEND": "agg",
            "PYTHONPATH": _search_path(before.get("PYTHONPATH", "")),
        }
        try:
            yield Path(folder), {"transport": "ipc", "ip": socket} if has_sockets else {}
        finally:
            os.environ.clear()
            os.environ |= before


def _search_path(given: str) -> str:
    """Return PYTHONPATH with this very package in front: the kernel runs the code that started it."""
    return os.pathsep.join([str(PACKAGE.parent), *filter(None, given.split(os.pathsep))])


def normalised(notebook: Any) -> Any:
    """Return an executed notebook without what changes from run to run: times, ids, paths, addresses."""
    metadata = notebook.metadata
    language = metadata.get("language_info", {})
    kept = {
        name: language[name] for name in ("name", "file_extension", "mimetype", "pygments_lexer") if name in language
    }
    notebook.metadata = type(metadata)(kernelspec=metadata.get("kernelspec", {}), language_info=kept)
    notebook.nbformat_minor = 5
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:03d}"
        for name in ("papermill", "execution", "ExecuteTime"):
            cell.metadata.pop(name, None)
        if cell.cell_type == "code":
            cell.outputs = _stable(cell.outputs)
    return notebook


def _stable(outputs: list[Any]) -> list[Any]:
    kept: list[Any] = []
    for output in outputs:
        if output.output_type == "stream":
            if output.name == "stderr":
                continue
            if kept and kept[-1].output_type == "stream":  # how a text is cut into chunks is chance
                kept[-1].text += output.text
                continue
        kept.append(output)
    for output in kept:
        if output.output_type == "stream":
            output.text = _ADDRESS.sub("0x…", output.text)
        elif "text/plain" in output.get("data", {}):
            output.data["text/plain"] = _ADDRESS.sub("0x…", output.data["text/plain"])
    return kept


def notebook_html(notebook: Any) -> str:
    """Return what the cells of an executed notebook show, as the body of a page."""
    from nbconvert.exporters import TemplateExporter  # not HTMLExporter: it parses and writes each page once more

    exporter = TemplateExporter(
        template_name=TEMPLATE, template_file="index.html.j2", extra_template_basedirs=[str(TEMPLATES)]
    )
    body, _ = exporter.from_notebook_node(notebook)
    return str(body)
