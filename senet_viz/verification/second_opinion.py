"""A second opinion on what a network holds, which shares no rule with ``find_blocks``.

It goes by the names of classes as torchvision and timm use them, by every module called a sigmoid,
and by the usual attribute names. Whatever it sees has to be found or declared.
"""

from collections.abc import Iterator

from torch import nn

PER_CHANNEL = frozenset(
    {
        "CecaModule",
        "ChannelAttn",
        "EcaModule",
        "EffectiveSEModule",
        "EseModule",
        "LightChannelAttn",
        "SEModule",
        "SqueezeExcitation",
        "SqueezeExcite",
        "SqueezeExciteCl",
    }
)
OF_SOME_KIND = frozenset(
    {
        "BatNonLocalAttn",
        "CoordAttn",
        "EfficientLocalAttn",
        "GatherExcite",
        "GlobalContext",
        "LightSpatialAttn",
        "SelectiveKernel",
        "SimpleCoordAttn",
        "SpatialAttn",
        "SplitAttn",
        "StripAttn",
    }
)
USUAL_NAMES = frozenset({"eca", "ese", "se", "se_layer", "se_module", "squeeze_excite"})


def unexplained(
    model: nn.Module,
    blocks: frozenset[str],
    declared: frozenset[str],
    *,
    idle: frozenset[str] = frozenset(),
) -> tuple[str, ...]:
    """Modules that ought to be among the names ``blocks`` or ``declared`` and are not.

    Each as its dotted name and class. idle: modules that did not run, so that there was nothing to
    find in them. A class in PER_CHANNEL has to be found; declaring it would
    hide a block.

    >>> from senet_viz.models.residual import build
    >>> unexplained(build("se"), frozenset(), frozenset())[0]
    'layer1.0.se (SqueezeExcitation)'
    """
    return tuple(_unexplained(model, blocks | idle, blocks | declared | idle))


def _unexplained(
    model: nn.Module, blocks: frozenset[str], explained: frozenset[str]
) -> Iterator[str]:
    for name, module in model.named_modules():
        classes = {kind.__name__ for kind in type(module).__mro__}
        if classes & PER_CHANNEL:
            fine = name in blocks
        elif classes & OF_SOME_KIND:
            fine = name in explained or any(each.startswith(f"{name}.") for each in explained)
        elif "sigmoid" in type(module).__name__.lower() or _usually_a_block(name, module):
            fine = any(_same_branch(name, other) for other in explained)
        else:
            continue
        if not fine:
            yield f"{name} ({type(module).__name__})"


def _usually_a_block(name: str, module: nn.Module) -> bool:
    named = name.rpartition(".")[2] in USUAL_NAMES
    return named and next(module.parameters(), None) is not None


def _same_branch(name: str, other: str) -> bool:
    """One is the other, or holds it."""
    return f"{name}.".startswith(f"{other}.") or f"{other}.".startswith(f"{name}.")
