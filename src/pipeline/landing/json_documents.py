"""A JSON document, parsed piece by piece: memory is that of one record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import ijson

from pipeline.landing.json_values import JsonObject
from pipeline.landing.raw_file import RawFile
from pipeline.landing.text import Recoded, wrong_encoding


def items(file: RawFile, encoding: str, where: str) -> Iterator[Any]:
    """Yield what the array at `where` holds, objects as `JsonObject`, decimals with their digits."""
    with closing(Recoded(file, encoding)) as stream:
        yield from ijson.items(stream, f"{where}.item".removeprefix("."), map_type=JsonObject)


def outermost_arrays(file: RawFile, encoding: str) -> dict[str, bool]:
    """Return where a document's outermost arrays lie, and whether they hold objects; "" is the document itself."""
    found: dict[str, bool] = {}
    depth, where = 0, ""
    with closing(Recoded(file, encoding)) as stream:
        for prefix, event, _ in ijson.parse(stream):
            if event == "start_array":
                where = prefix if depth == 0 else where
                depth += 1
                found.setdefault(where, False)
            elif event == "end_array":
                depth -= 1
            elif event == "start_map" and depth == 1:
                found[where] = True
            if "" in found:
                break  # the document is the array; it may be long
    return found


@contextmanager
def whole_document(file: RawFile, encoding: str) -> Iterator[None]:
    """Turn what a parser says of a document that cannot be read to its end into an error that names the file."""
    try:
        yield
    except UnicodeDecodeError:
        raise wrong_encoding(file, encoding) from None
    except (ijson.JSONError, ValueError, ArithmeticError) as error:  # the last two: numbers of a million digits
        problem = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise file.error(f"no JSON that can be read to its end ({problem[:200]}). Export it again.") from None
