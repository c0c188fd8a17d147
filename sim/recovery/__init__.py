"""All-clear, release and reunification."""
