"""Does a gate matter? Replace gates and measure what becomes of the answer."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np
import torch
from torch import Tensor, nn

from senet_viz.analysis.effects import (
    AccuracyEffect,
    AccuracyEffects,
    BlockEffect,
    ChannelEffects,
    Replacement,
    shuffles,
)
from senet_viz.core.arrays import Array, readonly
from senet_viz.core.errors import BlockError, CaptureError
from senet_viz.core.process_memory import keeping_freed_memory
from senet_viz.core.translation import tr
from senet_viz.hooks import capture
from senet_viz.hooks.rehearsal import rehearse
from senet_viz.hooks.replay import Replay

Progress = Callable[[int, int], None]
Batch = tuple[Tensor, "np.ndarray"]
BUDGET = 512 * 2**20
PERMUTATIONS = 8


@keeping_freed_memory()
def channel_effects(
    model: nn.Module,
    image: Tensor,
    block: str,
    class_index: int,
    *,
    against: int | None = None,
    put: float | Array = 0.0,
    budget: int = BUDGET,
    progress: Progress | None = None,
) -> ChannelEffects:
    """The change of one class's logit as each channel's gate of one block is replaced in turn.

    image: (1, 3, h, w), preprocessed, or a signal or volume (1, k, *places). against: a second
    class, whose logit is taken off: what speaks for one and not for the other. put: what replaces
    the gates, one number or (c,); 0 removes the channel. The network before the block runs once;
    what follows runs in batches that take about ``budget`` bytes. ``progress`` is called with
    (channels done, channels).

    Raises BlockError for an unknown block or class, CaptureError for more than one picture or a
    network that is no classifier.

    >>> from senet_viz.models.residual import build
    >>> effects = channel_effects(build("se"), torch.rand(1, 3, 64, 64), "layer4.1.se", 3)
    >>> effects.change.shape, effects.estimate.shape
    ((192,), (192,))
    """
    require_one_picture(image)
    rehearsal = rehearse(model, image)
    require_classes((class_index, against), rehearsal.logits.shape[1])
    replay = rehearsal.at(block)
    own = replay.gates[0]
    wanted, settings = each_in_turn(own, put)
    logits = logits_of(replay, settings, replay.at_once(budget), progress)[:, 0].double()
    before, share = rehearsal.logits[0].double(), rehearsal.shares
    return ChannelEffects(
        block=replay.block,
        class_index=class_index,
        against=against,
        logit=float(score(before, class_index, against)),
        probability=float(share(before)[class_index]),
        gate=readonly(own.cpu().numpy()),
        put=readonly(wanted.cpu().numpy()),
        change=_numbers(score(logits, class_index, against) - score(before, class_index, against)),
        estimate=_numbers((wanted - own) * slope(replay, class_index, against)),
        probability_change=_numbers(share(logits)[:, class_index] - share(before)[class_index]),
    )


@keeping_freed_memory()
def block_effects(
    model: nn.Module,
    image: Tensor,
    class_index: int,
    *,
    against: int | None = None,
    usual: Mapping[str, Array] | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> tuple[BlockEffect, ...]:
    """What one class loses or gains when all gates of one block are replaced, for every block.

    By 1 (the block is off), by ``usual`` (block name to (c,), such as means over a reference set;
    left out where not given), and by the picture's own gates in another order, averaged over
    eight permutations. image: (1, 3, h, w). against: as for ``channel_effects``. ``progress`` is
    called with (blocks done, blocks).

    >>> from senet_viz.models.residual import build
    >>> effects = block_effects(build("se"), torch.rand(1, 3, 64, 64), 3)
    >>> len(effects), effects[0].how, effects[1].how
    (16, 'one', 'shuffled')
    """
    require_one_picture(image)
    rehearsal = rehearse(model, image)
    require_classes((class_index, against), rehearsal.logits.shape[1])
    effects: list[BlockEffect] = []
    for index, block in enumerate(rehearsal.blocks):
        replay = rehearsal.at(block.name)
        settings = replacements(replay, usual, seed, PERMUTATIONS)
        for how, gates in settings.items():
            logits = logits_of(replay, torch.stack(gates), replay.at_once(BUDGET))[:, 0]
            classes = (class_index, against)
            effects.append(_block_effect(replay, how, logits, classes, rehearsal.shares))
        if progress:
            progress(index + 1, len(rehearsal.blocks))
    return tuple(effects)


def _block_effect(
    replay: Replay,
    how: Replacement,
    logits: Tensor,
    classes: tuple[int, int | None],
    share: Callable[[Tensor], Tensor],
) -> BlockEffect:
    """From logits (e, k) of e settings that stand for the same replacement."""
    before, after = replay.logits[0].double(), logits.double()
    logit = _numbers(score(after, *classes) - score(before, *classes))
    chance = _numbers(share(after)[:, classes[0]] - share(before)[classes[0]])
    return BlockEffect(
        block=replay.block,
        how=how,
        logit_change=float(logit.mean()),
        probability_change=float(chance.mean()),
        logit_spread=float(logit.std()),
        probability_spread=float(chance.std()),
    )


def mean_gates(
    model: nn.Module, batches: Iterable[Tensor], *, progress: Callable[[int], None] | None = None
) -> dict[str, Array]:
    """Each gate's mean over pictures: block name to (c,). Batches are (n, 3, h, w).

    ``progress`` is called with the number of pictures done. Raises CaptureError without pictures.
    """
    sums: dict[str, np.ndarray] = {}
    pictures = 0
    for images in batches:
        for activation in capture(model, images, features="none"):
            total = activation.excitation.astype(np.float64).sum(0)
            sums[activation.block.name] = sums.get(activation.block.name, 0) + total
        pictures += len(images)
        if progress:
            progress(pictures)
    if not pictures:
        raise CaptureError(tr("no picture was given, and a mean needs at least one"))
    return {name: readonly((total / pictures).astype(np.float32)) for name, total in sums.items()}


def accuracy_effects(
    model: nn.Module,
    batches: Iterable[Batch],
    *,
    usual: Mapping[str, Array] | None = None,
    seed: int = 0,
) -> Iterator[AccuracyEffects]:
    """The same over labelled pictures: what replacing a block's gates does to top-1 accuracy.

    batches: pairs of images (n, 3, h, w) and class numbers (n,). After each batch the state so
    far is handed out, so a caller can show it and stop whenever it likes. Small batches: every
    answer of the network's parts is kept while a batch is worked on. One permutation per block
    and batch.
    """
    pictures = right = 0
    won: Counter[tuple[str, Replacement]] = Counter()
    lost: Counter[tuple[str, Replacement]] = Counter()
    for images, labels in batches:
        rehearsal = rehearse(model, images)
        truth = torch.as_tensor(labels, device=rehearsal.logits.device)
        was = rehearsal.logits.argmax(1) == truth
        pictures, right = pictures + len(images), right + int(was.sum())
        for block in rehearsal.blocks:
            replay = rehearsal.at(block.name)
            settings = replacements(replay, usual, seed + pictures, 1)
            stacked = torch.stack([gates[0] for gates in settings.values()])
            for how, logits in zip(settings, logits_of(replay, stacked, len(stacked)), strict=True):
                now = logits.argmax(1) == truth
                won[block.name, how] += int((now & ~was).sum())
                lost[block.name, how] += int((was & ~now).sum())
        blocks = {block.name: block for block in rehearsal.blocks}
        yield AccuracyEffects(
            pictures,
            right,
            tuple(
                AccuracyEffect(blocks[name], how, pictures, won[name, how], lost[name, how])
                for name, how in won
            ),
        )


def each_in_turn(own: Tensor, put: float | Array) -> tuple[Tensor, Tensor]:
    """What replaces gates (c,), and settings (c, 1, c) that each replace one of them."""
    wanted = torch.as_tensor(np.broadcast_to(np.asarray(put, np.float32), own.shape).copy()).to(own)
    only = torch.eye(len(own), dtype=torch.bool, device=own.device)
    return wanted, torch.where(only, wanted, own)[:, None]


def replacements(
    replay: Replay, usual: Mapping[str, Array] | None, seed: int, permutations: int
) -> dict[Replacement, list[Tensor]]:
    """Gates (n, c) to put in place of a block's own, by what they are."""
    own = replay.gates
    settings: dict[Replacement, list[Tensor]] = {"one": [torch.ones_like(own)]}
    if usual is not None:
        mean = torch.as_tensor(np.array(usual[replay.block.name])).to(own)
        settings["usual"] = [mean.expand_as(own)]
    orders = shuffles(own.shape[1], permutations, seed)
    settings["shuffled"] = [own[:, torch.as_tensor(np.array(order))] for order in orders]
    return settings


