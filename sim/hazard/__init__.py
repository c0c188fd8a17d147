"""The hazard, and the risk to the first officer who meets it."""
