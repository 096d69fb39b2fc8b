"""Making workspaces and their dvc.yaml: one template for all, so that every workspace runs the same DVC stages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

import yaml

from pipeline import closure
from pipeline import params as parameters
from pipeline.database import database_tables
from pipeline.declarations import Section
from pipeline.errors import ParcoursError
from pipeline.files import whole_file
from pipeline.tables import AGREEMENT, PLANTED, PROBABLE_LINKS, REDRAWN_JOURNEYS, SCREENING, THRESHOLD_SWEEP
from pipeline.workspace import Workspace

VERBS = ("obtain", "simulate", "clean", "identify", "reconstruct", "segment", "estimate", "assess", "draw", "report")
TEMPLATES = closure.PACKAGE / "templates"
CODE_FILE = "parcours.yaml"
# of params.yaml
OPTIONAL_SECTIONS = ("campaigns", "identity", "moments_of_truth", "objectives", "planned", "verbatims")
_OF_IDENTITY = ("@labelled", "@agreement", "@redrawn", "@probable", "@sweep", "@blocking")
FINGERPRINT = "data/key_fingerprint.txt"
HEADER = """\
# Written by `parcours init --upgrade`; the template is src/pipeline/templates/workspace.dvc.yaml of Parcours.
# To change what is computed, edit params.yaml and data/raw/*/source.yaml, not this file.
"""
CODE_HEADER = """\
# What this workspace was last set up for: `parcours init --upgrade` writes it anew after Parcours was updated,
# and the DVC stages whose code changed run again.
"""


def dvc_yaml(root: Path) -> str:
    """Return what a workspace's dvc.yaml has to say.

    Parameters
    ----------
    root
        The workspace: a folder with params.yaml.

    Raises
    ------
    ParcoursError
        If params.yaml lacks a key that a DVC stage depends on.
    """
    text = (TEMPLATES / "workspace.dvc.yaml").read_text(encoding="utf-8")
    stages: dict[str, Any] = yaml.safe_load(text)["stages"]
    obtained, simulated, key = _obtained(root), _simulated(root), _key(root)
    if not obtained:
        del stages["obtain"]
    if not simulated:
        del stages["simulate"]
    if "secret" not in key:
        del stages["fingerprint"]
    key_files = [str(key["file"])] if "file" in key else [FINGERPRINT] if "secret" in key else []
    described, declared_keys = _described_outside(root)
    if obtained and declared_keys:
        stages["obtain"]["params"] = declared_keys
    for verb, stage in stages.items():
        replacements = {
            "@obtained": obtained,
            "@simulated": simulated,
            "@key": key_files,
            "@code": [],
            "@described": described,
            "@ledger": ["ledger.csv"] * (root / "ledger.csv").is_file(),
        }
        replacements |= (
            _declared(root)
            | _screened(root)
            | _identity(root, key_files)
            | {"@truth": [PLANTED.path] if simulated else []}
        )
        if verb not in VERBS:
            continue
        if is_inside_repository(root):
            replacements["@code"] = [_relative(file, root) for file in closure.code_of(verb)]
        else:
            stage.setdefault("params", []).append({CODE_FILE: [f"code.{verb}"]})
        for part in ("deps", "params", "outs"):
            stage[part] = [new for item in stage.get(part, []) for new in _replaced(item, replacements)]
        for part in ("deps", "params"):
            if not stage[part]:
                del stage[part]
    _refuse_what_dvc_cannot_watch(root, stages)
    content = {"stages": stages, "plots": _pictures(root)}
    return HEADER + yaml.dump(content, Dumper=_Indented, sort_keys=False, allow_unicode=True, width=1000)


class _Indented(yaml.SafeDumper):
    """List items stand under their key, two signs in, as people write them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def upgrade(root: Path) -> list[str]:
    """Write a workspace's dvc.yaml anew, and outside the repository its code's fingerprint; return what changed."""
    if not (root / "params.yaml").is_file():
        raise ParcoursError(f"{root}: no params.yaml, so this is no workspace. Make one: parcours init {root}")
    wanted = {"dvc.yaml": dvc_yaml(root)}
    if not is_inside_repository(root):
        wanted[CODE_FILE] = _code_yaml()
    changed = []
    for name, text in wanted.items():
        path = root / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            with whole_file(path) as partial:
                partial.write_text(text, encoding="utf-8", newline="\n")
            changed.append(name)
    return changed


