"""What every other package may use: errors, records, language. It needs NumPy and Babel alone."""
