"""A source: its description, the ready ones, and how its rows become events."""
