"""Where in the picture does the picked channel's gate come from? Its exact sum over places."""

import streamlit as st

from dashboard.components.png_download import offer_png
from dashboard.components.widgets import dark, heading, plain, sentence, show, square
from dashboard.services.subject import Subject
from dashboard.session import selection
from dashboard.views.inspect.class_map import beside
from dashboard.views.inspect.place_deletion import covered
from dashboard.views.inspect.receptive_field import seen_by_a_place
from senet_viz.analysis.gate_places import GatePlaces, explain_gate_by_place
from senet_viz.core.errors import BlockError, CaptureError
from senet_viz.core.records import BlockActivation
from senet_viz.core.translation import tr
from senet_viz.figures.base.formats import tiny
from senet_viz.figures.block.feature_maps import colour_range, range_words, single_map
from senet_viz.figures.block.gate_places import places_caution, places_map, places_overlay

OPEN = "places_open"
OPACITY = "places_opacity"
MAPS = "channel_maps_places"  # the page's style keeps its pictures as large as the chart


def where(looked: Subject, block: str) -> None:
    """The section, closed at first; or why this block has no such sum, in a sentence."""
    section = st.expander(
        tr("Where in the picture this gate comes from"),
        key=OPEN,
        on_change="rerun",
        icon=":material/location_on:",
    )
    if not section.open:
        return
    activation, channel = looked.seen.capture[block], int(st.session_state[selection.CHANNEL])
    with section:
        try:
            account = explain_gate_by_place(activation, channel)
            _maps(looked, activation, account)
            seen_by_a_place(looked, account)
            beside(looked, block, channel)
            covered(looked, block, channel)
        except (BlockError, CaptureError) as error:
            st.caption(tr("{problem}\\.", problem=sentence(error)))


def _maps(looked: Subject, activation: BlockActivation, account: GatePlaces) -> None:
    """The channel's own map, what each place adds, and that over the picture."""
    feature_map = activation.require_features()[account.image, account.number]
    ends = colour_range(feature_map[None], scope="block", block_maps=feature_map[None])
    low, high = float(ends[0]), float(ends[1])
    pixels, chart = looked.seen.pixels, places_map(account, dark=dark())
    heading(chart, "places")
    opacity = st.slider(
        tr("Opacity over the picture"),
        0.0,
        1.0,
        0.6,
        key=OPACITY,
        persist_state="session",
        width=240,
    )
    with st.container(key=square(MAPS, feature_map.shape, pixels.shape[:2])):
        left, middle, right = st.columns(3, gap="medium")
    with left:
        show(chart, "places", titled=False)
    with middle:
        laid = places_overlay(pixels, account, opacity=opacity)
        st.image(
            laid,
            width="stretch",
            alt=tr("What each place adds to the gate, over the picture"),
            caption=tr("Orange opens the gate, purple shuts it; white is 0"),
        )
        offer_png(laid, f"{activation.block.name} channel {account.number} by place")
    with right:
        st.image(
            single_map(feature_map, low=low, high=high, dark=dark()),
            width="stretch",
            alt=tr("Channel {channel} before its gate", channel=account.number),
            caption=plain(
                tr(
                    "The channel's own map, which need not be what opens it: {range}",
                    range=range_words(low, high),
                )
            ),
        )
    st.caption(plain(proof(account)))
    st.caption(plain(places_caution()))


def proof(account: GatePlaces) -> str:
    """Constant and sum against the captured logit, in words."""
    words: str = tr(
        "Constant {constant:+.3f} and the sum over {places} places {sum:+.3f} make the logit "
        "{logit:.3f} (difference {error} of the largest term).",
        constant=account.constant,
        places=account.map.size,
        sum=float(account.map.sum()),
        logit=account.logit,
        error=tiny(account.error),
    )
    if account.by_secant:
        words += " " + tr(
            "Hidden units are no ReLUs here: each counts by its value over its input, for this "
            "picture alone."
        )
    return words
