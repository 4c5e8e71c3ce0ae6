"""Put SE blocks into a plain CNN, with the network's output unchanged at first.

How the output stays: a new block's expand layer starts at zero, so every gate starts at
sigmoid(0) = 0.5, where a sigmoid moves most easily. What reaches the block is doubled to make up
for it, and doubling and halving are exact in floating point. The factor goes into the layer next
to the block where that is exact (the BatchNorm or convolution before it, or the convolution after
it), so that the architecture stays the published one. Elsewhere a ``Doubling`` stands in front of
the block. Either way ``features * excitation == output`` holds for the block itself.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Literal, get_args

import torch
from torch import Tensor, nn

from senet_viz.blocks.finding import find_blocks
from senet_viz.blocks.network_runs import unwrapped
from senet_viz.core.errors import BlockError
from senet_viz.core.translation import tr
from senet_viz.models.insertion_sites import SITES, Site, Where, site_of
from senet_viz.models.residual import SqueezeExcitation

Start = Literal["unchanged", "random"]
FOLDABLE = (nn.Conv2d, nn.BatchNorm2d, nn.GroupNorm)  # a factor on all parameters is one on output


class Doubling(nn.Module):
    """Twice the input, where no layer's weights can take the factor.

    A buffer, so that weights trained with the factor do not silently load into a network without.
    """

    factor: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("factor", torch.tensor(2.0))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.factor.to(x.dtype)


def insert_se(
    model: nn.Module, *, reduction: int = 16, where: Where = "standard", start: Start = "unchanged"
) -> nn.Module:
    """A copy of a plain CNN with an SE block in every unit; ``model`` itself is never changed.

    Takes torchvision's and timm's ResNet, ResNeXt, VGG, DenseNet and Inception v3, torchvision's
    GoogLeNet and MobileNetV2, timm's Inception-ResNet-v2, and what is built of their units.
    ``where`` (Hu et al. 2017, sections 3.3 and 6.5):

    - "standard": on a residual branch, after its last layer and before the sum; after the concat
      of an Inception module; after each non-linearity of VGG; on a dense layer's new features.
    - "pre": on the input of the residual branch alone, "post": after the sum and its ReLU,
      "identity": on the path beside the branch. Residual units only.

    ``reduction`` is C / m, rounded down to whole hidden units. With ``start="unchanged"`` the
    output is at first that of ``model``, and every gate is 0.5 and free to move;
    ``start="random"`` gives PyTorch's own initialisation and no factor anywhere. New parameters:
    2 C m weights (equation 5) and C + m biases a block.

    Original parameters keep their names, but for ``inner.`` after the name of a wrapped module.

    Raises a BlockError for a network that has SE blocks already or none of the units known, for a
    place its units lack, and for a reduction that leaves no hidden unit.

    >>> from torchvision.models import resnet18
    >>> [block.name for block in find_blocks(insert_se(resnet18()))][:2]
    ['layer1.0.bn2.se', 'layer1.1.bn2.se']
    """
    return insert_in_place(
        deepcopy(unwrapped(model)[0]), reduction=reduction, where=where, start=start
    )


def insert_in_place(
    model: nn.Module, *, reduction: int = 16, where: Where = "standard", start: Start = "unchanged"
) -> nn.Module:
    """``insert_se`` without the copy, for a network that was just built for it.

    Use what it returns: a network that is itself a unit is wrapped.
    """
    _check(reduction, where, start)
    # Inside a holder even a unit given on its own has a parent to be replaced in.
    holder = nn.Sequential(OrderedDict(network=model))
    spots = list(_spots(holder, reduction, start))
    _check_network(model, spots, where)
    for spot in spots:
        spot.insert(where)
    return holder.get_submodule("network")


@dataclass(frozen=True, slots=True)
class _Spot:
    """One unit of the network at hand, and what to put there."""

    parent: nn.Module
    name: str
    path: str
    unit: nn.Module
    site: Site
    reduction: int
    start: Start

    def insert(self, where: Where) -> None:
        site, unit = self.site, self.unit
        if site.chain:
            self._after_each_activation(unit.get_submodule(site.chain))
            return
        inputs, outputs = _widths(unit)
        if where == "pre":
            self._before(site.first, self._block(inputs))
        elif where == "post":
            self._after(self.parent, self.name, self._block(outputs))
        elif where == "identity":
            self._after(unit, site.shortcut, self._block(outputs))
        elif site.slot:
            setattr(unit, site.slot, self._doubled(self._block(outputs), site.last))
        elif site.last:
            self._after(unit, site.last, self._block(outputs))
        else:
            self._after(self.parent, self.name, self._block(outputs))

    def _block(self, channels: int) -> SqueezeExcitation:
        if channels < self.reduction:
            raise BlockError(
                tr(
                    "reduction={reduction} leaves no hidden unit at {path}, which has "
                    "{channels} channels. Give {channels} or less.",
                    reduction=self.reduction,
                    path=self.path,
                    channels=channels,
                )
            )
        block = SqueezeExcitation(channels, reduction=self.reduction)
        if self.start == "unchanged":
            nn.init.zeros_(block.expand.weight)
            nn.init.zeros_(block.expand.bias)
        like = next(self.unit.parameters())
        return block.to(like.device, like.dtype).train(self.unit.training)

    def _doubled(self, block: nn.Module, last: str) -> nn.Module:
        """For a slot after the layer ``last``: the block, in need with a factor before it."""
        if self.start == "random" or (last and _double(self.unit.get_submodule(last))):
            return block
        return self._joined({"doubling": self._factor(), "se": block})

    def _after(self, owner: nn.Module, name: str, block: nn.Module) -> None:
        """Behind the module ``owner.name``, which may be None (an identity path)."""
        inner: nn.Module | None = getattr(owner, name)
        exact = self.start == "random" or (inner is not None and _double(inner))
        added = {"se": block} if exact else {"doubling": self._factor(), "se": block}
        if type(inner) is nn.Sequential:  # nothing in it is renamed this way
            for key, module in added.items():
                inner.add_module(key, module)
        else:
            before = {} if inner is None else {"inner": inner}
            setattr(owner, name, self._joined({**before, **added}))

    def _before(self, name: str, block: nn.Module) -> None:
        inner = self.unit.get_submodule(name)
        first = next((m for m in inner.modules() if type(m) is nn.Conv2d), None)
        parts = {"se": block, "inner": inner}
        if self.start == "unchanged" and not (first and _double(first, bias=False)):
            parts = {"doubling": self._factor(), **parts}
        setattr(self.unit, name, self._joined(parts))

    def _after_each_activation(self, chain: nn.Module) -> None:
        """VGG: behind each activation, with the factor in the layer before it if that is exact."""
        channels = 0
        affine: nn.Module | None = None
        for name, layer in list(chain.named_children()):
            if isinstance(layer, nn.Conv2d):
                channels, affine = layer.out_channels, layer
            elif isinstance(layer, nn.BatchNorm2d):
                affine = layer
            elif affine is not None:
                block = self._block(channels)
                parts: dict[str, nn.Module] = {"inner": layer}
                homogeneous = type(layer) is nn.ReLU  # relu(2 x) = 2 relu(x)
                if self.start == "unchanged" and not (homogeneous and _double(affine)):
                    parts["doubling"] = self._factor()
                setattr(chain, name, self._joined({**parts, "se": block}))
                affine = None

    def _factor(self) -> Doubling:
        return Doubling().to(next(self.unit.parameters()).device).train(self.unit.training)

    def _joined(self, parts: Mapping[str, nn.Module]) -> nn.Sequential:
        joined = nn.Sequential(OrderedDict(parts))
        joined.training = self.unit.training  # not .train(): the parts keep modes of their own
        return joined


def _spots(holder: nn.Module, reduction: int, start: Start) -> Iterator[_Spot]:
    for path, unit in list(holder.named_modules()):
        if site := site_of(unit):
            parent, _, name = path.rpartition(".")
            shown = path.removeprefix("network").removeprefix(".") or type(unit).__name__
            yield _Spot(holder.get_submodule(parent), name, shown, unit, site, reduction, start)


def _widths(unit: nn.Module) -> tuple[int, int]:
    """Channels that enter and leave a unit, found on the meta device, which computes nothing."""
    inputs = next(m for m in unit.modules() if isinstance(m, nn.Conv2d)).in_channels
    shadow = deepcopy(unit).to(device="meta", dtype=torch.float32).eval()
    with torch.no_grad():
        return inputs, shadow(torch.empty(1, inputs, 32, 32, device="meta")).shape[1]


def _double(layer: nn.Module, *, bias: bool = True) -> bool:
    """Double what the layer puts out (its answer to the input alone without ``bias``), if its
    parameters allow it exactly; says whether they did."""
    if type(layer) is nn.Sequential and len(layer):
        return _double(layer[-1], bias=bias)
    own = dict(layer.named_parameters(recurse=False))
    if type(layer) not in FOLDABLE or "weight" not in own:
        return False
    with torch.no_grad():
        for name, values in own.items():
            if bias or name == "weight":
                values.mul_(2)
    return True


def _check(reduction: int, where: Where, start: Start) -> None:
    for word, given, known in (("where", where, Where), ("start", start, Start)):
        if given not in get_args(known):
            raise BlockError(
                tr(
                    "{word}={given!r} is none of {known}.",
                    word=word,
                    given=given,
                    known=", ".join(get_args(known)),
                )
            )
    if reduction < 1:
        raise BlockError(
            tr(
                "reduction={reduction} is no ratio C / m. Give 1 or more; usual is 16.",
                reduction=reduction,
            )
        )


def _check_network(network: nn.Module, spots: list[_Spot], where: Where) -> None:
    kind = type(network).__name__
    if blocks := find_blocks(network):
        raise BlockError(
            tr(
                "{kind} has {blocks} SE blocks already, the first at {first}. Give the "
                "plain network, such as resnet50 in place of seresnet50.",
                kind=kind,
                blocks=len(blocks),
                first=blocks[0].name,
            )
        )
    if not spots:
        raise BlockError(
            tr(
                "{kind} has no unit that SE can be put into. Known are those of "
                "{families}, of torchvision or timm. In a module of your own, use "
                "senet_viz.models.residual.SqueezeExcitation.",
                kind=kind,
                families=", ".join(dict.fromkeys(site.family for site in SITES)),
            )
        )
    for spot in spots:
        if where not in spot.site.places:
            raise BlockError(
                tr(
                    "where={where!r} does not fit {kind}: {unit} at {path} takes {places}.",
                    where=where,
                    kind=kind,
                    unit=type(spot.unit).__name__,
                    path=spot.path,
                    places=" or ".join(map(repr, spot.site.places)),
                )
            )
        slot = getattr(spot.unit, spot.site.slot) if spot.site.slot else None
        if slot is not None and not isinstance(slot, nn.Identity):
            raise BlockError(
                tr(
                    "{kind} at {path} has a {module} in SE's place already. Give the network "
                    "without it.",
                    kind=type(spot.unit).__name__,
                    path=spot.path,
                    module=type(slot).__name__,
                )
            )
