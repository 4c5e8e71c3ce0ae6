"""A block beside its 1x1 form: what both cost, and what they do when pixels change places."""

from time import perf_counter

import numpy as np
import torch
from torch import nn

from senet_viz.analysis.pixel_gates import PixelFormCost, PixelGates, ShuffledPixels
from senet_viz.core.arrays import Array, readonly
from senet_viz.hooks.block_forms import BlockForms, forms_of

ROUNDS, WARM_UP = 15, 2


def shuffle_places(
    model: nn.Module, gates: PixelGates, block: str, *, seed: int = 0
) -> ShuffledPixels:
    """What becomes of a block's gates when the pixels of its feature maps change places?

    gates: what ``at_pixels`` gave for one picture and this block. Every pixel keeps its own
    column of channels. A gate made of each channel's mean cannot tell and moves by rounding alone;
    one made at a pixel moves with whatever arrives there.

    Raises a BlockError where the block has no form without pooling.

    >>> from senet_viz.experiments import at_pixels
    >>> from senet_viz.models.residual import build
    >>> model = build("se", seed=0)
    >>> seen = at_pixels(model, torch.rand(1, 3, 64, 64), "layer2.0.se")
    >>> found = shuffle_places(model, seen, "layer2.0.se")
    >>> found.moved < 1e-6 < 1e-3 < found.pixels_moved
    True
    """
    forms, features = forms_of(model, block), gates.features[:1]
    flat = features.reshape(*features.shape[:2], -1)
    order = np.random.default_rng(seed).permutation(flat.shape[2])
    shuffled = np.ascontiguousarray(flat[:, :, order]).reshape(features.shape)
    return ShuffledPixels(
        order=readonly(order.astype(np.int64)),
        gate=readonly(_gates(forms, features, pooled=True).reshape(-1)),
        gate_after=readonly(_gates(forms, shuffled, pooled=True).reshape(-1)),
        pixels=readonly(_gates(forms, features, pooled=False)),
        pixels_after=readonly(_gates(forms, shuffled, pooled=False)),
    )


def pixel_form_cost(
    model: nn.Module, gates: PixelGates, block: str, *, rounds: int = ROUNDS
) -> PixelFormCost:
    """Parameters, multiply-adds and time of a block, and of the same layers at every pixel.

    gates: as for ``shuffle_places``. Both are timed in turn on the processor, on these feature
    maps, in the same operations but for the pooling.

    >>> from senet_viz.experiments import at_pixels
    >>> from senet_viz.models.residual import build
    >>> model = build("se", seed=0)
    >>> seen = at_pixels(model, torch.rand(1, 3, 64, 64), "layer2.0.se")
    >>> cost = pixel_form_cost(model, seen, "layer2.0.se", rounds=2)
    >>> cost.places, cost.multiply_adds, cost.milliseconds.shape
    (64, (1024, 65536), (2, 2))
    """
    forms, features = forms_of(model, block), torch.tensor(gates.features[:1])
    places = features[0, 0].numel()
    times = np.empty((2, WARM_UP + rounds))
    with torch.no_grad():
        for number in range(WARM_UP + rounds):
            for form in (0, 1) if number % 2 else (1, 0):
                began = perf_counter()
                forms.gated(features, pooled=form == 0)
                times[form, number] = 1e3 * (perf_counter() - began)
    return PixelFormCost(
        parameters=forms.parameters,
        places=places,
        multiply_adds=(forms.weights, forms.weights * places),
        milliseconds=readonly(times[:, WARM_UP:].copy()),
    )


def _gates(forms: BlockForms, features: Array, *, pooled: bool) -> Array:
    """Of one picture's feature maps: (c, *places), or (c, 1, …) of the block as it is."""
    with torch.no_grad():
        gates: Array = forms.gated(torch.tensor(features), pooled=pooled)[0][0].numpy()
    return gates
