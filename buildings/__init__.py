"""What a place is: floor plans, their checks, their files. Knows nothing of people or policies."""
