"""Codes of the reasons for which rows are left out for people's rights."""

NO_CONSENT, PAST_RETENTION = "no_consent", "past_retention"  # the first is followed by _<purpose>