def logits_of(
    replay: Replay, gates: Tensor, at_once: int, progress: Progress | None = None
) -> Tensor:
    """Logits (e, n, k), at most ``at_once`` settings at a time."""
    logits: list[Tensor] = []
    done = 0
    with torch.no_grad():
        for part in torch.split(gates, at_once):
            logits.append(replay.run(part))
            done += len(part)
            if progress:
                progress(done, len(gates))
    return torch.cat(logits)


def score(logits: Tensor, class_index: int, against: int | None = None) -> Tensor:
    """Of logits (..., k) that of a class, less that of another where one is given."""
    other = 0.0 if against is None else logits[..., against]
    return logits[..., class_index] - other


def slope(replay: Replay, class_index: int, against: int | None = None) -> Tensor:
    """The derivative (c,) of the logit by each gate, of one backward pass."""
    with torch.enable_grad():
        gates = replay.gates[None].clone().requires_grad_()
        logit = score(replay.run(gates)[0, 0], class_index, against)
        (slope,) = torch.autograd.grad(logit, gates)
    return slope[0, 0]


def _numbers(values: Tensor) -> np.ndarray:
    return readonly(values.detach().double().cpu().numpy())


def require_one_picture(image: Tensor) -> None:
    if image.ndim < 3 or len(image) != 1:
        raise CaptureError(
            tr(
                "images of shape {shape} were given; effects are measured for one input at a time, "
                "(1, 3, h, w) for a picture, for example images[:1]",
                shape=tuple(image.shape),
            )
        )


def require_classes(indices: Iterable[int | None], classes: int) -> None:
    for index in indices:
        if index is not None:
            require_class(index, classes)


def require_class(index: int, classes: int) -> None:
    if not 0 <= index < classes:
        raise BlockError(
            tr(
                "there is no class {index}; the network has classes 0 to {shape}",
                index=index,
                shape=classes - 1,
            )
        )
