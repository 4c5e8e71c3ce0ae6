"""Cached library calls of this view."""
