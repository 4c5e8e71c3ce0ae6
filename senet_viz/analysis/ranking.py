"""Ranking and summaries of captured gates. NumPy in, NumPy out."""

import numpy as np
import numpy.typing as npt
from jaxtyping import Float32

from senet_viz.core.arrays import Array, readonly
from senet_viz.core.errors import BlockError
from senet_viz.core.gate_reference import GateReference
from senet_viz.core.records import BlockActivation, Capture
from senet_viz.core.summaries import BlockSummary, ChannelRanking
from senet_viz.core.translation import tr

NEAR = 0.05
CONSTANT_DEVIATION = 0.01
LEAST_DEVIATION = 1e-3
ENTROPY_BINS = 20


def rank_channels(
    activation: BlockActivation,
    *,
    image: int = 0,
    top: int = 8,
    usual: tuple[Array, Array] | None = None,
) -> ChannelRanking:
    """Which channels did the block keep, and which did it turn down?

    Channels of picture ``image`` by falling gate; with ``usual`` = (mean (c,), deviation (c,)) by
    how many standard deviations the gate is from what is usual for that channel (deviations below
    0.001 count as 0.001). Equal scores keep channel order. A high gate is not importance: see the
    effect of removing the channel for that.

    Raises BlockError for a picture that is not there or a ``usual`` of another size.

    >>> import numpy as np
    >>> from senet_viz.core.records import SEBlock
    >>> block = SEBlock("se", 0, "example", "sigmoid", 3, 1)
    >>> gates = np.array([[0.2, 0.9, 0.5]], np.float32)
    >>> seen = BlockActivation(block, gates, None, gates, None, (1, 1), 0.0, 1.0)
    >>> rank_channels(seen, top=1).enhanced
    (1,)
    """
    gates = gates_of(activation, image)
    score = gates.astype(np.float64)
    if usual is not None:
        mean, deviation = usual
        if mean.shape != gates.shape or deviation.shape != gates.shape:
            raise BlockError(
                tr(
                    "the usual gates have shape {shape}, but {block} has {gates} channels; use "
                    "the reference of the same network",
                    shape=mean.shape,
                    block=activation.block.name,
                    gates=len(gates),
                )
            )
        score = (score - mean) / np.maximum(deviation, LEAST_DEVIATION)
    order = np.argsort(-score, kind="stable")
    return ChannelRanking(
        block=activation.block,
        image=image,
        order=readonly(order),
        score=readonly(score),
        relative=usual is not None,
        top=max(0, min(top, len(order))),
    )


def gates_of(activation: BlockActivation, image: int) -> Float32[Array, " c"]:
    """Gates (c,) of one picture; BlockError where there is no such picture."""
    count = len(activation.excitation)
    if not 0 <= image < count:
        raise BlockError(
            tr(
                "there is no picture {image}: the capture holds {count}, counted from 0",
                image=image,
                count=count,
            )
        )
    gates: Array = activation.excitation[image]
    return gates


def summarize(
    capture: Capture, *, reference: GateReference | None = None
) -> tuple[BlockSummary, ...]:
    """Each block's gates in a few numbers, over all pictures captured.

    The share of constant channels needs several pictures: it is taken from ``reference`` where
    one is given, else from the capture itself if it holds more than one picture.
    """
    return tuple(_summary(a, reference) for a in capture)


def _summary(activation: BlockActivation, reference: GateReference | None) -> BlockSummary:
    gates = activation.excitation
    return BlockSummary(
        block=activation.block,
        mean=float(gates.mean(dtype=np.float64)),
        std=float(gates.std(dtype=np.float64)),
        minimum=float(gates.min()),
        maximum=float(gates.max()),
        entropy=gate_entropy(gates),
        near_zero=float((gates < NEAR).mean()),
        near_one=float((gates > 1 - NEAR).mean()),
        exactly_zero=float((gates == 0).mean()),
        exactly_one=float((gates == 1).mean()),
        constant=_constant_share(activation, reference),
        relative_error=activation.relative_error,
        proof=activation.proof,
    )


def gate_entropy(gates: Float32[Array, "n c"]) -> float:
    """Entropy in bits of a 20-bin histogram of the gates on [0, 1]; 0 for one bin, at most 4.32.

    >>> gate_entropy(np.full((1, 8), 0.5, np.float32))
    0.0
    """
    counts, _ = np.histogram(gates, bins=ENTROPY_BINS, range=(0, 1))
    share: npt.NDArray[np.float64] = counts[counts > 0] / counts.sum()
    return float(abs(-(share * np.log2(share)).sum()))


def _constant_share(activation: BlockActivation, reference: GateReference | None) -> float | None:
    if reference is not None and activation.block.name in reference.mean:
        _, deviation = reference.usual(activation.block.name)
    elif len(activation.excitation) > 1:
        deviation = activation.excitation.std(axis=0)
    else:
        return None
    return float((deviation < CONSTANT_DEVIATION).mean())
