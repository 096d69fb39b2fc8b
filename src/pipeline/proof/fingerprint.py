"""What a result was made from: the study's declared numbers and the code it runs."""

from __future__ import annotations

import ast
import hashlib
from pathlib import Path

from pipeline import closure
from pipeline.proof.study import Study


def fingerprint(study: Study, form: str) -> str:
    """Return 16 digits that change with the study's seed, its number of replicates, or what its code does.

    Notes
    -----
    Code: the study's module and everything of this package that it imports, with the SQL and templates they name.
    Comments and docstrings change no number and do not count.
    """
    digest = hashlib.sha256(f"{study.name}\0{form}\0{study.replicates[form]}\0{study.chunk[form]}".encode())
    for file in closure.code_of(study.module):
        digest.update(file.relative_to(closure.REPOSITORY).as_posix().encode() + b"\0" + _content(file) + b"\0")
    return digest.hexdigest()[:16]


def _content(file: Path) -> bytes:
    if file.suffix != ".py":
        return file.read_bytes().replace(b"\r\n", b"\n")
    return without_words(file.read_text(encoding="utf-8")).encode()


def without_words(code: str) -> str:
    r"""Return code without comments and docstrings, laid out anew.

    Examples
    --------
    >>> without_words('def f(x):\n    "Says what."\n    return x  # why')
    'def f(x):\n    return x'
    """
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if (
                isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and isinstance(first.value.value, str)
            ):
                node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)
