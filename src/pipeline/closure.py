"""Which files of this package a DVC stage uses: its Python modules, SQL and templates, found by reading the code.

A DVC stage runs again when one of these changes. They are found in the source (imports and the names of files in
it), never by running it, so that the list is the same on every machine.
"""

from __future__ import annotations

import ast
import hashlib
import json
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
REPOSITORY = PACKAGE.parents[1]
# The command line starts the verbs, this module reads their code; both decide nothing about results.
NOT_FOLLOWED = ("cli", "__main__", "closure")
SQL_CALLS = {"make", "frame", "row", "write", "write_parts", "sql_of"}


def code_of(verb: str) -> tuple[Path, ...]:
    """Return the files that the verb's module uses, itself included, sorted.

    Parameters
    ----------
    verb
        Name of a module of this package, for example ``clean``.
    """
    found: set[Path] = set()
    waiting = [_module_file(verb)]
    while waiting:
        file = waiting.pop()
        if file is None or file in found:
            continue
        found.add(file)
        waiting += [_module_file(module) for module in _imports(file)]
        named = _named_files(file)
        waiting += [other for other in named if other.suffix == ".ipynb"]  # a notebook imports, too
        found |= named - set(waiting)
    return tuple(sorted(file for file in found if file.stat().st_size))  # an empty __init__.py decides nothing


def fingerprint(verb: str) -> str:
    """Return a digest of everything `code_of` lists, for workspaces that lie outside the repository."""
    digest = hashlib.sha256()
    for file in code_of(verb):
        relative = file.relative_to(REPOSITORY).as_posix()
        content = file.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{relative}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


def keys_of(module: str, name: str) -> list[str]:
    """Return the keys of a dictionary written out in a module, without importing it and all that it needs."""
    file = _module_file(module)
    for node in _tree(file).body if file else []:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        value = getattr(node, "value", None)
        if isinstance(value, ast.Dict) and any(isinstance(one, ast.Name) and one.id == name for one in targets):
            return [ast.literal_eval(key) for key in value.keys if key is not None]
    raise LookupError(f"pipeline.{module} writes out no dictionary {name}")


def _module_file(module: str) -> Path | None:
    """Return the file of ``pipeline.<module>``, or nothing if there is none (then it is a name in a module)."""
    if module.split(".")[0] in NOT_FOLLOWED:
        return None
    base = PACKAGE.joinpath(*module.split(".")) if module else PACKAGE
    for file in (base.with_suffix(".py") if module else base, base / "__init__.py"):
        if file.is_file():
            return file
    return None


@cache
def _tree(file: Path) -> ast.Module:
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".ipynb":
        cells = (cell["source"] for cell in json.loads(text)["cells"] if cell["cell_type"] == "code")
        lines = "\n".join("".join(cell) for cell in cells).splitlines()
        text = "\n".join(line for line in lines if not line.startswith(("%", "!")))
    return ast.parse(text, filename=str(file))


@cache
def _imports(file: Path) -> frozenset[str]:
    """Return the modules of this package that a file imports, wherever in it, and the packages they lie in."""
    package = file.relative_to(PACKAGE).parts[:-1] if file.is_relative_to(PACKAGE) else ()
    found: set[str] = set()
    for node in ast.walk(_tree(file)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                above = ("pipeline", *package)[: len(package) + 2 - node.level]
                base = ".".join([*above, *([node.module] if node.module else [])])
            else:
                base = node.module or ""
            names = [base, *(f"{base}.{alias.name}" for alias in node.names)]
        for name in names:
            if name == "pipeline" or name.startswith("pipeline."):
                parts = name.split(".")[1:]
                found.update(".".join(parts[:end]) for end in range(len(parts) + 1))
    return frozenset(found)


def _texts(file: Path) -> set[str]:
    constants = (node.value for node in ast.walk(_tree(file)) if isinstance(node, ast.Constant))
    return {value for value in constants if isinstance(value, str)}


@cache
def _named_files(file: Path) -> frozenset[Path]:
    """Return the SQL files a module's queries name, and templates, notebooks and others whose name stands in it."""
    texts = _texts(file)
    queries = _queries(file, texts)
    found = {query for name, query in _sql_files().items() if name in queries}
    if "sql" in texts and file.parent != PACKAGE:  # a package with queries of its own runs all of them
        found |= set((file.parent / "sql").glob("*.sql"))
    for other in _other_files():
        inside = other.relative_to(PACKAGE) if other.is_relative_to(PACKAGE) else other.relative_to(REPOSITORY)
        # by its name or its path; or all of a folder of templates, by the folder's name beside the word templates
        folders = set(inside.parent.parts) - {"templates"}
        if {other.name, inside.as_posix()} & texts or ("templates" in texts and folders & texts):
            found.add(other)
    return frozenset(found)


def _queries(file: Path, texts: set[str]) -> set[str]:
    """Return the names in calls of the engine; where one is computed, every text of the module."""
    names: set[str] = set()
    if "engine" not in _imports(file):  # then `frame` and `write` are somebody else's
        return names
    for node in ast.walk(_tree(file)):
        if not isinstance(node, ast.Call):
            continue
        function, arguments = node.func, node.args
        if getattr(function, "id", "") == "partial" and arguments:  # the call that is made later
            function, *arguments = arguments
        called = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        given = [keyword.value for keyword in node.keywords if keyword.arg == "sql"] or arguments[:1]
        is_handed_on = called not in SQL_CALLS and [getattr(one, "id", "") for one in given] == ["engine"]
        if not given or not (called in SQL_CALLS or is_handed_on):
            continue
        if is_handed_on or (called == "make" and len(arguments) > 1):  # `f(engine, query, …)` asks for it elsewhere
            given = arguments[1:2]
        for value in given:
            names |= {value.value} if isinstance(value, ast.Constant) and isinstance(value.value, str) else texts
    return names


@cache
def _sql_files() -> dict[str, Path]:
    folder = PACKAGE / "sql"
    return {path.relative_to(folder).with_suffix("").as_posix(): path for path in sorted(folder.rglob("*.sql"))}


@cache
def _other_files() -> tuple[Path, ...]:
    """Return the files that are neither Python nor SQL: templates, styles, and the repository's notebooks.

    Templates of new workspaces are left out: no verb reads them.
    """
    package = (path for path in PACKAGE.rglob("*") if path.suffix not in (".py", ".sql", ".pyc") and path.is_file())
    templates = PACKAGE / "templates"
    unread = {templates / "workspace.dvc.yaml", templates / "plots.html", templates / "starter"}
    unread |= {templates / "clairval" / name for name in ("gitignore", "params.yaml", "sources")}
    read_by_verbs = (path for path in package if not unread & {path, *path.parents})
    return tuple(sorted([*read_by_verbs, *(REPOSITORY / "notebooks").glob("*.ipynb")]))
