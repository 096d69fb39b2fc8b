"""E-mails, phones, card numbers, bank accounts and names in free text, French and English, found and masked.

Pure functions on one text. What is found is decided by form and by check digits; names only where something says that
a name follows: a title, a greeting, a farewell, "my name is". How often this is right is measured: docs/privacy.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import phonenumbers

from pipeline.privacy.first_names import ALSO_WORDS, ARTICLES_OF_THINGS, FIRST_NAMES, NAMES_OF_THINGS

KINDS = ("email", "iban", "card", "phone", "name", "address")  # the first that fits wins
# Where a number without country code is looked up; the home country first, the others only if it looks like a phone.
HOME, OTHERS = "FR", ("GB", "US", "BE", "CH")

# What no personal datum of ours lacks: texts without it are not looked at. RE2 and Python read it alike.
WORTH_A_LOOK = (
    r"(?i:@|arobase|[\[(] ?at ?[\])]|(\d[^\n]{0,4}?){7}|[a-z]{2}\d{2} ?[a-z0-9]{4}"
    r"|\b(madame|monsieur|mademoiselle|mme|mlle|m\.|mr|mrs|ms|miss|dr|docteur|ma[iî]tre|sir)\b"
    r"|\bm\. |bonjour|bonsoir|salut|coucou|\bch[eè]re?\b|dear|hello|\bhi\b|\bhey\b|good (morning|afternoon|evening)"
    r"|cordialement|\bcdlt|\bcdt|amicalement|sinc[eè]re|respectueusement|merci|thank|cheers|regards|\bbest\b|yours|sign[eé]|\blove\b|bises"
    r"|bien à vous|bonne (journée|soirée)|à bientôt|m['’]appelle|\bnom\b|me nomme|\bname\b|(cliente?|customer|contact|interlocut\w+|destinataire|recipient)\s*:"
    r"|de la part de|je suis |\bi am |\bi['’]m |this is |\bici "
    r"|\d{1,5}(\s?(bis|ter))?,? [a-zà-ÿ]|\d{5} [a-zà-ÿ]|\b[a-z]{1,2}\d[a-z0-9]? ?\d[a-z]{2}\b)"
    r"|[.!?…)]\s+[A-ZÀ-ÖØ-Þ]|[-–—] ?[A-ZÀ-ÖØ-Þ]|\sAT\s|[^\s]\s[A-ZÀ-ÖØ-Þ]|^[A-ZÀ-ÖØ-Þ][a-zà-ÿ]+([\s,;:.!?–-]|$)"
)


class Span(NamedTuple):
    """A stretch of a text: where it starts, where it ends (not included), what kind of personal datum it is."""

    start: int
    end: int
    kind: str


def mask(text: str, with_addresses: bool = False) -> tuple[str, list[Span]]:
    """Return a text with personal data replaced by their kind, and where they stood.

    Parameters
    ----------
    text
        What somebody wrote.
    with_addresses
        Whether streets and postcodes are masked, too.

    Examples
    --------
    >>> mask("Bonjour Madame Dupont, mon numéro est le 06 12 34 56 78. Cordialement, Jean Martin")[0]
    'Bonjour Madame [name], mon numéro est le [phone]. Cordialement, [name]'
    >>> mask("Cher client, la commande 2026-118204 coûte 129,90 €")[1]
    []
    """
    spans = find(text, with_addresses)
    parts, at = [], 0
    for span in spans:
        parts += [text[at : span.start], f"[{span.kind}]"]
        at = span.end
    return "".join([*parts, text[at:]]), spans


def find(text: str, with_addresses: bool = False) -> list[Span]:
    """Return the personal data of a text in order, none overlapping."""
    found: list[Span] = []
    searches = [_emails, _ibans, _cards, _phones, _names] + ([_addresses] if with_addresses else [])
    for kind, search in zip(KINDS, searches, strict=False):
        for start, end in search(text):
            if all(end <= other.start or start >= other.end for other in found):
                found.append(Span(start, end, kind))
    return sorted(found)


# -- by form and check digits --------------------------------------------------------------------------------------

_AT = r"(?:@|\s?[\[(]\s?(?:at|arobase|@)\s?[\])]\s?|\sarobase\s|\s(?-i:AT)\s)"
_DOT = r"(?:\.|\s?[\[(]\s?(?:dot|point|\.)\s?[\])]\s?|\s(?-i:DOT)\s)"
_EMAIL = re.compile(rf"(?i)[\w.+'’%-]*[\w+%-]{_AT}[a-z0-9à-ÿ-]+(?:{_DOT}[a-z0-9-]+)*{_DOT}[a-z]{{2,}}\b")
_IBAN = re.compile(r"\b[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]{4}){2,7}(?:[ -]?[A-Za-z0-9]{1,3})?\b")
_CARD = re.compile(r"(?<![\w.,-])\d(?:[ -]?\d){13,18}(?![\w-]|[.,]\d)")
_PHONE = re.compile(
    r"(?<![\w.,/#€$£-])(?:\+|00)?[ ]?\(?\d{1,4}\)?(?:[ .\-/\u00a0]{0,2}\(?\d{1,4}\)?){2,6}(?![\w€$£%-]|[.,]\d)"
)
_PHONE_SAID = re.compile(
    r"(?i)(?:t[eé]l|phone|portable|mobile|num[eé]ro|appel|joindre|joignable|call|ring|reach|sms|whats|fax)\W*(?:\w+\W+){0,5}$"
)


def _emails(text: str) -> Iterator[tuple[int, int]]:
    for found in _EMAIL.finditer(text):
        yield found.span()


def _ibans(text: str) -> Iterator[tuple[int, int]]:
    for found in _IBAN.finditer(text):
        for end in range(found.end(), found.start() + 14, -1):  # the last group may be a word of the sentence
            code = re.sub(r"[ -]", "", text[found.start() : end]).upper()
            if (end == len(text) or not text[end].isalnum()) and _is_iban(code):
                yield found.start(), end
                break


def _is_iban(code: str) -> bool:
    """Whether the check digits are right (ISO 13616: letters as 10 … 35, remainder by 97 is 1)."""
    moved = code[4:] + code[:4]
    return 15 <= len(code) <= 34 and int("".join(str(int(sign, 36)) for sign in moved)) % 97 == 1


def _cards(text: str) -> Iterator[tuple[int, int]]:
    for found in _CARD.finditer(text):
        digits = re.sub(r"\D", "", found[0])
        if _is_card(digits):
            yield found.span()


def _is_card(digits: str) -> bool:
    """Whether a network gives such numbers and Luhn's sum is right. Thirteen digits are a product code, not a card."""
    starts = {14: ("30", "36", "38", "39"), 15: ("34", "37"), 16: ("2", "4", "5", "6"), 19: ("4", "6")}
    if not digits.startswith(starts.get(len(digits), ("-",))) or len(set(digits)) == 1:
        return False
    doubled = [int(digit) * (1 + position % 2) for position, digit in enumerate(reversed(digits))]
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0


