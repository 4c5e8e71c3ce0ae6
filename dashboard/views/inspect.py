"""Inspect: what went into every SE block, what came out, and which channels it kept."""

from collections import Counter

import streamlit as st

from dashboard import as_code, services, state, subject
from dashboard.channel import one_channel
from dashboard.choices import Chosen
from dashboard.code import inspect as code
from dashboard.extremes import extremes
from dashboard.found import found, found_list
from dashboard.services import Seen
from dashboard.why import why
from dashboard.widgets import (
    block_picker,
    dark,
    error_words,
    file_name,
    plain,
    proof_words,
    reading,
    show,
)
from senet_viz.figures.gates import gate_histogram, sorted_gates
from senet_viz.figures.network import block_strip
from senet_viz.figures.predictions import top_classes
from senet_viz.figures.scenes import SceneRow
from senet_viz.records import BlockActivation, BlockSummary, ChannelRanking

SCOPE_WORDS = {"pair": "each pair", "block": "whole block", "fixed": "fixed", "map": "each map"}
PIXELS_A_TILE = 22
ORDER_WORDS = {"gate": "gate", "unusual": "gate against its usual value"}


def main() -> None:
    """Choose, capture, summarise, draw, explain."""
    looked = subject.looked_at()
    _, net, picture, seen, summaries = looked
    picture_and_prediction(net, seen, picture)
    block = network_strip(seen, summaries)
    activation = seen.capture[block]
    ranking, usual = controls(activation, net)
    block_facts(activation, summaries)
    gates(activation, ranking, usual)
    extremes(looked, activation, ranking)
    one_channel(activation, ranking, usual, seen.pixels)
    why(activation.block.name)
    as_code.offer(lambda: code.script(looked))


def picture_and_prediction(net: services.Network, seen: Seen, picture: Chosen) -> None:
    """The pixels the model really saw, and what it made of them."""
    left, middle, right = st.columns([1, 1.8, 1.4], gap="medium")
    height, width = seen.capture.input_size
    with left:
        st.image(seen.pixels, width="stretch", alt=f"The {width} by {height} pixels the model saw")
        st.caption(f"What the model saw: {file_name(picture.title)}, {width} × {height} px")
    with middle:
        rows = prediction(net, seen)
    with right:
        st.markdown(f"**{plain(net.title)}**")
        st.markdown(plain(origin(net)))
        of_picture = services.picture(picture.sha256, picture.data).notes
        of_network = net.notes if net.trained else ()  # the page says first that it is not
        for note in dict.fromkeys((*of_network, *of_picture, *seen.capture.notes)):
            st.caption(plain(note))
        for kind, reason, count in other_attention(seen):
            st.caption(plain(f"Also {count} of {kind}, not a per-channel gate: {reason}."))
        found_list(rows)


def prediction(net: services.Network, seen: Seen) -> tuple[SceneRow, ...]:
    """The likeliest classes, or what was found where; the rows of the list that goes with it."""
    logits, scene = seen.capture.logits, seen.capture.scene
    if logits is not None:
        show(top_classes(logits[0], labels=net.labels or None, dark=dark()), "top5")
    elif scene is not None:
        return found(net, seen.pixels, scene)
    else:
        st.info("This network does not end in one score a class, so there is no top 5.")
    return ()


def other_attention(seen: Seen) -> list[tuple[str, str, int]]:
    """Kind, reason and number of the modules that are declared and not read."""
    counts = Counter((other.kind, other.why) for other in seen.others)
    return [(kind, why, count) for (kind, why), count in counts.items()]


def origin(net: services.Network) -> str:
    """Where the numbers come from, in one line."""
    accuracy = "" if net.accuracy is None else f"top-1 {net.accuracy:.1%} on {net.accuracy_on}. "
    hash_words = f" Weights sha256 {net.sha256[:12]}…" if net.sha256 else ""
    return f"{accuracy}Input: {net.preprocess.words}.{hash_words}"


def network_strip(seen: Seen, summaries: tuple[BlockSummary, ...]) -> str:
    """All blocks by depth; the picked one's name."""
    names = seen.capture.names
    selected = state.keep_block(names)
    st.subheader("Network", anchor=False)
    chart = block_strip(summaries, selected=selected, dark=dark())
    st.markdown(
        f"**{plain(chart.title)}** · {len(names)} SE blocks · "
        f"{plain(proof_words(seen.capture, summaries))}",
        help=reading(chart.reads, chart.caution)
        + "\n\nVerified: features × gate equals the block's output, within 1e\\-5 of its largest "
        "value, for this very picture\\.",
    )
    with st.container(key="strip_scroll"):
        st.html(
            "<style>.st-key-strip_scroll {overflow-x: auto}"
            f".st-key-strip {{min-width: {PIXELS_A_TILE * len(names)}px}}</style>"
        )
        show(chart, "strip", on_click=state.take_block_click, titled=False)
    return block_picker(names)


