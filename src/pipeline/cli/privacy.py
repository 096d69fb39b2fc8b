"""The commands `parcours register` and `parcours erase`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime

from pipeline.errors import ParcoursError
from pipeline.workspace import Workspace


def add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    command: Callable[..., argparse.ArgumentParser],
    add_workspace: Callable[[argparse.ArgumentParser], None],
    workspace_of: Callable[[argparse.Namespace], Workspace],
) -> None:
    """Add the commands to the command line, whose own helpers make a command and find its workspace."""
    register = command(
        commands,
        "register",
        "write the register of processing (RGPD, article 30)",
        "Reads params.yaml and the source descriptions; writes register.fr.md and register.en.md:\n"
        "per source its purpose, legal basis, retention, identifiers, attributes, masked texts.\n"
        "What nobody declared is marked to be filled in.",
        lambda options: _register(workspace_of(options)),
    )
    add_workspace(register)

    erase = command(
        commands,
        "erase",
        "take a person out of the raw files, or prove that nobody erased is left",
        "Finds the person's raw records by all identifiers that the identity graph ties to the\n"
        "given one, and shows how many there are; with --yes, rewrites the files without them\n"
        "and writes erasures.csv, which names nobody. Then: dvc repro. Last, --verify searches\n"
        "raw files, outputs and DVC's cache for identifiers, keyed hashes and customer codes.",
        lambda options: _run_erase(options, workspace_of),
        "examples:\n  parcours erase --email ana@example.org\n  parcours erase --email ana@example.org --yes\n"
        "  parcours erase --identifier card 100045 --yes\n  parcours erase --verify --email ana@example.org",
    )
    erase.add_argument("--email", action="append", default=[], metavar="ADDRESS", help="may be repeated")
    erase.add_argument("--phone", action="append", default=[], metavar="NUMBER", help="may be repeated")
    erase.add_argument(
        "--identifier", nargs=2, action="append", default=[], metavar=("KIND", "VALUE"), help="of any declared kind"
    )
    erase.add_argument("--yes", action="store_true", help="do it; without, only what would be done is shown")
    erase.add_argument("--verify", action="store_true", help="search for all in erasures.csv, and those named")
    erase.add_argument("--on", type=date.fromisoformat, metavar="DATE", help="date for the log (default: today, UTC)")
    add_workspace(erase)


def _register(workspace: Workspace) -> None:
    from pipeline import params
    from pipeline.clean import load_sources
    from pipeline.privacy import register

    loaded = params.load(workspace)
    print(f"Written: {', '.join(register.main(workspace, loaded, load_sources(workspace, loaded)))}.")


def _run_erase(options: argparse.Namespace, workspace_of: Callable[[argparse.Namespace], Workspace]) -> None:
    given = [("email", one) for one in options.email] + [("phone", one) for one in options.phone]
    given += [(kind, value) for kind, value in options.identifier]
    if not given and not options.verify:
        raise ParcoursError("name the person: --email ADDRESS, --phone NUMBER or --identifier KIND VALUE.")
    workspace = workspace_of(options)
    if options.verify:
        _verify(workspace, given)
    else:
        _erase(workspace, given, options.yes, options.on or datetime.now(UTC).date())


def _erase(workspace: Workspace, given: list[tuple[str, str]], is_meant: bool, on: date) -> None:
    from pipeline import params
    from pipeline.clean import load_sources
    from pipeline.privacy import erasure, taking_out

    loaded = params.load(workspace)
    sources = load_sources(workspace, loaded)
    person = erasure.person_of(workspace, loaded, given)
    found = erasure.find(workspace, loaded, sources, person)
    for kind, values in found.values.items():
        print(f"{kind}: {len(values)} in the raw files")
    for path, numbers in found.records.items():
        print(f"{path.relative_to(workspace.root)}: {len(numbers)} records")
    if not found.records:
        print("No raw record is theirs.")
        return
    if (workspace.root / "truth.yaml").is_file() or (workspace.root / "obtain.yaml").is_file():
        note = "Note: data/raw is made by a DVC stage of this workspace, which would bring the records back."
        print(note, file=sys.stderr)
    if not is_meant:
        print("Nothing was changed. To do it, add --yes.")
        return
    if by_hand := taking_out.erase(workspace, loaded, person, found, on):
        raise ParcoursError(
            "not all of it is erased; the rest is for your hand:\n  " + "\n  ".join(by_hand) + "\n"
            "What else was found is taken out. After this: dvc repro, parcours erase --verify (docs/privacy.md)."
        )
    print("Erased from the raw files. Next: dvc repro, dvc gc --workspace, parcours erase --verify (docs/privacy.md).")


def _verify(workspace: Workspace, given: list[tuple[str, str]]) -> None:
    from pipeline import params
    from pipeline.clean import load_sources
    from pipeline.privacy import verification

    loaded = params.load(workspace)
    search = verification.wanted(workspace, loaded, given)
    if not search.fingerprints:
        raise ParcoursError("nobody to look for: erasures.csv is empty. Name the person, for example --email ADDRESS.")
    sources = load_sources(workspace, loaded)
    left = [*verification.left_in_raw(workspace, loaded, sources, search)]
    left += verification.left_in_databases(workspace, loaded, sources, search)
    left += verification.left_in_files(workspace, search, loaded.workspace.key.file)
    if left:
        raise ParcoursError(
            "something is left:\n  " + "\n  ".join(left) + "\n"
            "In data/raw: parcours erase. In outputs: dvc repro. In .dvc/cache: dvc gc --workspace."
        )
    print(f"Nothing is left of {len(search.fingerprints)} fingerprints, in raw files, outputs and DVC's cache.")
    print("Not searched: the history of git, DVC's remotes, backups, and copies elsewhere.")
