"""The small Maison Clairval, exported and cleaned once for all tests that read it."""

from __future__ import annotations

import pytest

from pipeline import clean, identify
from simulation.clairval import Clairval, make


@pytest.fixture(scope="session")
def clairval(tmp_path_factory: pytest.TempPathFactory) -> Clairval:
    return make(tmp_path_factory.mktemp("clairval") / "brand")


@pytest.fixture(scope="session")
def cleaned(clairval: Clairval) -> Clairval:
    clean.main(clairval.workspace, clairval.params)
    identify.main(clairval.workspace, clairval.params)
    return clairval
