"""Costs: multiply-adds, parameters and time, and what goes with a block."""
