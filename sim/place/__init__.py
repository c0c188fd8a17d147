"""Where people are: a plan compiled for walking and seeing, and the state of its doors."""
