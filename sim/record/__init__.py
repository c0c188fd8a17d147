"""What a run leaves behind: stamps, the outcome, a recording."""
