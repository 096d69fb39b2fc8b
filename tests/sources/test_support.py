"""Zendesk and Intercom: merged tickets, private notes, repeated versions, staff and robots."""

from __future__ import annotations

import json

USERS = [
    {"id": "11", "email": "Ana@Shop.fr ", "phone": "+33 6 12 34 56 78", "role": "end-user"},
    {"id": "12", "email": "bob@shop.fr", "role": "end-user"},
    {"id": "90", "email": "lea@brand.fr", "role": "agent"},
]
TICKETS = [
    {"id": "1", "requester_id": "11", "created_at": "2026-01-05 09:00:00", "status": "open", "priority": "high"},
    {"id": "2", "requester_id": "11", "created_at": "2026-01-05 09:05:00", "status": "closed"},  # merged into 1
    {"id": "3", "requester_id": "12", "created_at": "2026-01-06 10:00:00", "status": "open"},  # a test
    {"id": "4", "requester_id": "90", "created_at": "2026-01-06 11:00:00", "status": "open"},  # an agent's
    {"id": "5", "requester_id": "12", "created_at": "2026-01-07 11:00:00", "status": "deleted"},
]
TAGS = [
    {"ticket_id": "2", "tag": "closed_by_merge"},
    {"ticket_id": "2", "tag": "vip"},
    {"ticket_id": "3", "tag": "test"},
]


def test_zendesk_tickets_merged_into_others_tests_and_staff_are_left_out(cleaned):
    again = [*TICKETS, {**TICKETS[0], "status": "solved"}]  # the same ticket in the next export
    found = cleaned("zendesk_ticket", {"ticket.csv": again, "user.csv": USERS, "ticket_tag.csv": TAGS})
    assert found.told("id_zendesk_user", "id_email", "id_phone", "ticket_priority") == [
        ("ticket_opened", "2026-01-05 09:00:00", "11", "ana@shop.fr", "+33612345678", "high")
    ]
    assert found.counts == {"raw": 6, "used": 1, "filtered": 4, "duplicate": 1, "events": 1}


def test_zendesk_comments_belong_to_the_person_who_asked(cleaned):
    comments = [
        {
            "id": "a",
            "ticket_id": "1",
            "user_id": "11",
            "created": "2026-01-05 09:00:00",
            "public": "true",
        },  # the ticket's text
        {
            "id": "b",
            "ticket_id": "1",
            "user_id": "90",
            "created": "2026-01-05 10:00:00",
            "public": "false",
        },  # a private note
        {"id": "c", "ticket_id": "1", "user_id": "90", "created": "2026-01-05 10:30:00", "public": "true"},
        {"id": "d", "ticket_id": "1", "user_id": "11", "created": "2026-01-05 12:00:00", "public": "true"},
        {"id": "e", "ticket_id": "2", "user_id": "11", "created": "2026-01-05 12:30:00", "public": "true"},  # merged
    ]
    files = {"ticket_comment.csv": comments, "ticket.csv": TICKETS, "user.csv": USERS, "ticket_tag.csv": TAGS}
    found = cleaned("zendesk_comment", files)
    assert found.told("actor", "id_zendesk_user", "id_email") == [
        ("ticket_answered", "2026-01-05 10:30:00", "brand", "11", "ana@shop.fr"),
        ("ticket_followed_up", "2026-01-05 12:00:00", "customer", "11", "ana@shop.fr"),
    ]
    assert found.counts == {"raw": 5, "used": 2, "empty": 1, "filtered": 2, "events": 2}


def test_zendesk_chat_reads_messages_once(cleaned):
    def said(index, actor, kind="ChatMessage", history="false"):
        return {
            "chat_id": "c1", "chat_index": str(index), "actor_id": actor, "type": kind, "is_history_context": history,
            "created_at": f"2026-01-05 09:0{index}:00",
        }  # fmt: skip

    chat = [said(0, "11", "ChatJoin"), said(1, "11"), said(2, "90"), said(3, "11", history="true")]
    of_visitor = [{"chat_id": "c1", "ticket_id": "1", "user_id": "11", "visitor_id": "v-7"}]
    found = cleaned("zendesk_chat", {"ticket_chat_event.csv": chat, "ticket_chat.csv": of_visitor, "user.csv": USERS})
    assert found.told("actor", "id_zendesk_user", "id_email", "id_device") == [
        ("chat_message", "2026-01-05 09:01:00", "customer", "11", "ana@shop.fr", "v-7"),
        ("chat_answered", "2026-01-05 09:02:00", "brand", "11", "ana@shop.fr", "v-7"),
    ]
    assert found.counts == {"raw": 4, "used": 2, "empty": 1, "filtered": 1, "events": 2}


