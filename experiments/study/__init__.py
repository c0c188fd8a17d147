"""Many runs: design, workers, parts on disk, the table of results."""
