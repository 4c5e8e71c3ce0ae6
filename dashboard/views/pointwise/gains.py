"""Gains of SE and of everything that could stand in its place, for the same pictures."""

import numpy as np
import streamlit as st

from dashboard.components import costly, page_header, script_records
from dashboard.components.widgets import dark, plain, show
from dashboard.runtime.offers import Chosen
from dashboard.services import captures, networks, subject
from dashboard.services.networks import EMBEDDED
from dashboard.services.subject import Subject
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
    looked = page_header.looked_at()
    block = page_header.picture_row(looked)
    st.caption(
        tr(
            "**All three kinds for the same pictures**: SE in {title}, the maps *fitted* to it, "
            "the *same weights without pooling*, and, for the embedded network, what was *trained "
            "in its place*. Each row says which it is.",
            title=plain(looked.net.title),
        )
    )
    pictures = gain_pictures.choose()
    if not pictures:
        return
    key = ("gains", looked.name, looked.net.trained, block)
    costly.switch(looked)
    button = tr("Fit and run {block} for these pictures", block=block)
    if not costly.wanted(looked, key, button, name="gains_run"):
        return
    rows = treatments(looked, block, pictures)
    show(
        gains_in_one(rows, pictures=[p.title for p in pictures], block=block, dark=dark()),
        "all_gains",
    )
    scores(rows, len(pictures))


def describe() -> Gains:
    """What *Copy as code* is told of this section."""
    looked = subject.under("none")
    block = selection.picked_block(looked.seen.capture.names)
    return Gains(
        network=script_records.network(looked.name, trained=looked.net.trained),
        pictures=selection.pictures(),
        chosen=tuple(gain_pictures.chosen()),
        block=block,
        unpooled=block in pixel_gates.possible(looked),
        others=EMBEDDED[1:3] if looked.name == EMBEDDED[0] else (),
    )


def treatments(looked: Subject, block: str, pictures: list[Chosen]) -> list[Treatment]:
    """SE and the fixed maps first, then the form without pooling, then networks of their own."""
    maps = fits.one_block(looked, block).maps
    possible = block in pixel_gates.possible(looked)
    rows: dict[str, list[Array]] = {}
    for picture in pictures:
        seen = captures.seen(
            looked.name, picture.sha256, picture.data, trained=looked.net.trained
        ).capture[block]
        features = seen.require_features()
        found = {
            tr("Squeeze and excitation"): seen.excitation,
            tr("Fixed scale per channel (fitted)"): np.broadcast_to(
                maps.scale, seen.excitation.shape
            ),
            tr("Fixed 1×1 convolution (fitted)"): effective_gain(features, maps.mixed(features)),
        }
        if possible:
            pixels = pixel_gates.gates(looked, block, picture)
            found[tr("Same weights without pooling")] = effective_gain(
                pixels.features, pixels.features * pixels.gates
            )
        for words, gain in found.items():
            rows.setdefault(words, []).append(gain[0])
    own = [Treatment(words, np.stack(gains)) for words, gains in rows.items()]
    return [*own, *trained(looked, block, pictures)]


def trained(looked: Subject, block: str, pictures: list[Chosen]) -> list[Treatment]:
    """The other embedded networks at the same place, where the one looked at is embedded."""
    if looked.name != EMBEDDED[0]:
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
    number = st.column_config.NumberColumn
    st.dataframe(
        {
            "Treatment": [row.words for row in rows],
            "Mean gain": [float(np.nanmean(row.gains)) for row in rows],
            "Moves by": [movement(row.gains) for row in rows],
            "Variance": [
                1000 * float(np.nanmean(row.gains.astype(np.float64).var(0))) for row in rows
            ],
            "Most": [float(np.nanmax(row.gains.astype(np.float64).std(0))) for row in rows],
        },
        column_config={
            "Treatment": tr("Treatment"),
            "Mean gain": number(tr("Mean gain"), format="%.3f"),
            "Moves by": number(
                tr("Moves by"),
                format="%.4f",
                help=tr("standard deviation of a gain over the pictures, averaged over channels"),
            ),
            "Variance": number(
                tr("Mean variance, 1/1000"),
                format="%.3f",
                help=tr("over the pictures, averaged over channels, in thousandths"),
            ),
            "Most": number(
                tr("The channel that moves most"), format="%.3f", help=tr("its standard deviation")
            ),
        },
        hide_index=True,
        key="gain_scores",
    )
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
