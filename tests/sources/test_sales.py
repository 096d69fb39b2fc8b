"""Shops and customer relations: Shopify, HubSpot, Salesforce – merged records, money that counts once, days of no hour."""

from __future__ import annotations

from sources.vendor import as_csv, real_columns

ORDERS = [
    {
        "id": "501", "name": "#1001", "email": "Ana@Shop.fr", "customer_id": "41", "test": "false", "total_price": "120.50",
        "created_at": "2026-01-05 09:00:00", "financial_status": "partially_refunded", "source_name": "web",
        "billing_address_phone": "+33 6 12 34 56 78",
    },
    {
        "id": "502", "name": "#1002", "email": "bob@shop.fr", "customer_id": "42", "test": "false", "total_price": "80.00",
        "created_at": "2026-01-06 09:00:00", "cancelled_at": "2026-01-06 11:00:00", "financial_status": "refunded",
    },
    {
        "id": "503", "name": "#1003", "email": "bob@shop.fr", "customer_id": "42", "test": "true", "total_price": "1.00",
        "created_at": "2026-01-07 09:00:00", "financial_status": "paid",
    },
    {
        "id": "504", "name": "#1004", "email": "lea@example.com", "customer_id": "43", "test": "false", "total_price": "9.00",
        "created_at": "2026-01-07 10:00:00", "financial_status": "paid",
    },
]  # fmt: skip


def test_shopify_orders_behind_a_byte_order_mark_and_cancelled_ones_without_money(cleaned):
    assert real_columns()["shopify"]["order.csv"][0] == "\ufeffid"
    later = {**ORDERS[0], "financial_status": "refunded"}  # the same order in the next export
    found = cleaned("shopify_order", {"order.csv": [*ORDERS, later]})
    assert found.told("value", "id_order", "id_shopify_customer", "id_email", "id_phone", "sold_through") == [
        ("order_placed", "2026-01-05 09:00:00", 120.5, "#1001", "41", "ana@shop.fr", "+33612345678", "web"),
        ("order_placed", "2026-01-06 09:00:00", None, "#1002", "42", "bob@shop.fr", None, None),
        ("order_cancelled", "2026-01-06 11:00:00", None, "#1002", "42", "bob@shop.fr", None, None),
    ]
    assert found.counts == {"raw": 5, "used": 2, "filtered": 2, "duplicate": 1, "events": 3}


def test_shopify_customers_show_the_e_mail_of_a_number_also_without_an_order(cleaned):
    def customer(number, email, state, phone=""):
        return {"id": number, "email": email, "state": state, "phone": phone, "created_at": "2026-01-04 20:00:00"}

    rows = [
        customer("gid://shopify/Customer/41", "Ana@Shop.fr ", "enabled", "+33612345678"),
        customer("44", "noa@shop.fr", "disabled"),
        customer("45", "lea@example.com", "enabled"),  # the shop's own
        customer("44", "noa@shop.fr", "enabled"),  # the same customer in the next export, with a login now
    ]
    assert real_columns()["shopify"]["customer.csv"][0] == "\ufeffid"
    found = cleaned("shopify_customer", {"customer.csv": rows})
    assert sorted(found.told("id_shopify_customer", "id_email", "id_phone")) == [
        ("customer_created", "2026-01-04 20:00:00", "41", "ana@shop.fr", "+33612345678"),
        ("customer_created", "2026-01-04 20:00:00", "44", "noa@shop.fr", None),
    ]
    assert found.counts == {"raw": 4, "used": 2, "filtered": 1, "duplicate": 1, "events": 2}


def test_shopify_parcels_arrive_once_and_late_by_calendar_days(cleaned):
    def moved(parcel, status, day):
        return {
            "fulfillment_id": parcel, "status": status, "happened_at": f"2026-01-{day} 18:00:00",
            "estimated_delivery_at": "2026-01-08 12:00:00",
        }  # fmt: skip

    parcels = [
        {"id": "1", "order_id": "501", "created_at": "2026-01-06 08:00:00", "status": "success"},
        {"id": "2", "order_id": "502", "created_at": "2026-01-06 10:00:00", "status": "cancelled"},
        {"id": "3", "order_id": "503", "created_at": "2026-01-08 10:00:00", "status": "success"},  # of a test order
    ]
    ways = [moved("1", "in_transit", "07"), moved("1", "delivered", "10"), moved("1", "delivered", "11")]
    files = {"fulfillment.csv": parcels, "fulfillment_event.csv": ways, "order.csv": ORDERS}
    found = cleaned("shopify_fulfillment", files)
    assert found.told("actor", "days_late", "id_order", "id_email") == [
        ("order_shipped", "2026-01-06 08:00:00", "brand", None, "#1001", "ana@shop.fr"),
        ("order_delivered", "2026-01-10 18:00:00", "partner", 2.0, "#1001", "ana@shop.fr"),
    ]
    assert found.counts == {"raw": 3, "used": 1, "filtered": 2, "events": 2}


