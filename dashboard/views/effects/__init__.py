"""What matters: what becomes of the answer when gates are replaced."""
