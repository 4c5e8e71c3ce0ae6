"""Ways to get the squeeze and the excitation of every SE block: ours and what people use instead.

Each way is prepared once for a network, and then gives the excitation of every block, in order,
for each batch of pictures. The squeeze is what the first layer of the excitation is given.
"""

import functools
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torchlens
from captum.attr import LayerActivation
from timm.utils import AttentionExtract
from torch import Tensor, nn
from torchvision.models.feature_extraction import create_feature_extractor

import senet_viz as sv
from senet_viz.blocks.passes import plan_of
from senet_viz.hooks import tap_gates
from tests.benchmarks.unmounted_nnsight import nnsight

Excitations = Sequence[Tensor | np.ndarray]
Run = Callable[[Tensor], Excitations]


@dataclass(frozen=True, slots=True)
class Way:
    """``prepare`` is paid once for a network, what it returns runs for each batch of pictures."""

    name: str
    gives: str
    prepare: Callable[[nn.Module], Run]
    slow: bool = False
    package: str = ""


class NoModuleError(Exception):
    """A tool that reads modules' outputs is asked for gates that no module returns."""


def _gates(model: nn.Module) -> list[str]:
    """The modules that gates come out of."""
    taps = [gate.taps or {} for gate in plan_of(model).blocks]
    if any("excitation" not in each for each in taps):
        raise NoModuleError("no module gives the gates")
    return [each["excitation"].module for each in taps]


def _reducers(model: nn.Module) -> list[str]:
    """The first layers behind the pooling."""
    recipes = [gate.layers for gate in plan_of(model).blocks]
    layers = [r.reduce or r.expand for r in recipes if r is not None]
    return [layer.module for layer in layers if layer.module is not None]


def ours(model: nn.Module) -> Run:
    def run(images: Tensor) -> Excitations:
        found = sv.capture(model, images, features="none")
        return [activation.excitation for activation in found]

    return run


def ours_with_maps(model: nn.Module) -> Run:
    def run(images: Tensor) -> Excitations:
        found = sv.capture(model, images)
        return [activation.excitation for activation in found]

    return run


def ours_tapped(model: nn.Module) -> Run:
    names = [block.name for block in sv.find_blocks(model)]

    def run(images: Tensor) -> Excitations:
        with torch.no_grad(), tap_gates(model, names) as tap:
            model(images)
            return tap.take()

    return run


def captum(model: nn.Module) -> Run:
    layers = LayerActivation(model, [model.get_submodule(name) for name in _gates(model)])

    def run(images: Tensor) -> Excitations:
        with torch.no_grad():
            return [
                each[0] if isinstance(each, tuple) else each for each in layers.attribute(images)
            ]

    return run


def timm_extract(model: nn.Module) -> Run:
    names = _gates(model)
    extract = AttentionExtract(model, names=names, method="hook")

    def run(images: Tensor) -> Excitations:
        with torch.no_grad():
            found = extract(images)
        return [found[name] for name in names]

    return run


def torchvision_extractor(model: nn.Module) -> Run:
    names = _gates(model)
    extract = create_feature_extractor(model, return_nodes=names).eval()

    def run(images: Tensor) -> Excitations:
        with torch.no_grad():
            found = extract(images)
        return [found[name] for name in names]

    return run


def nnsight_trace(model: nn.Module) -> Run:
    wrapped = nnsight.NNsight(model)
    places = list(zip(_reducers(model), _gates(model), strict=True))

    def run(images: Tensor) -> Excitations:
        with torch.no_grad(), wrapped.trace(images):
            squeezes = nnsight.save([])
            kept = nnsight.save([])
            for reducer, gate in places:
                squeezes.append(wrapped.get(reducer).input)
                kept.append(wrapped.get(gate).output)
        found: Excitations = kept
        return found

    return run


def torchlens_record(model: nn.Module) -> Run:
    names = _gates(model)
    wanted = functools.reduce(operator.or_, [torchlens.in_module(name) for name in names])

    def run(images: Tensor) -> Excitations:
        with torch.no_grad():
            found = torchlens.record(model, images, save=wanted)
        return [found.activations_by_address(name)[-1].ram_payload for name in names]

    return run


def torchlens_trace(model: nn.Module) -> Run:
    names = _gates(model)

    def run(images: Tensor) -> Excitations:
        with torch.no_grad():
            found = torchlens.trace(model, images)
        return [found.modules[name].out for name in names]

    return run


def one_pass_a_block(model: nn.Module) -> Run:
    def run(images: Tensor) -> Excitations:
        found: list[Tensor] = []
        for name in _gates(model):
            handle = model.get_submodule(name).register_forward_hook(
                lambda _module, _args, output: found.append(output.detach().clone())
            )
            with torch.no_grad():
                model(images)
            handle.remove()
        return found

    return run


WAYS = (
    Way("senet_viz.capture", "squeeze, hidden, excitation, proof", ours),
    Way("senet_viz.capture, all maps", "the same and every feature map", ours_with_maps),
    Way("senet_viz tap_gates", "excitation", ours_tapped),
    Way("Captum LayerActivation", "excitation", captum, package="captum"),
    Way("timm AttentionExtract", "excitation", timm_extract, package="timm"),
    Way("torchvision extractor", "excitation", torchvision_extractor, package="torchvision"),
    Way("nnsight trace", "squeeze, excitation", nnsight_trace, package="nnsight"),
    Way("one pass a block", "excitation", one_pass_a_block, slow=True),
    Way("TorchLens record", "excitation", torchlens_record, slow=True, package="torchlens"),
    Way("TorchLens trace", "every operation", torchlens_trace, slow=True, package="torchlens"),
)