def _phones(text: str) -> Iterator[tuple[int, int]]:
    for found in _PHONE.finditer(text):
        written = found[0].strip()
        if not 8 <= sum(sign.isdigit() for sign in written) <= 15:
            continue
        start = found.start() + found[0].index(written)
        if _is_phone(written, bool(_PHONE_SAID.search(text[max(0, start - 60) : start]))):
            yield start, start + len(written)


def _is_phone(written: str, is_announced: bool) -> bool:
    """Whether a country may have such a number; of another country only with its code, in groups, or announced."""
    plain = written.replace("00", "+", 1) if written.startswith("00") else written
    if plain.startswith("+"):
        return _is_of(plain, None)
    groups = re.findall(r"\d+", plain)
    if re.match(r"\(?0[1-9]", plain) and _is_of(plain, HOME):
        return len(groups) == 1 or len(groups) >= 4 or is_announced
    looks_like_one = is_announced or (len(groups) in (3, 4) and len(groups[0]) in (3, 4, 5) and "/" not in plain)
    return looks_like_one and any(_is_of(plain, region, is_announced) for region in OTHERS)


def _is_of(written: str, region: str | None, is_sure: bool = True) -> bool:
    """Whether the number is as long as the country's are; if that is not sure enough, whether such a range is in use."""
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_possible_number(number) if is_sure else phonenumbers.is_valid_number(number)


