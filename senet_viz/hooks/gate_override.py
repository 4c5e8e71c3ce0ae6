"""override(): other gates in force while a ``with`` block lasts."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from senet_viz.blocks.finding import FoundBlock, unwrap
from senet_viz.core.errors import BlockError, CaptureError
from senet_viz.core.records import unknown_block
from senet_viz.core.translation import tr
from senet_viz.hooks.hook_session import required_blocks

Gate = float | npt.ArrayLike


@dataclass(frozen=True, eq=False)
class _Edit:
    """The gates one ``override`` puts in force, by gate module."""

    values: dict[nn.Module, Tensor]

    def apply(self, gate: nn.Module, output: Tensor) -> Tensor:
        value = self.values[gate].to(output)
        flat = output.flatten(1)
        try:
            wanted = value.expand_as(flat)
        except RuntimeError as error:
            raise CaptureError(
                tr(
                    "the overriding gates have shape {shape}, but the block has {shape_2} "
                    "channels and {shape_3} pictures",
                    shape=tuple(value.shape),
                    shape_2=flat.shape[1],
                    shape_3=flat.shape[0],
                )
            ) from error
        return torch.where(wanted.isnan(), flat, wanted).reshape(output.shape)


_EDITS: ContextVar[tuple[_Edit, ...]] = ContextVar("senet_viz_edits", default=())


@contextmanager
def override(model: nn.Module, gates: Mapping[str, Gate]) -> Iterator[None]:
    """Put other gates in force, for this thread only, while the ``with`` block lasts.

    gates: block name to one number, an array (c,), or an array (n, c). NaN entries keep the
    network's own gate, so single channels can be set. Overrides nest: the inner one has the last
    word where both speak. A ``capture`` inside sees the gates in force.

    Raises BlockError for an unknown block or an array that does not fit it.

    >>> import torch
    >>> from senet_viz.hooks import capture
    >>> from senet_viz.models.residual import build
    >>> network = build("se")
    >>> with override(network, {"layer1.0.se": 1.0}):
    ...     seen = capture(network, torch.ones(1, 3, 64, 64))
    >>> float(seen["layer1.0.se"].excitation.min())
    1.0
    """
    found = {place.block.name: place for place in required_blocks(unwrap(model).model)}
    edit = _Edit({_gate(found, name): _checked(found, name, g) for name, g in gates.items()})

    def replace_gate(gate: nn.Module, _args: object, output: Tensor) -> Tensor | None:
        in_force = [e for e in _EDITS.get() if gate in e.values]
        if not in_force or in_force[-1] is not edit:
            return None  # another thread, or the innermost override speaks for all
        for each in in_force:
            output = each.apply(gate, output)
        return output

    # prepend: recorders, whether set up before or after, must see the gates in force
    handles = [gate.register_forward_hook(replace_gate, prepend=True) for gate in edit.values]
    token = _EDITS.set((*_EDITS.get(), edit))
    try:
        yield
    finally:
        _EDITS.reset(token)
        for handle in handles:
            handle.remove()


def _gate(found: Mapping[str, FoundBlock], name: str) -> nn.Module:
    if name not in found:
        raise BlockError(unknown_block(name, tuple(found)))
    return found[name].module.get_submodule(found[name].dialect.gate)


def _checked(found: Mapping[str, FoundBlock], name: str, given: Gate) -> Tensor:
    value = torch.as_tensor(np.array(given, dtype=np.float32))
    channels = found[name].block.channels
    fits = value.ndim == 0 or (
        value.ndim in (1, 2) and (channels is None or value.shape[-1] in (1, channels))
    )
    if not fits:
        raise BlockError(
            tr(
                "gates of shape {shape} do not fit {name}: give one number, ({channels},) "
                "or (n, {channels})",
                shape=tuple(value.shape),
                name=name,
                channels=channels,
            )
        )
    if value.isinf().any():
        raise BlockError(
            tr("the gates for {name} hold an infinite number; give finite ones", name=name)
        )
    return _before_sigmoid(value, name) if found[name].dialect.inline == "sigmoid" else value


def _before_sigmoid(value: Tensor, name: str) -> Tensor:
    """The logits of the gates, for a block that applies its sigmoid in its own forward."""
    if ((value < 0) | (value > 1)).any():
        raise BlockError(
            tr("the gates for {name} come out of a sigmoid; give numbers from 0 to 1", name=name)
        )
    return value.logit()
