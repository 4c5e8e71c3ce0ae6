"""What a channel's pictures show where it counts: the part of a picture that one place sees."""

import numpy as np
from PIL.Image import Image

from senet_viz.analysis.exemplars import At, Exemplar
from senet_viz.analysis.gate_places import explain_gate_by_place
from senet_viz.core.arrays import readonly
from senet_viz.core.errors import BlockError
from senet_viz.core.translation import tr
from senet_viz.hooks import capture, receptive_fields
from senet_viz.models.network import Network


def exemplar(
    network: Network, picture: Image, block: str, channel: int, *, at: At = "activation"
) -> Exemplar:
    """Two forward passes: what the place that counts most for a channel sees of a picture.

    Raises a BlockError where strides and kernels give the block no receptive field, where there is
    no such channel, and for "account" as ``explain_gate_by_place``.

    >>> from senet_viz.models.catalogue import load_model
    >>> from senet_viz.pictures.decoding import decode
    >>> from senet_viz.pictures.samples import load_sample
    >>> net = load_model("se_resnet18_imagenette")
    >>> exemplar(net, decode(load_sample("china")), "layer1.0.se", 3).pixels.shape
    (23, 23, 3)
    """
    batch = network.preprocess(picture)
    activation = capture(network.model, batch, features=[block])[block]
    fields = receptive_fields(network.model, batch)
    if block not in fields:
        raise BlockError(
            tr(
                "what stands before {block} is not all convolutions, pooling and the like, so its "
                "places see no known part of the picture",
                block=block,
            )
        )
    if at == "account":
        values = explain_gate_by_place(activation, channel).map
    else:
        maps = activation.require_features()[0]
        if not 0 <= channel < len(maps):
            raise BlockError(
                tr(
                    "{block} has channels 0 to {last}; asked for was {channel}",
                    block=block,
                    last=len(maps) - 1,
                    channel=channel,
                )
            )
        values = maps[channel]
    place = tuple(int(i) for i in np.unravel_index(values.argmax(), values.shape))
    field = fields[block].of(place)
    return Exemplar(
        block=activation.block,
        channel=channel,
        at=at,
        place=place,
        value=float(values[place]),
        field=field,
        share=fields[block].share(place),
        pixels=readonly(network.preprocess.pixels(batch)[0][field].copy()),
    )
