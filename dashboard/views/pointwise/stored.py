"""The four stored networks on the picture looked at: one long training run of each."""

import numpy as np
import streamlit as st

from dashboard.components.choice import choice
from dashboard.components.widgets import GATE, dark, plain, reading, show, show_mosaic
from dashboard.runtime.offers import Chosen
from dashboard.services import networks
from dashboard.services.networks import EMBEDDED
from dashboard.session import selection
from dashboard.views.pointwise import gain_pictures, seeds, stored_results
from dashboard.views.pointwise.compute import stored_networks
from dashboard.views.pointwise.compute.stored_networks import Comparison
from senet_viz.core.arrays import Array
from senet_viz.core.records import PlaceActivation
from senet_viz.core.translation import Words, tr
from senet_viz.figures.base.chart import Numbers
from senet_viz.figures.base.formats import tiny
from senet_viz.figures.base.palette_images import Uniform
from senet_viz.figures.baselines.gains import gain_profiles, mixing_heatmap
from senet_viz.figures.block.feature_maps import Range, colour_range, mosaic

EXPLAINED = Words[str](
    {
        "se": lambda: tr(
            "One gate a channel, worked out from the whole picture: the same at every pixel, "
            "different for each picture."
        ),
        "nosqueeze": lambda: tr(
            "The paper's 1×1\\-convolution variant: the same layers without the pooling. "
            "Each pixel gates itself, from its own column of channels alone."
        ),
        "conv1x1": lambda: tr(
            "Reduce, ReLU, expand: channels are mixed by weights that are the same for every "
            "picture and every pixel. Nothing is gated."
        ),
    }
)
MAPS = 8


def draw() -> None:
    """Choose a place, show what each version did there with the picture."""
    picture = selection.picture()
    comparisons = {
        name: stored_networks.comparison(name, picture.sha256, picture.data) for name in EMBEDDED
    }
    st.markdown(f"**{plain(sentence())}**")
    stored_results.draw(comparisons, picture)
    place = choose_place(comparisons)
    at = {
        name: next(p for p in comparisons[name].places if p.place == place) for name in EMBEDDED[:3]
    }
    gains(place)
    for name in EMBEDDED[:3]:
        one_version(name, at[name])
    exact_facts(at)


def sentence() -> str:
    """Whether SE wins in the one long run of each."""
    accuracy = {networks.version(name): networks.network(name).accuracy for name in EMBEDDED}
    gated, bare = accuracy["se"] or 0.0, accuracy["plain"] or 0.0
    return tr("In the one long run of each, {verdict}", verdict=seeds.verdict(gated - bare))


def choose_place(comparisons: dict[str, Comparison]) -> str:
    """A place of the family, such as layer3.1."""
    places = [p.place for p in comparisons[EMBEDDED[0]].places]
    at = [p for p in places if str(st.session_state.get(selection.BLOCK)).startswith(f"{p}.")]
    if at:
        st.session_state[selection.PLACE] = at[0]
    return choice(
        tr("Place in the network"),
        dict(zip(places, places, strict=True)),
        selection.PLACE,
        first="layer3.1",
        on_change=_take_place,
    )


def _take_place() -> None:
    """Callback: the block of the SE network that stands there is picked in every view."""
    selection.choose_block(f"{st.session_state[selection.PLACE]}.se")


def gains(place: str) -> None:
    """Effective gains of the three versions over several pictures."""
    offers = gain_pictures.choose()
    if not offers:
        return
    gains_of = {name: gains_at(name, place, offers) for name in EMBEDDED[:3]}
    for column, (name, gain) in zip(st.columns(3, gap="medium"), gains_of.items(), strict=True):
        version = networks.version(name)
        with column:
            show(
                gain_profiles(
                    gain,
                    pictures=[offer.title for offer in offers],
                    what=stored_networks.words()[version],
                    gated=version != "conv1x1",
                    reach=reach_of(gain, gated=version != "conv1x1"),
                    dark=dark(),
                ),
                f"gains_{version}",
            )


def reach_of(gain: Array, *, gated: bool) -> tuple[float, float]:
    """Gates stand on one scale, 0 to 1; mixed channels can have any gain and get their own."""
    known = gain[np.isfinite(gain)]
    return (0.0, 1.0) if gated else (float(known.min(initial=0)), float(known.max(initial=1)))


