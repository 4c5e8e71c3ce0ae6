"""Learn: the block step by step, with the numbers of the person's own picture."""
