"""Site analytics: GA4, Adobe, Matomo, Shopify's visits – counted times, nested values, hits to leave out."""

from __future__ import annotations

import io
import json

import pyarrow
import pyarrow.parquet

from pipeline.source import catalogue as source_catalogue
from sources.vendor import as_csv, real_columns

NINE = 1_767_603_600  # 2026-01-05 09:00:00 UTC, in seconds since 1970


def test_ga4_flat_has_a_column_twice_and_events_of_the_day_twice(cleaned):
    visit = {
        "user_pseudo_id": "1.2", "name": "session_start", "timestamp": "2026-01-05 09:00:00.000000",
        "bundle_sequence_id": "1", "batch_event_index": "1", "device_category": "mobile", "is_intraday": "false",
    }  # fmt: skip
    bought = {
        **visit, "name": "purchase", "timestamp": "2026-01-05 09:10:00.250000", "user_id": "L-1",
        "ecommerce_purchase_revenue_in_usd": "49.90", "ecommerce_transaction_id": "#1001", "param_gclid": "g1",
    }  # fmt: skip
    rows = [
        visit,
        {**visit, "is_intraday": "true"},
        bought,
        {**visit, "name": "scroll"},
        {**bought, "user_id": "test-3", "batch_event_index": "2"},
    ]
    header = real_columns()["ga4"]["event.csv"]
    assert header.count("param_session_engaged") == 2
    found = cleaned("ga4_flat", {"event.csv": as_csv(header, rows)})
    assert found.told("value", "id_device", "id_login", "id_order", "id_click", "device") == [
        ("site_visit", "2026-01-05 09:00:00", None, "1.2", None, None, None, "mobile"),
        ("purchase_tracked", "2026-01-05 09:10:00", 49.9, "1.2", "L-1", "#1001", "g1", "mobile"),
    ]
    assert found.counts == {"raw": 5, "used": 2, "empty": 1, "filtered": 1, "duplicate": 1, "events": 2}


def param(key, **value):
    return {"key": key, "value": {f"{kind}_value": content for kind, content in value.items()}}


def test_ga4_bigquery_counts_microseconds_and_nests_its_parameters(cleaned):
    def event(name, microseconds, *params, **more):
        moment = str(NINE * 1_000_000 + microseconds)  # BigQuery writes whole numbers of 64 bits as text
        return {
            "event_name": name,
            "event_timestamp": moment,
            "user_pseudo_id": "1.2",
            "event_params": list(params),
            **more,
        }

    phone = {"category": "mobile"}
    rows = [
        event(
            "session_start", 250_000, param("campaign", string="spring"), param("ga_session_id", int="7"), device=phone
        ),
        event("view_item", 60_000_000, param("note", string='said "gclid": "x"'), param("gclid", string="g1")),
        event("purchase", 120_000_000, ecommerce={"transaction_id": "#1001", "purchase_revenue": 49.9}, user_id="L-1"),
        event("in_app_purchase", 180_000_000, param("price", int="4990000"), param("value", double=4.9)),
        event("purchase", 200_000_000, param("traffic_type", string="internal"), ecommerce={"purchase_revenue": 1.0}),
        event(
            "session_start", 250_000, param("campaign", string="spring"), param("ga_session_id", int="7"), device=phone
        ),
        {**event("view_item", 0), "event_timestamp": "2026-01-05"},  # no count
    ]
    found = cleaned("ga4_bigquery", {"events_20260105.jsonl": rows})
    assert found.told("channel", "value", "id_device", "id_login", "id_order", "id_click", "campaign", "device") == [
        ("site_visit", "2026-01-05 09:00:00", "web", None, "1.2", None, None, None, "spring", "mobile"),
        ("product_viewed", "2026-01-05 09:01:00", "web", None, "1.2", None, None, "g1", None, None),
        ("purchase_tracked", "2026-01-05 09:02:00", "web", 49.9, "1.2", "L-1", "#1001", None, None, None),
        ("in_app_purchase", "2026-01-05 09:03:00", "app", 4.99, "1.2", None, None, None, None, None),
    ]
    assert found.events["occurred_at"][0].microsecond == 250_000
    assert found.counts == {"raw": 7, "used": 4, "filtered": 1, "refused": 1, "duplicate": 1, "events": 4}
    assert found.reasons == {7: "unreadable_value"}


