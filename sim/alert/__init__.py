"""Who learns of it, from whom, and when."""
