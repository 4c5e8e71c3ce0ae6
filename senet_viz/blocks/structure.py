"""Recognise an SE block of an unknown class by its structure.

Reduce, expand, a gate whose class is called a sigmoid, and nothing else that has weights but norm
layers. This is a guess about a module, so ``capture`` uses such a block only after the proof
holds for the very pictures at hand.
"""

from dataclasses import dataclass

from torch import nn

from senet_viz.blocks.dialects import Dialect, inputs, outputs

_NORMS = (nn.modules.batchnorm._NormBase, nn.LayerNorm, nn.GroupNorm)
_FOREIGN = ("torch.", "torchvision.", "timm.", "senet_viz.")  # their kinds are all in the table
_MOST_PARTS = 16


@dataclass(frozen=True, slots=True)
class _Layer:
    path: str
    module: nn.Module


def recognise(module: nn.Module) -> Dialect | None:
    """The dialect an unknown module seems to be written in; None where it is no SE block.

    Known are C → m → C with fully connected layers or 1x1 convolutions and m of at most C, C → C,
    and one 1-D convolution over the channels (ECA); all need a gate called a sigmoid.

    >>> fc = nn.Sequential(nn.Linear(8, 2), nn.ReLU(), nn.Linear(2, 8), nn.Sigmoid())
    >>> recognise(fc).expand
    '2'
    """
    if not _worth_a_look(module):
        return None
    parts = [_Layer(path, part) for path, part in module.named_modules() if path]
    gate = next((p.path for p in reversed(parts) if _is_gate(p.module)), None)
    weighted = [p for p in parts if p.module._parameters and not isinstance(p.module, _NORMS)]
    if gate is None or len(parts) > _MOST_PARTS:
        return None
    if len(weighted) == 2 and _bottleneck(weighted[0].module, weighted[1].module):
        return _dialect(module, reduce=weighted[0].path, expand=weighted[1].path, gate=gate)
    if len(weighted) == 1 and _one_layer(weighted[0].module):
        return _dialect(module, reduce=weighted[0].path, expand=None, gate=gate)
    return None


def innermost(found: dict[str, Dialect], classes: dict[str, bool]) -> dict[str, Dialect]:
    """Of recognised modules inside one another keep one: the innermost of a class of its own.

    found: by dotted name. classes: whether the module is of a person's own class; an
    ``nn.Sequential`` is not, and is kept only where nothing around it is.
    """
    kept: dict[str, Dialect] = {}
    for name, dialect in sorted(found.items(), key=lambda item: -_depth(item[0])):
        inside = [other for other in kept if name == "" or other.startswith(f"{name}.")]
        if inside and (classes[inside[0]] or not classes[name]):
            continue
        for other in inside:
            del kept[other]
        kept[name] = dialect
    return {name: dialect for name, dialect in found.items() if name in kept}


def _depth(name: str) -> int:
    return name.count(".") + bool(name)


def own_class(module: nn.Module) -> bool:
    """Whether the module's class comes from outside PyTorch, torchvision and timm."""
    return not f"{type(module).__module__}.".startswith(_FOREIGN)


def _worth_a_look(module: nn.Module) -> bool:
    """A cheap first question, since it is asked of every module of every network."""
    if isinstance(module, nn.Sequential):
        return 2 <= len(module) <= 6 and _is_gate(module[-1])
    return bool(module._modules) and own_class(module)


def _is_gate(module: nn.Module) -> bool:
    named = type(module).__name__.lower().replace("_", "")
    return named.endswith("sigmoid") and next(module.parameters(), None) is None


def _fully_connected(layer: nn.Module) -> bool:
    if isinstance(layer, nn.Conv2d):
        return layer.kernel_size == (1, 1) and layer.groups == 1
    return isinstance(layer, nn.Linear)


def _bottleneck(reduce: nn.Module, expand: nn.Module) -> bool:
    if not (_fully_connected(reduce) and _fully_connected(expand)):
        return False
    widths = (inputs(reduce), outputs(reduce), inputs(expand), outputs(expand))
    if widths[0] is None or widths[1] is None:
        return False
    return widths[0] == widths[3] and widths[1] == widths[2] and widths[1] <= widths[0]


def _one_layer(layer: nn.Module) -> bool:
    if isinstance(layer, nn.Conv1d):
        return layer.in_channels == layer.out_channels == 1
    return _fully_connected(layer) and inputs(layer) == outputs(layer)


def _dialect(module: nn.Module, *, reduce: str, expand: str | None, gate: str) -> Dialect:
    return Dialect(
        f"recognised by structure: {type(module).__name__}",
        type(module),
        reduce=reduce,
        expand=expand,
        gate=gate,
        by_structure=True,
    )
