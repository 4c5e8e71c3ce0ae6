"""Every number that decides a training run, in one frozen record."""

import math
from dataclasses import dataclass, replace
from typing import Literal

from senet_viz.models.imagenette import SIDE


@dataclass(frozen=True, slots=True)
class Recipe:
    """Muon on random crops that grow. The same for every version and seed.

    Muon (Jordan et al. 2024) makes the update of each convolution's matrix orthogonal; timm has it.
    The classifier, the norms and what stands in the SE block's place are AdamW's, at
    ``other_rate`` times the learning rate.

    What is tested and stored is the exponential moving average of the weights over steps,
    ``average`` of it kept at each.

    ``sides`` are (share of the epochs, side in px): small pictures first, since they cost less.
    Random crops make things look larger in training than in testing (Touvron et al. 2019): so the
    training pictures stay smaller than the tested ones, and BatchNorm's means and variances are
    counted again over whole training pictures at the size of testing.

    ``weight_decay`` is for convolutions and the classifier. What stands in the SE block's place is
    free of it in every version: it would pull the gates back to the 0.5 where they start.

    ``precision`` is that of the forward pass: bfloat16 autocast is several times faster on a CPU
    with AMX or on a GPU, and slower than float32 on others.
    """

    epochs: int = 72
    batch: int = 128
    learning_rate: float = 0.02
    other_rate: float = 0.1
    warmup_epochs: float = 2.0
    momentum: float = 0.95
    weight_decay: float = 0.05
    average: float = 0.998
    label_smoothing: float = 0.1
    smallest_crop: float = 0.35
    colour_jitter: float = 0.2
    sides: tuple[tuple[float, int], ...] = ((0.3, 64), (0.7, 80), (1.0, 96))
    precision: Literal["bfloat16", "float32"] = "float32"

    def side(self, epoch: int) -> int:
        """Side in px of the training pictures in this epoch, counted from 0."""
        return next(side for share, side in self.sides if epoch < share * self.epochs)

    def rate(self, epoch: float) -> float:
        """Learning rate: linear warm-up, then one cosine to 0."""
        if epoch < self.warmup_epochs:
            return self.learning_rate * (epoch + 0.1) / (self.warmup_epochs + 0.1)
        done = (epoch - self.warmup_epochs) / (self.epochs - self.warmup_epochs)
        return self.learning_rate * 0.5 * (1 + math.cos(math.pi * done))

    def sentence(self) -> str:
        """The recipe in words, for a model card."""
        growth = ", ".join(
            f"{side} px up to epoch {round(share * self.epochs)}" for share, side in self.sides
        )
        arithmetic = "bfloat16 autocast" if self.precision == "bfloat16" else "float32"
        return (
            f"{self.epochs} epochs, training crops of {growth}, batch {self.batch}, Muon with "
            f"Nesterov momentum {self.momentum} for convolutions and AdamW at {self.other_rate:g} "
            f"of its rate for the rest, learning rate {self.learning_rate} after "
            f"{self.warmup_epochs:g} epochs of warm-up, then one cosine to 0, weight decay "
            f"{self.weight_decay} (none in the SE block's place, on biases and on BatchNorms), "
            f"label smoothing {self.label_smoothing}, random crops of "
            f"{self.smallest_crop} to 1 of the area, flips, brightness, contrast and saturation "
            f"within {self.colour_jitter}, {arithmetic}; weights averaged over steps "
            f"(exponentially, {self.average}), BatchNorm counted on the whole training pictures "
            f"at {SIDE} px"
        )


SHORT = replace(Recipe(), epochs=16, sides=((0.5, 64), (1.0, 80)))
"""The same recipe with fewer epochs on smaller pictures, for many runs on a CPU."""
