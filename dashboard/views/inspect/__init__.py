"""Inspect: one picture, one block, its channels."""
