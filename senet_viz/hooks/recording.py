"""record(): hooks on every SE block while a ``with`` block lasts."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Literal

import torch
from torch import nn

from senet_viz.blocks.finding import unwrap
from senet_viz.core.errors import BlockError
from senet_viz.core.records import unknown_block
from senet_viz.core.translation import tr
from senet_viz.hooks.block_tap import Tap
from senet_viz.hooks.gate_products import Products
from senet_viz.hooks.hook_session import compiled_parts, required_blocks, session
from senet_viz.hooks.recorder import Recorder

Features = Literal["all", "none"] | str | Iterable[str]


@contextmanager
def record(model: nn.Module, *, features: Features = "none") -> Iterator["Recorder"]:
    """Record every SE block in your own loop, over as many forward passes as you like.

    >>> import torch
    >>> from senet_viz.models.residual import build
    >>> network = build("se").eval()
    >>> with record(network) as recorder:
    ...     for batch in torch.zeros(2, 4, 3, 128, 128):
    ...         _ = network(batch)
    >>> recorder["layer3.1.se"].excitation.shape
    (8, 128)
    """
    inner = unwrap(model).model
    found = required_blocks(inner)
    keep = _kept(features, tuple(f.block.name for f in found))
    recorder = Recorder(tuple(f.block for f in found))
    with ExitStack() as stack:
        if compiled_parts(inner):
            stack.enter_context(torch.compiler.set_stance("force_eager"))
            recorder.notes = (
                tr("Compiled parts of the network ran uncompiled, so that hooks fire."),
            )
        active = stack.enter_context(session())
        guessed = any(place.dialect.by_structure for place in found)
        products = stack.enter_context(Products()) if guessed else None
        for place in found:
            watching = products if place.dialect.by_structure else None
            Tap(active, recorder, watching, place.block.name in keep).on(place, stack)
        yield recorder


def _kept(features: Features, names: tuple[str, ...]) -> frozenset[str]:
    if features == "all":
        return frozenset(names)
    if features == "none":
        return frozenset()
    wanted = (features,) if isinstance(features, str) else tuple(features)
    for name in wanted:
        if name not in names:
            raise BlockError(unknown_block(name, names))
    return frozenset(wanted)
