"""Cached library calls of Inspect: where gates act, and where they come from."""

from dashboard.runtime import picture_cache
from dashboard.runtime.cache import keep
from dashboard.services import networks
from senet_viz.analysis.branch_energy import Meeting
from senet_viz.analysis.class_maps import ClassMap, GateRelevance
from senet_viz.analysis.gate_places import (
    GatePlaces,
    Of,
    explain_block_by_place,
    explain_gate_by_place,
    explain_unit_by_place,
)
from senet_viz.analysis.place_deletion import Cover, PlaceDeletion, delete_places
from senet_viz.analysis.receptive_fields import ReceptiveField
from senet_viz.core.errors import BlockError
from senet_viz.core.records import BlockActivation
from senet_viz.core.translation import tr
from senet_viz.experiments.class_maps import class_map, gate_relevance
from senet_viz.experiments.place_deletion import delete_from_picture
from senet_viz.hooks import capture, receptive_fields
from senet_viz.hooks.branch_energy import meet


@keep(words=lambda: tr("One forward pass, branch against shortcut …"))
def meetings_of(name: str, sha256: str, _data: bytes, *, trained: bool) -> tuple[Meeting, ...]:
    """The energy of every block's branch and shortcut, for this picture and network."""
    net = networks.network(name, trained=trained)
    return meet(net.model, net.preprocess(picture_cache.picture(sha256, _data).image))


def places_in(activation: BlockActivation, of: Of, number: int) -> GatePlaces:
    """What each place adds to a gate, a hidden unit or the mean logit of the block."""
    match of:
        case "channel":
            return explain_gate_by_place(activation, number)
        case "unit":
            return explain_unit_by_place(activation, number)
        case "channels":
            return explain_block_by_place(activation)


@keep(words=lambda: tr("One forward pass for the other picture …"))
def places_of(
    name: str, sha256: str, _data: bytes, *, trained: bool, block: str, of: Of, number: int
) -> GatePlaces:
    """The same in another picture."""
    net = networks.network(name, trained=trained)
    image = net.preprocess(picture_cache.picture(sha256, _data).image)
    return places_in(capture(net.model, image, features=[block])[block], of, number)


@keep(words=lambda: tr("Covering places, one forward pass for each …"))
def deletions_of(
    name: str,
    sha256: str,
    _data: bytes,
    *,
    trained: bool,
    block: str,
    channel: int,
    cover: Cover,
) -> tuple[PlaceDeletion, PlaceDeletion]:
    """How far one gate's logit falls with places of the block's input covered, and of the picture.

    The random sets are the same for every channel and cover.
    """
    net = networks.network(name, trained=trained)
    image = net.preprocess(picture_cache.picture(sha256, _data).image)
    activation = capture(net.model, image, features=[block])[block]
    (direct,) = delete_places(activation, [channel], cover=cover)
    (again,) = delete_from_picture(net.model, image, {block: [channel]}, cover=cover)
    return direct, again


@keep(words=lambda: tr("Gradients of one class …"))
def class_of(
    name: str,
    sha256: str,
    _data: bytes,
    *,
    trained: bool,
    block: str,
    class_index: int,
) -> tuple[ClassMap | str, GateRelevance]:
    """Where the network sees a class at a block, or why there is no such map; and by channel."""
    net = networks.network(name, trained=trained)
    image = net.preprocess(picture_cache.picture(sha256, _data).image)
    relevance = gate_relevance(net.model, image, block, class_index)
    try:
        return class_map(net.model, image, block, class_index), relevance
    except BlockError as error:
        return str(error), relevance


@keep(words=lambda: tr("One forward pass, receptive fields …"))
def fields_of(name: str, sha256: str, _data: bytes, *, trained: bool) -> dict[str, ReceptiveField]:
    """What the places of every block see, by the block's name; of those that have a field."""
    net = networks.network(name, trained=trained)
    image = net.preprocess(picture_cache.picture(sha256, _data).image)
    return receptive_fields(net.model, image)
