"""The invented brand's workspace, made once; nothing in it is changed by a test."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.workspace import Workspace
from report.fixture import make_workspace


@pytest.fixture(scope="session")
def brand_workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace, _ = make_workspace(Path(tmp_path_factory.mktemp("brand")))
    return workspace
