"""Inspect: what went into every SE block, what came out, and which channels it kept."""

from collections.abc import Callable
from html import escape

import streamlit as st

from dashboard.components import (
    block_navigator,
    copy_as_code,
    pinned_beside,
    script_one_block,
    script_records,
    subject_header,
)
from dashboard.components.widgets import (
    dark,
    error_words,
    heading,
    plain,
    proof_name,
    proof_words,
    show,
    small,
)
from dashboard.services import captures, networks, subject
from dashboard.services.captures import Seen
from dashboard.session import selection
from dashboard.shell.fragments import part
from dashboard.views.inspect import exports
from dashboard.views.inspect.channel import one_channel
from dashboard.views.inspect.extreme_maps import extremes
from dashboard.views.inspect.gate_account import why
from dashboard.views.inspect.prediction import picture_and_prediction
from senet_viz.core.block_words import places_words, squeeze_words
from senet_viz.core.records import BlockActivation
from senet_viz.core.summaries import BlockSummary, ChannelRanking
from senet_viz.core.translation import tr
from senet_viz.figures.block.gates import gate_histogram, sorted_gates
from senet_viz.figures.block.strip_chart import block_strip

SCOPE_WORDS: dict[str, Callable[[], str]] = {
    "pair": lambda: tr("each pair"),
    "block": lambda: tr("whole block"),
    "fixed": lambda: tr("fixed"),
    "map": lambda: tr("each map"),
}
PIXELS_A_TILE = 22
FACTS = "display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; margin: 0; padding: 0"
FACT = "flex: 1 0 130px"
LABEL = "font-size: 0.875rem"
VALUE = "font-size: 2.25rem; line-height: 1.2; margin: 0"
ORDER_WORDS: dict[str, Callable[[], str]] = {
    "gate": lambda: tr("gate"),
    "unusual": lambda: tr("gate against its usual value"),
}


def main() -> None:
    """Choose, capture, draw; what depends on the block is a part of its own."""
    looked = subject_header.looked_at()
    picture_and_prediction(looked.net, looked.seen, looked.picture)
    pinned_beside.ready(looked)
    blocks()


@part
def blocks() -> None:
    """The network, the picked block, and in it the picked channel."""
    looked = subject.under("none")
    _, net, _, seen, summaries = looked
    activation = seen.capture[network_strip(seen, summaries)]
    ranking, usual = controls(activation, net)
    block_facts(activation, summaries)
    gates(activation, ranking, usual)
    extremes(looked, activation, ranking)
    channel(activation.block.name)


@part
def channel(block: str) -> None:
    """One channel: its maps, beside the pinned pictures, why its gate is so; then all to take."""
    looked = subject.under("none")
    activation = looked.seen.capture[block]
    usual, ranking = captures.usual(activation, looked.net), ranked(activation, looked.net)
    one_channel(activation, ranking, usual, looked.seen.pixels)
    picked = int(st.session_state[selection.CHANNEL])
    pinned_beside.channel(looked, block, picked)
    why(block)
    exports.of_picture(looked)
    copy_as_code.offer(
        lambda: script_one_block.script(script_records.one_block(looked, block, picked))
    )


def network_strip(seen: Seen, summaries: tuple[BlockSummary, ...]) -> str:
    """All blocks by depth; the picked one's name."""
    names = seen.capture.names
    selected = selection.keep_block(names)
    st.subheader(tr("Network"), anchor=False)
    chart = block_strip(summaries, dark=dark())
    heading(
        chart,
        "strip",
        words=tr(
            " · {blocks} SE blocks · {proof}",
            blocks=len(names),
            proof=plain(proof_words(seen.capture, summaries)),
        ),
        more=tr(
            "\n\nVerified: features × gate equals the block's output, within 1e\\-5 of its largest "
            "value, for this very picture\\."
        ),
    )
    with st.container(key="strip_scroll"):
        st.html(
            "<style>.st-key-strip_scroll {overflow-x: auto}"
            f".st-key-strip {{min-width: {PIXELS_A_TILE * len(names)}px}}"
            f"{block_navigator.outline('strip', names.index(selected))}</style>"
        )
        show(chart, "strip", on_click=selection.take_block_click, titled=False)
    return block_navigator.navigate(seen.capture)


