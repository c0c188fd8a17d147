"""Who is in the building, where they stand, and how they walk."""
