"""Qualtrics and a loyalty card: answers as values of questions, rows under the header, times both clock changes touch."""

from __future__ import annotations

import csv
import io


def test_qualtrics_answers_are_values_of_questions(cleaned):
    responses = [
        {
            "id": "R_1",
            "survey_id": "SV_1",
            "status": "0",
            "recorded_date": "2026-01-05 09:00:00",
            "recipient_email": "Ana@Shop.fr",
        },
        {
            "id": "R_2",
            "survey_id": "SV_2",
            "status": "4",
            "recorded_date": "2026-01-06 09:00:00",
            "recipient_email": "bob@shop.fr",
        },
        {"id": "R_3", "survey_id": "SV_1", "status": "1", "recorded_date": "2026-01-07 09:00:00"},  # a preview
        {
            "id": "R_4",
            "survey_id": "SV_1",
            "status": "0",
            "recorded_date": "2026-01-08 09:00:00",
        },  # no question answered
        {"id": "R_5", "survey_id": "SV_1", "status": "0", "recorded_date": "2026-01-09 09:00:00"},  # off the scale
    ]
    questions = [  # QID1 is another question in each survey
        {"id": "QID1", "survey_id": "SV_1", "data_export_tag": "NPS"},
        {"id": "QID1", "survey_id": "SV_2", "data_export_tag": "CES"},
        {"id": "QID2", "survey_id": "SV_2", "data_export_tag": "CSAT"},
    ]
    answers = [
        {"response_id": "R_1", "question_id": "QID1", "value": "9"},
        {"response_id": "R_2", "question_id": "QID1", "value": "7"},
        {"response_id": "R_2", "question_id": "QID2", "value": "1"},
        {"response_id": "R_3", "question_id": "QID1", "value": "0"},
        {"response_id": "R_5", "question_id": "QID1", "value": "11"},
    ]
    about = [{"response_id": "R_1", "key": "order_name", "value": "#1001"}]
    files = {"question.csv": questions, "question_response.csv": answers, "survey_embedded_data.csv": about}
    found = cleaned("qualtrics_response", {"survey_response.csv": responses, **files})
    assert found.told("score", "emotion", "id_email", "id_order") == [
        ("nps_answered", "2026-01-05 09:00:00", 9.0, 1.6, "ana@shop.fr", "#1001"),
        ("csat_answered", "2026-01-06 09:00:00", 1.0, -2.0, "bob@shop.fr", None),
        ("ces_answered", "2026-01-06 09:00:00", 7.0, 2.0, "bob@shop.fr", None),
    ]
    assert found.counts == {"raw": 5, "used": 2, "empty": 1, "filtered": 1, "refused": 1, "events": 3}
    assert found.reasons == {6: "score_off_its_scale"}


QUALTRICS_HEAD = [
    "StartDate", "EndDate", "Status", "IPAddress", "Progress", "Duration (in seconds)", "Finished", "RecordedDate",
    "ResponseId", "RecipientLastName", "RecipientFirstName", "RecipientEmail", "ExternalReference", "LocationLatitude",
    "LocationLongitude", "DistributionChannel", "UserLanguage", "NPS", "CSAT", "NPS_comment",
]  # fmt: skip


