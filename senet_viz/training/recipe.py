"""Every number that decides a training run, in one frozen record."""

import math
from dataclasses import dataclass

from senet_viz.models.imagenette import SIDE


@dataclass(frozen=True, slots=True)
class Recipe:
    """SGD with momentum, growing pictures, then whole ones. The same for every version and seed.

    ``sides`` are (share of the epochs, side in px): small pictures first, since they cost less.
    Random crops make things look larger in training than in testing, which shifts what BatchNorm
    has counted (Touvron et al. 2019); so after ``epochs`` of crops come ``settling_epochs`` of
    nearly whole pictures at the size of testing, with a small learning rate of their own.

    ``weight_decay`` is for convolutions and the classifier. What stands in the SE block's place is
    free of it in every version: it would pull the gates back to the 0.5 where they start.
    """

    epochs: int = 66
    batch: int = 64
    learning_rate: float = 0.1
    warmup_epochs: float = 2.0
    momentum: float = 0.9
    weight_decay: float = 2e-3
    label_smoothing: float = 0.1
    smallest_crop: float = 0.25
    colour_jitter: float = 0.2
    sides: tuple[tuple[float, int], ...] = ((0.35, 80), (0.75, 96), (1.0, 112))
    settling_epochs: int = 6
    settling_rate: float = 0.02
    settling_crop: float = 0.8

    @property
    def all_epochs(self) -> int:
        return self.epochs + self.settling_epochs

    def side(self, epoch: int) -> int:
        """Side in px of the training pictures in this epoch, counted from 0."""
        if epoch >= self.epochs:
            return SIDE
        return next(side for share, side in self.sides if epoch < share * self.epochs)

    def crop(self, epoch: int) -> float:
        """The smallest share of a picture's area that a crop keeps in this epoch."""
        return self.smallest_crop if epoch < self.epochs else self.settling_crop

    def rate(self, epoch: float) -> float:
        """Learning rate: linear warm-up, a cosine to 0, then the settling cosine to 0."""
        if epoch < self.warmup_epochs:
            return self.learning_rate * (epoch + 0.1) / (self.warmup_epochs + 0.1)
        if epoch < self.epochs:
            done = (epoch - self.warmup_epochs) / (self.epochs - self.warmup_epochs)
            return self.learning_rate * 0.5 * (1 + math.cos(math.pi * done))
        done = (epoch - self.epochs) / self.settling_epochs
        return self.settling_rate * 0.5 * (1 + math.cos(math.pi * done))

    def sentence(self) -> str:
        """The recipe in words, for a model card."""
        start, growth = 0, []
        for share, side in self.sides:
            growth.append(f"{side} px up to epoch {round(share * self.epochs)}")
            start = round(share * self.epochs)
        return (
            f"{start} epochs, training crops of {', '.join(growth)}, batch {self.batch}, SGD with "
            f"Nesterov momentum {self.momentum}, learning rate {self.learning_rate} after "
            f"{self.warmup_epochs:g} epochs of warm-up, then one cosine to 0, weight decay "
            f"{self.weight_decay} (none in the SE block's place, on biases and on BatchNorms), "
            f"label smoothing {self.label_smoothing}, random crops of "
            f"{self.smallest_crop} to 1 of the area, flips, brightness, contrast and saturation "
            f"within {self.colour_jitter}, bfloat16 autocast; then {self.settling_epochs} epochs "
            f"at {SIDE} px with crops of {self.settling_crop} to 1, learning rate "
            f"{self.settling_rate} along a cosine to 0"
        )