def test_zendesk_field_history_tells_solved_from_reopened_and_merged(cleaned):
    def change(ticket, hour, value, field="status"):
        return {"ticket_id": ticket, "updated": f"2026-01-05 {hour}:00:00", "field_name": field, "value": value}

    changes = [
        change("1", 16, "solved"), change("1", 10, "pending"), change("1", 12, "solved"), change("1", 14, "open"),
        change("1", 11, "urgent", "priority"), change("2", 13, "solved"), change("1", 18, "closed"),
    ]  # fmt: skip
    files = {"ticket_field_history.csv": changes, "ticket.csv": TICKETS, "user.csv": USERS, "ticket_tag.csv": TAGS}
    found = cleaned("zendesk_field_history", files)
    assert found.told("actor", "id_zendesk_user") == [
        ("ticket_solved", "2026-01-05 12:00:00", "brand", "11"),
        ("ticket_reopened", "2026-01-05 14:00:00", "customer", "11"),
        ("ticket_solved", "2026-01-05 16:00:00", "brand", "11"),
    ]
    assert found.counts == {"raw": 7, "used": 3, "empty": 3, "filtered": 1, "events": 3}


def test_zendesk_satisfaction_is_dated_when_it_was_given(cleaned):
    def rating(number, score):
        moments = {"created_at": "2026-01-05T09:00:00Z", "updated_at": f"2026-01-06T09:0{number}:00Z"}
        return {"id": number, "requester_id": 11, "ticket_id": 1, "score": score, **moments}

    ratings = [rating(1, "offered"), rating(2, "good"), rating(3, "bad_with_comment"), rating(4, "unoffered")]
    answer = json.dumps({"satisfaction_ratings": ratings, "next_page": None, "count": 4})
    found = cleaned("zendesk_satisfaction", {"satisfaction_ratings.json": answer, "user.csv": USERS})
    assert found.told("score", "emotion", "id_email") == [
        ("csat_answered", "2026-01-06 09:02:00", 1.0, 2.0, "ana@shop.fr"),
        ("csat_answered", "2026-01-06 09:03:00", 0.0, -2.0, "ana@shop.fr"),
    ]
    assert found.counts == {"raw": 4, "used": 2, "empty": 2, "events": 2}


CONTACTS = [
    {"id": "k1", "email": "old@shop.fr", "_fivetran_active": "false"},
    {"id": "k1", "email": "ana@shop.fr", "external_id": "L-1", "_fivetran_active": "true"},
]
MEMBERS = [{"conversation_id": "7", "contact_id": "k1", "_fivetran_active": "true"}]


def test_intercom_counts_the_active_version_and_no_campaign_message(cleaned):
    talk = {
        "id": "7", "created_at": "2026-01-05 09:00:00", "source_author_type": "user", "source_type": "conversation",
        "_fivetran_active": "true", "conversation_rating_value": "4",
        "conversation_rating_created_at": "2026-01-05 18:00:00",
    }  # fmt: skip
    versions = [
        {**talk, "_fivetran_active": "false", "conversation_rating_value": "", "conversation_rating_created_at": ""},
        talk,
        {"id": "8", "created_at": "2026-01-06 09:00:00", "source_author_type": "admin", "_fivetran_active": "true"},
        {"id": "9", "created_at": "2026-01-06 09:00:00", "source_author_type": "bot", "_fivetran_active": "true"},
    ]
    files = {"conversation_contact_history.csv": MEMBERS, "contact_history.csv": CONTACTS}
    found = cleaned("intercom_conversation", {"conversation_history.csv": versions, **files})
    assert found.told("channel", "score", "id_intercom_contact", "id_login", "id_email") == [
        ("conversation_started", "2026-01-05 09:00:00", "support", None, "k1", "L-1", "ana@shop.fr"),
        ("csat_answered", "2026-01-05 18:00:00", "survey", 4.0, "k1", "L-1", "ana@shop.fr"),
    ]
    assert found.counts == {"raw": 4, "used": 1, "empty": 2, "duplicate": 1, "events": 2}


def test_intercom_replies_of_both_sides_are_the_contact_s(cleaned):
    def part(number, author, kind="comment", is_active="true"):
        return {
            "id": str(number), "conversation_id": "7", "author_type": author, "part_type": kind,
            "created_at": f"2026-01-05 09:1{number}:00", "_fivetran_active": is_active,
        }  # fmt: skip

    parts = [
        part(1, "user"),
        part(2, "admin"),
        part(3, "bot"),
        part(4, "admin", "note"),
        part(1, "user", "assignment", is_active="false"),
    ]
    files = {"conversation_contact_history.csv": MEMBERS, "contact_history.csv": CONTACTS}
    found = cleaned("intercom_reply", {"conversation_part_history.csv": parts, **files})
    assert found.told("actor", "id_intercom_contact", "id_email") == [
        ("conversation_followed_up", "2026-01-05 09:11:00", "customer", "k1", "ana@shop.fr"),
        ("conversation_answered", "2026-01-05 09:12:00", "brand", "k1", "ana@shop.fr"),
    ]
    assert found.counts == {"raw": 5, "used": 2, "empty": 2, "duplicate": 1, "events": 2}
