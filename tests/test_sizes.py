"""Nothing is too long to be read in one go."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

LONGEST_MODULE, LONGEST_FUNCTION = 400, 50  # lines; a function's docstring, which states formulas, is not counted


def functions(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            is_documented = ast.get_docstring(node, clean=False) is not None
            said = int(first.end_lineno or 0) - first.lineno + 1 if is_documented else 0
            yield node.name, int(node.end_lineno or 0) - node.lineno + 1 - said


def test_a_docstring_is_no_length() -> None:
    tree = ast.parse('def one():\n    """Say\n\n    much."""\n    return 1\n')
    assert list(functions(tree)) == [("one", 2)]


def test_no_module_and_no_function_is_too_long(repository: Path) -> None:
    too_long = []
    for path in sorted((repository / "src").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        shown = path.relative_to(repository).as_posix()
        if (n := len(text.splitlines())) > LONGEST_MODULE:
            too_long.append(f"{shown}: {n} lines")
        too_long += [f"{shown}: {name}: {n} lines" for name, n in functions(ast.parse(text)) if n > LONGEST_FUNCTION]
    assert too_long == []
