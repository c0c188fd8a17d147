"""Policies beside one another on the same luck: paired statistics and when to stop."""
