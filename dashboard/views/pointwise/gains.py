"""Gains of SE and of everything that could stand in its place, for the same pictures."""

import numpy as np
import streamlit as st

from dashboard.components import costly, page_header, script_records
from dashboard.components.tables import Column, table
from dashboard.components.widgets import dark, plain, show
from dashboard.runtime.offers import Chosen
from dashboard.services import captures, inspections, networks
from dashboard.services.inspections import Inspection
from dashboard.services.networks import EMBEDDED
from dashboard.session import selection
from dashboard.views.pointwise import gain_pictures, stored
from dashboard.views.pointwise.compute import fits, pixel_gates
from dashboard.views.pointwise.script import Gains
from senet_viz.analysis.gains import effective_gain
from senet_viz.core.arrays import Array
from senet_viz.core.translation import tr
from senet_viz.figures.base.version_looks import NAMES
from senet_viz.figures.baselines.gains import movement
from senet_viz.figures.baselines.treatments import Treatment, gains_in_one


def draw() -> None:
    """Choose a block and pictures; one row a treatment; the scores in a table."""
    inspection = page_header.inspect()
    block = page_header.picture_row(inspection)
    st.caption(
        tr(
            "**All three kinds for the same pictures**: SE in {title}, the maps *fitted* to it, "
            "the *same weights without pooling*, and, for the embedded network, what was *trained "
            "in its place*. Each row says which it is.",
            title=plain(inspection.network.title),
        )
    )
    pictures = gain_pictures.choose()
    if not pictures:
        return
    key = ("gains", inspection.key, inspection.network.trained, block)
    costly.switch(inspection)
    button = tr("Fit and run {block} for these pictures", block=block)
    if not costly.wanted(inspection, key, button, name="gains_run"):
        return
    rows = treatments(inspection, block, pictures)
    show(
        gains_in_one(rows, pictures=[p.title for p in pictures], block=block, dark=dark()),
        "all_gains",
    )
    scores(rows, len(pictures))


def describe() -> Gains:
    """What *Copy as code* is told of this section."""
    inspection = inspections.inspect("none")
    block = selection.picked_block(inspection.capture.names)
    return Gains(
        network=script_records.network(inspection.key, trained=inspection.network.trained),
        pictures=selection.pictures(),
        chosen=tuple(gain_pictures.chosen()),
        block=block,
        unpooled=block in pixel_gates.possible(inspection),
        others=EMBEDDED[1:3] if inspection.key == EMBEDDED[0] else (),
    )


def treatments(inspection: Inspection, block: str, pictures: list[Chosen]) -> list[Treatment]:
    """SE and the fixed maps first, then the form without pooling, then networks of their own."""
    maps = fits.one_block(inspection, block).maps
    possible = block in pixel_gates.possible(inspection)
    rows: dict[str, list[Array]] = {}
    for picture in pictures:
        activation = captures.passage(
            inspection.key, picture.sha256, picture.data, trained=inspection.network.trained
        ).capture[block]
        features = activation.require_features()
        gains_of = {
            tr("Squeeze and excitation"): activation.excitation,
            tr("Fixed scale per channel (fitted)"): np.broadcast_to(
                maps.scale, activation.excitation.shape
            ),
            tr("Fixed 1×1 convolution (fitted)"): effective_gain(features, maps.mixed(features)),
        }
        if possible:
            pixels = pixel_gates.gates(inspection, block, picture)
            gains_of[tr("Same weights without pooling")] = effective_gain(
                pixels.features, pixels.features * pixels.gates
            )
        for words, gain in gains_of.items():
            rows.setdefault(words, []).append(gain[0])
    own = [Treatment(words, np.stack(gains)) for words, gains in rows.items()]
    return [*own, *trained(inspection, block, pictures)]


def trained(inspection: Inspection, block: str, pictures: list[Chosen]) -> list[Treatment]:
    """The other embedded networks at the same place, where the one looked at is embedded."""
    if inspection.key != EMBEDDED[0]:
        return []
    place = block.rpartition(".")[0]
    words = {name: NAMES[networks.version(name)] for name in EMBEDDED[1:3]}
    return [
        Treatment(
            tr("{title} (trained)", title=title), stored.gains_at(name, place, pictures), name
        )
        for name, title in words.items()
    ]


def scores(rows: list[Treatment], pictures: int) -> None:
    """How much each moves, as a deviation and as a variance."""
    columns = {
        "Treatment": Column(tr("Treatment"), lambda row: row.words),
        "Mean gain": Column(tr("Mean gain"), lambda row: float(np.nanmean(row.gains)), "%.3f"),
        "Moves by": Column(
            tr("Moves by"),
            lambda row: movement(row.gains),
            "%.4f",
            help=tr("standard deviation of a gain over the pictures, averaged over channels"),
        ),
        "Variance": Column(
            tr("Mean variance, 1/1000"),
            lambda row: 1000 * float(np.nanmean(row.gains.astype(np.float64).var(0))),
            "%.3f",
            help=tr("over the pictures, averaged over channels, in thousandths"),
        ),
        "Most": Column(
            tr("The channel that moves most"),
            lambda row: float(np.nanmax(row.gains.astype(np.float64).std(0))),
            "%.3f",
            help=tr("its standard deviation"),
        ),
    }
    table(rows, columns, "gain_scores")
    st.caption(
        plain(
            tr(
                "Over the {chosen} pictures chosen. The fitted maps are fitted to all "
                "{offered} pictures on offer, these among them. Gains of a channel that "
                "is 0 everywhere are not defined and left out.",
                chosen=pictures,
                offered=len(selection.pictures()),
            )
        )
    )
