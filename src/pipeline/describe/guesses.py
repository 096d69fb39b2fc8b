"""What the columns of an export are for, guessed from names and values: whose row, what happened, which channel."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from pipeline.describe.profile import Profile

# Words in column names, French and English; a column's words are matched whole.
_HAPPENING = ("event", "activity", "action", "touchpoint", "concept", "step", "evenement", "type", "status", "statut")
_PLACE = ("zip", "postal", "postcode", "city", "country", "state", "region", "ville", "pays")
ANSWERED = ("answer", "answered", "response", "responded", "submitted", "completed", "reponse")
_PERSON = (
    "customer", "client", "user", "visitor", "member", "household", "person", "contact", "account", "login", "loyalty",
    "compte", "utilisateur", "visiteur", "foyer", "carte", "card", "lead", "device", "cookie", "case",
)  # fmt: skip
ID = ("id", "uuid", "guid", "no", "nr", "num", "number", "numero", "code", "key", "ref", "reference", "hash")
MONEY = ("amount", "price", "total", "value", "revenue", "paid", "montant", "prix", "ca", "sales", "spend")
SCORE = ("score", "rating", "note", "nps", "csat", "ces", "satisfaction", "stars", "etoiles")
_CHANNEL_WORDS = {
    "survey": (*SCORE, "survey", "answer", "answers", "review", "reviews", "enquete", "avis", "feedback"),
    "support": ("ticket", "tickets", "case", "support", "complaint", "complaints", "sav", "reclamation"),
    "web": ("page", "url", "session", "visit", "visits", "web", "referrer", "pageview", "browser"),
    "app": ("app", "screen", "mobile"),
    "email": ("open", "opened", "click", "clicked", "newsletter", "mailing", "campaign", "bounce"),
    "ads": ("ad", "ads", "impression", "keyword", "adgroup"),
    "call": ("call", "calls", "phone", "appel", "appels"),
    "loyalty": ("loyalty", "points", "fidelite"),
    "store": ("store", "basket", "checkout", "magasin", "caisse", "till"),
    "sales": (
        "order",
        "orders",
        "amount",
        "price",
        "invoice",
        "cart",
        "commande",
        "commandes",
        "vente",
        "ventes",
        "deal",
    ),
}


def words_of(name: str) -> list[str]:
    """Return the words of a column's name: ``Order_ID``, ``orderId`` and ``case:order id`` hold order and id.

    Examples
    --------
    >>> words_of("Order_ID"), words_of("customerEmail"), words_of("Créé le")
    (['order', 'id'], ['customer', 'email'], ['cree', 'le'])
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", plain)
    return [word.lower() for word in re.split(r"[^A-Za-z0-9]+", spaced) if word]


def slug(text: str) -> str:
    """Return text as a name that params.yaml accepts.

    Examples
    --------
    >>> slug("Order placed!"), slug("2nd visit"), slug("???")
    ('order_placed', 'event_2nd_visit', 'event')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return name if re.match(r"[a-z]", name) else f"event_{name}".rstrip("_")


def has(column: Profile, words: Sequence[str]) -> bool:
    return bool(set(words_of(column.name)) & set(words))


def identifiers_of(columns: Sequence[Profile]) -> dict[str, tuple[str, str]]:
    """Return kind of identifier → (column, reason), what names a person first."""
    found = [(*named, column.name) for column in columns if (named := _identifier(column))]
    kinds: dict[str, tuple[str, str]] = {}
    for _, kind, reason, name in sorted(found, key=lambda item: item[0]):
        free = kind if kind not in kinds else slug(name)
        kinds.setdefault(free, (name, reason))
    return kinds


def _identifier(column: Profile) -> tuple[int, str, str] | None:
    """Return rank (persons first), kind and reason if a column identifies something."""
    words = words_of(column.name)
    if column.type not in ("text", "integer") or column.distinct < 2 or has(column, _PLACE):
        return None
    if column.content == "email" or has(column, ("email", "mail")):
        return 0, "email", "looks like e-mail addresses" if column.content == "email" else "by its name"
    if column.content == "phone":
        return 0, "phone", "looks like telephone numbers"
    reason = "one per row" if column.is_unique else f"{column.distinct} different values in {column.filled} rows"
    person = next((word for word in words if word in _PERSON), None)
    is_id = has(column, ID) or column.name == "case:concept:name"  # XES calls the case's id a name
    if person is not None and (is_id or (len(words) == 1 and not column.is_category)):
        return 1, person, reason
    if is_id and not column.is_category:
        return 2, slug("_".join(word for word in words if word not in ID)) if len(words) > 1 else "row", reason
    return None


def happening_of(columns: Sequence[Profile], taken: set[str], times: int) -> Profile | None:
    """Return the column that says what happened, if there is one: few values, and a name that says so.

    A status beside several times is where a thing stands now, and each time is an event of its own.
    """
    words = _HAPPENING if times == 1 else _HAPPENING[: _HAPPENING.index("type")]
    fitting = [column for column in columns if column.is_category and column.name not in taken and has(column, words)]
    return min(
        fitting, key=lambda one: min(words.index(word) for word in words_of(one.name) if word in words), default=None
    )


def channel_of(name: str, columns: Sequence[Profile]) -> tuple[str, str]:
    """Return the likeliest channel and the words that speak for it."""
    words = set(words_of(name)) | {word for column in columns for word in words_of(column.name)}
    best = max(_CHANNEL_WORDS, key=lambda channel: len(words & set(_CHANNEL_WORDS[channel])))
    met = sorted(words & set(_CHANNEL_WORDS[best]))
    return (best, f"guessed from: {', '.join(met)}") if met else ("web", "nothing in the names says; correct it")
