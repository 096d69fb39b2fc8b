"""What it costs to do nothing: import, help, and a reproduction that finds everything up to date.

Run: python benchmarks/startup.py [--rounds 5]. Makes the workspace of `parcours init` in a temporary folder, reproduces
it once with DVC (minutes), then asks in turn; prints medians and the median ratio of `dvc repro` to `dvc status`.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PYTHON = sys.executable
COMMANDS = {
    "python -c pass": [PYTHON, "-c", "pass"],
    "import pipeline": [PYTHON, "-c", "import pipeline"],
    "parcours --help": [PYTHON, "-m", "pipeline", "--help"],
    "dvc status": [PYTHON, "-m", "dvc", "status", "--quiet"],
    "dvc repro": [PYTHON, "-m", "dvc", "repro", "--quiet"],
}


def main() -> None:
    """Print a table of what each command takes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--commands", nargs="+", choices=COMMANDS, default=list(COMMANDS))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="parcours-bench-") as name:
        folder = Path(name)
        if any(command.startswith("dvc") for command in options.commands):
            folder = made_workspace(folder)
        runs: dict[str, list[tuple[float, float]]] = {command: [] for command in options.commands}
        for command in list(COMMANDS) * (options.rounds + 1):  # the first round only warms the disk's cache
            if command in runs:
                runs[command].append(timed(COMMANDS[command], folder))
    print(f"load {os.getloadavg()[0]:.1f}, {options.rounds} rounds, medians\n")
    print("| command | processors' seconds | by the clock |\n|---|---|---|")
    for command, measured in runs.items():
        own, wall = (statistics.median(one[i] for one in measured[1:]) for i in (0, 1))
        print(f"| `{command}` | {own:.2f} | {wall:.2f} |")
    if {"dvc status", "dvc repro"} <= set(runs):
        pairs = zip(runs["dvc repro"][1:], runs["dvc status"][1:], strict=True)
        ratio = statistics.median(repro[0] / status[0] for repro, status in pairs)
        print(f"\n`dvc repro` with nothing to do / `dvc status`: {ratio:.2f}")


def made_workspace(folder: Path) -> Path:
    """Return a new workspace whose outputs are all up to date."""
    shop = folder / "shop"
    subprocess.run([PYTHON, "-m", "pipeline", "init", str(shop)], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([PYTHON, "-m", "dvc", "init", "--no-scm", "--quiet"], check=True, cwd=shop)
    subprocess.run([PYTHON, "-m", "dvc", "repro", "--quiet"], check=True, cwd=shop)
    return shop


def timed(command: list[str], folder: Path) -> tuple[float, float]:
    """Return seconds of processors and by the clock of one run."""
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed")
    return usage.ru_utime + usage.ru_stime, time.perf_counter() - started


if __name__ == "__main__":
    main()
