"""What may be seen of a run from outside."""
