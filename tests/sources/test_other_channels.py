"""Advertising, e-mail, calls, app, social networks and process logs: sums, robots, hidden numbers, own posts."""

from __future__ import annotations

import json

import pytest

from pipeline.errors import ParcoursError


def test_google_ads_are_sums_and_give_no_event(cleaned):
    def day(date, micros, device="MOBILE"):
        return {
            "id": "c1",
            "date": date,
            "cost_micros": micros,
            "clicks": "12",
            "impressions": "900",
            "device": device,
            "ad_network_type": "SEARCH",
        }

    rows = [
        day("2026-01-05", "12340000"),
        day("2026-01-05", "1000000", "DESKTOP"),
        day("2026-01-05", "12340000"),
        day("2026-01-06", "12.34"),
    ]
    found = cleaned("google_ads_campaign", {"campaign_stats.csv": rows})
    assert found.told() == []
    assert found.counts == {"raw": 4, "empty": 2, "refused": 1, "duplicate": 1}
    assert found.reasons == {5: "unreadable_value"}  # a cost that is no count of millionths


def test_meta_ads_are_sums_and_give_no_event(cleaned):
    rows = [
        {
            "ad_id": "1",
            "date": "2026-01-05",
            "spend": "12.34",
            "impressions": "900",
            "inline_link_clicks": "7",
            "reach": "600",
        },
        {"ad_id": "2", "date": "yesterday", "spend": "12.34"},
    ]
    found = cleaned("meta_ads", {"basic_ad.csv": rows})
    assert found.told() == []
    assert found.counts == {"raw": 2, "empty": 1, "refused": 1}


def test_hubspot_emails_without_robots_and_what_was_corrected(cleaned):
    def event(number, kind, **more):
        moment = {"created": f"2026-01-05 09:0{number}:00", "filtered_event": "false", "email_campaign_id": "7"}
        return {"id": f"e{number}", "type": kind, "recipient": "Ana@Shop.fr", **moment, **more}

    events = [
        event(1, "SENT", filtered_event=""), event(2, "OPEN"), event(3, "OPEN", filtered_event="true"), event(4, "CLICK"),
        event(5, "BOUNCE", obsoleted_by_id="e6"), event(2, "OPEN"), event(7, "SPAMREPORT"),
    ]  # fmt: skip
    found = cleaned(
        "hubspot_email_event", {"email_event.csv": events, "email_campaign.csv": [{"id": "7", "name": "spring"}]}
    )
    assert found.told("id_email", "campaign") == [
        ("email_opened", "2026-01-05 09:02:00", "ana@shop.fr", "spring"),
        ("email_clicked", "2026-01-05 09:04:00", "ana@shop.fr", "spring"),
        ("email_reported_as_spam", "2026-01-05 09:07:00", "ana@shop.fr", "spring"),
    ]
    assert found.counts == {"raw": 7, "used": 3, "empty": 1, "filtered": 2, "duplicate": 1, "events": 3}


def test_klaviyo_leaves_out_robots_and_copies_of_orders(cleaned):
    def event(number, kind, **more):
        return {
            "id": f"e{number}",
            "type": kind,
            "person_id": "p1",
            "datetime": f"2026-01-05 09:0{number}:00",
            "campaign_id": "k1",
            **more,
        }

    events = [
        event(1, "Received Email"), event(2, "Opened Email", property_client_type="email client"),
        event(3, "Opened Email", property_client_type="robot"), event(4, "Clicked Email"), event(4, "Clicked Email"),
        event(5, "Placed Order", property_value="49.90"), event(6, "Unsubscribed"), event(7, "Opened Email", person_id="p2"),
    ]  # fmt: skip
    persons = [
        {"id": "p1", "email": "Ana@Shop.fr", "phone_number": "+33612345678"},
        {"id": "p2", "email": "qa@example.com"},
    ]
    found = cleaned(
        "klaviyo_event", {"event.csv": events, "person.csv": persons, "campaign.csv": [{"id": "k1", "name": "spring"}]}
    )
    assert found.told("value", "id_klaviyo_profile", "id_email", "id_phone", "campaign") == [
        ("email_opened", "2026-01-05 09:02:00", None, "p1", "ana@shop.fr", "+33612345678", "spring"),
        ("email_clicked", "2026-01-05 09:04:00", None, "p1", "ana@shop.fr", "+33612345678", "spring"),
        ("unsubscribed", "2026-01-05 09:06:00", None, "p1", "ana@shop.fr", "+33612345678", "spring"),
    ]
    assert found.counts == {"raw": 8, "used": 3, "empty": 2, "filtered": 2, "duplicate": 1, "events": 3}


