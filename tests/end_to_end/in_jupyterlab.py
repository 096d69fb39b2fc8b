"""JupyterLab itself: every explore notebook opened and run in the browser, the journey explorer clicked.

``make lab-test`` runs it (a minute); `make test` runs the same notebooks without a browser. Pictures of what was seen
are kept in .parcours/screenshots.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline import assess, clean, draw, estimate, identify, reconstruct, segment, workspaces
from pipeline import params as parameters
from pipeline.workspace import Workspace

REPOSITORY = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((REPOSITORY / "notebooks").glob("explore_*.ipynb"))
SCREENSHOTS = REPOSITORY / ".parcours" / "screenshots"
TOKEN = "lab-test"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE = 60_000  # milliseconds; a machine that does much else is slow, not wrong

OPEN = """
async path => {
  const app = window.jupyterapp;
  await app.restored;
  const panel = await app.commands.execute('docmanager:open', {path});
  await panel.context.ready;
  await panel.sessionContext.ready;
}
"""
# Returns the errors that cells show, and how many cells were run.
RUN = """
async path => {
  const app = window.jupyterapp;
  const panel = [...app.shell.widgets('main')].find(one => one.context && one.context.path === path);
  app.shell.activateById(panel.id);
  while (app.shell.currentWidget !== panel) await new Promise(resolve => setTimeout(resolve, 50));
  await app.commands.execute('notebook:run-all-cells');
  const cells = panel.content.widgets.map(cell => cell.model.toJSON()).filter(cell => cell.cell_type === 'code');
  return {
    errors: cells.flatMap(cell => cell.outputs).filter(output => output.output_type === 'error').map(one => one.evalue),
    run: cells.filter(cell => cell.execution_count).length, code: cells.length,
  };
}
"""


SHOW = """
async path => {
  const app = window.jupyterapp;
  const panel = [...app.shell.widgets('main')].find(one => one.context && one.context.path === path);
  app.shell.activateById(panel.id);
  while (app.shell.currentWidget !== panel) await new Promise(resolve => setTimeout(resolve, 50));
}
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A new workspace with its results and the repository's explore notebooks."""
    root = tmp_path_factory.mktemp("lab") / "shop"
    workspaces.create(root)
    workspace = Workspace.at(root)
    params = parameters.load(workspace)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draw, "png", lambda svg: b"")
        for verb in (clean, identify, reconstruct, segment, estimate, assess, draw):
            verb.main(workspace, params)
    (root / "notebooks").mkdir(exist_ok=True)
    for path in NOTEBOOKS:
        shutil.copyfile(path, root / "notebooks" / path.name)
    return workspace


@pytest.fixture(scope="module")
def server(shop: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """JupyterLab on that workspace, with settings of its own; its address."""
    home = tmp_path_factory.mktemp("jupyter")
    settings = home / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false", "checkForUpdates": false}')
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folders = {name: str(home / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")}
    environment = {
        **os.environ, **folders, "IPYTHONDIR": str(home / "ipython"), "PYTHONPATH": str(REPOSITORY / "src"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"), "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
    }  # fmt: skip
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}",
        f"--ServerApp.root_dir={shop.root}", f"--IdentityProvider.token={TOKEN}", "--expose-app-in-browser",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate", "--LabApp.extension_manager=readonly",
    ]  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    with open(home / "log", "w") as log, subprocess.Popen(command, env=environment, stdout=log, stderr=log) as running:
        try:
            _wait(f"{address}/api?token={TOKEN}", running, home / "log")
            yield address
        finally:
            running.terminate()
            running.wait(timeout=30)


def _wait(address: str, running: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(240):
        assert running.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.5)
    raise AssertionError(log.read_text())


@pytest.fixture(scope="module")
def page(server: str, chromium: str) -> Iterator[Any]:
    """JupyterLab in a browser with every notebook open, each with its kernel."""
    playwright = pytest.importorskip("playwright.sync_api", reason="browser: playwright is not installed")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=FLAGS)
        opened = browser.new_page(viewport={"width": 1500, "height": 1100})
        opened.set_default_timeout(PATIENCE)
        opened.requests_outside = []
        opened.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((server, "data:", "blob:"))
                else opened.requests_outside.append(request.url)
            ),
        )
        opened.goto(f"{server}/lab?token={TOKEN}")
        opened.wait_for_function("window.jupyterapp")
        for path in NOTEBOOKS:
            opened.evaluate(OPEN, f"notebooks/{path.name}")
        yield opened
        browser.close()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_explore_notebook_runs(page: Any, path: Path) -> None:
    done = page.evaluate(RUN, f"notebooks/{path.name}")
    page.screenshot(path=SCREENSHOTS / f"{path.stem}.png")
    assert done["errors"] == []
    assert done["run"] == done["code"] > 3
    assert not page.requests_outside


def test_the_explorer_answers_a_click_in_under_a_second(page: Any) -> None:
    """On a thousand customers; ``make bench-explorer`` clicks on a million steps."""
    page.evaluate(SHOW, "notebooks/explore_touchpoint.ipynb")
    panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    title = panel.locator(".widget-html h4")
    title.scroll_into_view_if_needed()
    before = title.inner_text()
    started = time.perf_counter()
    panel.locator("button.jupyter-button", has_text="Experience").first.click()
    page.wait_for_function(
        "before => document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden) .widget-html h4').innerText !== before",
        arg=before,
    )
    seconds = time.perf_counter() - started
    page.screenshot(path=SCREENSHOTS / "explorer_clicked.png")
    print(f"a click: {seconds:.2f} s")
    assert "Experience" in title.inner_text()
    assert seconds < 1


def test_the_sandbox_tries_what_is_written(page: Any) -> None:
    page.evaluate(SHOW, "notebooks/explore_pains.ipynb")
    panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    shown = panel.locator(".widget-html").last
    panel.locator("button.jupyter-button", has_text="Try").scroll_into_view_if_needed()
    exposure = panel.locator(".widget-text", has_text="exposure").first.locator("input")
    exposure.fill("days_late > 1")
    exposure.press("Enter")
    panel.locator("button.jupyter-button", has_text="Try").click()
    page.wait_for_function(
        "() => [...document.querySelectorAll('.widget-html')].some(one => one.innerText.includes('Trial: days_late > 1'))"
    )
    shown.scroll_into_view_if_needed()
    page.screenshot(path=SCREENSHOTS / "sandbox_tried.png")
    assert "screening half: not a finding" in shown.inner_text()
    assert "half: confirming" in shown.inner_text()
