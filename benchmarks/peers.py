"""The same work by Parcours and by what a user would pick instead: seconds, peak memory, ratios.

Run: python benchmarks/peers.py --events 1000000 --rounds 3 [--tasks matrix funnel]. `make bench` runs the sizes that
fit in a quarter of an hour. Results: docs/speed/results.csv, a picture, and the tables of docs/speed.md.

Each run is a process of its own; in each round every tool runs once, in an order that turns. An answer is compared with
that of Parcours before its time counts. Seconds of processors are the measure where other programs keep the cores busy.
"""

from __future__ import annotations

import argparse
import ast
import csv
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
RESULTS = HERE.parent / "docs/speed/results.csv"
SECONDS, GIGABYTES = 300, 12  # what a run may take; one that takes more is printed as such

# Who does what. Where the script of a tool takes another name for a task, it stands beside the tool.
TASKS = {
    "start": ("parcours", "duckdb", "polars", "pandas", "pm4py", "retentioneering"),  # imports, and nothing done
    "matrix": ("parcours", "duckdb", "polars", "pandas", "pm4py", "retentioneering"),
    "matrix from steps": ("parcours", "polars"),
    "tables": ("parcours", "duckdb"),
    "funnel": ("parcours", "parcours from steps", "duckdb", "polars", "pandas", "retentioneering"),
    "variants": ("parcours", "parcours from steps", "duckdb", "polars", "pandas", "pm4py"),
    "intervals": ("parcours",),
}
OWN_ENVIRONMENT = ("polars", "pandas", "pm4py", "retentioneering")
COLUMNS = (
    "events", "task", "tool", "version", "rounds", "processor_seconds", "wall_seconds", "to_fastest", "to_scan",
    "parcours_to_this", "peak_gb", "load", "note",
)  # fmt: skip


@dataclass(frozen=True)
class Run:
    """What one process took, and what it said."""

    processor_seconds: float
    wall_seconds: float
    peak_gb: float
    answer: str
    note: str = ""


def main() -> None:
    """Measure, write the results, draw and print them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, nargs="+", default=[100_000, 1_000_000], help="sizes of the log")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=list(TASKS))
    parser.add_argument("--tools", nargs="+", help="only these (default: all that can)")
    parser.add_argument("--limit", type=float, default=SECONDS, help="seconds of processors that a run may take")
    parser.add_argument("--report", action="store_true", help="only draw and write the page anew")
    options = parser.parse_args()
    if not options.report:
        pythons = {tool: str(peers_environment()) for tool in OWN_ENVIRONMENT}
        for n in options.events:
            with tempfile.TemporaryDirectory(prefix="parcours-bench-") as name:
                measure(Path(name), n, options, pythons)
    sys.path.insert(0, str(HERE))
    from page_of_speed import write_page  # draws: needs packages that no measured process should inherit

    write_page(RESULTS, machine())


def peers_environment() -> Path:
    """Return the Python of the peers' own environment, made anew where its requirements changed."""
    folder, wanted = HERE / "peers/.venv", HERE / "peers/requirements.txt"
    stamp = folder / "requirements.txt"
    if not stamp.exists() or stamp.read_bytes() != wanted.read_bytes():
        uv = [sys.executable, "-m", "uv"]
        subprocess.run([*uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)], check=True)
        install = [
            *uv,
            "pip",
            "install",
            "--quiet",
            "--compile-bytecode",
            "--python",
            str(folder / "bin/python"),
            "-r",
            str(wanted),
        ]
        subprocess.run(install, check=True)
        stamp.write_bytes(wanted.read_bytes())
    return folder / "bin/python"


def measure(folder: Path, n: int, options: argparse.Namespace, pythons: dict[str, str]) -> None:
    """Run all tasks on `n` events and keep the results."""
    make = f"import sys; sys.path.insert(0, {str(HERE)!r}); from pathlib import Path; import made_events; "
    subprocess.run([sys.executable, "-c", f"{make}made_events.make_events(Path({str(folder)!r}), {n})"], check=True)
    if any(task != "matrix" for task in options.tasks):
        run("tables", "parcours", folder, pythons, options.limit)  # what later tasks read
    for task in options.tasks:
        tools = [tool for tool in TASKS[task] if not options.tools or tool in options.tools]
        runs: dict[str, list[Run]] = {tool: [] for tool in ("scan", *tools)}
        for round_number in range(options.rounds):
            for tool in turned(list(runs), round_number):
                if not (runs[tool] and runs[tool][-1].note):  # one that failed or took too long is not asked again
                    runs[tool].append(run(task, tool, folder, pythons, options.limit))
            same_answers(task, runs)
            rows = rows_of(n, task, runs, pythons)
            keep(rows)  # after each round: whoever stops early has the rounds that were whole
        for row in rows:
            print(*(row.get(name, "") for name in COLUMNS), sep=",", flush=True)


def turned(tools: list[str], round_number: int) -> list[str]:
    """Return the tools in the order of a round: each begins once.

    Examples
    --------
    >>> turned(["a", "b", "c"], 1)
    ['b', 'c', 'a']
    """
    start = round_number % len(tools)
    return tools[start:] + tools[:start]


def command(task: str, tool: str, folder: Path, pythons: dict[str, str]) -> list[str]:
    """Return how a tool is asked for a task."""
    name = tool.split()[0]
    script = "plain_scan.py" if tool == "scan" else f"in_{name}.py"
    if task == "start":
        return [pythons.get(name, sys.executable), "-c", imports_of(HERE / "peers" / script)]
    asked = f"{task.split()[0]}_of_steps" if "from steps" in f"{tool} {task}" else task
    return [pythons.get(name, sys.executable), str(HERE / "peers" / script), asked, str(folder)]


