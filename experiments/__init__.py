"""Many incidents: designs, studies, comparisons, figures, reports, replays and the command line."""
