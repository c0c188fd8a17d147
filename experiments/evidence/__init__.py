"""Verification, facts and the ODD protocol: run from a clone, not in the wheel."""
