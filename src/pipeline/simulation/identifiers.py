"""Who shows which identifier on which event: names, devices, logins, e-mails, phones, cards, orders, clicks, handles.

Everything is drawn from the seed's text and the person's number in it, so that a person shows the same identifiers
alone and among the persons of many seeds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib.resources import files
from typing import Any

import duckdb
import pandas as pd
import yaml

from pipeline.declarations import Section
from pipeline.simulation.queries import make, text_of

SITE_TOUCHPOINTS = ("site_visit", "product_viewed", "basket_viewed", "form_opened", "form_submitted")
MAIL_TOUCHPOINTS = ("newsletter_opened", "promo_opened", "confirmation_sent")


@dataclass(frozen=True)
class IdentityRates:
    """How people leave traces under several names; every rate a share between 0 and 1.

    Parameters
    ----------
    cookie_days
        A browser's number is renewed after so many days.
    shared_device
        Of the pairs of neighbours (persons 2k and 2k + 1 of a seed), this share has one family desktop.
    tablet, tablets
        This share of the desktop rows of people with a login is seen on one of so many tablets in the shops.
    login_per_visit, login_per_app_visit
        Of the sessions of people with a login, this share shows it on every row.
    visit_from_mail
        Of the visits of people whom the mail tool wrote to before, this share comes from a link in a mail, which
        carries the number of their profile.
    checkout_as_guest
        Of the orders of people with a login, this share does not show it.
    client_id_on_order
        This share of the people has the site's number of their device noted on their orders and contacts.
    phone_on_order
        This share of the people gives a phone with their orders.
    handle_with_email
        This share of those who reply in social media gives an e-mail there.
    handle_with_login
        Of those who reply there and have a login, this share has it noted beside the handle by the care team.
    email_typo, email_variant
        Per person and system: mistyped; in capitals or with a blank behind it.
    """

    cookie_days: int
    shared_device: float
    tablet: float
    tablets: int
    login_per_visit: float
    login_per_app_visit: float
    visit_from_mail: float
    checkout_as_guest: float
    client_id_on_order: float
    phone_on_order: float
    handle_with_email: float
    handle_with_login: float
    email_typo: float
    email_variant: float

    @classmethod
    def read(cls, declared: Mapping[str, float]) -> IdentityRates:
        """Return the rates of truth.yaml's section ``identity``."""
        section = Section(dict(declared), "truth.yaml", "identity")
        counts = ("cookie_days", "tablets")
        values: dict[str, Any] = {
            name: int(section.number(name, low=1)) if name in counts else float(section.number(name, low=0, high=1))
            for name in (field.name for field in fields(cls))
        }
        rates = cls(**values)
        section.close()
        return rates


def bindings(rates: IdentityRates) -> dict[str, Any]:
    """Return what the queries of identifiers bind: rates, and the lists names are drawn from."""
    lists = yaml.safe_load(_template("templates/clairval/names.yaml"))
    return {
        "first_names": lists["first_names"],
        "last_names": lists["last_names"],
        "trades": lists["trades"],
        "mailboxes": lists["mailboxes"],
        "shops": lists["shops"],
        "gives_phone": rates.phone_on_order,
        "gives_client_id": rates.client_id_on_order,
        "shared_desktops": rates.shared_device,
        "tablet_share": rates.tablet,
        "tablets": rates.tablets,
        "cookie_days": rates.cookie_days,
        "web_logins": rates.login_per_visit,
        "app_logins": rates.login_per_app_visit,
        "mail_visits": rates.visit_from_mail,
        "mail_touchpoints": list(MAIL_TOUCHPOINTS),
        "site_touchpoints": list(SITE_TOUCHPOINTS),
        "email_typo": rates.email_typo,
        "email_variant": rates.email_variant,
        "checkout_as_guest": rates.checkout_as_guest,
        "handle_with_email": rates.handle_with_email,
        "handle_with_login": rates.handle_with_login,
    }


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Make what every batch reads: the macros, and the texts people write (``verbatims``)."""
    connection.execute(text_of("export_macros"))
    connection.register("_verbatims", verbatims())
    connection.execute("create or replace temp table verbatims as select * from _verbatims")
    connection.unregister("_verbatims")


def identify(connection: duckdb.DuckDBPyConnection, values: Mapping[str, Any]) -> None:
    """Make ``contacts``, ``identified`` and ``said`` from the tables ``people``, ``happened`` and ``seeds``."""
    for table in ("contacts", "identified", "said"):
        make(connection, table, table, values)


def verbatims() -> pd.DataFrame:
    """Return every text with its number, theme and language; the texts of a theme and language are neighbours."""
    themes = yaml.safe_load(_template("templates/clairval/verbatims.yaml"))
    rows = [
        (theme, language, text)
        for theme, languages in sorted(themes.items())
        for language, texts in sorted(languages.items())
        for text in texts
    ]
    frame = pd.DataFrame(rows, columns=["theme", "language", "text"])
    frame.insert(0, "number", range(len(frame)))
    return frame


def _template(name: str) -> str:
    return files("pipeline").joinpath(name).read_text(encoding="utf-8")
