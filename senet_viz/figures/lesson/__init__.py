"""Charts of Learn: the block step by step."""
