"""Which files of this package a DVC stage uses: its Python modules, SQL and templates, found by reading the code.

A DVC stage runs again when one of these changes. They are found in the source (imports and the names of files in
it), never by running it, so that the list is the same on every machine.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
REPOSITORY = PACKAGE.parents[1]
# The command line starts the verbs and decides nothing about their results.
NOT_FOLLOWED = ("cli", "__main__")
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
        found.update(_named_files(file))
    return tuple(sorted(found))


def fingerprint(verb: str) -> str:
    """Return a digest of everything `code_of` lists, for workspaces that lie outside the repository."""
    digest = hashlib.sha256()
    for file in code_of(verb):
        relative = file.relative_to(REPOSITORY).as_posix()
        content = file.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{relative}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


def _module_file(module: str) -> Path | None:
    """Return the file of ``pipeline.<module>``, or nothing if there is none (then it is a name in a module)."""
    if module in NOT_FOLLOWED:
        return None
    base = PACKAGE.joinpath(*module.split(".")) if module else PACKAGE
    for file in (base.with_suffix(".py") if module else base, base / "__init__.py"):
        if file.is_file():
            return file
    return None


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def _imports(file: Path) -> Iterator[str]:
    """Give the modules of this package that a file imports, wherever in it, and the packages they lie in."""
    own = file.relative_to(PACKAGE).with_suffix("").parts
    package = own[:-1]
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
                yield from (".".join(parts[:end]) for end in range(len(parts) + 1))


def _named_files(file: Path) -> Iterator[Path]:
    """Give the SQL files a module's queries name, and the templates, notebooks and other files whose name stands in it."""
    texts = {node.value for node in ast.walk(_tree(file)) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    for name in _queries(file, texts):
        query = PACKAGE / "sql" / f"{name}.sql"
        if query.is_file():
            yield query
    for other in _other_files():
        inside = other.relative_to(PACKAGE) if other.is_relative_to(PACKAGE) else other.relative_to(REPOSITORY)
        # a file by its name or path; a folder of templates by its name, beside the word templates
        folders = {part.as_posix() for part in inside.parents} | {part.name for part in inside.parents}
        if {other.name, inside.as_posix()} & texts or ("templates" in texts and (folders - {"", ".", "templates"}) & texts):
            yield other


def _queries(file: Path, texts: set[str]) -> set[str]:
    """Return the names of SQL files in calls of the engine; where a call's name is computed, every text of the module."""
    names: set[str] = set()
    for node in ast.walk(_tree(file)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called not in SQL_CALLS or not node.args:
            continue
        given = [keyword.value for keyword in node.keywords if keyword.arg == "sql"] or node.args[:1]
        if called == "make" and len(node.args) > 1:
            given = node.args[1:2]
        for value in given:
            names |= {value.value} if isinstance(value, ast.Constant) and isinstance(value.value, str) else texts
    return names


@cache
def _other_files() -> tuple[Path, ...]:
    """Return the files that are neither Python nor SQL: templates, styles, and the repository's notebooks."""
    package = (path for path in PACKAGE.rglob("*") if path.suffix not in (".py", ".sql", ".pyc", ".ipynb") and path.is_file())
    notebooks = (path for path in (REPOSITORY / "notebooks").glob("*.ipynb"))
    return tuple(sorted([*package, *notebooks]))
