"""E-mails, phones, card numbers, bank accounts and names in free text, French and English, found and masked.

Pure functions on one text. What is found is decided by form and by check digits; names only where something says that
a name follows: a title, a greeting, a farewell, "my name is". How often this is right is measured: docs/privacy.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import phonenumbers

from pipeline.privacy.names_in_text import CAPITAL, names

NAME = "name"
KINDS = ("email", "iban", "card", "phone", NAME, "address")  # the first that fits wins
# Where a number without country code is looked up; the home country first, the others only if it looks like a phone.
HOME, OTHERS = "FR", ("GB", "US", "BE", "CH")

# What no personal datum of ours lacks: texts without it are not looked at. RE2 and Python read it alike.
WORTH_A_LOOK = (
    r"(?i:@|arobase|[\[(] ?at ?[\])]|(\d[^\n]{0,4}?){7}|[a-z]{2}\d{2} ?[a-z0-9]{4}"
    r"|\b(madame|monsieur|mademoiselle|mme|mlle|m\.|mr|mrs|ms|miss|dr|docteur|ma[iî]tre|sir)\b"
    r"|\bm\. |bonjour|bonsoir|salut|coucou|\bch[eè]re?\b|dear|hello|\bhi\b|\bhey\b|good (morning|afternoon|evening)"
    r"|cordialement|\bcdlt|\bcdt|amicalement|sinc[eè]re|respectueusement|merci|thank|cheers|regards"
    r"|\bbest\b|yours|sign[eé]|\blove\b|bises"
    r"|bien à vous|bonne (journée|soirée)|à bientôt|m['’]appelle|\bnom\b|me nomme|\bname\b|(cliente?"
    r"|customer|contact|interlocut\w+|destinataire|recipient)\s*:"
    r"|de la part de|je suis |\bi am |\bi['’]m |this is |\bici "
    r"|\d{1,5}(\s?(bis|ter))?,? [a-zà-ÿ]|\d{5} [a-zà-ÿ]|\b[a-z]{1,2}\d[a-z0-9]? ?\d[a-z]{2}\b)"
    r"|[.!?…)]\s+[A-ZÀ-ÖØ-Þ]|[-–—] ?[A-ZÀ-ÖØ-Þ]|\sAT\s|[^\s]\s[A-ZÀ-ÖØ-Þ]|^[A-ZÀ-ÖØ-Þ][a-zà-ÿ]+([\s,;:.!?–-]|$)"
)


class Span(NamedTuple):
    """A stretch of a text: where it starts, where it ends (not included), what kind of personal datum it is."""

    start: int
    end: int
    kind: str


def mask(text: str, with_addresses: bool = False, with_names: bool = True) -> tuple[str, list[Span]]:
    """Return a text with personal data replaced by their kind, and where they stood.

    Parameters
    ----------
    text
        What somebody wrote.
    with_addresses
        Whether streets and postcodes are masked, too.
    with_names
        Whether names are.

    Examples
    --------
    >>> mask("Bonjour Madame Dupont, mon numéro est le 06 12 34 56 78. Cordialement, Jean Martin")[0]
    'Bonjour Madame [name], mon numéro est le [phone]. Cordialement, [name]'
    >>> mask("Cher client, la commande 2026-118204 coûte 129,90 €")[1]
    []
    """
    spans = [span for span in find(text, with_addresses) if with_names or span.kind != NAME]
    parts, at = [], 0
    for span in spans:
        parts += [text[at : span.start], f"[{span.kind}]"]
        at = span.end
    return "".join([*parts, text[at:]]), spans


def find(text: str, with_addresses: bool = False) -> list[Span]:
    """Return the personal data of a text in order, none overlapping."""
    found: list[Span] = []
    searches = [_emails, _ibans, _cards, _phones, names] + ([_addresses] if with_addresses else [])
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
    r"(?i)(?:t[eé]l|phone|portable|mobile|num[eé]ro|appel|joindre|joignable|call|ring|reach|sms|whats"
    r"|fax)\W*(?:\w+\W+){0,5}$"
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
    """Whether the number is as long as the country's are; if that is no sure sign, whether such a range is in use."""
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_possible_number(number) if is_sure else phonenumbers.is_valid_number(number)


# -- addresses ---------------------------------------------------------------------------------------------------------

_WAY = (
    r"(?:rue|avenue|av\.?|boulevard|bd\.?|blvd|place|pl\.|chemin|ch\.|allées?|impasse|quai|route|square|cours|passage|"
    r"résidence|lotissement|faubourg|montée|sentier|villa)"
)
_FRENCH_STREET = (
    rf"\b\d{{1,4}}(?:[ ]?(?:bis|ter|[A-D]\b))?,?[ ]+(?i:{_WAY})[ ]+"
    r"(?:[\wà-ÿ'’.-]+[ ]?){1,5}?(?=[,;.\n]|[ ]\d{5}|\Z| [àa] | et )"
)
_ENGLISH_STREET = (
    r"\b\d{1,5}[A-Za-z]?,?[ ](?:[A-Z][\w'’.]*[ ]){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr"
    r"|Close|Way|Court|Ct|"
    r"Crescent|Terrace|Gardens|Place|Boulevard|Blvd)\b\.?"
)
_FRENCH_TOWN = (
    rf"\b(?:F-)?(?:0[1-9]|[1-8]\d|9[0-8])\d{{3}},?[ ]+{CAPITAL}[\wà-ÿ'’-]+"
    rf"(?:[ ](?:{CAPITAL}[\wà-ÿ'’-]+|(?:sur|en|de|la|le|les)\b))*"
)
_BRITISH_POSTCODE = r"\b[A-Z]{1,2}\d[A-Z\d]?[ ]?\d[A-Z]{2}\b"
_ADDRESS = re.compile("|".join((_FRENCH_STREET, _ENGLISH_STREET, _FRENCH_TOWN, _BRITISH_POSTCODE)))


def _addresses(text: str) -> Iterator[tuple[int, int]]:
    for found in _ADDRESS.finditer(text):
        yield found.span()
