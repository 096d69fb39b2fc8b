"""`parcours source add`: puts a ready description into a source's folder and says what is left to do."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pipeline.errors import ParcoursError, nearest
from pipeline.files import whole_file
from pipeline.source_catalogue import Ready, find

_NORMALISED = {"email": "[trim, lower]", "phone": "[digits]", "handle": "[trim, lower]", "card": "[trim, no_leading_zeros]"}


def kinds_for_params(kinds: Iterable[str]) -> list[str]:
    """Return the lines that declare kinds of identifier in params.yaml.

    Examples
    --------
    >>> print(*kinds_for_params(["email", "device"]), sep="\\n")
    email: {normalise: [trim, lower], hub_limit: 50}
    device: {normalise: [trim], hub_limit: 50}
    """
    return [f"{kind}: {{normalise: {_NORMALISED.get(kind, '[trim]')}, hub_limit: 50}}" for kind in kinds]