# -- by what stands before -------------------------------------------------------------------------------------------

_CAPITAL = r"[A-ZÀ-ÖØ-Þ]"
_PART = rf"(?:{_CAPITAL}(?:\.(?=[ -]?{_CAPITAL})|[\w'’]*)(?:-{_CAPITAL}[\w'’]*)*)"
_LINK = r"(?:(?:de|du|des|la|le|van|von|der|den|di|da|del|el|ben|al|mac|mc) |d['’])"
_NAME = rf"{_LINK}{{0,2}}{_PART}(?:[ \u00a0]{_LINK}{{0,2}}{_PART}){{0,3}}"
_TITLE = r"(?:[Mm]adame|[Mm]onsieur|[Mm]ademoiselle|MADAME|MONSIEUR|M(?:me|lle|r|rs|s|ME|LLE|R|RS|S)\b\.?|Miss|D(?:r|R)\b\.?|[Dd]octeur|[Mm]a[iî]tre|Sir)"
_GREETING = r"(?i:bonjour|bonsoir|salut|coucou|ch[eè]re?s?|dear|hello|hi|hey|good (?:morning|afternoon|evening))"
_FAREWELL = (
    r"(?i:(?:bien )?cordialement|bien à vous|cdlt|cdt|(?:sincères |meilleures )?salutations(?: distinguées)?|amicalement"
    r"|sinc[eè]rement|respectueusement|(?:(?:best|kind|warm|many) )?regards|(?:yours )?sincerely|yours (?:faithfully|truly)"
    r"|yours|signed|signé)"
)
_THANKS = (
    r"(?i:merci(?: d['’]avance| beaucoup| bien| encore| à vous| par avance)?|thanks(?: again| in advance| a lot| so much)?"
    r"|thank you(?: so much| very much| again)?|many thanks|cheers|best(?: wishes)?|bonne (?:journée|soirée)|à bientôt|bises|love)"
)
_INTRODUCED = (
    r"(?i:je m['’]appelle|je me nomme|(?:mon|son|le) nom (?:est|c['’]est)|my name(?: is|['’]s)|(?:his|her) name is|au nom de"
    r"|in the name of|under the name(?: of)?|de la part de|on behalf of|(?:pr[eé])?nom(?: de famille)?\s*:|(?:first |last |full )?name\s*:"
    r"|contact\s*:|interlocut(?:eur|rice)\s*:|client(?:e)?\s*:|customer\s*:|destinataire\s*:|recipient\s*:)"
)
_HALF_INTRODUCED = r"(?:(?i:je suis|i am|i['’]m|this is|ici)|c['’]est)"
_TWO_PARTS = rf"{_PART}(?:[ \u00a0]{_LINK}{{0,2}}{_PART}){{1,2}}"
_END = r"(?=[ \t\u00a0]*[.,!;]?[ \t\u00a0]*(?:\n|\Z))"