def verbs_of(root: Path) -> list[str]:
    """Return the DVC stages of a workspace in order: `obtain` and `simulate` only where the workspace has them."""
    is_there = {"obtain": bool(_obtained(root)), "simulate": bool(_simulated(root))}
    return [verb for verb in VERBS if is_there.get(verb, True)]


def is_current(root: Path) -> bool:
    """Whether a workspace's dvc.yaml (and the fingerprint of the code) is what this version would write."""
    dvc, code = root / "dvc.yaml", root / CODE_FILE
    if not dvc.is_file() or dvc.read_text(encoding="utf-8") != dvc_yaml(root):
        return False
    return is_inside_repository(root) or (code.is_file() and code.read_text(encoding="utf-8") == _code_yaml())


def is_inside_repository(root: Path) -> bool:
    """Whether a workspace lies in the repository of this very code, so that DVC can watch the code's files."""
    return (closure.REPOSITORY / ".dvc").is_dir() and root.resolve().is_relative_to(closure.REPOSITORY)


def create(root: Path) -> None:
    """Make a workspace that runs at once, on made-up data.

    Raises
    ------
    ParcoursError
        If the folder holds anything.
    """
    from pipeline import keys, starter

    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise ParcoursError(
            f"{root}: is not empty, and nothing in it was touched. Expected a new or an empty folder; "
            f"to refresh an existing workspace: parcours init {root} --upgrade"
        )
    shutil.copytree(TEMPLATES / "starter", root, dirs_exist_ok=True)
    (root / "gitignore").rename(root / ".gitignore")  # with a dot, it would hold for the template's own folder
    starter.write_raw(root / "data" / "raw")
    keys.create_key(root / ".parcours" / "key")
    upgrade(root)


def create_simulated(root: Path, truth: str) -> None:
    """Make the workspace of a simulated brand, its exports yet to come.

    Parameters
    ----------
    root
        A new or an empty folder.
    truth
        The text of its truth.yaml.
    """
    template = TEMPLATES / "clairval"
    written = {"truth.yaml": truth, ".gitignore": (template / "gitignore").read_text(encoding="utf-8")}
    written["params.yaml"] = (template / "params.yaml").read_text(encoding="utf-8")
    for path in sorted((template / "sources").glob("*.yaml")):
        written[f"data/raw/{path.stem}/source.yaml"] = path.read_text(encoding="utf-8")
    for name, text in written.items():
        with whole_file(root / name) as partial:
            partial.write_text(text, encoding="utf-8", newline="\n")
    upgrade(root)


def next_steps(root: Path) -> str:
    """Return what to type after `create`, in this very place."""
    last = "Then put your own exports in data/raw and edit params.yaml; README.md there says how."
    return "\n".join([f"Made {root}. Next:", *steps(root), last])


def steps(root: Path) -> list[str]:
    """Return the commands that bring a workspace's results about."""
    lines = [f"  cd {root}"]
    if not is_inside_repository(root):
        lines.append("  dvc init --no-scm     # once; inside a git repository: dvc init")
    return [*lines, "  dvc repro             # or, without DVC: parcours run"]


def _replaced(item: Any, replacements: dict[str, list[Any]]) -> list[Any]:
    return list(replacements.get(item, [item])) if isinstance(item, str) else [item]


def _relative(file: Path, root: Path) -> str:
    """Return the path from a workspace to a file of the repository, in DVC's notation."""
    up = len(root.resolve().relative_to(closure.REPOSITORY).parts)
    return "../" * up + file.relative_to(closure.REPOSITORY).as_posix()


def _params(root: Path) -> dict[str, Any]:
    return Section.read(root / "params.yaml", "params.yaml").content


def _key(root: Path) -> dict[str, Any]:
    """Return where the key of the pseudonyms comes from; `clean` depends on it: with another key all of them change."""
    section = _params(root).get("workspace")
    key = section.get("key") if isinstance(section, dict) else None
    return key if isinstance(key, dict) else {}


def _obtained(root: Path) -> list[str]:
    from pipeline import obtain

    return obtain.outputs(Workspace.at(root))


