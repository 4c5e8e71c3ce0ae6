"""Hostile input, many people at once, long hours: ``python -m tests.soak [PART ...]``."""
