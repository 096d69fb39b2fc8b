"""What an analyst holds in a notebook: an opened workspace, its pictures, and its interactive views."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.lab.opened import Opened
from pipeline.tables import EVERYBODY

if TYPE_CHECKING:
    from pipeline.lab.explorer import JourneyExplorer
    from pipeline.lab.pictures import Picture
    from pipeline.lab.sandbox import HypothesisSandbox
    from pipeline.lab.trial import Trial


@dataclass(frozen=True)
class Lab(Opened):
    """One workspace, to be looked at: see `Opened` for its tables and its SQL."""

    @property
    def pictures(self) -> list[str]:
        """Names that `picture` takes: the companion pictures, then the maps by persona."""
        from pipeline.lab.pictures import names

        return names(self)

    def picture(self, name: str, group: str = EVERYBODY, language: str | None = None) -> Picture:
        """Return a picture: a companion (funnel, transitions, flow …), drawn here from its table, or a persona's map.

        Parameters
        ----------
        name
            One of `pictures`.
        group
            A persona, for pictures that show one group of customers.
        language
            ``"fr"`` or ``"en"``; default: that of the lab.
        """
        from pipeline.lab.pictures import picture

        return picture(self, name, group, language or self.language)

    def explorer(self, stage: str | None = None, touchpoint: str | None = None) -> JourneyExplorer:
        """Return the journey explorer: pick stage, touchpoint and persona, see what comes before and after.

        Parameters
        ----------
        stage, touchpoint
            Where to begin; default: the most frequent place.
        """
        from pipeline.lab.explorer import JourneyExplorer

        return JourneyExplorer(self, stage, touchpoint)

    def trial(self, **declared: Any) -> Trial:
        """Try a hypothesis on the screening half of the customers.

        Parameters
        ----------
        **declared
            Keys of a hypothesis as in params.yaml: index, exposure, outcome, outcome_window, direction,
            smallest_effect …
        """
        from pipeline.lab.trial import trial

        return trial(self, declared)

    def sandbox(self, **declared: Any) -> HypothesisSandbox:
        """Return the hypothesis sandbox: a form around `trial`.

        Parameters
        ----------
        **declared
            What the form begins with; default: the first hypothesis of params.yaml.
        """
        from pipeline.lab.sandbox import HypothesisSandbox

        return HypothesisSandbox(self, declared)

    def __repr__(self) -> str:
        return f"Lab({self.params.workspace.id}): lab.tables, lab.pictures, lab.explorer(), lab.sandbox()"
