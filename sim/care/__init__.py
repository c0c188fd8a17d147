"""First care, the way out, survival."""
