"""The same networks under other circumstances: other types, other weights, wrappers, threads."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrizations, parametrize, prune
from torch.utils.checkpoint import checkpoint

from tests.corpus.case import Gate, GateCase, Steps
from tests.corpus.linear_gates import SELayer, se_layer
from tests.corpus.networks import on_pictures
from tests.corpus.timm_networks import MOBILENET, SERESNET

LINEAR = on_pictures(
    "linear layers", "moskomule/senet.pytorch", SELayer, se_layer, Gate("se", "SELayer", 16, 4)
)


class LowRank(nn.Module):
    """In the manner of merged LoRA: a product of two small matrices is added to the weight."""

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        numbers = torch.Generator().manual_seed(3)
        rows, columns = len(weight), weight[0].numel()
        self.up = nn.Parameter(0.2 * torch.randn(rows, 2, generator=numbers))
        self.down = nn.Parameter(0.2 * torch.randn(2, columns, generator=numbers))

    def forward(self, weight: Tensor) -> Tensor:
        return weight + (self.up @ self.down).view_as(weight)


class Checkpointed(nn.Module):
    """In the manner of training with little memory: the pass is made again on the way back."""

    def __init__(self, net: nn.Module, reentrant: bool) -> None:
        super().__init__()
        self.net = net
        self.reentrant = reentrant

    def forward(self, x: Tensor) -> Any:
        return checkpoint(self.net, x, use_reentrant=self.reentrant)


class Flipped(nn.Module):
    """In the manner of test-time augmentation: one network, called twice."""

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x) + self.net(x.flip(-1))


def in_mode(case: GateCase, name: str, change: Callable[[nn.Module], Any], **more: Any) -> GateCase:
    """The case with its network changed."""

    def build() -> nn.Module:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            changed: nn.Module = change(case.build())
        return changed

    return replace(case, name=f"{name}: {case.name}", build=build, **more)


def unchanged(network: nn.Module) -> nn.Module:
    return network


def within(case: GateCase) -> tuple[Gate, ...]:
    """The gates of a network that is called net in another."""
    return tuple(replace(gate, name=f"net.{gate.name}") for gate in case.gates)


def on_excitations(change: Callable[[Any], Any]) -> Callable[[nn.Module], nn.Module]:
    """A change of every layer of the excitations."""

    def changed(network: nn.Module) -> nn.Module:
        for name, layer in list(network.named_modules()):
            if ".se." in f".{name}" and isinstance(layer, nn.Linear | nn.Conv2d):
                change(layer)
        return network

    return changed


def autocast(case: GateCase) -> GateCase:
    def during() -> AbstractContextManager[Any]:
        return torch.autocast("cpu", torch.bfloat16)

    return in_mode(case, "autocast", unchanged, during=during, tolerance=5e-2)


def inference_mode(case: GateCase) -> GateCase:
    return in_mode(case, "inference_mode", unchanged, during=torch.inference_mode)


def in_type(case: GateCase, dtype: torch.dtype, tolerance: float) -> GateCase:
    def example() -> Tensor:
        x = case.example()
        assert isinstance(x, Tensor)
        return x.to(dtype)

    def change(network: nn.Module) -> nn.Module:
        return network.to(dtype)

    word = str(dtype).removeprefix("torch.")
    return in_mode(case, word, change, example=example, tolerance=tolerance)


def channels_last(case: GateCase) -> GateCase:
    def example() -> Tensor:
        x = case.example()
        assert isinstance(x, Tensor)
        return x.contiguous(memory_format=torch.channels_last)

    def change(network: nn.Module) -> Any:
        return network.to(memory_format=torch.channels_last)

    return in_mode(case, "channels_last", change, example=example)


def pruned(case: GateCase) -> GateCase:
    def change(layer: Any) -> None:
        cut: Any = prune.l1_unstructured
        cut(layer, "weight", amount=0.3)

    return in_mode(case, "pruned", on_excitations(change))


def weight_norm(case: GateCase) -> GateCase:
    return in_mode(case, "weight_norm", on_excitations(parametrizations.weight_norm))


def older_weight_norm(case: GateCase) -> GateCase:
    def change(layer: Any) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            nn.utils.weight_norm(layer)

    return in_mode(case, "weight_norm by hooks", on_excitations(change))


def spectral_norm(case: GateCase) -> GateCase:
    return in_mode(case, "spectral_norm", on_excitations(parametrizations.spectral_norm))


def older_spectral_norm(case: GateCase) -> GateCase:
    change = on_excitations(nn.utils.spectral_norm)
    return in_mode(case, "spectral_norm by hooks", change, tolerance=5e-3)


def low_rank(case: GateCase) -> GateCase:
    def change(layer: Any) -> None:
        parametrize.register_parametrization(layer, "weight", LowRank(layer.weight))

    return in_mode(case, "weights of low rank added", on_excitations(change))


@contextmanager
def _without_gradients() -> Iterator[None]:
    """Reentrant checkpoints warn where no gradient is asked for."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="None of the inputs have requires_grad")
        yield