def imports_of(script: Path) -> str:
    """Return the imports of a script, as a program."""
    lines = ast.parse(script.read_text(encoding="utf-8")).body
    return "\n".join(ast.unparse(line) for line in lines if isinstance(line, ast.Import | ast.ImportFrom))


def run(task: str, tool: str, folder: Path, pythons: dict[str, str], limit: float) -> Run:
    """Run one process to its end, or to a limit."""
    if task == "tables":
        shutil.rmtree(folder / "data/reconstruct", ignore_errors=True)
    said, errors = folder / "said", folder / "errors"
    environment = {**os.environ, "POLARS_MAX_THREADS": "2", "TMPDIR": str(folder)}
    started, note = time.perf_counter(), ""
    with said.open("w") as output, errors.open("w") as stream:
        process = subprocess.Popen(
            command(task, tool, folder, pythons), stdout=output, stderr=stream, env=environment, start_new_session=True
        )
        while True:
            done, status, usage = os.wait4(process.pid, os.WNOHANG)
            if done:
                break
            if not note and (note := beyond_limits(process.pid, time.perf_counter() - started, limit)):
                process.kill()
            time.sleep(0.01)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode and not note:
        note = f"failed: {errors.read_text().strip().splitlines()[-1]}"
    if task == "intervals" and tool == "parcours":
        print(errors.read_text(), end="", file=sys.stderr)
    peak = usage.ru_maxrss / (1e9 if platform.system() == "Darwin" else 1e6)
    wall = time.perf_counter() - started
    return Run(usage.ru_utime + usage.ru_stime, wall, peak, said.read_text(), note)


def beyond_limits(pid: int, seconds: float, limit: float) -> str:
    """Return which limit a running process is beyond, if any; on Linux its seconds of processors count."""
    process = Path(f"/proc/{pid}")
    if process.exists():
        pages = (process / "statm").read_text().split()
        ticks = (process / "stat").read_text().rpartition(")")[2].split()[11:13]  # spent in the program, in the system
        seconds = sum(int(one) for one in ticks) / os.sysconf("SC_CLK_TCK")
        if int(pages[1]) * os.sysconf("SC_PAGE_SIZE") > GIGABYTES * 1e9:
            return f"more than {GIGABYTES} GB"
    return f"more than {limit:.0f} s" if seconds > limit else ""


def same_answers(task: str, runs: dict[str, list[Run]]) -> None:
    """Refuse to compare speeds of different answers."""
    whole = {(tool, one.answer) for tool, done in runs.items() for one in done if not one.note and tool != "scan"}
    answers = {answer for _, answer in whole}
    if len(answers) > 1:
        raise SystemExit(f"{task}: answers differ\n" + "\n".join(f"{tool}\n{answer}" for tool, answer in sorted(whole)))


def rows_of(n: int, task: str, runs: dict[str, list[Run]], pythons: dict[str, str]) -> list[dict[str, object]]:
    """Return a row of results per tool."""
    whole = {tool: [one for one in done if not one.note] for tool, done in runs.items()}
    middle = {tool: statistics.median(one.processor_seconds for one in done) for tool, done in whole.items() if done}
    fastest = min((tool for tool in middle if tool != "scan"), key=middle.__getitem__)
    rows = []
    for tool, done in runs.items():
        package = "duckdb" if tool == "scan" else tool.split()[0]
        known = version(package, pythons.get(package, sys.executable))
        row = {"events": n, "task": task, "tool": tool, "version": known, "rounds": len(done)}
        if tool in middle:
            row |= {
                "processor_seconds": round(middle[tool], 2),
                "wall_seconds": round(statistics.median(one.wall_seconds for one in whole[tool]), 2),
                "to_fastest": ratio(whole[tool], whole[fastest]),
                "to_scan": ratio(whole[tool], whole["scan"]),
                "parcours_to_this": ratio(whole.get("parcours", []), whole[tool]),
            }
        peak = max(one.peak_gb for one in done)
        rows.append({**row, "peak_gb": round(peak, 2), "load": round(os.getloadavg()[0], 1), "note": done[-1].note})
    return rows


def ratio(runs: list[Run], others: list[Run]) -> float | str:
    """Return the median over rounds of the ratio of processor seconds."""
    pairs = list(zip(runs, others, strict=False))
    if not pairs:
        return ""
    return round(statistics.median(one.processor_seconds / other.processor_seconds for one, other in pairs), 2)


@cache
def version(package: str, python: str) -> str:
    """Return the version of a package where it runs."""
    asked = f"from importlib.metadata import version; print(version({package!r}))"
    return subprocess.run([python, "-c", asked], check=True, capture_output=True, text=True).stdout.strip()


def keep(rows: list[dict[str, object]]) -> None:
    """Put rows into the file of results, in the place of those of the same size and task."""
    RESULTS.parent.mkdir(exist_ok=True)
    before = []
    if RESULTS.exists():
        with RESULTS.open(encoding="utf-8", newline="") as stream:
            before = list(csv.DictReader(stream))
    new = {(str(row["events"]), row["task"]) for row in rows}
    kept: list[dict[str, object]] = [dict(row) for row in before if (row["events"], row["task"]) not in new]
    order = list(TASKS)
    every = sorted([*kept, *rows], key=lambda row: (order.index(str(row["task"])), int(str(row["events"]))))
    with RESULTS.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(every)


def machine() -> str:
    """Return what the figures were measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GB, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
