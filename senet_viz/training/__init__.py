"""The recipe that made the embedded models: ``python -m senet_viz.training``."""