def _described_outside(root: Path) -> tuple[list[str], list[dict[str, list[str]]]]:
    """Return what `obtain` depends on: obtain.yaml, files of databases, and the keys that declare their tables."""
    tables = database_tables(Workspace.at(root))
    files = [file.relative_to(root).as_posix() for table in tables if (file := table.folder / table.database).is_file()]
    declared = ["obtain.yaml"] * (root / "obtain.yaml").is_file()
    keys = {(f"data/raw/{table.folder.name}/source.yaml", table.key.partition(".")[0]) for table in tables}
    return [*declared, *dict.fromkeys(files)], [{file: [key]} for file, key in sorted(keys)]


def _screened(root: Path) -> dict[str, list[Any]]:
    """Return what `assess` also reads and writes where `parcours screen` locked candidates."""
    if not (root / "candidates.yaml").is_file():
        return {"@candidates": [], "@screened": []}
    return {"@candidates": ["candidates.yaml"], "@screened": [{SCREENING.path: {"cache": False}}]}


def _declared(root: Path) -> dict[str, list[Any]]:
    """Return the sections of params.yaml, and a file, that a workspace may do without: DVC watches what is there."""
    declared = _params(root)
    found = {f"@{name}": [name] if declared.get(name) else [] for name in OPTIONAL_SECTIONS}
    return found | {"@actions": ["actions.yaml"] if (root / "actions.yaml").is_file() else []}


def _identity(root: Path, key_files: list[str]) -> dict[str, list[Any]]:
    """Return what `clean` and `identify` also read and write by the section `identity`: labelled and probable pairs."""
    section = _params(root).get("identity")
    watched: dict[str, list[Any]] = {name: [] for name in _OF_IDENTITY}
    if isinstance(section, dict) and (labelled := section.get("labelled_pairs")):
        watched |= {"@labelled": [str(labelled), *key_files], "@agreement": [{AGREEMENT.path: {"cache": False}}]}
    if isinstance(section, dict) and section.get("redrawn_graphs"):
        watched["@redrawn"] = [f"data/reconstruct/{REDRAWN_JOURNEYS}"]
    if isinstance(section, dict) and isinstance(probabilistic := section.get("probabilistic"), dict):
        watched |= {"@probable": [PROBABLE_LINKS.path], "@sweep": [{THRESHOLD_SWEEP.path: {"cache": False}}]}
        watched["@blocking"] = ["identity.probabilistic.blocking"] if "blocking" in probabilistic else []
    return watched


def _simulated(root: Path) -> list[str]:
    if not (root / "truth.yaml").is_file():
        return []
    from pipeline import simulate
    from pipeline.simulation.truth import Truth

    return simulate.files_of(Truth.read(root / "truth.yaml", "truth.yaml"))


def _pictures(root: Path) -> list[str]:
    """Return the pictures that `dvc plots show` shows: the maps, then the companion pictures, in each language."""
    params = parameters.load(Workspace.at(root))
    # how many clusters there are, only the data know
    personas = params.personas if params.clusters is None else ()
    names = [persona.id for persona in personas] + closure.keys_of("pictures.catalogue", "FIGURES")
    return [f"data/draw/{name}.{language}.svg" for name in names for language in params.workspace.languages]


def _refuse_what_dvc_cannot_watch(root: Path, stages: dict[str, Any]) -> None:
    """Refuse a key that is missing (DVC fails on it, and would not notice it later) or that holds a YAML date."""
    content = _params(root)
    for key in sorted({key for stage in stages.values() for key in stage.get("params", []) if isinstance(key, str)}):
        try:
            value = reduce(getitem, key.split("."), content)
        except (KeyError, TypeError):
            raise ParcoursError(
                f"params.yaml: {key}: this key is missing. DVC watches it, so it is written even if it says nothing "
                "yet: an empty list [] or an empty mapping {}."
            ) from None
        for path, item in _leaves(value, key):
            if isinstance(item, date):
                raise ParcoursError(f'params.yaml: {path}: DVC reads no dates. Put it in quotes: "{item}".')


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _leaves(item, f"{path}.{name}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(item, f"{path}[{index}]")
    else:
        yield path, value


def _code_yaml() -> str:
    code = {verb: closure.fingerprint(verb) for verb in VERBS}
    return CODE_HEADER + yaml.safe_dump({"code": code}, sort_keys=False)
