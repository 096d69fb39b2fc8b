"""Tables and picture of docs/speed.md, from the results that `benchmarks/peers.py` and `startup.py` keep."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import pandas as pd

from pipeline.pictures.style import DEEP, INK, MUTED

mpl.use("Agg")
import matplotlib.pyplot as plt  # the backend first: no screen is needed

BEGIN, END = "<!-- tables: python benchmarks/peers.py --report -->", "<!-- end of tables -->"
TASKS = {
    "start": "Starting Python and importing, which each figure below contains",
    "matrix": "Events to journeys to transition matrix, with start and end",
    "matrix from steps": "The same matrix, from the sorted steps that Parcours keeps",
    "tables": "Steps, journeys, visits, as files",
    "funnel": "Funnel: page, then basket, then order in one journey",
    "variants": "The ten commonest ways",
    "intervals": "Clustered intervals of the matrix: all, by persona, by channel, by month (four matrices)",
}
NAMES = {
    "scan": "reading the columns only",
    "parcours": "**Parcours**",
    "parcours from steps": "**Parcours**, from its steps",
}


def write_page(results: Path, machine: str) -> None:
    """Draw the picture and put the tables between their marks in docs/speed.md."""
    table = pd.read_csv(results, keep_default_na=False, dtype={"note": "str"})
    draw(table, results.parent.parent / "images/speed.png")
    page = results.parent.parent / "speed.md"
    head, rest = page.read_text(encoding="utf-8").split(BEGIN)
    tail = rest.split(END)[1]
    page.write_text(f"{head}{BEGIN}\n{tables(table, machine)}{END}{tail}", encoding="utf-8")


def tables(results: pd.DataFrame, machine: str) -> str:
    """Return Markdown: a table per task and size."""
    parts = [f"Measured on {machine}; {versions(results)}.\n"]
    for task, title in TASKS.items():
        of_task = results[results["task"] == task]
        if len(of_task):
            parts.append(f"### {title}")
        for n, own in of_task.groupby("events", sort=True):
            first = own.iloc[0]
            load = own["load"].astype("float").max()
            parts.append(
                f"{n:,} events; rounds: {first['rounds']}; programs at work on the machine at the end: {load:.0f}.\n\n"
                "| | processors' seconds | by the clock | to the fastest | to reading | peak memory |\n"
                "|---|---|---|---|---|---|\n" + "\n".join(line(row) for row in own.to_dict("records")) + "\n"
            )
    return "\n".join(parts)


def line(row: dict[str, object]) -> str:
    """Return a row of a table; what failed or took too long says so."""
    name = NAMES.get(str(row["tool"]), str(row["tool"]))
    if row["note"]:
        return f"| {name} | {row['note']} | | | | {float(str(row['peak_gb'])):.2f} GB |"
    numbers = (float(str(row[column])) for column in ("processor_seconds", "wall_seconds", "to_fastest", "peak_gb"))
    own, wall, to_fastest, peak = numbers
    to_scan = f"{float(str(row['to_scan'])):.1f} ×" if row["to_scan"] else "–"
    return f"| {name} | {own:.2f} | {wall:.1f} | {to_fastest:.1f} × | {to_scan} | {peak:.2f} GB |"


def versions(results: pd.DataFrame) -> str:
    """Return each tool's version, in the order of the tables."""
    tools = results[~results["tool"].isin(["scan", "parcours from steps"])].drop_duplicates("tool", keep="last")
    return ", ".join(f"{row.tool} {row.version}" for row in tools.itertuples())


def draw(results: pd.DataFrame, target: Path) -> None:
    """Draw the seconds of the matrix per tool against the size of the log, both in powers of ten."""
    rows = results[(results["task"] == "matrix") & (results["note"] == "")]
    rows = rows.assign(seconds=rows["processor_seconds"].astype("float"))
    figure, axes = plt.subplots(figsize=(7.2, 4.2), layout="constrained")
    largest = rows["events"].max()
    labelled: list[tuple[float, float]] = []
    for tool, own in rows.sort_values(["events", "seconds"], ascending=[True, False]).groupby("tool", sort=False):
        is_ours = tool == "parcours"
        style = {"color": DEEP if is_ours else MUTED, "linewidth": 2.6 if is_ours else 1.2}
        axes.plot(own["events"], own["seconds"], marker="o", markersize=5, **style)
        at = own.iloc[-1]
        label = "reading only" if tool == "scan" else tool
        is_beside = any(at["events"] == x and abs(at["seconds"] / y - 1) < 0.2 for x, y in labelled)
        labelled.append((at["events"], at["seconds"]))
        place = (8, -14 if is_beside else -3)
        axes.annotate(label, (at["events"], at["seconds"]), place, textcoords="offset points", color=style["color"])
    axes.set(xscale="log", yscale="log", xlim=(rows["events"].min() * 0.8, largest * 5))
    axes.set_xticks(sorted(set(rows["events"])), [f"{n:,}" for n in sorted(set(rows["events"]))])
    axes.set_yticks([0.1, 1, 10, 100], ["0.1", "1", "10", "100"])
    axes.minorticks_off()
    axes.set_xlabel("events", color=INK)
    axes.set_ylabel("seconds of processors", color=INK)
    axes.set_title("From a Parquet file of events to a transition matrix", loc="left", color=INK)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(target, dpi=130)
    plt.close(figure)
