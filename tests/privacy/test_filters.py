"""Consent and retention: rows that may not be used are left out, counted by reason, and nothing depends on today."""

from __future__ import annotations

import pandas as pd
import pyarrow.parquet
import pytest

import small_workspace as shop
from pipeline import check, clean
from pipeline.errors import ParcoursError

ORDERS = """order,email,at,amount,late_days,delivered_at,score,optin
o1,a@shop.example,2026-01-01 10:30:00,20.50,0,,,yes
o2,b@shop.example,2026-01-10 10:30:00,10.00,0,,,no
o3,c@shop.example,2026-01-10 10:30:00,10.00,0,,,
o4,d@shop.example,2025-11-30 23:59:59,10.00,0,,,yes
o5,e@shop.example,2025-11-30 23:59:59,10.00,0,2025-12-01 00:00:00,4,yes
o6,f@shop.example,2025-01-01 10:30:00,10.00,0,,,no
"""
RIGHTS = {
    "purpose": "Orders, delivered and measured",
    "legal_basis": "consent",
    "retention": "3 months",
    "consent": {"analytics": "optin = 'yes'", "advertising": "optin = 'all'"},
}


def made(tmp_path, privacy=None, **changes):
    source = {**shop.ORDERS_SOURCE, **RIGHTS, **changes}
    params = {"sources": ["orders"], "privacy": {"purpose": "analytics"} if privacy is None else privacy}
    return shop.make(tmp_path / "w", orders=ORDERS, orders_source=source, params=params)


def test_rows_are_left_out_and_counted_by_reason(tmp_path):
    workspace = made(tmp_path)
    clean.main(workspace, shop.load(workspace))
    filtered = pd.read_csv(workspace.path("data/clean/filtered.csv"))
    assert filtered.to_dict("records") == [
        {"source": "orders", "source_file": "orders.csv", "reason": "no_consent_analytics", "rows": 3},  # o2, o3, o6
        {"source": "orders", "source_file": "orders.csv", "reason": "past_retention", "rows": 1},  # o4
    ]
    conserved = pd.read_csv(workspace.path("data/clean/conservation.csv")).iloc[0]
    assert conserved["filtered"] == 4 and conserved["used"] == 2 and conserved["raw"] == 6
    events = pyarrow.parquet.read_table(workspace.path("data/clean/events/orders.parquet")).to_pandas()
    assert sorted(events["source_row"]) == [2, 6, 6], "o5 was delivered on the very first moment that is kept"


def test_a_later_cut_off_keeps_less(tmp_path):
    workspace = made(tmp_path)
    text = (workspace.root / "params.yaml").read_text(encoding="utf-8").replace("2026-03-01", "2026-03-02")
    (workspace.root / "params.yaml").write_text(text, encoding="utf-8")
    clean.main(workspace, shop.load(workspace))
    filtered = pd.read_csv(workspace.path("data/clean/filtered.csv")).set_index("reason")["rows"]
    assert filtered["past_retention"] == 2


@pytest.mark.parametrize(
    ("privacy", "changes", "message"),
    [
        ({}, {}, "data/raw/orders/source.yaml: consent: analytics, advertising, but params.yaml does not say"),
        ({"purpose": "analytic"}, {}, "no rule for the purpose 'analytic' of params.yaml. Nearest: analytics."),
        (None, {"retention": "two years"}, "source.yaml: retention: expected how long rows are kept"),
        (None, {"legal_basis": "because"}, "source.yaml: legal_basis: 'because' is unknown"),
        (None, {"consent": {"analytics": "opt_in = 'yes'"}}, "consent.analytics: no column 'opt_in'. Nearest: optin."),
        (None, {"unmasked": ["city"]}, "unmasked: no event has an attribute 'city'"),
    ],
)
def test_what_is_declared_wrongly_is_refused(tmp_path, privacy, changes, message):
    workspace = made(tmp_path, privacy, **changes)
    with pytest.raises(ParcoursError) as caught:
        check.check(workspace, shop.load(workspace))
    assert message in str(caught.value)


def test_retention_is_never_counted_from_today(tmp_path):
    workspace = made(tmp_path)
    text = (
        (workspace.root / "params.yaml")
        .read_text(encoding="utf-8")
        .replace("cut_off:", "start:")
        .replace("start: '2025-12-01'", "")
    )
    (workspace.root / "params.yaml").write_text(text.replace("\n  \n", "\n"), encoding="utf-8")
    with pytest.raises(ParcoursError, match="counted back from the cut-off, never from today"):
        check.check(workspace, shop.load(workspace))
