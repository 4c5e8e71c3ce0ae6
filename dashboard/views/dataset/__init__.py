"""Data set: the gates of a network over many pictures."""
