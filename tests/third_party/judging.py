"""What the library says of one network, beside the watch."""

import time
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_leaves, tree_map_only

from tests.third_party import asking
from tests.third_party.network import Inputs, Network
from tests.third_party.preparing import prepared
from tests.third_party.watch import Met, Watch

SMALL = 1e-5


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. wrong: a sentence for everything that is not as it should be.

    seen: products that the watch saw; matched: gates that are among them. difference: the largest
    between a gate's factor and the watch's. says, declared: as in Network.
    """

    network: Network
    version: str
    seen: int = 0
    found: int = 0
    verified: int = 0
    matched: int = 0
    difference: float = 0.0
    override: str = ""
    says: tuple[str, ...] = ()
    declared: str = ""
    seconds: float = 0.0
    wrong: tuple[str, ...] = ()


def judge(network: Network, version: str) -> Row:
    """Build a network, run it, and hold what the library says against source and watch."""
    start = time.perf_counter()
    torch.manual_seed(0)
    try:
        model = prepared(network.build())
        torch.manual_seed(1)
        inputs = network.inputs()
        output, met = _watched(model, inputs)
    except Exception as error:
        return Row(network, version, wrong=(f"not run: {_told(error)}",))
    try:
        row = _asked(network, version, model, inputs, output, met)
    except Exception as error:
        row = Row(network, version, len(met), wrong=(f"ended by {_told(error)}",))
    return replace(row, seconds=time.perf_counter() - start)


def _asked(
    network: Network,
    version: str,
    model: nn.Module,
    inputs: Inputs,
    output: list[Tensor],
    met: Sequence[Met],
) -> Row:
    blocks, others = asking.found(model, fresh(inputs)), asking.declared(model, fresh(inputs))
    read = asking.captured(model, fresh(inputs)) if blocks else ()
    pairs = _matched(read, met)
    reasons = Counter(other.reason for other in others)
    row = Row(
        network=network,
        version=version,
        seen=len(met),
        found=len(blocks),
        verified=sum(a.proof == "verified" for a in read),
        matched=len(pairs),
        difference=max((_apart(a, m) for a, m in pairs), default=0.0),
        override=_overridden(model, inputs, blocks, read, pairs),
        says=tuple(sorted({f"{b.squeeze_by}, {b.gate}, {b.factor}" for b in blocks})),
        declared=", ".join(f"{n} {reason}" for reason, n in sorted(reasons.items())),
    )
    return replace(row, wrong=(*_wrong(row), *_disturbed(model, inputs, output)))


def _wrong(row: Row) -> tuple[str, ...]:
    """What is not as the source has it."""
    network = row.network
    blocks = network.gates if network.blocks is None else network.blocks
    wrong = []
    if row.found != blocks:
        wrong.append(f"{row.found} found, not {blocks}")
    if row.verified != network.gates:
        wrong.append(f"{row.verified} verified, not {network.gates}")
    if row.difference > SMALL:
        wrong.append(f"a factor is off by {row.difference:.1g}")
    if blocks and row.says != tuple(sorted(network.says)):
        wrong.append(f"said to be {'; '.join(row.says)}, not {'; '.join(network.says)}")
    if row.declared != network.others:
        wrong.append(f"declared {row.declared or 'nothing'}, not {network.others or 'nothing'}")
    if row.override not in ("", "works"):
        wrong.append(f"override: {row.override}")
    return tuple(wrong)


def _watched(
    model: nn.Module, inputs: Inputs, *, constants: bool = False
) -> tuple[list[Tensor], list[Met]]:
    torch.manual_seed(2)
    inputs = fresh(inputs)
    with torch.no_grad(), Watch(inputs, constants=constants) as watch:
        output = _run(model, inputs)
    return [t for t in tree_leaves(output) if isinstance(t, Tensor)], watch.met


def _matched(read: Sequence[Any], met: Sequence[Met]) -> list[tuple[Any, Met]]:
    """Each gate with the product of the same maps whose factor is nearest.

    Groups of channels may be folded into the batch in the one and not in the other.
    """
    left, pairs = list(met), []
    for activation in read:
        sums = activation.features.astype(np.float64)
        sums = sums.sum(tuple(range(2, sums.ndim))) if sums.ndim > 2 else sums
        alike = [m for m in left if _is_near(m.sums, sums)]
        if alike:
            best = min(alike, key=lambda m: _apart(activation, m))
            pairs.append((activation, best))
            left = [m for m in left if m is not best]
    return pairs


def _apart(activation: Any, met: Met) -> float:
    """How far a factor is from the watch's, without a number that multiplies the product later."""
    return float(
        min(
            np.abs(a.ravel() - met.factor.ravel()).max()
            for a in (activation.factor, activation.excitation)
        )
    )


def _is_near(first: Any, second: Any) -> bool:
    return first.size == second.size and bool(
        np.abs(first.ravel() - second.ravel()).max()
        <= SMALL * max(1e-6, float(np.abs(first).max()))
    )


def _overridden(
    model: nn.Module,
    inputs: Inputs,
    blocks: Sequence[Any],
    read: Sequence[Any],
    pairs: Sequence[tuple[Any, Met]],
) -> str:
    """Whether the first gate is another one when it is told to be, in the eyes of the watch."""
    first = next((b for b in blocks if any(a.block.name == b.name for a in read)), None)
    if first is None:
        return ""
    gates = np.linspace(0.1, 0.9, first.channels, dtype=np.float32)
    with asking.overriding(model, {first.name: gates}):
        output, met = _watched(model, inputs, constants=True)
        seen = asking.captured(model, fresh(inputs))
    changed = next(a for a in seen if a.block.name == first.name)
    if first.factor == "s" and np.abs(changed.factor - gates).max() > SMALL:
        return "read as another one"
    if any(a.block.name == first.name for a, _ in pairs):
        again = [m for m in met if m.factor.size == changed.factor.size]
        if not any(_apart(changed, m) <= SMALL for m in again):
            return "the product has another factor"
    return "works" if all(bool(t.isfinite().all()) for t in output) else "gives no numbers"


def _disturbed(model: nn.Module, inputs: Inputs, output: list[Tensor]) -> tuple[str, ...]:
    """Whether the network computes otherwise while it is recorded, or afterwards."""
    wrong = []
    for when, during in (
        ("while recorded", asking.recording(model)),
        ("afterwards", nullcontext()),
    ):
        with torch.no_grad(), during:
            torch.manual_seed(2)
            again = _run(model, fresh(inputs))
        tensors = [t for t in tree_leaves(again) if isinstance(t, Tensor)]
        if not all(torch.equal(a, b) for a, b in zip(output, tensors, strict=True)):
            wrong.append(f"the output is another one {when}")
    return tuple(wrong)


def _run(model: nn.Module, inputs: Inputs) -> Any:
    if isinstance(inputs, Tensor):
        return model(inputs)
    return model(*inputs) if isinstance(inputs, tuple) else model(**inputs)


def fresh(inputs: Inputs) -> Any:
    """A copy: some networks write to what they are given."""
    return tree_map_only(Tensor, torch.clone, inputs)


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"[:200]
