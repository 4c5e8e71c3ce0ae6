"""What this view alone asks of the library, kept."""
