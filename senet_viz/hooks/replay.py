"""Running a network from one block's gate on, with what came before kept from an earlier pass."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from senet_viz.blocks.plan import Plan
from senet_viz.blocks.tree import Tree
from senet_viz.core.errors import BlockError
from senet_viz.core.records import SEBlock
from senet_viz.core.scenes import Scene
from senet_viz.core.translation import tr
from senet_viz.hooks.edits import Edit
from senet_viz.hooks.gate_override import overriding
from senet_viz.hooks.network_output import numbers_in, scenes_in, scores_in
from senet_viz.hooks.shared_weight_copy import Reader

Answers = tuple[tuple[Tensor, ...], ...]
SAME = 1e-5
MOST_AT_ONCE = 32


class Replay:
    """What follows one block's gate in one network for n pictures.

    ``gates`` (n, c) are the network's own.
    """

    def __init__(
        self,
        shell: nn.Module,
        planned: tuple[Tree, Plan],
        block: SEBlock,
        images: Tensor,
        answers: Answers,
        *,
        largest: int,
    ) -> None:
        self.block = block
        self.gates = torch.empty(0)
        self.skipped: tuple[str, ...] = ()
        self._shell, self._images, self._largest = shell, images, largest
        self._planned, self._answers = planned, answers
        self._memory: dict[nn.Module, list[Tensor]] = {}
        self._read: set[nn.Module] = set()
        self._reader: Reader | None = None
        self._sharing = False

    @property
    def logits(self) -> Tensor:
        """A classifier's own (n, k), with its own gates."""
        return torch.stack([scores for (scores,) in self._answers]).float()

    def at_once(self, budget: int) -> int:
        """How many settings to run together, so that they take about ``budget`` bytes; 1 to 32.

        Eight tensors as large as the largest answer still to come are reckoned for each setting.
        """
        return int(min(max(budget // (8 * max(self._largest, 1)), 1), MOST_AT_ONCE))

    def run(self, gates: Tensor) -> Tensor:
        """Logits (e, n, k) for e settings of the gates (e, n, c); differentiable in ``gates``.

        Raises a BlockError where the gates have another shape.
        """
        output, _ = scores_in(self._run(gates))
        assert output is not None
        logits: Tensor = output.float().reshape(len(gates), len(self._images), -1)
        return logits

    def scenes(self, gates: Tensor) -> tuple[Scene, ...]:
        """The boxes or class maps (e·n of them) for e settings of the gates (e, n, c)."""
        return scenes_in(self._run(gates))

    def _run(self, gates: Tensor) -> object:
        if gates.ndim != 3 or gates.shape[1:] != self.gates.shape:
            raise BlockError(
                tr(
                    "gates of shape {shape} do not fit {block}: give (e, {wanted})",
                    shape=tuple(gates.shape),
                    block=self.block.name,
                    wanted=", ".join(map(str, self.gates.shape)),
                )
            )
        edit = Edit(self._shell, {self.block.name: gates.flatten(0, 1)})
        with overriding(self._shell, edit, self._planned), self._answering(len(gates)):
            return self._shell(_repeated(self._images, len(gates)))

    @contextmanager
    def _answering(self, times: int) -> Iterator[None]:
        """Modules in ``_memory`` answer from there; what is read is repeated for every setting."""

        def answers_of(module: nn.Module, answers: list[Tensor]) -> Callable[..., Tensor]:
            left = iter(answers)

            def answer(*_args: object, **_kwargs: object) -> Tensor:
                tensor = next(left)
                if self._reader is not None:
                    tensor = tensor.clone()
                    self._reader.given[id(tensor)] = (tensor, module)
                    return tensor
                if module not in self._read:
                    return tensor
                return _shared(tensor, times) if self._sharing else _repeated(tensor, times)

            return answer

        for module, answers in self._memory.items():
            module.forward = answers_of(module, answers)
        try:
            yield
        finally:
            for module in self._memory:
                del module.forward

    def prepare(self, gates: Tensor, memory: dict[str, list[Tensor]]) -> "Replay":
        """Take the answers of what ran before, if the network answers the same with them."""
        self.gates = gates
        modules = dict(self._shell.named_modules())
        self._memory = {modules[name]: answers for name, answers in memory.items()}
        # No rule says which modules may answer from memory: an answer may be changed in place
        # later, or a module may have an effect besides its answer. So it is tested: with its own
        # gates the network has to give its own output, for one setting and for two at once;
        # otherwise all of it runs every time. One memory for all settings is tried first, then a
        # copy for each.
        self._reader = Reader()
        with torch.no_grad(), self._reader:
            once = self._run(gates[None])
        self._read, self._reader = self._reader.read, None
        self._sharing = True
        self._sharing = self._same_twice()
        if self._same(once, 1) and (self._sharing or self._same_twice()):
            self.skipped = tuple(memory)
        else:
            self._memory = {}
        return self

    def _same_twice(self) -> bool:
        """Whether two settings run together, both the network's own, give its own answer.

        False where one memory for all settings does not do: something is written into it.
        """
        try:
            with torch.no_grad():
                twice = self._run(self.gates.expand(2, *self.gates.shape))
        except RuntimeError:
            if not self._sharing:
                raise
            return False
        return self._same(twice, 2)

    def _same(self, output: object, times: int) -> bool:
        """Whether the network's own answer came out, ``times`` over."""
        answers, expected = numbers_in(output), self._answers * times
        return len(answers) == len(expected) and all(
            _close(one, other)
            for each, own in zip(answers, expected, strict=True)
            for one, other in zip(each, own, strict=True)
        )


def _shared(x: Tensor, times: int) -> Tensor:
    """The same numbers as ``_repeated``, all settings in one memory where there is one picture."""
    return x.expand(times, *x.shape[1:]) if len(x) == 1 else _repeated(x, times)


def _repeated(x: Tensor, times: int) -> Tensor:
    return x.repeat(times, *(1,) * (x.ndim - 1))


def _close(actual: Tensor, expected: Tensor) -> bool:
    if actual.shape != expected.shape or not expected.numel():
        return actual.shape == expected.shape
    actual, expected = actual.float(), expected.float()
    scale = max(1e-12, float(expected.abs().max()))
    return float((actual - expected).abs().max()) <= SAME * scale
