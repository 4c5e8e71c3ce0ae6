"""Every number that decides a training run, in one frozen record."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recipe:
    """SGD with momentum, one cosine, growing pictures. The same for every version and seed.

    ``sides`` are (share of the epochs, side in px): small pictures first, since they cost less.
    The networks are tested at 128 px: random crops make things look larger in training than in
    testing, so a smaller training side fits (Touvron et al. 2019).
    """

    epochs: int = 45
    batch: int = 64
    learning_rate: float = 0.1
    warmup_epochs: float = 2.0
    momentum: float = 0.9
    weight_decay: float = 5e-4
    label_smoothing: float = 0.1
    smallest_crop: float = 0.35
    colour_jitter: float = 0.2
    sides: tuple[tuple[float, int], ...] = ((0.6, 96), (1.0, 112))

    def side(self, epoch: int) -> int:
        """Side in px of the training pictures in this epoch, counted from 0."""
        return next(side for share, side in self.sides if epoch < share * self.epochs)

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
            f"{self.weight_decay}, label smoothing {self.label_smoothing}, random crops of "
            f"{self.smallest_crop} to 1 of the area, flips, brightness, contrast and saturation "
            f"within {self.colour_jitter}, bfloat16 autocast"
        )
