"""One report: its sections in order, each a method, so that the notebook only calls."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pipeline import params as parameters
from pipeline import words
from pipeline.errors import ParcoursError, nearest
from pipeline.params.actions import Action, read_actions
from pipeline.reporting import (
    backlog,
    campaigns,
    figures,
    findings,
    journey,
    kpis,
    losses,
    method,
    month,
    objectives,
    opportunities,
    pains,
    quality,
    reaching,
    scores,
    verbatims,
)
from pipeline.reporting.elements import Fragment, Markup, Section
from pipeline.reporting.reading import Drawn, Results, find_workspace, read_map, read_results
from pipeline.reporting.svg import embedded
from pipeline.reporting.voice import Voice
from pipeline.workspace import Workspace

# Order of the sections in the page: the table of contents and the notebook follow it, which a test checks.
SECTIONS = (
    "findings", "objectives", "map", "transitions", "funnel", "reaching", "time", "kpis", "month", "pains",
    "opportunities", "moments", "emotions", "themes", "touchpoints", "persona", "quality", "method", "glossary",
)  # fmt: skip


def open_report(workspace: str | None, out: str | None, persona: str | None, language: str) -> Report:
    """Read what the report on one persona in one language needs.

    Parameters
    ----------
    workspace, out
        Folder of the workspace and folder of its outputs; default: the workspace around the working directory.
    persona
        Id of a persona of params.yaml; default: the first.
    language
        ``"fr"`` or ``"en"``.

    Raises
    ------
    ParcoursError
        If the persona or the language is not declared, or results are missing.
    """
    place = Workspace.at(workspace or find_workspace(), out)
    params = parameters.load(place)
    known = [one.id for one in params.personas]
    persona = persona or known[0]
    if persona not in known:
        raise ParcoursError(f"params.yaml: personas: no persona {persona!r}.{nearest(persona, known)}")
    if language not in parameters.LANGUAGES:
        raise ParcoursError(f"language {language!r} is unknown. Expected one of: {', '.join(parameters.LANGUAGES)}.")
    actions = read_actions(place.root, params)
    drawn = read_map(place, persona, language)
    return Report(read_results(place), persona, Voice(params, language), drawn, actions)


@dataclass(frozen=True)
class Report:
    """A report on one persona in one language; each method returns one piece of the page.

    Parameters
    ----------
    results
        Tables and numbers of the workspace.
    persona
        Its id.
    voice
        Language and names.
    drawn
        The map, where there is one.
    actions
        What is planned against pain points.
    """

    results: Results
    persona: str
    voice: Voice
    drawn: Drawn | None
    actions: tuple[Action, ...] = ()

    def head(self) -> Fragment:
        """Return the title, the goal and the size of it all, with links to the other reports."""
        known, voice, params = self.results.numbers["reconstruct"], self.voice, self.voice.params
        declared = next(one for one in params.personas if one.id == self.persona)
        facts = voice.say(
            "facts_of_persona",
            n=voice.count(findings.customers_of(self.results, self.persona)),
            customers=voice.count(known["n_customers"]),
            journeys=voice.count(known["n_journeys"]),
            start=voice.local_date(known["window_start"]),
            end=voice.local_date(known["cut_off"]),
        )
        return Fragment(
            Markup(
                '{others}\n<header>\n<p class="kicker">{kicker}</p>\n<h1>{name}</h1>\n<p class="goal">{goal}</p>\n'
                '<p class="facts">{facts}</p>\n<p class="facts">{snapshot}</p>\n</header>'
            ).format(
                others=self._others(),
                kicker=voice.say("kicker", workspace=params.workspace.name[voice.language]),
                name=declared.name[voice.language],
                goal=voice.say("goal", goal=declared.goal[voice.language]),
                facts=facts,
                snapshot=voice.say("snapshot", digest=self.drawn.snapshot if self.drawn else self.results.digest),
            )
        )

    def _others(self) -> Markup:
        """Return links to the list of reports and to this one in the other languages."""
        links = [("index.html", self.voice.language, self.voice.say("all_reports"))]
        for language in self.voice.params.workspace.languages:
            if language != self.voice.language:
                other = Voice(self.voice.params, language)
                links.append((f"{self.persona}.{language}.html", language, other.say("this_report_in")))
        shown = Markup("\n").join(
            Markup('<a href="{}" hreflang="{}" lang="{}">{}</a>').format(target, language, language, text)
            for target, language, text in links
        )
        return Markup('<nav class="others">\n{}\n</nav>').format(shown)

    def contents(self) -> Fragment:
        """Return the table of contents."""
        items = Markup("\n").join(
            Markup('<li><a href="#{}">{}</a></li>').format(name, self.voice.say(f"title_{name}")) for name in SECTIONS
        )
        return Fragment(
            Markup(
                '<nav class="contents" aria-labelledby="contents-title">\n<h2 id="contents-title">{}</h2>\n'
                "<ol>\n{}\n</ol>\n</nav>"
            ).format(self.voice.say("contents"), items)
        )

    def findings(self) -> Section:
        """Return what was found and what was not, limits first."""
        return findings.findings(self.results, self.persona, self.voice)

    def objectives(self) -> Section:
        """Return what was wanted, against what is measured."""
        return objectives.objectives(self.results, self.persona, self.voice)

    def map(self) -> Section:
        """Return the journey map, and the persona's other maps folded below it."""
        return journey.journey_map(self.drawn, self.voice)

    def transitions(self) -> Section:
        """Return the transition matrix and every cell of it, and where customers and money are lost."""
        section = self._drawn("losses", journey.transitions(self.results, self.persona, self.voice))
        return replace(section, parts=[*section.parts, *losses.losses(self.results, self.persona, self.voice)])

    def funnel(self) -> Section:
        """Return the share of journeys that reach each stage."""
        return journey.funnel(self.results, self.persona, self.voice)

    def reaching(self) -> Section:
        """Return the share of entries that reach the goal, and the checks of the matrix."""
        return reaching.reaching(self.results, self.persona, self.voice)

    def time(self) -> Section:
        """Return the time in each stage."""
        return journey.time_in_stage(self.results, self.persona, self.voice)

    def kpis(self) -> Section:
        """Return the key figures against their targets, and what campaigns cost."""
        section = kpis.kpis(self.results, self.persona, self.voice)
        return replace(section, parts=[*section.parts, *campaigns.campaigns(self.results, self.voice)])

    def month(self) -> Section:
        """Return what moved since the month before, beyond noise, and the control chart of all months."""
        section = self._drawn("control", month.month(self.results, self.persona, self.voice))
        return replace(section, parts=[*section.parts, *month.outside(self.results, self.persona, self.voice)])

    def pains(self) -> Section:
        """Return every hypothesis tested, found or not."""
        return pains.pains(self.results, self.persona, self.voice)

    def opportunities(self) -> Section:
        """Return what removing each pain point would bring, and what became of the actions against them."""
        section = opportunities.opportunities(self.results, self.persona, self.voice, self.actions)
        done = backlog.backlog(self.results, self.persona, self.voice, self.actions)
        return replace(section, parts=[*section.parts, *done])

    def moments(self) -> Section:
        """Return the moments of truth, and the touchpoints that are none."""
        return opportunities.moments(self.results, self.persona, self.voice)

    def emotions(self) -> Section:
        """Return the mean emotion of each stage, by scores and by words, and the scores in their own units."""
        section = self._drawn("feelings", verbatims.emotions(self.results, self.persona, self.voice))
        return replace(section, parts=[*section.parts, *scores.by_stage(self.results, self.persona, self.voice)])

    def themes(self) -> Section:
        """Return what customers write about."""
        return verbatims.themes(self.results, self.persona, self.voice)

    def touchpoints(self) -> Section:
        """Return the touchpoints of each stage."""
        return figures.touchpoints(self.results, self.persona, self.voice)

    def persona_card(self) -> Section:
        """Return who the persona is."""
        return figures.persona_card(self.results, self.persona, self.voice)

    def quality(self) -> Section:
        """Return what became of every raw row, and who was joined to whom."""
        return quality.quality(self.results, self.voice)

    def method(self) -> Section:
        """Return what the numbers rest on."""
        return method.method(self.results, self.persona, self.voice)

    def glossary(self) -> Section:
        """Return the words used."""
        return method.glossary(self.voice)

    def _drawn(self, name: str, section: Section) -> Section:
        """Return a section with a companion picture of the persona at its end, where `draw` made one."""
        svg = self.drawn.pictures.get(name) if self.drawn else None
        if svg is None:
            return section
        said = words.term(f"picture_{name}", self.voice.language)
        return replace(section, parts=[*section.parts, embedded(svg, said)])
