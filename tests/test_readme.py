"""The README keeps its word: its own steps run as they stand, its links lead somewhere, both languages say the same."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parents[1]
READMES = ("README.md", "README.fr.md")


def blocks(text: str, language: str) -> list[str]:
    """Return the fenced blocks of one language, in order."""
    fence = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    return [content for name, content in fence.findall(text) if name == language]


def rentals(path: Path) -> None:
    """Write the till export of a bicycle hire shop, as the README shows it; it is in no workspace."""
    chance = random.Random(20250303)
    lines = [blocks((REPOSITORY / "README.md").read_text(encoding="utf-8"), "text")[0].splitlines()[0]]
    for number in range(1, 241):
        booked = datetime(2025, 1, 5, 9) + timedelta(hours=number * 20)
        picked = booked + timedelta(days=chance.uniform(0, 6))
        honoured = chance.random() < 0.85
        bike = chance.choice(("city", "electric", "touring"))
        times = [booked, picked, picked + timedelta(hours=chance.uniform(1, 30))]
        shown = [f"{one:%d/%m/%Y %H:%M}" if honoured or one is booked else "" for one in times]
        rating = str(min(5, max(1, round(chance.gauss(3.6 + 0.8 * (bike == "electric"), 0.8))))) if honoured else ""
        price = f"{chance.uniform(8, 40):.2f}".replace(".", ",") if honoured else ""
        lines.append(";".join([f"R{number:04d}", f"m{number % 90}@example.org", *shown, bike, price, rating]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.slow
def test_your_own_data_step_by_step(tmp_path: Path) -> None:
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    rentals(tmp_path / "rentals.csv")
    make, describe, run = blocks(text, "bash")
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    environment["PYTHONPATH"] = str(REPOSITORY / "src")
    folder = tmp_path
    for script in (make, describe, run):
        if script is run:
            (folder / "params.yaml").write_text(blocks(text, "yaml")[0], encoding="utf-8")
        done = subprocess.run(
            ["bash", "-euo", "pipefail"],
            input=script,
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
        folder = tmp_path / "bikes"
    source = yaml.safe_load((folder / "data" / "raw" / "rentals" / "source.yaml").read_text(encoding="utf-8"))
    assert [event["touchpoint"] for event in source["events"]] == ["booked", "picked_up", "returned"]
    assert "refused,duplicate" in (folder / "data" / "clean" / "conservation.csv").read_text(encoding="utf-8")
    assert ",240,240,0,0,0,0," in (folder / "data" / "clean" / "conservation.csv").read_text(encoding="utf-8")
    pages = sorted(path.name for path in (folder / "reports").glob("*.html"))
    in_both = {f"{name}.{language}.html" for name in ("comparison", "commuter", "rider") for language in ("fr", "en")}
    assert pages == sorted({*in_both, "index.html"})


def test_both_languages_show_the_same_commands() -> None:
    english, french = ((REPOSITORY / name).read_text(encoding="utf-8") for name in READMES)
    for language in ("", "bash", "text", "yaml"):
        assert blocks(english, language) == blocks(french, language)
    assert len(re.findall(r"^## ", english, re.MULTILINE)) == len(re.findall(r"^## ", french, re.MULTILINE))
    assert english.count("\n| ") == french.count("\n| ")


@pytest.mark.parametrize("name", [*READMES, "CONTRIBUTING.md", "CHANGELOG.md", "docs/README.md"])
def test_links_lead_somewhere(name: str) -> None:
    page = REPOSITORY / name
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert "//" not in target
        assert (page.parent / target).exists(), f"{name}: {target}"


def test_tables_named_in_the_readme_are_written() -> None:
    from pipeline import tables

    paths = {table.path.removeprefix("data/") for table in tables.ALL.values()}
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| `((?:clean|identify|reconstruct|segment|estimate|assess)/[a-z_./]+)`", text, re.MULTILINE)
    assert len(named) >= 10
    assert set(named) <= paths
