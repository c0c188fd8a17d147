"""What people inside do: lock down, hide, knock, leave."""