def test_shopify_refunds_take_away_what_orders_counted(cleaned):
    def paid(refund, amount, kind="refund", status="success"):
        return {
            "id": f"t{amount}",
            "refund_id": refund,
            "amount": amount,
            "kind": kind,
            "status": status,
            "test": "false",
        }

    refunds = [
        {"id": "1", "order_id": "501", "created_at": "2026-01-12 09:00:00"},
        {"id": "2", "order_id": "502", "created_at": "2026-01-06 11:00:00"},  # of an order that was cancelled
        {"id": "3", "order_id": "503", "created_at": "2026-01-08 11:00:00"},  # of a test order
    ]
    payments = [
        paid("1", "20.00"),
        paid("1", "0.50"),
        paid("1", "20.25", status="failure"),
        paid("", "120.50", kind="sale"),
        paid("2", "80.00"),
    ]
    found = cleaned("shopify_refund", {"refund.csv": refunds, "transaction.csv": payments, "order.csv": ORDERS})
    assert found.told("value", "id_order") == [
        ("order_refunded", "2026-01-06 11:00:00", None, "#1002"),
        ("order_refunded", "2026-01-12 09:00:00", -20.5, "#1001"),
    ]
    assert found.counts == {"raw": 3, "used": 2, "filtered": 1, "events": 2}


# 1 was merged into 2, and 2 later into 3
MERGES = [
    {"canonical_vid": "2", "contact_id": "2", "vid_to_merge": "1"},
    {"canonical_vid": "3", "contact_id": "3", "vid_to_merge": "2"},
]
CONTACTS = [
    {
        "id": "1",
        "property_email": "a.martin@old.fr",
        "property_createdate": "2026-01-01 08:00:00",
        "_fivetran_deleted": "false",
    },
    {
        "id": "3",
        "property_email": "Ana@Shop.fr",
        "property_createdate": "2026-01-02 08:00:00",
        "_fivetran_deleted": "false",
    },
]


def test_hubspot_contacts_keep_their_address_under_the_number_that_survived(cleaned):
    gone = {
        "id": "5",
        "property_email": "eve@shop.fr",
        "property_createdate": "2026-01-03 08:00:00",
        "_fivetran_deleted": "true",
    }
    own = {
        "id": "6",
        "property_email": "lea@example.com",
        "property_createdate": "2026-01-03 08:00:00",
        "_fivetran_deleted": "false",
    }
    pages = [*CONTACTS, CONTACTS[1], gone, own]  # paging by vid-offset gave one contact twice
    found = cleaned("hubspot_contact", {"contact.csv": pages, "contact_merge_audit.csv": MERGES})
    assert found.told("id_hubspot_contact", "id_email") == [
        ("contact_created", "2026-01-01 08:00:00", "3", "a.martin@old.fr"),
        ("contact_created", "2026-01-02 08:00:00", "3", "ana@shop.fr"),
    ]
    assert found.counts == {"raw": 5, "used": 2, "filtered": 2, "duplicate": 1, "events": 2}


def test_hubspot_forms_of_a_merged_contact_are_the_survivor_s(cleaned):
    def sent(contact, number):
        return {"contact_id": contact, "conversion_id": number, "form_id": "quote", "timestamp": "2026-01-05T09:00:00Z"}

    files = {"contact_form_submission.csv": [sent("1", "x"), sent("1", "x"), sent("9", "y")], "contact.csv": CONTACTS}
    found = cleaned("hubspot_form_submission", {**files, "contact_merge_audit.csv": MERGES})
    assert found.told("form", "id_hubspot_contact", "id_email") == [
        ("form_submitted", "2026-01-05 09:00:00", "quote", "3", "ana@shop.fr"),
        ("form_submitted", "2026-01-05 09:00:00", "quote", "9", None),
    ]
    assert found.counts == {"raw": 3, "used": 2, "duplicate": 1, "events": 2}