def controls(
    activation: BlockActivation, net: networks.Network
) -> tuple[ChannelRanking, captures.Usual | None]:
    """How channels are ordered and how many are shown."""
    block, usual = activation.block, captures.usual(activation, net)
    st.subheader(plain(block.name), anchor=False)
    row = st.container(horizontal=True, vertical_alignment="bottom")
    with row:
        options = list(ORDER_WORDS) if usual is not None else ["gate"]
        st.segmented_control(
            tr("Order channels by"),
            options,
            format_func=lambda key: ORDER_WORDS[key](),
            required=True,
            key=selection.begin(selection.ORDER, options),
            persist_state="session",
            help=(
                tr(
                    "Against its usual value: how many standard deviations the gate is from this "
                    "channel's mean over the test pictures."
                )
                if usual is not None
                else tr("There are no reference statistics for this network.")
            ),
        )
        st.segmented_control(
            tr("Map colours from"),
            list(SCOPE_WORDS),
            format_func=lambda key: SCOPE_WORDS[key](),
            required=True,
            key=selection.begin(selection.SCALE, SCOPE_WORDS),
            persist_state="session",
            help=tr(
                "Each pair: a channel's own range before the gate, for before and after. Whole "
                "block: the range of all its maps before the gate. Fixed: the same without the "
                "highest and lowest half percent. Each map: its own range (shape, not strength)."
            ),
        )
        st.number_input(
            tr("Maps shown"), 1, 32, 8, key=selection.TOP, persist_state="session", width=130
        )
    return ranked(activation, net), usual


def ranked(activation: BlockActivation, net: networks.Network) -> ChannelRanking:
    """The channels in the order that is chosen."""
    unusual = st.session_state[selection.ORDER] == "unusual"
    return captures.ranking(
        activation, net, top=int(st.session_state[selection.TOP]), unusual=unusual
    )


def block_facts(activation: BlockActivation, summaries: tuple[BlockSummary, ...]) -> None:
    """The block in one line of numbers."""
    block, gate = activation.block, activation.excitation[0]
    summary = next(s for s in summaries if s.block == block)
    reduction = (
        tr("no reduction")
        if block.reduction is None
        else tr("reduction {reduction:g}", reduction=block.reduction)
    )
    by_mean = block.squeeze_by == "mean"
    squeeze = "" if by_mean else tr(" · squeeze: {pooling}", pooling=squeeze_words(block))
    scaled = tr(" · the maps are multiplied by {factor}, s the gate", factor=block.factor)
    line = tr(
        "{channels} channels of {places} · {reduction} · {gate} · "
        "{kind}{squeeze}{factor} · {proof}, {error}",
        channels=block.channels,
        places=places_words(activation.places),
        reduction=reduction,
        gate=block.gate,
        kind=block.kind,
        squeeze=squeeze,
        factor="" if block.factor == "s" else scaled,
        proof=proof_name(summary.proof),
        error=error_words(summary.relative_error),
    )
    high, low = int(gate.argmax()), int(gate.argmin())
    facts = {
        tr("mean gate"): f"{summary.mean:.3f}",
        tr("most open: ch {channel}", channel=high): f"{gate[high]:.3f}",
        tr("most shut: ch {channel}", channel=low): f"{gate[low]:.3f}",
        tr("near 0 (below 0.05)"): f"{summary.near_zero:.0%}",
        tr("near 1 (above 0.95)"): f"{summary.near_one:.0%}",
    }
    pairs = "".join(
        f'<div style="{FACT}"><dt style="{LABEL}">{escape(label)}</dt>'
        f'<dd style="{VALUE}">{value}</dd></div>'
        for label, value in facts.items()
    )
    # One element where a caption and metrics would be six.
    st.html(f'{small(line)}<dl style="{FACTS}">{pairs}</dl>')


def gates(
    activation: BlockActivation, ranking: ChannelRanking, usual: captures.Usual | None
) -> None:
    """The weights of all channels: as a histogram, and one by one."""
    left, right = st.columns([2, 3], gap="medium")
    with left:
        show(
            gate_histogram(activation, image=0, dark=dark()),
            "histogram",
            on_click=selection.take_bin_click,
        )
    with right:
        show(
            sorted_gates(activation, ranking, usual=usual, dark=dark()),
            "sorted",
            on_click=selection.take_channel_click,
        )
    bin_contents(activation)


def bin_contents(activation: BlockActivation) -> None:
    """The channels of the clicked bin, to pick from."""
    gate = activation.excitation[0]
    channels = [c for c in selection.bin_channels() if c < len(gate)]
    if not channels:
        st.caption(tr("Click a bar of the histogram to list its channels, or a channel's own bar."))
        return
    values = gate[channels]
    st.caption(
        tr(
            "{channels} channels with gates from {min:.3f} to {max:.3f}:",
            channels=len(channels),
            min=values.min(),
            max=values.max(),
        )
    )
    with st.container(horizontal=True, gap="xxsmall", key="bin_channels"):
        for channel in sorted(channels, key=lambda c: -gate[c])[:48]:
            st.button(
                tr("ch {channel} · {gate:.3f}", channel=channel, gate=gate[channel]),
                key=f"bin_{channel}",
                on_click=selection.choose_channel,
                args=(channel,),
                type="tertiary",
            )
    if len(channels) > 48:
        st.caption(
            tr(
                "The 48 most open are listed; {channels} more are in this bin.",
                channels=len(channels) - 48,
            )
        )


main()