def test_ga4_bigquery_as_parquet_is_the_same(cleaned):
    values = ("string_value", "int_value", "float_value", "double_value")

    def event(name, key, **value):
        nested = {one: value.get(one.removesuffix("_value")) for one in values}  # Parquet writes the empty ones, too
        moment = NINE * 1_000_000 + 250_000
        return {
            "event_name": name,
            "event_timestamp": moment,
            "user_pseudo_id": "1.2",
            "event_params": [{"key": key, "value": nested}],
        }

    rows = [event("session_start", "campaign", string="spring"), event("in_app_purchase", "price", int=4_990_000)]
    file = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), file)
    adapted = ("files: events*.json*", "files: events*.parquet")
    found = cleaned("ga4_bigquery", {"events_20260105.parquet": file.getvalue()}, adapted)
    assert found.told("value", "campaign") == [
        ("site_visit", "2026-01-05 09:00:00", None, "spring"),
        ("in_app_purchase", "2026-01-05 09:00:00", 4.99, None),
    ]


def test_adobe_data_feed_reads_the_count_in_utc_and_leaves_out_what_adobe_leaves_out(cleaned):
    def hit(number, events="", minutes=0, **more):
        return {
            "hitid_high": "9", "hitid_low": str(number), "post_visid_high": "3", "post_visid_low": "4", "hit_source": "1",
            "hit_time_gmt": str(NINE + 60 * minutes), "exclude_hit": "0", "post_event_list": events,
            "visit_page_num": str(number), "post_page_event": "0", "post_campaign": 'the "big\\\t sale', **more,
        }  # fmt: skip

    rows = [
        hit(1, "100,101"),
        hit(2, "2,201=1.5", 1),
        hit(3, "12,212", 2),  # 12, not 1 nor 2
        hit(4, "200,1", 3, post_purchaseid="#1001", mcvisid="E1"),
        hit(5, "1", 4, duplicate_purchase="1"),
        hit(6, "1", 5, exclude_hit="1"),
        hit(7, "1", 6, hit_source="5"),
        hit(1, "100,101"),
    ]
    columns = source_catalogue.find("adobe_data_feed").columns
    lines = ["\t".join(row.get(name, "") for name in columns) for row in rows]
    found = cleaned(
        "adobe_data_feed", {"hit_data.tsv": "\n".join(lines) + "\n", "column_headers.tsv": "\t".join(columns) + "\n"}
    )
    sale = 'the "big\t sale'  # a quotation mark that nothing closes, a tab that does not end the cell
    assert found.told("id_device", "id_experience_cloud", "id_order", "campaign") == [
        ("site_visit", "2026-01-05 09:00:00", "3_4", None, None, sale),
        ("product_viewed", "2026-01-05 09:01:00", "3_4", None, None, sale),
        ("basket_filled", "2026-01-05 09:02:00", "3_4", None, None, sale),
        ("purchase_tracked", "2026-01-05 09:03:00", "3_4", "E1", "#1001", sale),
    ]
    assert list(found.events["source_row"]) == [1, 2, 3, 4]  # no header above the first
    assert found.counts == {"raw": 8, "used": 4, "empty": 1, "filtered": 2, "duplicate": 1, "events": 4}