_RELATION = (
    r"(?:[Mm]a|[Mm]on|[Ss]a|[Ss]on|[Nn]otre|[Vv]otre|[Mm]y|[Hh]is|[Hh]er|[Oo]ur|[Yy]our) (?:femme|mari|fils|fille|mère|père|sœur|"
    r"soeur|frère|amie?|copine?|collègue|voisine?|conjointe?|compagne|compagnon|épouse|époux|maman|papa|tante|oncle|cousine?|"
    r"conseill(?:er|ère)|wife|husband|partner|son|daughter|mother|father|mum|dad|sister|brother|friend|colleague|neighbour|"
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
# Words with a capital that begin a sentence or address nobody in particular.
_NOBODY = frozenset(
    "client cliente clients clientes customer customers team équipe equipe service services support madame monsieur mesdames "
    "messieurs mademoiselle sir sirs madam all tous toutes there everyone everybody bonjour bonsoir hello merci thanks thank "
    "je j' j’ai j'ai mon ma mes notre nous vous votre vos le la les l' un une des il elle on ce cette ces c'est c’est ça pour "
    "suite après depuis est-ce pouvez pourriez comment pourquoi quand où quel quelle que qui si tout très trop bien bon bonne "
    "i i'm i’m my we our you your the a an this that it is are can could please what when where why how do does did after "
    "since no non oui yes not pas parfait top super bravo great perfect excellent dommage déçu déçue livraison commande order "
    "delivery colis parcel produit product article canapé lampe table chaise facture invoice refund remboursement retour "
    "return sav web internet noël christmas paris lyon marseille lille nantes france partenaire partner voisin collègue ami "
    "amie amis friend friends valued cordialement sincèrement regards responsable directeur directrice director manager "
    "membre member fan fans abonné prime premium gold lundi mardi mercredi jeudi vendredi samedi dimanche monday tuesday "
    "wednesday thursday friday saturday sunday nom prénom name tel tél phone email mail adresse address beaucoup world".split()
)
_ARTICLES = ("Le", "La", "Les", "Des", "De", "Du")


def _names(text: str) -> Iterator[tuple[int, int]]:
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
    return len(name) < 2 or (words[0].lower().rstrip(".,'’") in _NOBODY and not is_article)


def _first_sentence(name: str) -> str:
    """Return a name up to a word that begins the next sentence."""
    for word in re.finditer(r"(?<=[ \u00a0])\S+", name):
        if word[0][0].isupper() and word[0].lower() in _NOBODY and word[0] not in _ARTICLES:
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


# -- addresses ---------------------------------------------------------------------------------------------------------

_WAY = (
    r"(?:rue|avenue|av\.?|boulevard|bd\.?|blvd|place|pl\.|chemin|ch\.|allées?|impasse|quai|route|square|cours|passage|"
    r"résidence|lotissement|faubourg|montée|sentier|villa)"
)
_FRENCH_STREET = rf"\b\d{{1,4}}(?:[ ]?(?:bis|ter|[A-D]\b))?,?[ ]+(?i:{_WAY})[ ]+(?:[\wà-ÿ'’.-]+[ ]?){{1,5}}?(?=[,;.\n]|[ ]\d{{5}}|\Z| [àa] | et )"
_ENGLISH_STREET = (
    r"\b\d{1,5}[A-Za-z]?,?[ ](?:[A-Z][\w'’.]*[ ]){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Close|Way|Court|Ct|"
    r"Crescent|Terrace|Gardens|Place|Boulevard|Blvd)\b\.?"
)
_FRENCH_TOWN = rf"\b(?:F-)?(?:0[1-9]|[1-8]\d|9[0-8])\d{{3}},?[ ]+{_CAPITAL}[\wà-ÿ'’-]+(?:[ ](?:{_CAPITAL}[\wà-ÿ'’-]+|(?:sur|en|de|la|le|les)\b))*"
_BRITISH_POSTCODE = r"\b[A-Z]{1,2}\d[A-Z\d]?[ ]?\d[A-Z]{2}\b"
_ADDRESS = re.compile("|".join((_FRENCH_STREET, _ENGLISH_STREET, _FRENCH_TOWN, _BRITISH_POSTCODE)))


def _addresses(text: str) -> Iterator[tuple[int, int]]:
    for found in _ADDRESS.finditer(text):
        yield found.span()
