"""Deletion and insertion curves over a block's channels, for every ranking of them."""

import numpy as np
import torch
from torch import Tensor, nn

from senet_viz.analysis.channel_deletion import ChannelDeletion, orders
from senet_viz.analysis.effects import ChannelEffects
from senet_viz.core.arrays import readonly
from senet_viz.core.process_memory import keeping_freed_memory
from senet_viz.experiments.ablation import BUDGET, Progress, logits_of, require_one_picture, score
from senet_viz.hooks.rehearsal import rehearse

STEPS, DRAWS = 10, 5


@keeping_freed_memory()
def delete_channels(
    model: nn.Module,
    image: Tensor,
    effects: ChannelEffects,
    *,
    steps: int = STEPS,
    draws: int = DRAWS,
    seed: int = 0,
    progress: Progress | None = None,
) -> tuple[ChannelDeletion, ...]:
    """Replace the gates of more and more channels of one block, those that rank highest first.

    And the other way round: replace all, and give back more and more. By gate, by measured effect,
    by one-pass estimate, and at random. ``effects`` are those of ``channel_effects`` for the same
    picture: they say which block, which class, against which other, and what replaces the gates.
    ``steps`` are the shares that are measured. ``progress`` is called with (settings done,
    settings).

    >>> from senet_viz.experiments import channel_effects
    >>> from senet_viz.models.residual import build
    >>> model, image = build("se"), torch.rand(1, 3, 64, 64)
    >>> found = delete_channels(model, image, channel_effects(model, image, "layer1.0.se", 3))
    >>> [(each.ranking, each.fall.shape) for each in found][2:]
    [('estimate', (1, 10)), ('random', (5, 10))]
    """
    require_one_picture(image)
    replay = rehearse(model, image).at(effects.block.name)
    own = replay.gates[0]
    put = torch.as_tensor(np.array(effects.put)).to(own)
    ranked = orders(effects, draws=draws, seed=seed)
    count = own.numel()
    shares = np.array([max(1, round(count * (s + 1) / steps)) for s in range(steps)]) / count
    settings = [own, put]
    for order in (each for every in ranked.values() for each in every):
        place = torch.as_tensor(np.argsort(order, kind="stable")).to(own.device)
        first = [place < round(share * count) for share in shares.tolist()]
        settings += [torch.where(gone, put, own) for gone in first]
        settings += [torch.where(there, own, put) for there in first]
    together = torch.stack(settings)[:, None]
    logits = logits_of(replay, together, replay.at_once(BUDGET), progress)[:, 0].double()
    scores = score(logits, effects.class_index, effects.against).cpu().numpy()
    curves = scores[2:].reshape(-1, 2, steps)
    deletions, start = [], 0
    for ranking, every in ranked.items():
        some, start = curves[start : start + len(every)], start + len(every)
        deletions.append(
            ChannelDeletion(
                block=effects.block,
                ranking=ranking,
                class_index=effects.class_index,
                against=effects.against,
                shares=readonly(shares),
                fall=readonly(scores[0] - some[:, 0]),
                rise=readonly(some[:, 1] - scores[1]),
            )
        )
    return tuple(deletions)
