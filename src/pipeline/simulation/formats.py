"""The files of the exports: folder, format, the query that fills each, what in it may be spoilt, whose ids it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.simulation.dirt import Spoilt

TESTER = "'test@maison-clairval.example'"
_CARD = "ltrim(numero_carte, '0')"
_PHONE = "regexp_replace(replace({}, ' ', ''), '^0', '+33')"


@dataclass(frozen=True)
class ExportFile:
    """One file of one source.

    Parameters
    ----------
    folder
        Its folder in data/raw.
    name
        Its name without ending; ``simulation/sql/export_<name>.sql`` fills it.
    ending
        csv, jsonl or parquet.
    delimiter, encoding, has_mark
        Of a CSV file; a byte-order mark stands before the header.
    identifiers
        Kind → SQL of the value as params.yaml normalises it, over the file's columns.
    spoilt
        What of it may be spoilt; None: nothing.
    """

    folder: str
    name: str
    ending: str = "csv"
    delimiter: str = ","
    encoding: str = "utf-8"
    has_mark: bool = False
    identifiers: Mapping[str, str] = field(default_factory=dict)
    spoilt: Spoilt | None = None

    def path(self, batch: int | None) -> str:
        """Return the file's path in the workspace; `batch` is None where all persons fit one."""
        number = "" if batch is None else f"_{batch:03d}"
        return f"data/raw/{self.folder}/{self.name}{number}.{self.ending}"


_EMAIL = "lower(trim({}))"
FILES = (
    ExportFile(
        "web", "web", "parquet",
        identifiers={
            "device": "user_pseudo_id", "login": "user_id", "click": "param_gclid", "account": "param_account_id",
            "profile": "param_kx",
        },
        spoilt=Spoilt(
            "timestamp", "timestamp", {"user_pseudo_id": "'1.1'", "user_id": "'test-1'"}, "user_pseudo_id",
            tells="name <> 'purchase'",
        ),
    ),
    ExportFile(
        "app", "app", "jsonl",
        identifiers={
            "device": "device_id", "login": "user_id", "click": "event_properties.gclid",
            "profile": "event_properties.kx",
        },
        spoilt=Spoilt("event_time", "iso", {"user_id": "'test-1'"}, "device_id"),
    ),
    ExportFile("ads", "clicks", identifiers={"click": "gclid"}, spoilt=Spoilt("click_time", identifier="gclid")),
    ExportFile(
        "sales", "orders", has_mark=True,
        identifiers={
            "email": _EMAIL.format("email"), "login": "customer_id", "order": "name", "account": "company_id",
            "phone": _PHONE.format("billing_address_phone"),
        },
        spoilt=Spoilt("created_at", "iso", {"email": TESTER, "test": "true"}, "email", key="id"),
    ),
    ExportFile("sales", "fulfillments", spoilt=Spoilt("created_at", key="id")),
    ExportFile("sales", "fulfillment_events", spoilt=Spoilt("happened_at", key="id")),
    ExportFile("sales", "order_lines"),
    ExportFile("sales", "order_tags"),
    ExportFile("sales", "order_note_attributes", identifiers={"device": "value"}),
    ExportFile(
        "sign_ups", "customers",
        identifiers={"login": "id", "email": _EMAIL.format("email"), "account": "company_id"},
        spoilt=Spoilt("created_at", "iso", {"email": TESTER}, "email", key="id"),
    ),
    ExportFile(
        "loyalty", "cards", delimiter=";", encoding="cp1252",
        identifiers={"card": _CARD, "email": _EMAIL.format("email")},
        spoilt=Spoilt(
            "date_adhesion", "french", {"email": TESTER, "numero_carte": "'0000000000000000001'"}, "email",
            ("-", "undefined"),
        ),
    ),
    ExportFile(
        "loyalty", "card_uses", delimiter=";", encoding="cp1252",
        identifiers={"card": _CARD}, spoilt=Spoilt("date_passage", "french", identifier="numero_carte"),
    ),
    ExportFile(
        "emails", "mail_events", identifiers={"order": "property_event_id", "profile": "person_id"},
        spoilt=Spoilt(
            "datetime", "iso", {"person_id": "'test-1'"}, "person_id", key="id",
            elsewhere="cast(in_paris(moment_) as varchar)", tells="type = 'Opened Email' or flow_id is not null",
        ),
    ),
    ExportFile("emails", "mail_persons", identifiers={"email": _EMAIL.format("email"), "profile": "id"}),
    ExportFile(
        "surveys", "survey_responses", identifiers={"email": _EMAIL.format("recipient_email")},
        spoilt=Spoilt(
            "recorded_date", "iso", {"recipient_email": TESTER, "status": "1"}, "recipient_email", key="id",
            elsewhere="cast(in_paris(moment_) as varchar)",
        ),
    ),
    ExportFile("surveys", "question_responses"),
    ExportFile("surveys", "survey_embedded_data", identifiers={"order": "value"}),
    ExportFile(
        "social", "replies",
        identifiers={
            "handle": _EMAIL.format("screen_name"), "email": _EMAIL.format("contact_email"), "login": "customer_number",
        },
        spoilt=Spoilt("created_at", "iso", {"screen_name": "'@maison_clairval'"}, "screen_name", key="id"),
    ),
    ExportFile(
        "tickets", "tickets", identifiers={"order": "external_id"},
        spoilt=Spoilt("created_at", "iso", {"requester_id": "'test-1'"}, "requester_id", key="id"),
    ),
    ExportFile("tickets", "ticket_users", identifiers={"email": _EMAIL.format("email")}),
    ExportFile(
        "calls", "calls", identifiers={"phone": _PHONE.format('"from"')},
        spoilt=Spoilt(
            "start_time", "iso", {"from": "'+33155000099'"}, "from", ("anonymous", "0000"), "id",
            "cast(moment_ as varchar)",
        ),
    ),
    ExportFile(
        "crm", "engagements",
        spoilt=Spoilt("property_hs_timestamp", "iso", {"contact_id": "'test-1'"}, key="engagement_id"),
    ),
    ExportFile("crm", "deals", spoilt=Spoilt("property_closedate", "iso", {"contact_id": "'test-1'"}, key="deal_id")),
    ExportFile(
        "crm", "crm_contacts",
        identifiers={
            "email": _EMAIL.format("property_email"), "account": "property_associatedcompanyid",
            "phone": _PHONE.format("property_phone"), "device": "property_ga_client_id",
        },
    ),
)  # fmt: skip
# What the ads cost: nobody's rows, so the pipeline reads no events from it.
COSTS = ExportFile("ad_costs", "campaign_stats")
