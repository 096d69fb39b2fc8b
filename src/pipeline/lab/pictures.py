"""Pictures in a cell: each drawn from its result table at that moment, or – the maps – as `draw` made it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from pipeline import tables
from pipeline.draw import read_table
from pipeline.errors import ParcoursError, nearest
from pipeline.pictures.catalogue import FIGURES, OF_A_GROUP
from pipeline.pictures.charts import save_svg
from pipeline.tables import EVERYBODY

if TYPE_CHECKING:
    from pipeline.lab.opened import Opened


@dataclass(frozen=True)
class Picture:
    """An SVG, shown by Jupyter no wider than the cell."""

    svg: str
    name: str

    def _repr_html_(self) -> str:
        content = b64encode(self.svg.encode()).decode("ascii")
        image = Markup('<img alt="{}" style="max-width:100%" src="data:image/svg+xml;base64,{}">')
        return str(image.format(self.name, content))

    def __repr__(self) -> str:
        return f"Picture({self.name})"


@dataclass(frozen=True)
class _Frames(Mapping[str, pd.DataFrame]):
    """Result tables by name, each read when a picture asks for it."""

    lab: Opened

    def __getitem__(self, name: str) -> pd.DataFrame:
        return read_table(tables.ALL[name], self.lab.workspace)

    def __iter__(self) -> Iterator[str]:
        return iter(tables.ALL)

    def __len__(self) -> int:
        return len(tables.ALL)


def names(lab: Opened) -> list[str]:
    """Return the names of all pictures: companions, then maps by persona."""
    return [*dict.fromkeys([*FIGURES, *OF_A_GROUP]), *(persona.id for persona in lab.params.personas)]


def picture(lab: Opened, name: str, group: str, language: str) -> Picture:
    """Return a picture by name.

    Raises
    ------
    ParcoursError
        If there is no such picture or persona, it shows no single group, or its table was not made yet.
    """
    personas = [persona.id for persona in lab.params.personas]
    if name not in names(lab):
        raise ParcoursError(f"no picture {name!r}.{nearest(name, names(lab))} All of them: lab.pictures")
    if group != EVERYBODY and group not in personas:
        raise ParcoursError(f"no persona {group!r}.{nearest(group, personas)}")
    if group != EVERYBODY and name not in OF_A_GROUP:
        raise ParcoursError(f"{name} shows all groups together, not {group!r}. One group: {', '.join(OF_A_GROUP)}.")
    if name in personas:
        return Picture(lab.made(f"data/draw/{name}.{language}.svg").read_text(encoding="utf-8"), name)
    frames = _Frames(lab)
    if name in OF_A_GROUP:
        draw, table = OF_A_GROUP[name]
        figure = draw(frames[table], lab.params, language, group)
    else:
        figure = FIGURES[name](frames, lab.params, language)
    content = BytesIO()
    save_svg(figure, content)
    return Picture(content.getvalue().decode("utf-8"), name)
