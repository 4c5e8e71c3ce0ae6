"""What this person has chosen, typed, pinned and edited."""
