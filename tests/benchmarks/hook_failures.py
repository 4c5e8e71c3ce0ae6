"""Where hooks that only look go wrong: networks that write in place, and compiled ones.

    python -m tests.benchmarks.hook_failures

The first case asks each tool for the recalibrated maps of the first block of SE-ResNet-50, whose
shortcut is then added in place; the truth is features times gate, computed apart. The second asks
for the gates of a compiled network, named as that network names them.
"""

import copy
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import timm
import torch
from captum.attr import LayerActivation
from timm.utils import AttentionExtract
from torch import Tensor, nn
from torchvision.models.feature_extraction import create_feature_extractor

import senet_viz as sv
from tests.benchmarks.machine import machine
from tests.benchmarks.peers import peers
from tests.benchmarks.unmounted_nnsight import nnsight
from tests.randomise_norms import randomise_norms

BLOCK = "layer1.0.se"
Asked = Callable[[nn.Module, Tensor, Sequence[str]], list[Tensor | np.ndarray]]


def ours(model: nn.Module, images: Tensor, names: Sequence[str]) -> list[Tensor | np.ndarray]:
    seen = sv.capture(model, images)
    gates = {f"{a.block.name}.gate": a.excitation for a in seen}
    return [gates[n] if n in gates else seen[n].recalibrated for n in map(_plain, names)]


def captum(model: nn.Module, images: Tensor, names: Sequence[str]) -> list[Tensor | np.ndarray]:
    layers = LayerActivation(model, [model.get_submodule(name) for name in names])
    with torch.no_grad():
        return [t[0] if isinstance(t, tuple) else t for t in layers.attribute(images)]


def timm_extract(
    model: nn.Module, images: Tensor, names: Sequence[str]
) -> list[Tensor | np.ndarray]:
    with torch.no_grad():
        found = AttentionExtract(model, names=list(names), method="hook")(images)
    return [found[name] for name in names]


def torchvision_extractor(
    model: nn.Module, images: Tensor, names: Sequence[str]
) -> list[Tensor | np.ndarray]:
    extract = create_feature_extractor(model, return_nodes=list(names)).eval()
    with torch.no_grad():
        found = extract(images)
    return [found[name] for name in names]


def nnsight_trace(
    model: nn.Module, images: Tensor, names: Sequence[str]
) -> list[Tensor | np.ndarray]:
    wrapped = nnsight.NNsight(model)
    with torch.no_grad(), wrapped.trace(images):
        kept = nnsight.save([])
        for name in names:
            kept.append(wrapped.get(name).output)
    return list(kept)


WAYS: dict[str, Asked] = {
    "senet_viz": ours,
    "captum": captum,
    "timm AttentionExtract": timm_extract,
    "torchvision extractor": torchvision_extractor,
    "nnsight": nnsight_trace,
}


def in_place(way: Asked, model: nn.Module, images: Tensor) -> str:
    """The recalibrated maps of one block, against features times gate."""
    seen = sv.capture(model, images)[BLOCK]
    return _answer(way, copy.deepcopy(model), images, [BLOCK], [seen.recalibrated])


def compiled(way: Asked, model: nn.Module, images: Tensor) -> str:
    """The gates of a compiled copy."""
    truth = [a.excitation for a in sv.capture(model, images, features="none")]
    copied = torch.compile(copy.deepcopy(model), backend="eager")
    with torch.no_grad():
        copied(images)  # compiled, as it is in use
    names = [f"_orig_mod.{block.name}.gate" for block in sv.find_blocks(model)]
    return _answer(way, copied, images, names, truth)


def _answer(
    way: Asked, model: nn.Module, images: Tensor, names: Sequence[str], truth: Sequence[np.ndarray]
) -> str:
    try:
        found = way(model, images, names)
    except Exception as error:
        return f"fails: {type(error).__name__}"
    pairs = zip(found, truth, strict=True)
    off = max(float(np.abs(np.asarray(a).reshape(b.shape) - b).max()) for a, b in pairs)
    return "right" if off <= 1e-5 else f"wrong by up to {off:.2g}"


def _plain(name: str) -> str:
    return name.removeprefix("_orig_mod.")


def report(*, side: int = 224, ways: Sequence[str] = tuple(WAYS)) -> Iterator[str]:
    """Markdown lines, as they come, for the ``ways`` named."""
    torch.manual_seed(0)
    model = randomise_norms(timm.create_model("seresnet50")).eval()
    images = torch.randn(1, 3, side, side)
    yield f"{machine()}. Peers: {peers()}. SE-ResNet-50 of timm, norms randomised."
    yield ""
    yield "| | maps after the gate, shortcut added in place | gates of a compiled network |"
    yield "|---|---|---|"
    for name in ways:
        way = WAYS[name]
        yield f"| {name} | {in_place(way, model, images)} | {compiled(way, model, images)} |"


def main() -> None:
    for line in report():
        print(line, flush=True)


if __name__ == "__main__":
    main()
