"""branch_shares(): what each softmax over branches says in one forward pass."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from senet_viz.analysis.branch_shares import BranchShares
from senet_viz.blocks.finding import find_others
from senet_viz.blocks.network_runs import Inputs, call, placed, undisturbed, unwrapped
from senet_viz.blocks.tree import tree_of
from senet_viz.core.arrays import readonly
from senet_viz.core.errors import BlockError
from senet_viz.core.translation import tr
from senet_viz.hooks.calls import follow_calls
from senet_viz.hooks.network_output import copied

SOFTMAX = frozenset({"aten::_softmax", "aten::softmax"})
BRANCHES = "branches"  # the reason that the finding pass gives


def branch_shares(model: nn.Module, inputs: Inputs) -> tuple[BranchShares, ...]:
    """The share of every branch by channel, of selective kernels, split attention and their like.

    inputs: as for ``capture``. They are the modules that ``find_others`` declares with the reason
    "branches", in the order in which they run; of a module that runs twice the last call counts.

    Raises a BlockError where the network has none.

    >>> import timm, torch
    >>> model = timm.create_model("skresnet18")
    >>> found = branch_shares(model, torch.rand(1, 3, 64, 64))
    >>> found[0].name, found[0].shares.shape
    ('layer1.0.conv1', (1, 2, 64))
    """
    inner, _ = unwrapped(model)
    inputs = placed(inner, inputs)
    declared = [each for each in find_others(inner, inputs) if each.reason == BRANCHES]
    if not declared:
        raise BlockError(
            tr(
                "{kind} has no softmax over branches, as selective kernels and split attention "
                "have",
                kind=type(inner).__name__,
            )
        )
    watched, modules = _Softmaxes(), dict(inner.named_modules())
    names = {each.name.partition("#")[0]: each.kind for each in declared}
    with (
        follow_calls(
            {name: modules[name] for name in names}, entered=watched.enter, left=watched.leave
        ),
        undisturbed(inner, tree_of(inner)),
        watched,
    ):
        call(inner, inputs)
    return tuple(
        BranchShares(name, names[name], readonly(copied(shares).numpy()))
        for name, shares in watched.shares.items()
    )


class _Softmaxes(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Keeps the last softmax over branches that each of the modules ran."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.shares: dict[str, Tensor] = {}
        self._inside: list[str] = []

    def enter(self, name: str, _given: object) -> None:
        self._inside.append(name)

    def leave(self, _name: str, _given: object, _output: object) -> None:
        self._inside.pop()

    def __torch_dispatch__(
        self,
        func: Any,
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        answer = func(*args, **(kwargs or {}))
        if self._inside and func._schema.name in SOFTMAX:
            dim = args[1] % answer.ndim
            by_branch = answer.movedim(dim, 1) if dim else answer
            if dim and by_branch[0, 0].numel() > 1:
                self.shares[self._inside[-1]] = by_branch.flatten(2).clone()
        return answer
