"""Months beside each other: what changed, which looks were taken at it, and the runs it is read from."""
