"""plan.json: what is surveyed and how, fixed before the first picture is read."""

import hashlib
import json
import platform
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from torch import nn

from senet_viz.blocks.examples import picture_channels
from senet_viz.core.errors import SENetVizError
from senet_viz.core.told_classes import told_records
from senet_viz.core.translation import ENGLISH, again, speaking, tr
from senet_viz.hooks import capture
from senet_viz.models.network import Network
from senet_viz.pictures.class_names import ClassNames
from senet_viz.surveys.durable_files import durably
from senet_viz.surveys.inventory import Inventory
from senet_viz.surveys.listing import SHARD, Listing
from senet_viz.surveys.precision import Precision, gate_difference

PLAN = "plan.json"
NOISE_SEED = 0
PACKAGES = ("senet-viz", "torch", "numpy", "pillow", "pyarrow")


@dataclass(frozen=True, slots=True)
class Settings:
    """What decides the numbers of a survey; a resumed one has to have the same.

    ``images`` is the path or address as given, ``description`` its last part only.
    """

    images: str
    description: str
    model: str
    weights_sha256: str
    preprocessing: str
    batch_size: int
    keep_gates: bool
    precision: Precision = "float32"


@dataclass(frozen=True, slots=True)
class Plan:
    """The settings, what was listed, and the blocks (in firing order) with their channels.

    ``gate_difference``: how far the precision moves a gate at the most, over six photographs.
    ``told`` and ``left_out`` are records of how classes were told and what was left out; None in
    plans of earlier versions, which did not count that. ``network_notes`` are the assumptions about
    the network (its weights, classes and preprocessing), in English. ``answers`` are the network's
    own words for the ``classes``, "" for a class that it does not have; empty if it names none.
    """

    settings: Settings
    classes: tuple[str, ...]
    files: tuple[str, ...]
    pictures: int
    listing_sha256: str
    blocks: tuple[str, ...]
    channels: tuple[int, ...]
    versions: dict[str, str]
    gate_difference: float = 0.0
    told: tuple[Mapping[str, Any], ...] | None = None
    left_out: tuple[Mapping[str, Any], ...] | None = None
    network_notes: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()

    @property
    def shards(self) -> int:
        return -(-self.pictures // SHARD)

    def size(self, shard: int) -> int:
        """Pictures in one shard."""
        return min(SHARD, self.pictures - shard * SHARD)


def make_plan(settings: Settings, listing: Listing, network: Network, inventory: Inventory) -> Plan:
    """Run the network once on noise, and check that its blocks are read correctly."""
    blocks, channels = _blocks(network, pictures=min(settings.batch_size, 2))
    return Plan(
        settings=settings,
        classes=listing.classes,
        files=listing.files,
        pictures=listing.pictures,
        listing_sha256=listing.sha256,
        blocks=blocks,
        channels=channels,
        versions={"python": platform.python_version(), **{p: version(p) for p in PACKAGES}},
        gate_difference=0.0
        if settings.precision == "float32"
        else gate_difference(network, blocks),
        told=tuple(told_records(inventory.told)),
        left_out=tuple(each.record() for each in inventory.ledger.left_out),
        network_notes=english_notes(network),
        answers=_answers(network.labels, listing.classes),
    )


def _answers(labels: tuple[str, ...], classes: tuple[str, ...]) -> tuple[str, ...]:
    """Which of its classes the network would have to name for a picture of each of these."""
    if not labels:
        return ()
    names = ClassNames(labels)
    placed = names.by_position(classes)
    numbers = [placed.get(each, names.number(each)) for each in classes]
    return tuple("" if number is None else labels[number] for number in numbers)


def _blocks(network: Network, *, pictures: int) -> tuple[tuple[str, ...], tuple[int, ...]]:
    generator = torch.Generator().manual_seed(NOISE_SEED)
    size = (picture_channels(network.model), *network.preprocess.input_size)
    noise = torch.rand(pictures, *size, generator=generator)
    captured = capture(network.model, noise, features="none")
    for activation in captured:
        if activation.proof == "failed":
            raise SENetVizError(
                tr(
                    "{block} of {network} is read wrongly: features x factor differs from its "
                    "product by {relative_error:.1g} of the largest",
                    block=activation.block.name,
                    network=network.name,
                    relative_error=activation.relative_error,
                )
            )
    return captured.names, tuple(a.excitation.shape[1] for a in captured)


def english_notes(network: Network) -> tuple[str, ...]:
    """What is assumed of a network, in English."""
    with speaking(ENGLISH):
        return tuple(str(again(note)) for note in network.notes if note)


def weights_hash(network: Network) -> str:
    """SHA-256 of the weight file where it is known, else of every tensor of the model."""
    return network.sha256 or _state_hash(network.model)


def _state_hash(model: nn.Module) -> str:
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        digest.update(tensor.detach().cpu().reshape(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


def write_plan(folder: Path, plan: Plan) -> None:
    """Write ``plan.json``; from then on the folder holds a survey."""
    with durably(folder / PLAN) as temporary:
        text = json.dumps(asdict(plan), indent=1, ensure_ascii=False) + "\n"
        temporary.write_bytes(text.encode("utf-8", "backslashreplace"))  # paths of any bytes


def read_plan(folder: Path) -> Plan | None:
    """The plan in a folder, None without one; a SENetVizError where it is no plan."""
    path = folder / PLAN
    if not path.is_file():
        return None
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        settings = Settings(**content.pop("settings"))
        rows: dict[str, Any] = {
            k: tuple(v) if isinstance(v, list) else v for k, v in content.items()
        }
        return Plan(settings=settings, **rows)
    except (ValueError, TypeError, KeyError) as error:
        raise SENetVizError(
            tr(
                "{path} is not the plan of a survey ({error}). Give another folder",
                path=path,
                error=str(error),
            )
        ) from error


def require_same(plan: Plan, settings: Settings, folder: Path) -> None:
    """A SENetVizError that names what differs from how the survey in the folder was begun."""
    for what, begun, given in _differences(plan.settings, settings):
        raise SENetVizError(
            tr(
                "the survey in {folder} was begun with {what} {begun!r}, not {given!r}. "
                "Resume it as it was begun, or give another folder",
                folder=folder,
                what=what,
                begun=begun,
                given=given,
            )
        )


def _differences(begun: Settings, given: Settings) -> Iterator[tuple[str, object, object]]:
    for field in fields(Settings):
        one, other = getattr(begun, field.name), getattr(given, field.name)
        if one != other:
            yield field.name.replace("_", " "), one, other
