"""What stands on a journey map: every number beside the table and row it comes from."""