def gains_at(name: str, place: str, offers: list[Chosen]) -> Array:
    """Effective gains (p, c) of one version at one place for p pictures."""
    rows = []
    for offer in offers:
        compared = stored_networks.comparison(name, offer.sha256, offer.data)
        rows.append(stored_networks.gains(next(p for p in compared.places if p.place == place)))
    return np.stack(rows)


def one_version(name: str, place: PlaceActivation) -> None:
    """What stands there, its gates or weights, and the maps it changes most."""
    st.subheader(stored_networks.words()[place.version], anchor=False)
    st.markdown(EXPLAINED[place.version])
    features, output = place.features[0], place.output[0]
    change = np.abs(output - features).mean((1, 2))
    channels = [int(c) for c in np.argsort(-change, kind="stable")[:MAPS]]
    left, middle, right = st.columns(3, gap="medium")
    low, high = colour_range(features[channels], scope="block", block_maps=features)
    with left:
        st.markdown(tr("**Before**"))
        draw_maps(features[channels], [f"ch {c}" for c in channels], low, high)
    with middle:
        gates(name, place, channels)
    with right:
        st.markdown(tr("**After, on the same scale**"))
        draw_maps(output[channels], [f"ch {c}" for c in channels], low, high)


def gates(name: str, place: PlaceActivation, channels: list[int]) -> None:
    """The gate vector as flat tiles, the gate maps, or the fixed weights."""
    if place.gate is None:
        show(mixing_heatmap(stored_networks.mixing(name, place), dark=dark()), "mixing")
        return
    gate = place.gate[0]
    shape = place.features.shape[2:]
    maps = np.broadcast_to(gate[channels], (len(channels), *shape))
    spread = gate.reshape(len(gate), -1).std(1)[channels]
    captions = [
        f"{maps[i].mean():.3f}" + (f" ± {spread[i]:.3f}" if place.version == "nosqueeze" else "")
        for i in range(len(channels))
    ]
    st.markdown(
        tr("**Gates**"),
        help=reading(
            tr(
                "Blue is 0 (shut), yellow 1 (open); below each map its mean, and its deviation "
                "over pixels where it has one."
            ),
            tr("A gate of 0.5 is not neutral: untrained gates start near 0.5, and 1 is unchanged."),
        ),
    )
    draw_maps(maps, captions, 0.0, 1.0, uniform="colour", unit=GATE)


def draw_maps(
    maps: Numbers,
    captions: list[str],
    low: Range,
    high: Range,
    *,
    uniform: Uniform = "hatch",
    unit: str = "",
) -> None:
    """Eight maps, four to a row."""
    show_mosaic(
        mosaic(
            maps,
            captions=captions,
            low=low,
            high=high,
            columns=4,
            tile=84,
            uniform=uniform,
            dark=dark(),
        ),
        unit=unit,
    )


def exact_facts(at: dict[str, PlaceActivation]) -> None:
    """Two small facts, worked out now on this picture."""
    st.subheader(tr("Two exact facts, worked out on this picture"), anchor=False)
    left, right = st.columns(2, gap="medium")
    with left:
        difference = stored_networks.linear_difference(at[EMBEDDED[2]])
        st.metric(
            tr("1×1 convolution against a fully connected layer at each pixel"),
            size_words(difference),
        )
        st.markdown(
            tr(
                "The largest difference between the two, on these features. Only rounding is left: "
                "a 1×1 convolution *is* a fully connected layer at each pixel."
            )
        )
    with right:
        se = stored_networks.shuffled(EMBEDDED[0], at[EMBEDDED[0]])
        local = stored_networks.shuffled(EMBEDDED[1], at[EMBEDDED[1]])
        first, second = st.columns(2)
        first.metric(tr("SE gates move by"), size_words(se.largest))
        second.metric(tr("No\\-squeeze gates move by"), f"{local.largest:.3f}")
        st.markdown(
            tr(
                "The largest change of a gate when the pixels of U change places. SE sees only "
                "each channel's mean, so it cannot tell; a gate without squeeze follows its pixel."
            )
        )


def size_words(difference: float) -> str:
    """ "6e-8", or the word for no difference at all."""
    return tr("exactly 0") if difference == 0 else tiny(difference)