def test_hubspot_deals_count_once_and_an_open_one_does_not_close(cleaned):
    def deal(number, stage, **more):
        moments = {"property_createdate": "2026-01-05 09:00:00", "property_closedate": "2026-02-01 10:00:00"}
        return {
            "deal_id": number,
            "deal_pipeline_stage_id": stage,
            "property_amount": "900.00",
            "is_deleted": "false",
            **moments,
            **more,
        }

    stages = [
        {"stage_id": "s1", "closed_won": "FALSE", "is_closed": "FALSE"},
        {"stage_id": "s2", "closed_won": "TRUE", "is_closed": "TRUE"},
        {"stage_id": "s3", "closed_won": "FALSE", "is_closed": "TRUE"},
    ]
    deals = [deal("1", "s2"), deal("2", "s1"), deal("3", "s3"), deal("4", "s2"), deal("5", "s2", is_deleted="true")]
    files = {
        "deal.csv": deals, "deal_pipeline_stage.csv": stages, "merged_deal.csv": [{"deal_id": "1", "merged_deal_id": "4"}],
        "deal_contact.csv": [{"deal_id": "1", "contact_id": "2"}, {"deal_id": "1", "contact_id": "7"}],
        "deal_company.csv": [{"deal_id": "1", "company_id": "c1"}],
        "contact.csv": CONTACTS, "contact_merge_audit.csv": MERGES,
    }  # fmt: skip
    found = cleaned("hubspot_deal", files)
    assert found.told("value", "id_hubspot_contact", "id_email", "id_hubspot_company") == [
        ("deal_created", "2026-01-05 09:00:00", None, "3", "ana@shop.fr", "c1"),
        ("deal_created", "2026-01-05 09:00:00", None, None, None, None),
        ("deal_created", "2026-01-05 09:00:00", None, None, None, None),
        ("deal_won", "2026-02-01 10:00:00", 900.0, "3", "ana@shop.fr", "c1"),
        ("deal_lost", "2026-02-01 10:00:00", None, None, None, None),
    ]
    assert found.counts == {"raw": 5, "used": 3, "filtered": 2, "events": 5}


def test_hubspot_tickets_of_a_merged_contact_are_the_survivor_s(cleaned):
    tickets = [
        {
            "id": "1", "is_deleted": "false", "property_createdate": "2026-01-05 09:00:00", "property_hs_ticket_priority": "HIGH",
            "property_first_agent_reply_date": "2026-01-05 12:00:00", "property_closed_date": "2026-01-06 09:00:00",
        },
        {"id": "2", "is_deleted": "true", "property_createdate": "2026-01-05 10:00:00"},
    ]  # fmt: skip
    files = {"ticket_contact.csv": [{"ticket_id": "1", "contact_id": "1"}], "contact.csv": CONTACTS}
    found = cleaned("hubspot_ticket", {"ticket.csv": tickets, **files, "contact_merge_audit.csv": MERGES})
    assert found.told("actor", "id_hubspot_contact", "id_email", "ticket_priority") == [
        ("ticket_opened", "2026-01-05 09:00:00", "customer", "3", "ana@shop.fr", "HIGH"),
        ("ticket_answered", "2026-01-05 12:00:00", "brand", "3", "ana@shop.fr", None),
        ("ticket_closed", "2026-01-06 09:00:00", "brand", "3", "ana@shop.fr", None),
    ]
    assert found.counts == {"raw": 2, "used": 1, "filtered": 1, "events": 3}


def test_a_record_exported_every_month_counts_as_the_last_file_has_it(cleaned):
    def ticket(number, is_deleted="false", closed=""):
        opened = {"property_createdate": f"2026-01-0{number} 09:00:00", "property_closed_date": closed}
        return {"id": str(number), "is_deleted": is_deleted, **opened}

    header = real_columns()["hubspot"]["ticket.csv"]
    files = {
        "ticket_2026-01.csv": as_csv(header, [ticket(1), ticket(2), ticket(3)]),
        "ticket_2026-02.csv": as_csv(header, [ticket(1, closed="2026-02-01 09:00:00"), ticket(2, is_deleted="true")]),
    }
    found = cleaned("hubspot_ticket", files, ("files: ticket.csv", "files: ticket_2*.csv"))
    assert found.told("source_file") == [
        ("ticket_opened", "2026-01-01 09:00:00", "ticket_2026-02.csv"),
        ("ticket_opened", "2026-01-03 09:00:00", "ticket_2026-01.csv"),
        ("ticket_closed", "2026-02-01 09:00:00", "ticket_2026-02.csv"),
    ]
    assert found.counts == {"raw": 5, "used": 2, "filtered": 1, "duplicate": 2, "events": 3}


LEAD, CONTACT, ACCOUNT = (
    "00Q5e00000AbCdE",
    "0035e00000FgHiJ",
    "0015e00000KlMnO",
)  # 15 signs; of 18, three check the case


