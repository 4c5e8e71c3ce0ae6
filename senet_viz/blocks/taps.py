"""Where the parts of a gate pass in and out of modules."""

from dataclasses import dataclass

from senet_viz.blocks import axes as ax
from senet_viz.blocks.anatomy import read_anatomy
from senet_viz.blocks.axes import Axes
from senet_viz.blocks.frames import Frame, Key, Place
from senet_viz.blocks.layouts import Layout, is_plain, layout_of
from senet_viz.blocks.owners import Owners
from senet_viz.blocks.products import Product
from senet_viz.blocks.values import Step


@dataclass(frozen=True, slots=True)
class Tap:
    """Where a value is seen: an argument or output of a module, in its ``call`` within the owner.

    lasting: the argument is still the same when the module has run. alone: the module runs once in
    each call of the owner, and nowhere else.
    """

    module: str
    call: int
    is_input: bool
    key: Key
    lasting: bool
    layout: Layout
    alone: bool


def maps_layout(product: Product, axes: Axes | None = None) -> Layout:
    """How the maps of a product lie, or the same maps with other axes, by how the factor varies."""
    maps, factor = product.maps, product.factor
    places = set()
    if maps.step is not None and len(factor.axes) <= len(maps.axes):
        wide = ax.expanded(factor.axes, tuple(map(ax.size_of, maps.axes)))
        pairs = zip(maps.axes, wide, strict=True)
        places = {
            id(axis.role)
            for dimension, along in pairs
            for axis in dimension
            if axis.role[0] == ax.CHANNEL and not ax.varies(along)
        }
    frames = "n" if ax.has(factor.axes, ax.FRAME) else "p"
    return layout_of(maps.axes if axes is None else axes, frames=frames, places=places)


def unit_of(product: Product) -> tuple[str | None, bool]:
    """The outermost module whose argument the maps are and whose whole output the product is.

    Or else the factor: then the caller multiplies.
    """
    takes = [p.frame for p in product.maps.places if p.is_input]
    own_places = [] if product.result is None else product.result.places
    factor = product.factor.places
    for places, gives_gate in ((own_places, False), (factor, True)):
        for place in reversed(places):
            if not place.is_input and place.key is None and any(f is place.frame for f in takes):
                return place.frame.name, gives_gate
    return None, False


def taps_of(product: Product, owner: Frame | None, owners: Owners) -> dict[str, Tap] | None:
    """Where each part passes in or out of a module within the owner; None where one does not."""
    parts = read_anatomy(product)
    if (
        owner is None
        or not owner.name
        or product.result is None
        or parts.scale is None
        or product.inverse
    ):
        return None
    taps: dict[str, Tap] = {}
    for part, places in (("features", product.maps.places), ("product", product.result.places)):
        inside = [p for p in places if owner in p.frame.path()]
        if part == "product":
            inside = [p for p in inside if p.frame is not owner or not p.is_input]
        inside.sort(
            key=lambda p: (not is_plain(maps_layout(product, p.axes)), p.frame is not owner)
        )
        if not inside:
            return None
        taps[part] = _tap(inside[0], maps_layout(product, inside[0].axes), owner, owners)
    for part in ("squeeze", "hidden", "logit", "excitation"):
        step: Step | None = getattr(parts, part)
        inside = [] if step is None else [p for p in step.places if owner in p.frame.path()]
        if part == "excitation":  # where another can be put in its place
            inside = [p for p in inside if not p.is_input and p.frame is not owner]
        if step is not None and not inside:
            return None
        if inside:
            place = inside[-1] if part in ("hidden", "logit") else inside[0]
            taps[part] = _tap(place, layout_of(place.axes), owner, owners)
    return taps


def _tap(place: Place, layout: Layout, owner: Frame, owners: Owners) -> Tap:
    frame, name = place.frame, place.frame.name
    every = owners.calls[name]
    calls = [each for each in every if owner in each.path()]
    own = owners.calls[owner.name]
    alone = (
        [sum(f in each.path() for each in every) for f in own] == [1] * len(own) == [1] * len(every)
    )
    return Tap(
        module=name,
        call=calls.index(frame) + 1,
        is_input=place.is_input,
        key=place.key,
        lasting=place.lasting,
        layout=layout,
        alone=alone,
    )
