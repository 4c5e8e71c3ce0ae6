"""The words of the app, with the paper's signs and how many numbers each stands for."""

import streamlit as st

from senet_viz.core.translation import tr


def glossary() -> None:
    """One line for each word."""
    st.subheader(tr("Glossary"), anchor=False)
    st.caption(tr("n pictures, c channels, m hidden units, h × w places of a map"))
    rows = _rows()
    st.table(
        {
            tr("word"): [row[0] for row in rows],
            tr("sign"): [row[1] for row in rows],
            tr("numbers"): [row[2] for row in rows],
            tr("meaning"): [row[3] for row in rows],
        }
    )


def _rows() -> list[tuple[str, str, str, str]]:
    return [
        (tr("features"), "U", "n c h w", tr("the feature maps that enter the block")),
        (tr("channel"), "c", "", tr("one of the maps, and everything that belongs to it")),
        (tr("squeeze"), "z", "n c", tr("the mean of each map: what the block knows of a picture")),
        (tr("hidden units"), "h", "n m", tr("what is left after reduce and ReLU")),
        (tr("reduction"), "r", "", tr("c / m, measured: how narrow the middle is")),
        (tr("logit"), "x", "n c", tr("what enters the gate: above 0 is more than half open")),
        (tr("excitation, gate"), "s", "n c", tr("the factor of each channel, between 0 and 1")),
        (tr("recalibrate"), "s · U", "n c h w", tr("multiply each map by its gate")),
        (
            tr("enhanced, suppressed"),
            "",
            "",
            tr("channels whose gates are the most open and the most shut of a block"),
        ),
        (tr("usual gate"), "", "c", tr("a channel's mean gate over a set of pictures")),
        (tr("saturation"), "", "", tr("the share of gates near 0 or near 1")),
        (
            tr("1×1 convolution"),
            "W",
            "c c",
            tr("mixes channels at each place with the same weights for every picture"),
        ),
    ]
