"""Who is called, who comes, who commands, who goes in."""