def test_twilio_calls_have_two_legs_and_hidden_numbers(cleaned):
    def call(number, caller, called, direction="inbound", status="completed", **more):
        return {
            "id": f"CA{number}",
            "from": caller,
            "to": called,
            "direction": direction,
            "status": status,
            "start_time": f"2026-01-05 09:0{number}:00",
            **more,
        }

    desk = "+33155000000"
    calls = [
        call(1, "+33612345678", desk),
        call(2, "+33612345678", "client:lea", "outbound-dial", parent_call_id="CA1"),
        call(3, "+266696687", desk),  # a hidden number
        call(4, "anonymous", desk, status="no-answer"),
        call(5, desk, "+33612345678", "outbound-api"),
        call(6, desk, "+33612345678", "outbound-api", "busy"),
        call(7, "sip:lea@brand.sip", desk),
        call(8, "+33155000099", desk),  # the line for tests
        call(1, "+33612345678", desk),
    ]
    found = cleaned("twilio_call", {"call.csv": calls})
    assert found.told("actor", "id_phone") == [
        ("call_received", "2026-01-05 09:01:00", "customer", "+33612345678"),
        ("call_received", "2026-01-05 09:03:00", "customer", None),
        ("call_missed", "2026-01-05 09:04:00", "customer", None),
        ("call_made", "2026-01-05 09:05:00", "brand", "+33612345678"),
        ("call_received", "2026-01-05 09:07:00", "customer", None),
    ]
    assert found.counts == {"raw": 9, "used": 5, "empty": 1, "filtered": 2, "duplicate": 1, "events": 5}


def test_amplitude_reads_properties_and_counts_what_was_sent_twice_once(cleaned):
    def event(number, kind, **more):
        moment = f"2026-01-05 09:0{number}:00.250000"
        return {
            "uuid": f"u{number}",
            "_insert_id": f"i{number}",
            "device_id": "d1",
            "amplitude_id": "77",
            "event_type": kind,
            "event_time": moment,
            "platform": "iOS",
            **more,
        }

    rows = [
        event(1, "session_start", user_id="undefined"),
        event(1, "session_start", uuid="u9"),  # sent twice: another uuid, the same _insert_id
        event(2, "[Amplitude] Screen Viewed", event_properties='{"campaign": "spring", "n": 1}', user_id="L-1"),
        event(3, "revenue_amount", event_properties='{"$revenue": 4.99, "note": "said \\"$revenue\\": 9"}'),
        event(4, "swiped"),
        event(5, "session_start", user_id="test-1"),
    ]
    found = cleaned("amplitude_event", {"event.csv": rows})
    assert found.told("value", "id_device", "id_login", "id_amplitude_user", "campaign", "device") == [
        ("app_opened", "2026-01-05 09:01:00", None, "d1", None, "77", None, "ios"),
        ("screen_viewed", "2026-01-05 09:02:00", None, "d1", "L-1", "77", "spring", "ios"),
        ("purchase_tracked", "2026-01-05 09:03:00", 4.99, "d1", None, "77", None, "ios"),
    ]
    assert found.counts == {"raw": 6, "used": 3, "empty": 1, "filtered": 1, "duplicate": 1, "events": 3}


def test_mixpanel_tells_devices_from_people(cleaned):
    def event(number, kind, who, **more):
        return {
            "insert_id": f"i{number}",
            "name": kind,
            "distinct_id": who,
            "time": f"2026-01-05 09:0{number}:00",
            "device_id": "d1",
            "os": "Android",
            **more,
        }

    rows = [
        event(1, "$ae_first_open", "$device:d1"), event(2, "$session_start", "L-1"), event(2, "$session_start", "L-1"),
        event(3, "$ae_iap", "L-1", properties='{"$ae_iap_price": "4.99"}'), event(4, "plays", "L-1"), event(5, "$session_start", "test-2"),
    ]  # fmt: skip
    found = cleaned("mixpanel_event", {"event.csv": rows})
    assert found.told("value", "id_mixpanel_user", "id_device", "device") == [
        ("app_installed", "2026-01-05 09:01:00", None, None, "d1", "android"),
        ("app_opened", "2026-01-05 09:02:00", None, "L-1", "d1", "android"),
        ("in_app_purchase", "2026-01-05 09:03:00", 4.99, "L-1", "d1", "android"),
    ]
    assert found.counts == {"raw": 6, "used": 3, "empty": 1, "filtered": 1, "duplicate": 1, "events": 3}


