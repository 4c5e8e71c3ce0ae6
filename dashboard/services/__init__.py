"""Cached calls of the library that more than one view makes. Networks run here."""
