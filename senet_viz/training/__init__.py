"""The recipe that made the embedded models: ``python -m senet_viz.training``."""

from senet_viz.training.data import Split, load_split
from senet_viz.training.live import watch_training
from senet_viz.training.loop import Run, evaluate, predict, train
from senet_viz.training.recipe import Recipe
from senet_viz.training.small_sets import SmallSet, digits, pictures_in, pictures_in_zip

__all__ = [
    "Recipe",
    "Run",
    "SmallSet",
    "Split",
    "digits",
    "evaluate",
    "load_split",
    "pictures_in",
    "pictures_in_zip",
    "predict",
    "train",
    "watch_training",
]