def test_x_posts_without_the_brand_s_own(cleaned):
    def post(number, author, **more):
        return {
            "id": f"19000000000000000{number}",
            "user_id": author,
            "created_at": f"2026-01-05 09:0{number}:00",
            "retweeted": "false",
            "lang": "fr",
            **more,
        }

    posts = [
        post(1, "7"),
        post(2, "7", in_reply_to_status_id="1900000000000000001"),
        post(3, "9"),
        post(4, "7", retweeted="true"),
        post(1, "7"),
    ]
    authors = [{"id": "7", "screen_name": "Ana_M"}, {"id": "9", "screen_name": "Your_Brand"}]
    found = cleaned("x_post", {"tweet.csv": posts, "twitter_user_history.csv": authors})
    assert found.told("id_x_user", "id_handle", "language") == [
        ("social_post", "2026-01-05 09:01:00", "7", "ana_m", "fr"),
        ("social_reply", "2026-01-05 09:02:00", "7", "ana_m", "fr"),
    ]
    assert found.counts == {"raw": 5, "used": 2, "filtered": 2, "duplicate": 1, "events": 2}


def test_facebook_comments_without_the_page_s_own(cleaned):
    def comment(number, **more):
        return {"id": f"1_{number}", "created_time": f"2026-01-05T09:0{number}:00+0000", "message": "…", **more}

    rows = [
        comment(1, **{"from": {"id": "55", "name": "Ana"}}),
        comment(2, **{"from": {"id": "100000000000001"}, "parent": {"id": "1_1"}}),  # the page answers
        comment(3, parent={"id": "1_1"}),  # the page may not see who
    ]
    answer = json.dumps({"data": rows, "paging": {"cursors": {"after": "MTAy"}}})
    found = cleaned("facebook_comment", {"comments.json": answer})
    assert found.told("id_facebook_user", "is_answer_to_comment") == [
        ("social_reply", "2026-01-05 09:01:00", "55", False),
        ("social_reply", "2026-01-05 09:03:00", None, True),
    ]
    assert found.counts == {"raw": 3, "used": 2, "filtered": 1, "events": 2}


def test_xes_counts_completed_activities(cleaned):
    def event(name, transition, hour):
        return (
            f'<event><string key="concept:name" value="{name}"/><string key="lifecycle:transition" value="{transition}"/>'
            f'<date key="time:timestamp" value="2026-01-05T{hour}:00:00.000+01:00"/></event>'
        )

    events = event("check", "schedule", "09") + event("check", "COMPLETE", "10") + event("decide", "complete", "12")
    text = f'<log xmlns="http://www.xes-standard.org/"><trace><string key="concept:name" value="case 1"/>{events}</trace></log>'
    found = cleaned("xes_log", {"loans.xes": text})
    assert found.told("id_case", "activity") == [
        ("activity", "2026-01-05 09:00:00", "case 1", "check"),
        ("activity", "2026-01-05 11:00:00", "case 1", "decide"),
    ]
    assert found.counts == {"raw": 3, "used": 2, "filtered": 1, "events": 2}


def test_ocel_events_of_several_customers_belong_to_nobody(cleaned):
    def event(number, kind, *objects):
        related = [{"objectId": one, "qualifier": "of"} for one in objects]
        return {
            "id": f"e{number}",
            "type": kind,
            "time": f"2026-01-05T0{number}:00:00Z",
            "attributes": [],
            "relationships": related,
        }

    types = {"c1": "customer", "c2": "customer", "o1": "order"}
    log = {
        "objectTypes": [{"name": "customer", "attributes": []}, {"name": "order", "attributes": []}],
        "eventTypes": [{"name": "order", "attributes": []}, {"name": "share", "attributes": []}],
        "objects": [{"id": one, "type": kind} for one, kind in types.items()],
        "events": [
            event(8, "order", "c1", "o1"),
            event(9, "share", "c1", "c2", "o1"),
            event(9, "share", "c1", "c2", "o1"),
        ],
    }
    found = cleaned("ocel_log", {"orders.json": json.dumps(log)})
    assert found.told("id_customer", "id_order", "activity") == [
        ("activity", "2026-01-05 08:00:00", "c1", "o1", "order"),
        ("activity", "2026-01-05 09:00:00", None, "o1", "share"),
    ]
    assert found.counts == {"raw": 3, "used": 2, "duplicate": 1, "events": 2}


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("identifiers: {email: account_id}", "identifiers: an aggregate names nobody"),
        ("events: [{touchpoint: ad_seen, occurred_at: date}]", "events: an aggregate has no events"),
    ],
)
def test_sums_over_people_name_nobody(cleaned, more, message):
    with pytest.raises(ParcoursError, match=message):
        cleaned("meta_ads", {}, ("aggregate: true", f"aggregate: true\n{more}"))
