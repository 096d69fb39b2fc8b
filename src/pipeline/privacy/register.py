"""`parcours register`: the register of processing (RGPD, article 30), written from the descriptions of the sources."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipeline.files import whole_file
from pipeline.params import Key, Names, Params
from pipeline.privacy.reasons import NO_CONSENT
from pipeline.source.description import Source
from pipeline.words import term
from pipeline.workspace import Workspace

_Say = Callable[..., str]

_WORDS: dict[str, tuple[str, str]] = {
    "title": ("Registre des traitements", "Register of processing"),
    "lead": (
        "Écrit par `parcours register` à partir de params.yaml et de data/raw/*/source.yaml. Ce qui manque se complète "
        "dans ces fichiers.",
        "Written by `parcours register` from params.yaml and data/raw/*/source.yaml. Fill in there what is missing.",
    ),
    "field": ("Rubrique", "Field"),
    "value": ("Contenu", "Content"),
    "purpose": ("Finalité", "Purpose"),
    "legal_basis": ("Base légale", "Legal basis"),
    "retention": ("Durée de conservation", "Retention"),
    "consent": ("Consentement", "Consent"),
    "identifiers": ("Identifiants, gardés comme empreintes à clé", "Identifiers, kept as keyed hashes"),
    "person_fields": ("Champs comparés, lus puis oubliés", "Fields compared, read and not kept"),
    "attributes": ("Attributs gardés", "Attributes kept"),
    "texts": ("Textes", "Texts"),
    "left_out": ("Lignes laissées de côté", "Rows left out"),
    "files": ("Fichiers", "Files"),
    "missing": ("à compléter", "to be filled in"),
    "none": ("néant", "none"),
    "item": ("{what} : {value}", "{what}: {value}"),
    "controller": ("Responsable du traitement", "Controller"),
    "contact": ("Contact, délégué à la protection des données", "Contact, data protection officer"),
    "people": ("Personnes concernées", "People concerned"),
    "customers": (
        "clients, prospects et visiteurs, par les canaux ci-dessous",
        "customers, prospects and visitors, through the channels below",
    ),
    "recipients": ("Destinataires", "Recipients"),
    "transfers": ("Transferts hors de l’Union européenne", "Transfers outside the European Union"),
    "small": ("Petits effectifs", "Small groups"),
    "withheld": (
        "les chiffres qui portent sur moins de {n} personnes sont retenus dans les rapports",
        "numbers on fewer than {n} people are withheld in the reports",
    ),
    "channel": ("Canal", "Channel"),
    "aggregate": ("sommes sur plusieurs personnes, qui ne nomment personne", "sums over people, which name nobody"),
    "not_asked": ("non demandé", "not asked"),
    "before": ("{retention} avant la date de coupure ({cut_off})", "{retention} before the cut-off ({cut_off})"),
    "d": ("{n} jours", "{n} days"),
    "month": ("{n} mois", "{n} months"),
    "year": ("{n} ans", "{n} years"),
    "masked": (
        "e-mails, téléphones, cartes, IBAN et noms{addresses} masqués avant toute écriture{unmasked}",
        "e-mails, phones, cards, IBANs and names{addresses} are masked before anything is written{unmasked}",
    ),
    "addresses": (", adresses", ", addresses"),
    "unmasked": (" ; sauf {names}", "; except in {names}"),
    "pseudonyms": ("Pseudonymes", "Pseudonyms"),
    "key_public": (
        "clé publique : les données le sont aussi, ou sont simulées",
        "public key: so are the data, or they are simulated",
    ),
    "key_secret": ("clé dans la variable d’environnement {name}", "key in the environment variable {name}"),
    "key_file": (
        "clé dans {name}, lisible par son seul propriétaire, hors de git",
        "key in {name}, readable by its owner only, not in git",
    ),
    "used_for": ("Finalité de l’analyse", "Purpose of the analysis"),
    "consent_basis": ("consentement", "consent"),
    "contract": ("contrat", "contract"),
    "legal_obligation": ("obligation légale", "legal obligation"),
    "vital_interests": ("intérêts vitaux", "vital interests"),
    "public_task": ("mission d’intérêt public", "public task"),
    "legitimate_interests": ("intérêts légitimes", "legitimate interests"),
}


def main(workspace: Workspace, params: Params, sources: list[Source]) -> list[str]:
    """Write register.<language>.md of the workspace, one per language; return their names."""
    names = []
    for language in params.workspace.languages:
        name = f"register.{language}.md"
        with whole_file(workspace.path(name)) as partial:
            partial.write_text(page(params, sources, language), encoding="utf-8", newline="\n")
        names.append(name)
    return names


def page(params: Params, sources: list[Source], language: str) -> str:
    """Return the register in one language, as Markdown."""

    def say(name: str, **parts: str) -> str:
        return _WORDS[name][("fr", "en").index(language)].format(**parts)

    lines = [f"# {say('title')} – {_plain(params.workspace.name[language])}", "", say("lead"), ""]
    rights = params.privacy

    def written(names: Names | None) -> str:
        return names[language] if names is not None else say("missing")

    general = {
        "controller": written(rights.controller),
        "contact": written(rights.contact),
        "used_for": written(rights.used_for) if rights.used_for else rights.purpose or say("missing"),
        "people": say("customers"),
        "recipients": written(rights.recipients),
        "transfers": written(rights.transfers),
        "pseudonyms": _key(params.workspace.key, say),
        "small": say("withheld", n=str(params.estimate.smallest_cell)),
    }
    lines += [f"- {say('item', what=say(name), value=_plain(value))}" for name, value in general.items()]
    lines.append("")
    for source in sources:
        lines += [f"## {source.name}", "", f"| {say('field')} | {say('value')} |", "|---|---|"]
        lines += [f"| {say(field)} | {_plain(value)} |" for field, value in _fields(source, params, language, say)]
        lines.append("")
    return "\n".join(lines)


def _fields(source: Source, params: Params, language: str, say: _Say) -> Iterator[tuple[str, str]]:
    rights = source.privacy
    channels = dict.fromkeys(event.channel for event in source.events)
    yield (
        "channel",
        say("aggregate")
        if source.is_aggregate
        else ", ".join(term(f"channel_{channel}", language).lower() for channel in channels),
    )
    yield "purpose", rights.purpose or say("missing")
    basis = {"consent": "consent_basis"}.get(rights.legal_basis or "", rights.legal_basis)
    yield "legal_basis", say(basis) if basis else say("missing")
    yield "retention", _kept(rights.retention, params, say) if rights.retention else say("missing")
    consent = [f"{purpose}: `{rule}`" for purpose, rule in (rights.consent or {}).items()]
    yield "consent", "; ".join(consent) or say("not_asked")
    yield "identifiers", ", ".join(f"{kind} (`{sql}`)" for kind, sql in source.identifiers.items()) or say("none")
    if source.person_fields:
        yield "person_fields", ", ".join(f"{name} (`{sql}`)" for name, sql in source.person_fields.items())
    attributes = {name: sql for event in source.events for name, sql in event.attributes.items()}
    yield "attributes", ", ".join(f"{name} (`{sql}`)" for name, sql in attributes.items()) or say("none")
    yield (
        "texts",
        say(
            "masked",
            addresses=say("addresses") if params.privacy.mask_addresses else "",
            unmasked=say("unmasked", names=", ".join(rights.unmasked)) if rights.unmasked else "",
        ),
    )
    reasons = [*source.leave_out, *([f"{NO_CONSENT}_{params.privacy.purpose}"] if rights.consent else [])]
    yield "left_out", ", ".join(reasons) or say("none")
    files = [path.name for paths in (source.files, *source.lookups.values()) for path in paths]
    yield "files", ", ".join(files)


def _kept(retention: str, params: Params, say: _Say) -> str:
    """Return how long rows are kept, `25 months` of a source.yaml in the page's language."""
    number, unit = retention.split()
    length = say(next(one for one in ("month", "year", "d") if unit.startswith(one)), n=number)
    return say("before", retention=length, cut_off=str(params.cut_off).partition(" ")[0])


def _key(key: Key, say: _Say) -> str:
    if key.public is not None:
        return say("key_public")
    return say("key_secret", name=key.secret) if key.secret is not None else say("key_file", name=str(key.file))


def _plain(text: str) -> str:
    """Return text that neither ends a cell nor is taken for HTML."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;")
