"""Where in the picture does the picked channel's gate come from? Its exact sum over places."""

from typing import Any

import streamlit as st

from dashboard.components import hidden_units
from dashboard.components.choice import choice
from dashboard.components.png_download import offer_png
from dashboard.components.widgets import dark, heading, plain, sentence, show, square
from dashboard.runtime.offers import Chosen
from dashboard.services.inspections import Inspection
from dashboard.session import hidden_unit, pinned_pictures, selection, view_keys
from dashboard.views.inspect import compute
from dashboard.views.inspect.class_map import beside
from dashboard.views.inspect.place_deletion import covered
from dashboard.views.inspect.receptive_field import seen_by_a_place
from dashboard.views.inspect.script import Places
from senet_viz.analysis.gate_account import GateAccount
from senet_viz.analysis.gate_places import GatePlaces, Of
from senet_viz.core.errors import BlockError, CaptureError
from senet_viz.core.records import BlockActivation
from senet_viz.core.translation import Words, tr
from senet_viz.figures.base.formats import tiny
from senet_viz.figures.block.feature_maps import colour_range, range_words, single_map
from senet_viz.figures.block.gate_places import (
    places_caution,
    places_map,
    places_overlay,
    target_words,
)

OPEN, OPACITY = view_keys.PLACES_OPEN, view_keys.PLACES_OPACITY
OF, LESS = view_keys.PLACES_OF, view_keys.PLACES_LESS
MAPS = "channel_maps_places"  # the page's style keeps its pictures as large as the chart
WORDS = Words[Of](
    {
        "channel": lambda: tr("This gate"),
        "unit": lambda: tr("A hidden unit"),
        "channels": lambda: tr("The whole block"),
    }
)


def where(inspection: Inspection, block: str, why: GateAccount | None) -> None:
    """The section, closed at first, or a sentence that says why this block has no such sum.

    why: the same gate's sum over hidden units, if it is a plain sum.
    """
    section = st.expander(
        tr("Where in the picture this gate comes from"),
        key=OPEN,
        on_change="rerun",
        icon=":material/location_on:",
    )
    if not section.open:
        return
    activation = inspection.capture[block]
    channel = int(st.session_state[selection.CHANNEL])
    with section:
        of, number, other = _choose(inspection, channel, why)
        try:
            account = compute.places_in(activation, of, number)
            if other is not None:
                account = account.minus(_in_other(inspection, other, account))
            _maps(inspection, activation, account)
            seen_by_a_place(inspection, account)
            if of == "channel" and other is None:
                beside(inspection, block, channel)
                covered(inspection, block, channel)
        except (BlockError, CaptureError) as error:
            st.caption(tr("{problem}\\.", problem=sentence(error)))


def describe(inspection: Inspection) -> Places | None:
    """What *Copy as code* is told of this section; None while it is closed."""
    chosen = st.session_state
    if not chosen.get(OPEN):
        return None
    on_offer = {each.key: each for each in selection.pictures()}
    of: Of = chosen.get(OF, "channel")
    less = on_offer.get(chosen.get(LESS, ""))
    activation = inspection.capture[chosen[selection.BLOCK]]
    alone = of == "channel" and less is None and inspection.capture.logits is not None
    return Places(
        of=of,
        unit=int(chosen.get(hidden_unit.UNIT, 0)),
        less=less,
        pools=len(activation.sums.pools) if activation.sums is not None else 1,
        field=bool(chosen.get(view_keys.FIELD_OPEN)),
        followed=_where(alone, view_keys.CLASS_MAP_OPEN, view_keys.CLASS_MAP_CLASS),
        cover=_where(alone, view_keys.DELETION_OPEN, view_keys.DELETION_COVER),
    )


def _where(shown: bool, switch: str, key: str) -> Any:
    """A choice that counts while its switch is on."""
    return st.session_state.get(key) if shown and st.session_state.get(switch) else None


