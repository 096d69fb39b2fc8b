"""What a hypothesis may know at its index: declarations that would look into the future are refused when read.

Attributes are those of the index step, features are measured strictly before it, traits count where they were known
by then. That leaves personas: a persona whose rule looks at behaviour is only known at the end of the data.
"""

from __future__ import annotations

from sqlglot import exp

from pipeline.errors import ParcoursError
from pipeline.expressions import expression
from pipeline.params.declared import Params

PERSONA = "persona"


def columns_used(rule: str | None, where: str) -> set[str]:
    """Return the names that a rule speaks of.

    Examples
    --------
    >>> sorted(columns_used("region = 'north' and spent > 5", "params.yaml"))
    ['region', 'spent']
    """
    if rule is None:
        return set()
    return {column.name for column in expression(rule, where).find_all(exp.Column)}


def later_columns(params: Params) -> dict[str, list[str]]:
    """Return persona → what its rule, or the rule of one matched before it, uses besides traits.

    Notes
    -----
    The first match wins, so that a persona is known only as early as all those above it: features and money run to the
    end of the data, outcomes included.
    """
    later: dict[str, list[str]] = {}
    # clusters compare all customers at once, so that each rests on all of it
    seen = set(params.clusters.by) - set(params.traits) if params.clusters else set()
    for i, persona in enumerate(params.personas):
        seen |= columns_used(persona.when, f"params.yaml: personas[{i}].when") - set(params.traits)
        later[persona.id] = sorted(seen)
    return later


def refuse_broken_order(params: Params) -> None:
    """Refuse hypotheses that adjust for, or are about, personas known only after the index.

    Raises
    ------
    ParcoursError
        Naming the hypothesis' key, the reason and the mend.
    """
    for i, hypothesis in enumerate(params.hypotheses):
        where = f"params.yaml: hypotheses[{i}]"
        population = columns_used(hypothesis.population, f"{where}.population")
        for key, names in (("adjust_for", hypothesis.adjust_for), ("population", population)):
            later = [name for used in later_columns(params).values() for name in used] if PERSONA in names else []
            if later:
                raise ParcoursError(
                    f"{where}.{key}: persona is not known before the index: the personas' rules use {later[0]!r}, "
                    "which is measured up to the end of the data, outcomes included. Use personas whose rules speak of "
                    f"traits only ({', '.join(params.traits) or 'none is declared'}), or name traits and features here."
                )
