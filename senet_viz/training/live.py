"""A training short enough to watch: gates leaving 0.5, step by step, on a few small pictures."""

from collections.abc import Generator

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from senet_viz.analysis.training_steps import SHARES, Beginning, Moment
from senet_viz.core.arrays import Array, readonly
from senet_viz.hooks import record
from senet_viz.models.network import building
from senet_viz.models.residual import NarrowResNet18, SqueezeExcitation, build
from senet_viz.training.augmentation import normalise
from senet_viz.training.small_sets import SmallSet

BATCH = 32
RATE, MOMENTUM = 0.05, 0.9


def watch_training(
    pictures: SmallSet,
    *,
    steps: int,
    seed: int = 0,
    every: int = 1,
    beginning: Beginning = "half",
) -> Generator[Moment, None, None]:
    """Train the narrow family on ``pictures``, and hand out every ``every``-th step as it happens.

    beginning: ``"half"`` starts the last layer of every SE block at 0, so that every gate begins
    at exactly 0.5; ``"drawn"`` draws it by He's rule, as for the embedded models: then the gates
    of deep blocks are wide apart from the first step. The same seed gives the same steps. Plain
    SGD with momentum, no augmentation, a constant learning rate: a demonstration, not the recipe
    of the embedded models. The last step is always among those handed out. Close the iterator, or
    leave the loop, and the training ends there.

    >>> from senet_viz.training.small_sets import digits
    >>> moments = list(watch_training(digits(side=32), steps=2))
    >>> moments[0].gates.shape, float(abs(moments[0].gates - 0.5).max())
    ((8, 5), 0.0)
    """
    with building():
        model = build("se", classes=len(pictures.labels), seed=seed).train()
    if beginning == "half":
        _begin_at_half(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE, momentum=MOMENTUM)
    generator = torch.Generator().manual_seed(seed)
    split = pictures.split
    for step in range(steps):
        chosen = torch.randint(len(split.labels), (BATCH,), generator=generator)
        x, y = normalise(split.pictures[chosen]), split.labels[chosen]
        with torch.enable_grad():
            logits, gates = _forward(model, x, watching=step % every == 0 or step == steps - 1)
            loss = F.cross_entropy(logits, y)
            optimizer.zero_grad(set_to_none=True)
            torch.autograd.backward(loss)
        optimizer.step()
        if gates is not None:
            right = (logits.argmax(1) == y).float().mean().item()
            yield Moment(step, loss.item(), right, *gates)


def _begin_at_half(model: nn.Module) -> None:
    for module in model.modules():
        if isinstance(module, SqueezeExcitation):
            nn.init.zeros_(module.expand.weight)
            nn.init.zeros_(module.expand.bias)


def _forward(
    model: NarrowResNet18, x: Tensor, *, watching: bool
) -> tuple[Tensor, tuple[tuple[str, ...], Array] | None]:
    """Logits with a graph, and the blocks' gate quantiles where someone is watching."""
    if not watching:
        return model(x), None
    with record(model) as recorder:
        logits: Tensor = model(x)
    names = tuple(block.name for block in recorder.blocks)
    rows = [np.quantile(recorder[name].excitation, SHARES) for name in names]
    return logits, (names, readonly(np.array(rows, dtype=np.float32)))