def _choose(
    inspection: Inspection, channel: int, why: GateAccount | None
) -> tuple[Of, int, Chosen | None]:
    """What is explained, with its number, and the picture that is taken from this one."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        of: Of = choice(
            tr("What is explained"),
            {of: WORDS[of] for of in WORDS if of != "unit" or (why is not None and why.units)},
            OF,
            help=tr(
                "The whole block is the mean logit of its channels: what opens some and shuts "
                "others cancels out."
            ),
        )
        number = {"channel": channel, "channels": -1}.get(of, 0)
        if of == "unit" and why is not None:
            if st.session_state.get(view_keys.WHY_OPEN):  # picked in that section
                number = hidden_unit.keep(len(why.units), why.order[0])
            else:
                number = hidden_units.pick(why).unit
        other = _choose_other(inspection)
    if of == "unit" and st.session_state.get(view_keys.WHY_OPEN):
        st.caption(tr("Hidden unit {unit}", unit=number))
    return of, number, other


def _choose_other(inspection: Inspection) -> Chosen | None:
    """One of the pinned pictures, or none."""
    pinned_pictures.keep()
    pins = {
        p.chosen.key: p for p in pinned_pictures.pins() if p.chosen.key != inspection.picture.key
    }
    picked = st.selectbox(
        tr("Less another picture"),
        ["", *pins],
        format_func=lambda key: pins[key].name if key else tr("none"),
        key=selection.begin(LESS, ["", *pins]),
        persist_state="session",
        help=tr("One of the pinned pictures, place by place; one forward pass."),
        width=220,
    )
    return pins[picked].chosen if picked else None


def _in_other(inspection: Inspection, other: Chosen, account: GatePlaces) -> GatePlaces:
    return compute.places_of(
        inspection.key,
        other.sha256,
        other.data,
        trained=inspection.network.trained,
        block=account.block.name,
        of=account.of,
        number=account.number,
    )


def _maps(inspection: Inspection, activation: BlockActivation, account: GatePlaces) -> None:
    """What each place adds, that over the picture, and the channel's own map for one gate."""
    pixels, chart = inspection.pixels, places_map(account, dark=dark())
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
    with st.container(key=square(MAPS, account.map.shape, pixels.shape[:2])):
        left, middle, right = st.columns(3, gap="medium")
    with left:
        show(chart, "places", titled=False)
    with middle:
        laid = places_overlay(pixels, account, opacity=opacity)
        st.image(
            laid,
            width="stretch",
            alt=tr("What each place adds, over the picture"),
            caption=tr("Orange adds, purple takes; white is 0"),
        )
        number = "" if account.number < 0 else f" {account.number}"
        offer_png(laid, f"{activation.block.name} {account.of}{number} by place")
    if account.of == "channel":
        with right:
            _own_map(activation, account)
    if len(account.pools) > 1:
        with st.container(key=square(f"{MAPS}_by_pool", account.map.shape)):
            for pool, column in enumerate(st.columns(len(account.pools), gap="medium")):
                with column:
                    show(places_map(account, dark=dark(), pool=pool), f"places_{pool}")
    st.caption(plain(proof(account)))
    st.caption(plain(places_caution()))


def _own_map(activation: BlockActivation, account: GatePlaces) -> None:
    """The feature map of the channel whose gate is explained."""
    feature_map = activation.require_features()[account.image, account.number]
    ends = colour_range(feature_map[None], scope="block", block_maps=feature_map[None])
    low, high = float(ends[0]), float(ends[1])
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


def proof(account: GatePlaces) -> str:
    """Constant and sum against the captured logit, in words."""
    words: str = tr(
        "Constant {constant:+.3f} and the sum over {places} places {sum:+.3f} make the {target} "
        "{logit:.3f} (difference {error} of the largest term).",
        constant=account.constant,
        places=account.map.size,
        sum=float(account.map.sum()),
        target=target_words(account),
        logit=account.logit,
        error=tiny(account.error),
    )
    if account.weights_fixed:
        words += " " + tr(
            "A softmax over the maps weights their places; its weights are held fixed at their "
            "values for this picture."
        )
    if account.by_secant:
        words += " " + tr(
            "The hidden units are not ReLUs here: each counts as its output divided by its input, "
            "for this picture only."
        )
    return words
