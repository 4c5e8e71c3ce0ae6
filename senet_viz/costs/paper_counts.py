"""Table 2 of Hu et al. 2017 beside our own count of every network in it, and the NoSqueeze row.

"GFLOPs" there are multiply-adds of convolutions and fully connected layers: counted so, the
NoSqueeze row of the paper's table 16 comes out to its last digit.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import nn

from senet_viz.analysis.cost_records import PaperRow
from senet_viz.blocks.finding import locate_blocks
from senet_viz.core.translation import ENGLISH, speaking, tr
from senet_viz.costs.counting import count_costs
from senet_viz.costs.removal import without_se
from senet_viz.models.inception import BNInception, build_se_bn_inception
from senet_viz.models.insertion import insert_in_place
from senet_viz.models.network import building
from senet_viz.models.residual import NoSqueeze
from senet_viz.models.stand_ins import put_at

Build = Callable[[], nn.Module]
SOURCE_MS = (164.0, 167.0)
"""Milliseconds the paper gives for ResNet-50 and SE-ResNet-50, one 224 x 224 picture on a CPU."""
SOURCE_RATIO = SOURCE_MS[1] / SOURCE_MS[0]
# Made in English, whoever imports this first; ``again`` says them in another language.
with speaking(ENGLISH):
    SOURCE_RATIO_WORDS = tr(
        "The source took 164 ms for ResNet-50 and 167 ms for SE-ResNet-50 on a CPU "
        "it does not name: a ratio of 1.018. SE adds 0.07% of the multiply-adds, "
        "but it reads each feature map twice more (to average it, to scale it) and "
        "writes it once more, which waits for memory and not for arithmetic, and "
        "it starts about six small operations a block, each with a fixed cost in "
        "eager mode. The faster a machine multiplies, the larger that share "
        "becomes. Joining the scaling with the addition after it (the authors' "
        "released files have one layer, Axpy, for both; torch.compile does the "
        "like) takes part of it away."
    )
    STRIDE_WORDS = tr(
        "The released ResNets put the stride of 2 on the first 1×1 convolution of "
        "a unit, so its 3×3 convolution works on the smaller map: 3.86 G. "
        "torchvision's ResNet-50 and timm's seresnet50 put it on the 3×3 "
        "convolution: 4.09 G with the same parameters. Rows here follow the "
        "released files, which put it on the 3×3 in ResNeXt and SENet-154 alone."
    )


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    paper: tuple[float | None, float]
    plain: Build
    gated: Build
    note: str = ""
    side: int = 224


def paper_table() -> Iterator[PaperRow]:
    """Table 2 row by row, then SENet-154 and NoSqueeze; each is counted as it is asked for.

    Only shapes are built, so a row takes a fraction of a second and next to no memory.

    >>> first = next(paper_table())
    >>> first.name, round(first.counted[0], 2), first.parameters
    ('ResNet-50', 3.86, (25557032, 28088024))
    """
    for entry in _entries():
        with building(), torch.device("meta"):
            models = entry.plain().eval(), entry.gated().eval()
        plain, gated = (count_costs(m, (entry.side, entry.side)).total for m in models)
        yield PaperRow(
            name=entry.name,
            side=entry.side,
            paper=entry.paper,
            counted=(plain.multiply_adds / 1e9, gated.multiply_adds / 1e9),
            parameters=(plain.parameters, gated.parameters),
            note=entry.note,
        )


def no_squeeze(model: nn.Module) -> nn.Module:
    """A copy with the paper's NoSqueeze (section 7.1) in place of every SE block of C → m → C.

    The pooling is left out, and the two layers become 1x1 convolutions at the block's own size.
    The new layers are untrained: this is for counting.
    """
    copied = model
    for place in locate_blocks(model):
        channels, hidden = place.block.channels, place.block.hidden
        if channels and hidden:
            variant = NoSqueeze(channels, reduction=channels // hidden)
            copied = put_at(copied, place.unit or place.owner, variant)
    return copied


def _timm(name: str) -> nn.Module:
    import timm

    model: nn.Module = timm.create_model(name)
    return model


def _vgg() -> nn.Module:
    import torchvision

    model: nn.Module = torchvision.models.vgg16_bn()
    return model


def _released(name: str, title: str, paper: tuple[float | None, float], note: str = "") -> _Entry:
    """A port of the authors' released network, and the same without its SE blocks."""
    return _Entry(title, paper, lambda: without_se(_timm(name)), lambda: _timm(name), note)


@speaking(ENGLISH)
def _entries() -> tuple[_Entry, ...]:
    return (
        _released("legacy_seresnet50", "ResNet-50", (3.86, 3.87)),
        _released("legacy_seresnet101", "ResNet-101", (7.58, 7.60)),
        _released("legacy_seresnet152", "ResNet-152", (11.30, 11.32)),
        _released("legacy_seresnext50_32x4d", "ResNeXt-50 (32×4d)", (4.24, 4.25)),
        _released("legacy_seresnext101_32x4d", "ResNeXt-101 (32×4d)", (7.99, 8.00)),
        _Entry(
            "VGG-16 with BatchNorm",
            (15.47, 15.48),
            _vgg,
            lambda: insert_in_place(_vgg(), start="random"),
        ),
        _Entry("BN-Inception", (2.03, 2.04), BNInception, build_se_bn_inception),
        _Entry(
            "Inception-ResNet-v2 (299 px)",
            (11.75, 11.76),
            lambda: _timm("inception_resnet_v2"),
            lambda: insert_in_place(_timm("inception_resnet_v2"), start="random"),
            tr(
                "The published layout (10, 20 and 10 modules), SE on each residual branch. "
                "It counts 12% more than the paper prints; what SE adds, 0.01 G, agrees. "
                "The authors released no file of theirs. Maps one place smaller would "
                "explain it (a 296 px picture makes it 11.72 G), but that is a guess."
            ),
            299,
        ),
        _released(
            "legacy_senet154",
            "SENet-154",
            (None, 20.7),
            tr("Not in Table 2, and there is no SENet-154 without SE to compare it with."),
        ),
        _Entry(
            "ResNet-50, NoSqueeze in SE's place",
            (3.86, 4.27),
            lambda: without_se(_timm("legacy_seresnet50")),
            lambda: no_squeeze(_timm("legacy_seresnet50")),
            tr("Table 16: the 1×1 convolutions work at every place of the map."),
        ),
    )
