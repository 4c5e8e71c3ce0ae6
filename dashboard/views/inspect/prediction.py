"""What the network saw, what it made of it, and where its numbers come from."""

from collections import Counter

import streamlit as st

from dashboard.components.png_download import offer_png
from dashboard.components.widgets import dark, file_name, plain, show, square
from dashboard.runtime import picture_cache
from dashboard.runtime.offers import Chosen
from dashboard.services import networks
from dashboard.services.captures import Seen
from dashboard.views.inspect.scene import found, found_list
from senet_viz.core.translation import again, tr
from senet_viz.figures.block.predictions import top_classes
from senet_viz.figures.block.scenes import SceneRow


def picture_and_prediction(net: networks.Network, seen: Seen, picture: Chosen) -> None:
    """The pixels the model really saw, and what it made of them."""
    left, middle, right = st.columns([1, 1.8, 1.4], gap="medium")
    height, width = seen.capture.input_size
    with left.container(key=square("seen", (height, width))):
        st.image(
            seen.pixels,
            width="stretch",
            alt=tr("The {width} by {height} pixels the model saw", width=width, height=height),
        )
        st.caption(
            tr(
                "What the model saw: {picture}, {width} × {height} px",
                picture=file_name(picture.title),
                width=width,
                height=height,
            )
        )
        offer_png(seen.pixels, f"seen {picture.title}")
    with middle:
        rows = prediction(net, seen)
    with right:
        st.markdown(f"**{plain(net.title)}**\n\n{plain(origin(net))}")
        of_picture = picture_cache.picture(picture.sha256, picture.data).notes
        of_network = net.notes if net.trained else ()  # the page says first that it is not
        for note in dict.fromkeys(map(again, (*of_network, *of_picture, *seen.capture.notes))):
            st.caption(plain(note))
        for kind, reason, count in other_attention(seen):
            st.caption(
                plain(
                    tr(
                        "Also {count} of {kind}, not a per-channel gate: {reason}.",
                        count=count,
                        kind=kind,
                        reason=reason,
                    )
                )
            )
        found_list(rows)


def prediction(net: networks.Network, seen: Seen) -> tuple[SceneRow, ...]:
    """The likeliest classes, or what was found where; the rows of the list that goes with it."""
    logits, scene = seen.capture.logits, seen.capture.scene
    if logits is not None:
        chart = top_classes(
            logits[0],
            labels=net.labels or None,
            activation=seen.capture.activation,
            dark=dark(),
        )
        show(chart, "top5")
    elif scene is not None:
        return found(net, seen.pixels, scene)
    else:
        st.info(tr("This network does not end in one score a class, so there is no top 5."))
    return ()


def other_attention(seen: Seen) -> list[tuple[str, str, int]]:
    """Kind, reason and number of the modules that are declared and not read."""
    counts = Counter((other.kind, other.why) for other in seen.others)
    return [(kind, why, count) for (kind, why), count in counts.items()]


def origin(net: networks.Network) -> str:
    """Where the numbers come from, in one line."""
    accuracy = (
        ""
        if net.accuracy is None
        else tr(
            "top-1 {accuracy:.1%} on {pictures}. ",
            accuracy=net.accuracy,
            pictures=again(net.accuracy_on),
        )
    )
    hash_words = tr(" Weights sha256 {sha256}…", sha256=net.sha256[:12]) if net.sha256 else ""
    words = tr("Input: {preprocessing}.", preprocessing=again(net.preprocess.words))
    return accuracy + words + hash_words