def checkpointed(case: GateCase, reentrant: bool) -> GateCase:
    word = "checkpointed, reentrant" if reentrant else "checkpointed"
    return in_mode(
        case,
        word,
        lambda network: Checkpointed(network, reentrant),
        gates=within(case),
        readable=lambda network: network.get_submodule("net"),
        during=_without_gradients,
        way="backward",
    )


def in_threads(case: GateCase) -> GateCase:
    return in_mode(case, "in threads", unchanged, way="threads", tolerance=2e-4)


def uncompiled() -> AbstractContextManager[Any]:
    stance: AbstractContextManager[Any] = torch.compiler.set_stance("force_eager")
    return stance


def compiled(case: GateCase) -> GateCase:
    return in_mode(
        case,
        "compiled",
        lambda network: torch.compile(network, backend="eager"),
        readable=lambda network: network.get_submodule("_orig_mod"),
        during=uncompiled,
    )


def compiled_parts(case: GateCase) -> GateCase:
    def change(network: nn.Module) -> nn.Module:
        for name, part in list(network.named_children()):
            setattr(network, name, torch.compile(part, backend="eager"))
        return network

    return in_mode(
        case, "compiled parts", change, readable=lambda _network: case.build(), during=uncompiled
    )


def data_parallel(case: GateCase) -> GateCase:
    return in_mode(
        case,
        "DataParallel",
        nn.DataParallel,
        readable=lambda network: network.get_submodule("module"),
    )


def called_twice(case: GateCase) -> GateCase:
    def reference(net: Any, x: Tensor) -> Steps:
        first = yield from case.reference(net.net, x)
        return first + (yield from case.reference(net.net, x.flip(-1)))

    again = tuple(replace(gate, name=f"{gate.name}@2") for gate in within(case))
    gates = (*within(case), *again)
    return in_mode(case, "called twice", Flipped, gates=gates, reference=reference)


def half(case: GateCase) -> GateCase:
    return in_type(case, torch.float16, 1e-2)


def bfloat16(case: GateCase) -> GateCase:
    return in_type(case, torch.bfloat16, 5e-2)


def double(case: GateCase) -> GateCase:
    return in_type(case, torch.float64, 1e-5)


def reentrant(case: GateCase) -> GateCase:
    return checkpointed(case, True)


def not_reentrant(case: GateCase) -> GateCase:
    return checkpointed(case, False)


MODES = (
    autocast,
    inference_mode,
    half,
    bfloat16,
    double,
    channels_last,
    pruned,
    weight_norm,
    older_weight_norm,
    spectral_norm,
    older_spectral_norm,
    low_rank,
    reentrant,
    not_reentrant,
    in_threads,
    compiled,
    compiled_parts,
    data_parallel,
    called_twice,
)
CASES = (
    *(mode(case) for case in (LINEAR, MOBILENET) for mode in MODES),
    *(mode(SERESNET) for mode in (autocast, inference_mode, pruned, reentrant, in_threads)),
)
