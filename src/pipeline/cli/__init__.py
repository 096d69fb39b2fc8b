"""The command line `parcours`. Modules are imported by the command that needs them, so that it starts at once."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module, metadata
from pathlib import Path

from pipeline.cli import privacy as cli_privacy
from pipeline.cli import results as cli_results
from pipeline.cli.texts import DESCRIPTION, EPILOG, SOURCE_EXAMPLES, VERBS
from pipeline.errors import ParcoursError
from pipeline.workspace import Workspace


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        return options.run(options) or 0  # a command that has nothing else to tell returns nothing
    except ParcoursError as error:
        print(f"parcours {options.command}: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # `parcours features | head` has seen enough
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 – lives until the process ends
        return 0
    except KeyboardInterrupt:
        print(f"parcours {options.command}: interrupted; nothing half-written was kept", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="parcours", description=DESCRIPTION, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--version", action="version", version=f"parcours {metadata.version('parcours')}")
    commands = parser.add_subparsers(dest="command", metavar="command", required=True, title="commands")
    for verb, (summary, text) in VERBS.items():
        if verb == "simulate":
            _add_simulate(commands, summary, text)
            continue
        command = _command(commands, verb, f"DVC stage: {summary}", text, _run_verb)
        _add_workspace(command)
        if verb == "report":
            command.add_argument(
                "--pdf", type=Path, metavar="DIR",
                help="make no page, but print the reports and maps that are there to DIR as PDF (needs Chromium)",
            )  # fmt: skip
    for add in (_add_looks, _add_run, _add_init, _add_describe, _add_source, _add_screen, _add_power, _add_prove):
        add(commands)
    for module in (cli_results, cli_privacy):
        module.add(commands, _command, _add_workspace, _workspace)
    return parser


def _add_looks(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    check = _command(
        commands,
        "check",
        "validate params.yaml, sources and SQL before any work",
        "Reads the declarations and the headers of the raw files, in seconds; writes nothing.\n"
        "The first mistake is shown with the key, what was expected and how to mend it.",
        _run_check,
    )
    _add_workspace(check)

    fingerprint = _command(
        commands,
        "fingerprint",
        "tell this workspace's key from another",
        "Writes 16 digits derived from the key of the pseudonyms to data/key_fingerprint.txt.\n"
        "DVC runs it where the key comes from the environment: another key, other pseudonyms.",
        _run_fingerprint,
    )
    _add_workspace(fingerprint)

    features = _command(
        commands,
        "features",
        "list every column a rule or a hypothesis may use",
        "One line per column: name, type, where it comes from and where it may be used.",
        _run_features,
    )
    _add_workspace(features)


def _add_run(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    run = _command(
        commands,
        "run",
        "run all stages in one process, without DVC",
        "The same stages, in the same order, as `dvc repro`, and the same bytes; none is\n"
        "skipped. A raw file that an earlier run has read may be taken from what that run kept\n"
        "(docs/incremental.md). For tests, benchmarks and schedulers with books of their own.",
        _run_all,
        "examples:\n  parcours run\n  parcours run --workspace my-brand --out /tmp/results\n"
        "  parcours run --until estimate",
    )
    _add_workspace(run)
    run.add_argument("--out", type=Path, metavar="DIR", help="write data/ and reports/ there (default: the workspace)")
    run.add_argument("--until", choices=list(VERBS), metavar="STAGE", help="stop after this stage")
    run.add_argument("--profile", action="store_true", help="print where the time went, per stage and per query")


def _add_init(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    init = _command(
        commands,
        "init",
        "make a new workspace that runs at once",
        "Makes DIR with a params.yaml to edit and made-up data of a small shop in data/raw.\n"
        "With --upgrade, an existing workspace gets the dvc.yaml of this version of Parcours;\n"
        "nothing else in it is touched.",
        _run_init,
        "examples:\n  parcours init my-brand\n  parcours init my-brand --upgrade",
    )
    init.add_argument("folder", type=Path, metavar="DIR", help="folder of the workspace")
    init.add_argument("--upgrade", action="store_true", help="write dvc.yaml anew in an existing workspace")


def _add_describe(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    describe = _command(
        commands,
        "describe",
        "look at an export and propose a source.yaml",
        "A vendor's export, known by its columns, gets that vendor's ready description. Else it\n"
        "guesses format, encoding, delimiter, times and their format, identifiers and\n"
        "candidate touchpoints, and prints YAML that `clean` accepts. Each guess stands\n"
        "beside what it rests on; check it, above all day and month.",
        _run_describe,
        "examples:\n  parcours describe orders.csv\n"
        "  parcours describe orders.csv customers.csv > data/raw/orders/source.yaml",
    )
    describe.add_argument("--guess", action="store_true", help="guess, even where a vendor's ready description fits")
    describe.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="the export; further files become lookups of the first"
    )


def _add_source(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    source = _command(
        commands,
        "source",
        "list the ready descriptions of vendors' exports, or add one",
        "Parcours knows exports of Google Analytics 4, Shopify, Salesforce, Zendesk, Qualtrics and\n"
        "others: their columns, what they mean, and their traps. docs/sources.md says which.",
        _run_source_list,
        SOURCE_EXAMPLES,
    )
    actions = source.add_subparsers(dest="action", metavar="action", required=True, title="actions")
    listed = actions.add_parser("list", help="list them")
    listed.add_argument(
        "--markdown", action="store_true", help="as the table of docs/sources.md, with touchpoints and traps"
    )
    listed.set_defaults(run=_run_source_list)
    add = actions.add_parser("add", help="copy one into a source's folder, and check the files there")
    add.add_argument("name", metavar="NAME", help="of the description, as `parcours source list` gives it")
    add.add_argument("folder", type=Path, metavar="DIR", help="data/raw/NAME, the folder of the source")
    add.set_defaults(run=_run_source_add)


def _add_screen(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    screen = _command(
        commands,
        "screen",
        "search one half of the customers for undeclared pains",
        "Compares what follows each touchpoint, and each condition at one, in the screening half\n"
        "only; appends what hurts most to candidates.yaml. `assess` then says which of them the\n"
        "other half confirms. The section screening of params.yaml changes what is searched.",
        _run_screen,
        "examples:\n  parcours screen\n  parcours screen --workspace my-brand\n"
        "then:\n  dvc repro                           opens the other half: data/assess/screening.csv",
    )
    _add_workspace(screen)


def _add_power(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    power = _command(
        commands,
        "power",
        "tell how many customers each hypothesis needs",
        "Reads data/assess/hypotheses.csv; prints, per hypothesis and group, the smallest effect\n"
        "that is found now, and the customers and months it takes to find the declared one, at\n"
        "the observed clustering and exposure. Writes nothing.",
        _run_power,
        "examples:\n  parcours power\n  parcours power --power 0.9\n"
        "  parcours power --hypothesis late_delivery --persona gifters --effect 0.05",
    )
    _add_workspace(power)
    power.add_argument("--power", type=float, default=0.80, metavar="SHARE", help="chance to find it (default: 0.8)")
    power.add_argument("--effect", type=float, metavar="SIZE", help="plan for this effect, not the declared smallest")
    power.add_argument("--hypothesis", metavar="ID", help="only this one")
    power.add_argument("--persona", metavar="ID", help="only in this persona")


def _add_prove(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    prove = _command(
        commands,
        "prove",
        "show by simulation how often the method is wrong",
        "Simulates brands whose truth is known, from seeds declared beforehand, and writes\n"
        "docs/proof.md, its pictures and docs/proof/*.csv. A study that is up to date is not\n"
        "run again; one that was stopped goes on. Misses are printed.",
        _run_prove,
        "examples:\n  parcours prove --short\n  parcours prove --only coverage_of_transitions\n  parcours prove --list",
    )
    prove.add_argument(
        "--short", action="store_true", help="few replicates, minutes; writes under .parcours/proof/short"
    )
    prove.add_argument("--only", action="append", default=[], metavar="STUDY", help="run this study (may be repeated)")
    prove.add_argument("--page", action="store_true", help="write the page from results that are there; run nothing")
    prove.add_argument("--list", action="store_true", help="list the studies and their replicates")
    prove.add_argument(
        "--folder", type=Path, default=Path(), metavar="DIR", help="folder with docs/ (default: this folder)"
    )


def _add_simulate(commands: argparse._SubParsersAction[argparse.ArgumentParser], summary: str, text: str) -> None:
    simulate = _command(
        commands,
        "simulate",
        f"DVC stage: {summary}",
        text,
        _run_simulate,
        "examples:\n  parcours simulate my-clairval\n  parcours simulate small --scale 2000\n"
        "  parcours simulate nothing-planted --null",
    )
    simulate.add_argument("folder", type=Path, nargs="?", default=Path(), metavar="DIR", help="default: this folder")
    simulate.add_argument("--scale", type=int, metavar="CUSTOMERS", help="persons (default: as truth.yaml says)")
    simulate.add_argument("--months", type=int, metavar="N", help="length of the window before the cut-off")
    simulate.add_argument("--seed", metavar="TEXT", help="other customers of the same brand")
    simulate.add_argument("--truth", type=Path, metavar="FILE", help="what is true, instead of truth.yaml")
    simulate.add_argument("--null", action="store_true", help="plant nothing; all the rest stays")


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    summary: str,
    text: str,
    run: Callable[[argparse.Namespace], int | None],
    examples: str = "",
) -> argparse.ArgumentParser:
    command = commands.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.\n\n{text}",
        epilog=examples or f"examples:\n  parcours {name}\n  parcours {name} --workspace examples/olist_buyers",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(run=run)
    return command


def _add_workspace(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--workspace", type=Path, default=Path(), metavar="DIR", help="folder of the workspace (default: this folder)"
    )


def _workspace(options: argparse.Namespace, out: Path | None = None) -> Workspace:
    if not (options.workspace / "params.yaml").is_file():
        raise ParcoursError(
            f"{options.workspace.absolute()}: no params.yaml, so this is no workspace. "
            f"Go to one, name it with --workspace, or make one: parcours init DIR"
        )
    return Workspace.at(options.workspace, out)


def _run_verb(options: argparse.Namespace) -> None:
    from pipeline import params

    workspace = _workspace(options)
    if getattr(options, "pdf", None) is not None:
        from pipeline import pdf

        for path in pdf.main(workspace, params.load(workspace), options.pdf):
            print(path)
        return
    with workspace.held():
        import_module(f"pipeline.{options.command}").main(workspace, params.load(workspace))


def _run_all(options: argparse.Namespace) -> None:
    from pipeline import run

    run.main(_workspace(options, options.out), until=options.until, profile=options.profile)


def _run_check(options: argparse.Namespace) -> None:
    from pipeline import check, params, workspaces

    workspace = _workspace(options)
    check.main(workspace, params.load(workspace))
    if not workspaces.is_current(workspace.root):
        refresh = f"parcours init {workspace.root} --upgrade"
        print(f"Note: dvc.yaml is not what this version of Parcours writes. Refresh it: {refresh}", file=sys.stderr)


def _run_fingerprint(options: argparse.Namespace) -> None:
    from pipeline import keys, params, workspaces
    from pipeline.files import whole_file

    workspace = _workspace(options)
    key = keys.key_bytes(params.load(workspace).workspace.key, workspace)
    with whole_file(workspace.path(workspaces.FINGERPRINT)) as partial:
        partial.write_text(keys.fingerprint(key) + "\n", encoding="ascii")


def _run_features(options: argparse.Namespace) -> None:
    from pipeline import check, params

    workspace = _workspace(options)
    check.features(workspace, params.load(workspace))


def _run_init(options: argparse.Namespace) -> None:
    from pipeline import workspaces

    if options.upgrade:
        changed = workspaces.upgrade(options.folder)
        print(f"Written anew: {', '.join(changed)}." if changed else "Already up to date.")
        return
    workspaces.create(options.folder)
    print(workspaces.next_steps(options.folder))


def _run_prove(options: argparse.Namespace) -> None:
    from pipeline import prove

    if options.list:
        print(prove.listing())
    else:
        prove.main(options.folder, options.short, options.only, is_page_only=options.page)


def _run_screen(options: argparse.Namespace) -> None:
    from pipeline import params, screen

    workspace = _workspace(options)
    screen.main(workspace, params.load(workspace))


def _run_power(options: argparse.Namespace) -> None:
    from pipeline import params, power

    workspace = _workspace(options)
    loaded = params.load(workspace)
    power.main(workspace, loaded, options.power, options.effect, options.hypothesis, options.persona)


def _run_simulate(options: argparse.Namespace) -> None:
    from pipeline.simulation import command

    given = {
        "customers": options.scale,
        "months": options.months,
        "seed": options.seed,
        "is_null": options.null or None,
    }
    changes = {name: value for name, value in given.items() if value is not None}
    print("\n".join(command.run(options.folder, options.truth, changes)))


def _run_describe(options: argparse.Namespace) -> None:
    from pipeline import describe

    print(describe.describe(options.files, options.guess), end="")


def _run_source_list(options: argparse.Namespace) -> None:
    from pipeline.source import catalogue

    print(catalogue.markdown() if options.markdown else catalogue.listing())


def _run_source_add(options: argparse.Namespace) -> None:
    from pipeline.source import add

    print(add.add(options.name, options.folder))


if __name__ == "__main__":
    sys.exit(main())
