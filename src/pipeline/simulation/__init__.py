"""A brand that exists nowhere: its truth, its world, its exports. Shares no code with the estimators."""
