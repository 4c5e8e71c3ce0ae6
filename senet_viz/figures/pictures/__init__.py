"""Charts of several pictures, and of two networks."""
