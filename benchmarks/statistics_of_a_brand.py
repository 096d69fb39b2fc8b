"""How long estimates and tests take on a large brand: 1,000,000 simulated customers, 30 hypotheses.

``make bench-statistics`` runs it. The brand is simulated and taken through the pipeline up to its personas; then
`estimate` and `assess` run in processes of their own, where their seconds and their peak memory are read.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from pipeline import params as parameters
from pipeline.workspace import Workspace

HYPOTHESES = 30
PEAK = "VmHWM"


def thirty_hypotheses(folder: Path) -> None:
    """Declare the brand's hypotheses again under other names until there are thirty, without personas."""
    path = folder / "params.yaml"
    declared = yaml.safe_load(path.read_text(encoding="utf-8"))
    known = declared["hypotheses"]
    declared["hypotheses"] = [
        {**known[i % len(known)], "id": f"{known[i % len(known)]['id']}_{i // len(known)}", "personas": []}
        for i in range(HYPOTHESES)
    ]
    declared["engine"]["memory_limit"] = "2500 MB"
    path.write_text(yaml.safe_dump(declared, allow_unicode=True, sort_keys=False), encoding="utf-8")


def prepare(folder: Path, customers: int) -> None:
    """Simulate the brand and run the pipeline up to its personas, saying how long each verb takes."""
    verbs = ["clean", "identify", "reconstruct", "segment"]
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "pipeline", "simulate", str(folder), "--scale", str(customers)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    print(f"simulate    {time.perf_counter() - started:7.1f} s", flush=True)
    thirty_hypotheses(folder)
    for verb in verbs:
        seconds, memory = measured(verb, folder)
        print(f"{verb:11} {seconds:7.1f} s  {memory:5.2f} GB at most", flush=True)


def measured(verb: str, folder: Path) -> tuple[float, float]:
    """Run one verb in a process of its own; return seconds and peak memory (GB)."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, __file__, "--only", verb, "--folder", str(folder)], check=True, capture_output=True, text=True
    )
    return time.perf_counter() - started, float(done.stdout.split()[-1])


def only(verb: str, folder: Path) -> None:
    """Run one verb here and print this process's peak memory (GB)."""
    workspace = Workspace.at(folder)
    import_module(f"pipeline.{verb}").main(workspace, parameters.load(workspace))
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(PEAK))
    print(int(line.split()[1]) / 1e6)


def main() -> None:
    """Print seconds and peak memory of each verb, and of estimate and assess together."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--only")
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    if options.only:
        only(options.only, options.folder)
        return
    with TemporaryDirectory() as name:
        folder = options.folder or Path(name) / "brand"
        if not (folder / "data/segment").is_dir():
            prepare(folder, options.customers)
        total = 0.0
        for verb in ("estimate", "assess"):
            seconds, memory = measured(verb, folder)
            total += seconds
            print(f"{verb:11} {seconds:7.1f} s  {memory:5.2f} GB at most", flush=True)
        print(f"estimate and assess: {total:.0f} s, {options.customers:,} customers, {HYPOTHESES} hypotheses")


if __name__ == "__main__":
    main()