def test_adobe_cja_finds_people_in_a_map_of_namespaces(cleaned):
    def event(number, kind, **more):
        who = {"ECID": [{"id": "E1", "primary": True}]}
        return {
            "_id": str(number),
            "timestamp": f"2026-01-05T10:0{number}:00.5+01:00",
            "eventType": kind,
            "identityMap": who,
            **more,
        }

    order = {"order": {"purchaseID": "#1001", "priceTotal": 49.9}, "purchases": {"value": 1}}
    both = {"ECID": [{"id": "E1"}], "Email": [{"id": "Ana@Shop.fr"}]}
    rows = [
        event(1, "web.webpagedetails.pageViews", marketing={"trackingCode": "spring"}),
        {**event(2, "commerce.purchases", commerce=order), "identityMap": both},
        {**event(2, "commerce.purchases", commerce=order), "identityMap": both},
        event(3, "decisioning.propositionDisplay"),
    ]
    found = cleaned("adobe_cja", {"events.jsonl": rows})
    assert found.told("value", "id_experience_cloud", "id_email", "id_order", "campaign") == [
        ("page_viewed", "2026-01-05 09:01:00", None, "E1", None, None, "spring"),
        ("purchase_tracked", "2026-01-05 09:02:00", 49.9, "E1", "ana@shop.fr", "#1001", None),
    ]
    assert found.counts == {"raw": 4, "used": 2, "empty": 1, "duplicate": 1, "events": 2}


def test_matomo_visits_are_in_utc_and_an_order_ends_one(cleaned):
    visit = {
        "idVisit": 1, "visitorId": "c0ffee", "visitIp": "81.2.0.0", "firstActionTimestamp": NINE, "deviceType": "Smartphone",
        "lastActionTimestamp": NINE + 600, "referrerType": "campaign", "referrerName": "spring",
        "serverDate": "2026-01-05", "serverTimePretty": "10:10:00",
    }  # fmt: skip
    bought = {
        **visit,
        "idVisit": 2,
        "userId": "L-1",
        "totalEcommerceConversions": 1,
        "totalEcommerceRevenue": "49.90",
        "referrerType": "direct",
    }
    rows = [
        visit,
        visit,
        bought,
        {**visit, "idVisit": 3, "visitIp": "10.0.0.0"},
        {**visit, "idVisit": 4, "totalAbandonedCarts": 1},
    ]
    found = cleaned("matomo_visits", {"visits_2026-01-05.json": json.dumps(rows)})
    assert found.told("value", "id_device", "id_login", "campaign", "device") == [
        ("site_visit", "2026-01-05 09:00:00", None, "c0ffee", None, "spring", "smartphone"),
        ("site_visit", "2026-01-05 09:00:00", None, "c0ffee", "L-1", None, "smartphone"),
        ("site_visit", "2026-01-05 09:00:00", None, "c0ffee", None, "spring", "smartphone"),
        ("purchase_tracked", "2026-01-05 09:10:00", 49.9, "c0ffee", "L-1", None, "smartphone"),
        ("basket_abandoned", "2026-01-05 09:10:00", None, "c0ffee", None, "spring", "smartphone"),
    ]
    assert found.counts == {"raw": 5, "used": 3, "filtered": 1, "duplicate": 1, "events": 5}


def test_shopify_visits_know_their_order_by_bare_and_long_numbers(cleaned):
    def visit(number, order, hour):
        return {
            "id": number,
            "order_id": order,
            "occurred_at": f"2026-01-0{hour} 09:00:00",
            "source": "google",
            "utm_parameters_campaign": "spring",
        }

    rows = [
        visit("gid://shopify/CustomerVisit/1", "gid://shopify/Order/501", 3),
        visit("gid://shopify/CustomerVisit/1", "gid://shopify/Order/501", 3),  # the first visit is the last one, too
        visit("7", "502", 4),
        visit("8", "503", 5),
    ]
    orders = [
        {"id": "501", "name": "#1001", "email": "ana@shop.fr", "customer_id": "41", "test": "false"},
        {"id": "502", "name": "#1002", "email": "bob@shop.fr", "customer_id": "42", "test": "false"},
        {"id": "503", "name": "#1003", "email": "qa@shop.fr", "customer_id": "43", "test": "true"},
    ]
    found = cleaned("shopify_customer_visit", {"customer_visit.csv": rows, "order.csv": orders})
    assert found.told("id_order", "id_email", "id_shopify_customer", "campaign", "came_from") == [
        ("site_visit", "2026-01-03 09:00:00", "#1001", "ana@shop.fr", "41", "spring", "google"),
        ("site_visit", "2026-01-04 09:00:00", "#1002", "bob@shop.fr", "42", "spring", "google"),
    ]
    assert found.counts == {"raw": 4, "used": 2, "filtered": 1, "duplicate": 1, "events": 2}
