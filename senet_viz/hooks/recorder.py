"""What a recording has seen: every call of every block."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from senet_viz.core.arrays import Array, readonly
from senet_viz.core.errors import BlockError, CaptureError
from senet_viz.core.records import BlockActivation, SEBlock, unknown_block
from senet_viz.core.translation import tr


@dataclass
class Recorder:
    """What ``record`` has seen so far; indexed by block name.

    ``rejected`` has a sentence for each block recognised by structure whose proof did not hold:
    it is not used.
    """

    blocks: tuple[SEBlock, ...]
    notes: tuple[str, ...] = ()
    rejected: dict[str, str] = field(default_factory=dict)
    _seen: list[BlockActivation] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, activation: BlockActivation) -> None:
        with self._lock:
            shut = not activation.excitation.any()  # as an override may: 0 = 0 is no objection
            doubtful = activation.proof == "failed" or (activation.proof == "trivial" and not shut)
            if activation.block.by_structure and doubtful:
                self.rejected[activation.block.name] = _not_proved(activation)
            else:
                self._seen.append(activation)

    def calls(self, name: str) -> tuple[BlockActivation, ...]:
        """Every call of one block, in order."""
        names = tuple(b.name for b in self.blocks)
        if name not in names:
            raise BlockError(unknown_block(name, names))
        return tuple(a for a in self._seen if a.block.name == name)

    def __getitem__(self, name: str) -> BlockActivation:
        """All calls of one block joined along the image axis."""
        calls = self.calls(name)
        if not calls and name in self.rejected:
            raise CaptureError(self.rejected[name])
        if not calls:
            raise CaptureError(
                tr(
                    "{name} has not run. Call the model inside the `with` block, in this thread",
                    name=name,
                )
            )
        return joined(calls)

    @property
    def silent(self) -> tuple[str, ...]:
        """Names of the blocks that never ran."""
        ran = {a.block.name for a in self._seen} | self.rejected.keys()
        return tuple(b.name for b in self.blocks if b.name not in ran)

    def in_firing_order(self) -> tuple[BlockActivation, ...]:
        """All calls, each block's ``index`` set to its place in the order they fired in."""
        order = {name: i for i, name in enumerate(dict.fromkeys(a.block.name for a in self._seen))}
        return tuple(
            replace(a, block=replace(a.block, index=order[a.block.name])) for a in self._seen
        )

    def require_one_call_each(self) -> None:
        """CaptureError that names the blocks that never ran or ran more than once.

        Blocks recognised by structure that never ran are rejected instead.
        """
        guessed = {b.name for b in self.blocks if b.by_structure}
        for name in guessed.intersection(self.silent):
            self.rejected[name] = _never_multiplied(name)
        if self.silent:
            raise CaptureError(
                tr(
                    "{listed} never ran in this forward pass: the network holds the block "
                    "without calling it, or calls it past its hooks (a compiled or scripted "
                    "part). Capture the eager model, or use record(), which keeps what ran",
                    listed=_listed(self.silent),
                )
            )
        repeated = [b.name for b in self.blocks if len(self.calls(b.name)) > 1]
        if repeated:
            raise CaptureError(
                tr(
                    "{listed} ran more than once in one forward pass, so one gate vector would "
                    "hide another. Use record(): recorder.calls(name) keeps every call",
                    listed=_listed(repeated),
                )
            )
        if not self._seen:
            raise BlockError(
                tr("no SE block could be read. {values}", values=" ".join(self.rejected.values()))
            )


def _not_proved(activation: BlockActivation) -> str:
    name, kind = activation.block.name, activation.block.kind
    if activation.proof == "trivial":
        return tr(
            "{name} ({kind}) is not shown: all its features were 0, which proves nothing.",
            name=name,
            kind=kind,
        )
    return tr(
        "{name} ({kind}) is not shown: features × gate differs from its output by "
        "{relative_error:.1g} of the largest output, so it was read wrongly. "
        "register_dialect() says how it is to be read.",
        name=name,
        kind=kind,
        relative_error=activation.relative_error,
    )


def _never_multiplied(name: str) -> str:
    return tr(
        "{name} is built like an SE block, but did not run or its gate was not "
        "multiplied into a feature map, so it is not shown.",
        name=name,
    )


def joined(calls: tuple[BlockActivation, ...]) -> BlockActivation:
    def join(arrays: list[Array]) -> Array:
        return readonly(np.concatenate(arrays))

    hidden = [a.hidden for a in calls if a.hidden is not None]
    logit = [a.logit for a in calls if a.logit is not None]
    features = [a.features for a in calls if a.features is not None]
    same_size = len({a.spatial for a in calls}) == 1
    return replace(
        calls[0],
        squeeze=join([a.squeeze for a in calls]),
        hidden=join(hidden) if hidden else None,
        excitation=join([a.excitation for a in calls]),
        logit=join(logit) if logit else None,
        features=join(features) if features and same_size else None,
        error=max(a.error for a in calls),
        output_scale=max(a.output_scale for a in calls),
    )


def _listed(names: Iterable[str]) -> str:
    names = tuple(names)
    shown = ", ".join(names[:4])
    return (
        shown
        if len(names) <= 4
        else tr("{shown} and {names} more", shown=shown, names=len(names) - 4)
    )
