"""Finding SE blocks in a network, and reading their layers."""