def controls(
    activation: BlockActivation, net: services.Network
) -> tuple[ChannelRanking, services.Usual | None]:
    """How channels are ordered and how many are shown."""
    block, usual = activation.block, services.usual(activation, net)
    st.subheader(plain(block.name), anchor=False)
    row = st.container(horizontal=True, vertical_alignment="bottom")
    with row:
        options = list(ORDER_WORDS) if usual is not None else ["gate"]
        order = st.segmented_control(
            "Order channels by",
            options,
            format_func=ORDER_WORDS.__getitem__,
            default="gate",
            required=True,
            key=state.ORDER,
            persist_state="session",
            help=(
                "Against its usual value: how many standard deviations the gate is from this "
                "channel's mean over the test pictures."
                if usual is not None
                else "There are no reference statistics for this network."
            ),
        )
        st.segmented_control(
            "Map colours from",
            list(SCOPE_WORDS),
            format_func=SCOPE_WORDS.__getitem__,
            default="pair",
            required=True,
            key=state.SCALE,
            persist_state="session",
            help="Each pair: a channel's own range before the gate, for before and after. Whole "
            "block: the range of all its maps before the gate. Fixed: the same without the "
            "highest and lowest half percent. Each map: its own range (shape, not strength).",
        )
        st.number_input("Maps shown", 1, 32, 8, key=state.TOP, persist_state="session", width=130)
    ranking = services.ranking(
        activation, net, top=int(st.session_state[state.TOP]), unusual=order == "unusual"
    )
    return ranking, usual


def block_facts(activation: BlockActivation, summaries: tuple[BlockSummary, ...]) -> None:
    """The block in one line of numbers."""
    block, gate = activation.block, activation.excitation[0]
    summary = next(s for s in summaries if s.block == block)
    reduction = "no reduction" if block.reduction is None else f"reduction {block.reduction:g}"
    height, width = activation.spatial
    pooling = "" if block.pooling == "mean" else f" · squeeze: {plain(block.pooling)}"
    gain = "" if block.gain == 1 else f" · the network scales by {block.gain:g} × gate"
    st.caption(
        f"{block.channels} channels of {height} × {width} · {reduction} · {plain(block.gate)} · "
        f"{plain(block.kind)}{pooling}{gain} · {summary.proof}, "
        f"{error_words(summary.relative_error)}"
    )
    high, low = int(gate.argmax()), int(gate.argmin())
    facts = {
        "mean gate": f"{summary.mean:.3f}",
        f"most open: ch {high}": f"{gate[high]:.3f}",
        f"most shut: ch {low}": f"{gate[low]:.3f}",
        "near 0 (below 0.05)": f"{summary.near_zero:.0%}",
        "near 1 (above 0.95)": f"{summary.near_one:.0%}",
    }
    grid = st.grid(5, min_column_width=130)
    for label, value in facts.items():
        grid.metric(label, value)


def gates(
    activation: BlockActivation, ranking: ChannelRanking, usual: services.Usual | None
) -> None:
    """The weights of all channels: as a histogram, and one by one."""
    left, right = st.columns([2, 3], gap="medium")
    with left:
        show(
            gate_histogram(activation, image=0, dark=dark()),
            "histogram",
            on_click=state.take_bin_click,
        )
    with right:
        show(
            sorted_gates(activation, ranking, usual=usual, dark=dark()),
            "sorted",
            on_click=state.take_channel_click,
        )
    bin_contents(activation)


def bin_contents(activation: BlockActivation) -> None:
    """The channels of the clicked bin, to pick from."""
    gate = activation.excitation[0]
    channels = [c for c in state.bin_channels() if c < len(gate)]
    if not channels:
        st.caption("Click a bar of the histogram to list its channels, or a channel's own bar.")
        return
    values = gate[channels]
    st.caption(
        f"{len(channels)} channels with gates from {values.min():.3f} to {values.max():.3f}:"
    )
    with st.container(horizontal=True, gap="xxsmall", key="bin_channels"):
        for channel in sorted(channels, key=lambda c: -gate[c])[:48]:
            st.button(
                f"ch {channel} · {gate[channel]:.3f}",
                key=f"bin_{channel}",
                on_click=state.choose_channel,
                args=(channel,),
                type="tertiary",
            )
    if len(channels) > 48:
        st.caption(f"The 48 most open are listed; {len(channels) - 48} more are in this bin.")


main()
