"""Layers: every block of the network, two side by side."""