def test_qualtrics_csv_has_three_header_rows_and_local_times(cleaned):
    def answer(number, moment, nps, csat="", status="0"):
        values = dict(
            RecordedDate=moment,
            ResponseId=f"R_{number}",
            RecipientEmail="Ana@Shop.fr",
            NPS=nps,
            CSAT=csat,
            Status=status,
        )
        return [values.get(name, "") for name in QUALTRICS_HEAD]

    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(QUALTRICS_HEAD)
    writer.writerow([f"Question about {name},\nin two lines" for name in QUALTRICS_HEAD])
    writer.writerow([f'{{"ImportId":"{name}","timeZone":"Europe/Paris"}}' for name in QUALTRICS_HEAD])
    writer.writerows(
        [
            answer(1, "2026-03-29 01:59:59", "10"),  # winter still: 00:59:59 in UTC
            answer(2, "2026-03-29 02:30:00", "9"),  # the hour that does not exist: as if the clock had not moved
            answer(3, "2026-03-29 03:00:00", "8", "5"),  # summer: 01:00:00 in UTC
            answer(4, "2026-10-25 01:59:59", "7"),  # summer still: 23:59:59 the day before
            answer(5, "2026-10-25 02:30:00", "6"),  # the hour that comes twice: the second one
            answer(6, "2026-10-25 03:00:00", "5"),  # winter: 02:00:00 in UTC
            answer(7, "2026-01-05 10:00:00", "0", status="Survey Preview"),
            answer(6, "2026-10-25 03:00:00", "5"),
        ]
    )
    found = cleaned("qualtrics_csv", {"survey.csv": text.getvalue()})
    assert found.told("score", "id_email") == [
        ("nps_answered", "2026-03-29 00:59:59", 10.0, "ana@shop.fr"),
        ("nps_answered", "2026-03-29 01:00:00", 8.0, "ana@shop.fr"),
        ("csat_answered", "2026-03-29 01:00:00", 5.0, "ana@shop.fr"),
        ("nps_answered", "2026-03-29 01:30:00", 9.0, "ana@shop.fr"),
        ("nps_answered", "2026-10-24 23:59:59", 7.0, "ana@shop.fr"),
        ("nps_answered", "2026-10-25 01:30:00", 6.0, "ana@shop.fr"),
        ("nps_answered", "2026-10-25 02:00:00", 5.0, "ana@shop.fr"),
    ]
    assert found.counts == {"raw": 8, "used": 6, "filtered": 1, "duplicate": 1, "events": 7}


def test_qualtrics_distributions_tell_who_was_asked(cleaned):
    asked = [
        {
            "contact_id": "CID_1",
            "distribution_id": "EMD_1",
            "sent_at": "2026-01-05 09:00:00",
            "opened_at": "2026-01-05 10:00:00",
            "status": "Success",
        },
        {"contact_id": "CID_2", "distribution_id": "EMD_1", "sent_at": "2026-01-05 09:00:00", "status": "HardBounce"},
    ]
    people = [{"id": "CID_1", "email": "Ana@Shop.fr"}, {"id": "CID_2", "email": "bob@shop.fr"}]
    found = cleaned("qualtrics_distribution", {"distribution_contact.csv": asked, "directory_contact.csv": people})
    assert found.told("actor", "id_qualtrics_contact", "id_email") == [
        ("survey_sent", "2026-01-05 09:00:00", "brand", "CID_1", "ana@shop.fr"),
        ("survey_opened", "2026-01-05 10:00:00", "customer", "CID_1", "ana@shop.fr"),
    ]
    assert found.counts == {"raw": 2, "used": 1, "filtered": 1, "events": 2}


def test_loyalty_cards_are_local_days_first_and_have_decimal_commas(cleaned):
    def use(day, amount, card="0007", email="Ana@Shop.fr"):
        return {
            "numero_carte": card, "email": email, "date_adhesion": "02/01/2026", "date_passage": day, "montant": amount,
            "magasin": "Besançon",
        }  # fmt: skip

    rows = [
        use("29/03/2026 02:30", "12,50"),  # the hour that does not exist: as if the clock had not moved
        use("25/10/2026 02:30:00", "1 234,50", card="7"),  # the hour that comes twice: the second one
        use("25/10/2026 02:30:00", "1 234,50", card="7"),  # exported twice
        use("05/01/2026 10:00", "5,00", card="9999", email="test@shop.fr"),
        use("05/01/2026 10:00", "cinq", card="0008"),
    ]
    header = ["numero_carte", "email", "telephone", "date_adhesion", "date_passage", "magasin", "montant"]
    lines = [";".join(header), *(";".join(row.get(name, "") for name in header) for row in rows)]
    found = cleaned("loyalty_card", {"uses.csv": "\n".join(lines).encode("cp1252")})
    assert found.told("channel", "value", "id_card", "id_email", "store") == [
        ("card_joined", "2026-01-01 23:00:00", "loyalty", None, "7", "ana@shop.fr", None),
        ("card_used", "2026-03-29 01:30:00", "store", 12.5, "7", "ana@shop.fr", "Besançon"),
        ("card_used", "2026-10-25 01:30:00", "store", 1234.5, "7", "ana@shop.fr", "Besançon"),
    ]
    assert found.counts == {"raw": 5, "used": 2, "filtered": 1, "refused": 1, "duplicate": 1, "events": 3}
    assert found.reasons == {6: "unreadable_value"}
