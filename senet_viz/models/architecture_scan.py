"""Which architectures hold SE blocks: ``python -m senet_viz.models.architecture_scan > FILE.csv``.

Builds every architecture of the embedded family, torchvision and timm once, without weights, and
looks for blocks. It takes minutes, so the answer is kept in ``se_architectures.csv`` beside this
file, and the catalogue reads that; run it again when a library or the finding changed.
"""

import csv
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from functools import partial
from itertools import chain
from typing import Any, TextIO

from torch import nn

from senet_viz.blocks.finding import find_blocks, find_others
from senet_viz.core.errors import CaptureError
from senet_viz.core.records import OtherAttention, SEBlock
from senet_viz.models.catalogue import Task
from senet_viz.models.embedded import VERSION_OF
from senet_viz.models.imagenette import SIDE
from senet_viz.models.layouts import weightless
from senet_viz.models.paper_networks import SYSTEMS
from senet_viz.models.preprocess import torchvision_preprocess
from senet_viz.models.residual import build

Contents = tuple[nn.Module, tuple[SEBlock, ...], tuple[OtherAttention, ...]]


@dataclass(frozen=True, slots=True)
class Architecture:
    """One row of the table: ``kinds`` are the classes of its blocks, joined by semicolons.

    ``declared`` counts attention modules that are no per-channel gates, ``branches`` those of them
    in which a softmax shares channels out between branches.

    ``input_size`` is the side in px of the pictures the network is given. ``accuracy`` in [0, 1]
    is top-1 on ``accuracy_on``, None where the library publishes none.
    """

    library: str
    name: str
    blocks: int
    kinds: str
    parameters: int
    has_weights: bool
    licence: str
    task: Task
    input_size: int | None
    accuracy: float | None
    accuracy_on: str
    declared: int
    branches: int


def scan() -> Iterator[Architecture]:
    """Every network built here, then every torchvision and timm architecture with an SE block.

    Or with attention that is declared as something else; the catalogue lists it with the reason.

    torchvision's ``quantized_`` names are left out: before conversion each is the float network
    of the same name, and after it there are no float gates to read.

    >>> next(scan()).name
    'se_resnet18_imagenette'
    """
    for name, version in VERSION_OF.items():
        yield _row("senet_viz", name, partial(build, version), has_weights=True, input_size=SIDE)
    yield from _scan_systems()
    for row in chain(_scan_torchvision(), _scan_timm()):
        if row.blocks or row.declared:
            yield row


def write_table(file: TextIO) -> None:
    """Write what ``scan`` finds as CSV with a header."""
    writer = csv.writer(file, lineterminator="\n")
    columns = [field.name for field in fields(Architecture)]
    writer.writerow(columns)
    for row in scan():
        writer.writerow([getattr(row, column) for column in columns])


def _scan_systems() -> Iterator[Architecture]:
    for name, system in SYSTEMS.items():
        model = weightless(system.build)
        side = system.preprocess(model).input_size[0]
        yield _row("senet_viz", name, system.build, has_weights=False, input_size=side)


def _scan_torchvision() -> Iterator[Architecture]:
    from torchvision.models import get_model_builder, get_model_weights, list_models

    from senet_viz.models.from_torchvision import build_untrained

    for name in list_models():
        if name.startswith("quantized_"):
            continue
        make = partial(build_untrained, name)
        published = get_model_weights(name).DEFAULT
        row = _row(
            "torchvision",
            name,
            make,
            has_weights=True,
            licence=published.meta.get("license", ""),
            task=_task(get_model_builder(name).__module__),
        )
        if row.blocks:  # presets of other kinds of networks (video, optical flow) have no size
            side = torchvision_preprocess(published.transforms(), weightless(make)).input_size[0]
            on, accuracy = _top1(published.meta)
            yield replace(row, input_size=side, accuracy=accuracy, accuracy_on=on)


def _scan_timm() -> Iterator[Architecture]:
    import timm

    for name in timm.list_models():
        make = partial(timm.create_model, name, pretrained=False)
        config = timm.get_pretrained_cfg(name)
        licence = config.license or "" if config.has_weights else ""
        yield _row(
            "timm",
            name,
            make,
            has_weights=bool(config.has_weights),
            licence=licence,
            input_size=config.input_size[-1],
        )


def _task(builder_module: str) -> Task:
    tasks: tuple[Task, ...] = ("detection", "segmentation")
    return next((task for task in tasks if f".{task}." in builder_module), "classification")


def _top1(meta: Any) -> tuple[str, float | None]:
    """The data set and the accuracy in [0, 1] of torchvision's published metrics."""
    for on, metrics in meta.get("_metrics", {}).items():
        if "acc@1" in metrics:
            return on, round(metrics["acc@1"] / 100, 5)
    return "", None


def _row(
    library: str,
    name: str,
    make: Callable[[], nn.Module],
    *,
    has_weights: bool,
    licence: str = "",
    task: Task = "classification",
    input_size: int | None = None,
) -> Architecture:
    model, blocks, others = _contents(make)
    return Architecture(
        library=library,
        name=name,
        blocks=len(blocks),
        kinds=";".join(sorted({block.kind for block in blocks})),
        parameters=sum(p.numel() for p in model.parameters()),
        has_weights=has_weights,
        licence=licence,
        task=task,
        input_size=input_size,
        accuracy=None,
        accuracy_on="",
        declared=len(others),
        branches=sum(each.reason == "branches" for each in others),
    )


def _contents(make: Callable[[], nn.Module]) -> Contents:
    """The network, as shapes alone where it runs so, and its blocks; none where it does not run."""
    model = weightless(make)
    try:
        return model, find_blocks(model), find_others(model)
    except CaptureError:
        model = make().eval()
    try:
        return model, find_blocks(model), find_others(model)
    except CaptureError:  # it takes two pictures, or a video
        return model, (), ()


if __name__ == "__main__":
    write_table(sys.stdout)
