"""Names in free text: by what stands before them, and by common first names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.privacy.words_of_names import ALSO_WORDS, ARTICLES_OF_THINGS, FIRST_NAMES, NAMES_OF_THINGS, NOBODY

CAPITAL = r"[A-ZÀ-ÖØ-Þ]"
_ARTICLES = ("Le", "La", "Les", "Des", "De", "Du")  # Le Goff is a name

_PART = rf"(?:{CAPITAL}(?:\.(?=[ -]?{CAPITAL})|[\w'’]*)(?:-{CAPITAL}[\w'’]*)*)"
_LINK = r"(?:(?:de|du|des|la|le|van|von|der|den|di|da|del|el|ben|al|mac|mc) |d['’])"
_NAME = rf"{_LINK}{{0,2}}{_PART}(?:[ \u00a0]{_LINK}{{0,2}}{_PART}){{0,3}}"
_TITLE = (
    r"(?:[Mm]adame|[Mm]onsieur|[Mm]ademoiselle|MADAME|MONSIEUR|M(?:me|lle|r|rs|s|ME|LLE|R|RS|S)\b\.?|Miss|D(?:r|R)\b\.?"
    r"|[Dd]octeur|[Mm]a[iî]tre|Sir)"
)
_GREETING = r"(?i:bonjour|bonsoir|salut|coucou|ch[eè]re?s?|dear|hello|hi|hey|good (?:morning|afternoon|evening))"
_FAREWELL = (
    r"(?i:(?:bien )?cordialement|bien à vous|cdlt|cdt|(?:sincères "
    r"|meilleures )?salutations(?: distinguées)?|amicalement"
    r"|sinc[eè]rement|respectueusement|(?:(?:best|kind|warm|many) )?regards|(?:yours )?sincerely"
    r"|yours (?:faithfully|truly)"
    r"|yours|signed|signé)"
)
_THANKS = (
    r"(?i:merci(?: d['’]avance| beaucoup| bien| encore| à vous| par avance)?|thanks(?: again| in advance"
    r"| a lot| so much)?"
    r"|thank you(?: so much| very much| again)?|many thanks|cheers|best(?: wishes)?|bonne (?:journée"
    r"|soirée)|à bientôt|bises|love)"
)
_INTRODUCED = (
    r"(?i:je m['’]appelle|je me nomme|(?:mon|son|le) nom (?:est|c['’]est)|my name(?: is|['’]s)|(?:his"
    r"|her) name is|au nom de"
    r"|in the name of|under the name(?: of)?|de la part de|on behalf of"
    r"|(?:pr[eé])?nom(?: de famille)?\s*:|(?:first |last |full )?name\s*:"
    r"|contact\s*:|interlocut(?:eur|rice)\s*:|client(?:e)?\s*:|customer\s*:|destinataire\s*:|recipient\s*:)"
)
_HALF_INTRODUCED = r"(?:(?i:je suis|i am|i['’]m|this is|ici)|c['’]est)"
_TWO_PARTS = rf"{_PART}(?:[ \u00a0]{_LINK}{{0,2}}{_PART}){{1,2}}"
_END = r"(?=[ \t\u00a0]*[.,!;]?[ \t\u00a0]*(?:\n|\Z))"

_RELATION = (
    r"(?:[Mm]a|[Mm]on|[Ss]a|[Ss]on|[Nn]otre|[Vv]otre|[Mm]y|[Hh]is|[Hh]er|[Oo]ur|[Yy]our) (?:femme|mari"
    r"|fils|fille|mère|père|sœur|"
    r"soeur|frère|amie?|copine?|collègue|voisine?|conjointe?|compagne|compagnon|épouse|époux|maman|papa"
    r"|tante|oncle|cousine?|"
    r"conseill(?:er|ère)|wife|husband|partner|son|daughter|mother|father|mum|dad|sister|brother|friend"
    r"|colleague|neighbour|"
    r"neighbor|aunt|uncle|cousin|agent|assistant),?"
)
_LOWER = r"(?i:[a-zà-ÿ'’-]+(?: [a-zà-ÿ'’-]+){0,2}(?=[ ]*(?:[,.;!?]|\n|\Z| et | and )))"

# Each: what stands before, the name, what stands after. Names overlap nothing: one may stand before another.
_RULES = tuple(
    re.compile(rf"(?:{before})(?=({name}){after})")
    for before, name, after in (
        (rf"(?<!\w){_TITLE}[ \u00a0]+(?:{_TITLE}[ \u00a0]+)?", _NAME, ""),
        (r"(?<![\w/])(?<!aille )(?<!ize )M\.?[ \u00a0]", _NAME, r"(?!\w)"),
        (
            rf"(?<!\w){_GREETING}[ \u00a0]+", _NAME,
            r"[ \t\u00a0]*(?:[,;:!.)]|\n|\Z|[-–]| je | i | j['’]|['’]|et |and )",
        ),
        (rf"(?<!\w){_FAREWELL}[\s,.;:!–-]*(?:\bde\b )?", _NAME, r"[ \t\u00a0]*(?:[,;.(!–-]|\n|\Z)"),
        (rf"(?<!\w){_THANKS}[ \t\u00a0]*[,.;:!–-]*\s*", _NAME, _END),
        (rf"(?<!\w){_THANKS} (?:à )?", _NAME, r"[ ]?,"),
        (rf"(?<!\w){_INTRODUCED}\s*", rf"{_NAME}|{_LOWER}", ""),
        (rf"(?<!\w){_RELATION} ", _NAME, ""),
        (rf"(?<!\w){_HALF_INTRODUCED} ", _TWO_PARTS, ""),
        (r"(?:\n|^|[.!?] )[-–—]{1,3} ?", _NAME, _END),
        (r"[.!?…)] *\n\s*", rf"{_TWO_PARTS}|{_PART}", rf"{_END}\Z"),
        (r"[.!?…)] +", _TWO_PARTS, r"\Z"),
    )
)  # fmt: skip
_CAPITALISED = re.compile(rf"(?<![\w@.'’/-]){_PART}(?![@\w])")
_LONG_NAME = re.compile(_NAME)


def names(text: str) -> Iterator[tuple[int, int]]:
    """Yield where names stand; some may overlap.

    Examples
    --------
    >>> text = "Bonjour Madame Le Goff, le canapé Oscar est arrivé. Cordialement, J. Martin"
    >>> [text[start:end] for start, end in names(text)]
    ['Le Goff', 'J. Martin']
    """
    for rule in _RULES:
        for found in rule.finditer(text):
            if not _is_nobody(found[1]) and not NAMES_OF_THINGS & set(_words_before(text, found.start())):
                yield found.start(1), found.start(1) + len(_first_sentence(found[1]))
    for found in _CAPITALISED.finditer(text):
        if name := _with_a_first_name(text, found.start()):
            yield found.start(), found.start() + len(name)


def _is_nobody(name: str) -> bool:
    words = name.split()
    is_article = words[0] in _ARTICLES and len(words) > 1  # Le Goff is a name
    return len(name) < 2 or (words[0].lower().rstrip(".,'’") in NOBODY and not is_article)


def _first_sentence(name: str) -> str:
    """Return a name up to a word that begins the next sentence."""
    for word in re.finditer(r"(?<=[ \u00a0])\S+", name):
        if word[0][0].isupper() and word[0].lower() in NOBODY and word[0] not in _ARTICLES:
            return name[: word.start() - 1]
    return name


def _with_a_first_name(text: str, start: int) -> str | None:
    """Return the name that begins there, if it begins with a known first name and nothing says that it is a thing's."""
    found = _LONG_NAME.match(text, start)
    if found is None:
        return None
    name = _first_sentence(found[0])
    words = re.split(r"[ \u00a0]", name)
    first = words[0].lower()
    is_known = first in FIRST_NAMES or first.partition("-")[0] in FIRST_NAMES
    if not (is_known or first in ALSO_WORDS) or (first in ALSO_WORDS and len(words) < 2):
        return None
    before = _words_before(text, start)
    return None if ARTICLES_OF_THINGS & set(before[-1:]) or NAMES_OF_THINGS & set(before) else name


def _words_before(text: str, start: int) -> list[str]:
    """Return the last two words of the same sentence, in small letters."""
    sentence = re.split(r"[.!?\n]", text[max(0, start - 40) : start])[-1]
    return re.findall(r"\w+['’]?", sentence.lower())[-2:]
