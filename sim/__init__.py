"""One incident: people, doors, responders and clocks of a response, as a Mesa model over arrays."""

MODEL_VERSION = "7"
"""Raised whenever results change; results of different versions never share a folder."""