def test_salesforce_numbers_of_15_and_18_signs_are_one_record(cleaned):
    leads = [
        {
            "id": LEAD + "EAM", "created_date": "2026-01-05T09:00:00.000+0000", "email": "Ana@Shop.fr", "is_converted": "true",
            "is_deleted": "false", "converted_date": "2026-02-01", "converted_contact_id": CONTACT + "AAZ",
            "converted_account_id": ACCOUNT, "lead_source": "Web",
        },
        {"id": "00Q5e00000Merge", "created_date": "2026-01-06T09:00:00.000+0000", "is_deleted": "true", "master_record_id": LEAD},
        {"id": "00Q5e00000Gone1", "created_date": "2026-01-06T09:00:00.000+0000", "is_deleted": "true"},
        {"id": "00Q5e00000Own12", "created_date": "2026-01-06T09:00:00.000+0000", "is_deleted": "false", "email": "qa@EXAMPLE.com"},
    ]  # fmt: skip
    found = cleaned("salesforce_lead", {"lead.csv": leads})
    ids = ("id_salesforce_lead", "id_salesforce_contact", "id_salesforce_account", "id_email")
    assert found.told("actor", *ids) == [
        ("lead_created", "2026-01-05 09:00:00", "customer", LEAD, CONTACT, ACCOUNT, "ana@shop.fr"),
        ("lead_converted", "2026-02-01 00:00:00", "brand", LEAD, CONTACT, ACCOUNT, "ana@shop.fr"),
    ]
    assert found.counts == {"raw": 4, "used": 1, "filtered": 3, "events": 2}


def test_salesforce_opportunities_close_when_they_are_closed(cleaned):
    def opportunity(number, is_closed, is_won, is_deleted="false"):
        return {
            "id": f"006{number}", "account_id": ACCOUNT + "AAF", "amount": "900", "close_date": "2026-02-01",
            "created_date": "2026-01-05 09:00:00", "is_closed": is_closed, "is_won": is_won, "is_deleted": is_deleted,
        }  # fmt: skip

    rows = [
        opportunity(1, "true", "true"),
        opportunity(2, "false", "false"),
        opportunity(3, "true", "false"),
        opportunity(4, "true", "true", "true"),
    ]
    before = {**opportunity(1, "false", "false"), "_fivetran_active": "false"}  # what it was
    rows = [{**row, "_fivetran_active": "true"} for row in rows]
    found = cleaned("salesforce_opportunity", {"opportunity.csv": [before, *rows]})
    assert found.told("value", "id_salesforce_account") == [
        *[("opportunity_created", "2026-01-05 09:00:00", None, ACCOUNT)] * 3,
        ("opportunity_won", "2026-02-01 00:00:00", 900.0, ACCOUNT),
        ("opportunity_lost", "2026-02-01 00:00:00", None, ACCOUNT),
    ]
    assert found.counts == {"raw": 5, "used": 3, "filtered": 1, "duplicate": 1, "events": 5}


def test_salesforce_tasks_are_of_leads_and_of_contacts_once_they_are_done(cleaned):
    def task(number, who, subtype, **more):
        done = {"completed_date_time": f"2026-01-05 0{number}:00:00", "is_closed": "true", "is_deleted": "false"}
        return {"id": f"00T{number}", "who_id": who, "task_subtype": subtype, "account_id": ACCOUNT, **done, **more}

    rows = [
        task(1, LEAD + "EAM", "Call"),
        task(2, CONTACT, "Call", call_type="Inbound"),
        task(3, CONTACT + "AAZ", "Email"),
        task(4, CONTACT, "Call", is_closed="false", completed_date_time="", activity_date="2026-03-01"),  # only due
        task(5, CONTACT, "Task"),
        task(6, CONTACT, "Call", call_type="Internal"),
    ]
    found = cleaned("salesforce_task", {"task.csv": rows})
    assert found.told("actor", "channel", "id_salesforce_lead", "id_salesforce_contact") == [
        ("call_made", "2026-01-05 01:00:00", "brand", "call", LEAD, None),
        ("call_received", "2026-01-05 02:00:00", "customer", "call", None, CONTACT),
        ("email_sent", "2026-01-05 03:00:00", "brand", "email", None, CONTACT),
    ]
    assert found.counts == {"raw": 6, "used": 3, "empty": 3, "events": 3}


def test_salesforce_cases_as_data_loader_writes_them(cleaned):
    def case(number, **more):
        opened = {"CreatedDate": "2026-01-05T09:00:00.000+0000", "IsDeleted": "false", "ContactId": CONTACT + "AAZ"}
        return {"Id": f"500{number}", "SuppliedEmail": "Ana@Shop.fr", "Origin": "Web", **opened, **more}

    rows = [
        case(1, ClosedDate="2026-01-06T18:30:00.000+0000"),
        case(2, MasterRecordId="5001"),
        case(3, IsDeleted="true"),
    ]
    found = cleaned("salesforce_case", {"case.csv": rows})
    assert found.told("actor", "id_salesforce_contact", "id_email", "case_origin") == [
        ("case_opened", "2026-01-05 09:00:00", "customer", CONTACT, "ana@shop.fr", "Web"),
        ("case_closed", "2026-01-06 18:30:00", "brand", CONTACT, "ana@shop.fr", None),
    ]
    assert found.counts == {"raw": 3, "used": 1, "filtered": 2, "events": 2}
