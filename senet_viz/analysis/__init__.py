"""Records -> numbers: rankings, summaries, splits of variance, accounts of gates. NumPy alone."""
