"""One picture through two networks, aligned by relative depth."""

from collections.abc import Iterable
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.components import answer, block_navigator, map_ends, page_header, script_records
from dashboard.components.widgets import dark, plain, sentence, show
from dashboard.runtime import language_choice
from dashboard.services import inspections, networks, references
from dashboard.services.inspections import Inspection
from dashboard.session import chart_sources, selection, view_keys
from dashboard.views.pictures import network_names, networks_agreement
from dashboard.views.pictures.script import Networks
from senet_viz.analysis.picture_distances import counterpart
from senet_viz.core.errors import WeightsError
from senet_viz.core.records import Capture
from senet_viz.core.summaries import BlockSummary
from senet_viz.core.translation import again, tr
from senet_viz.figures.base.series import Series
from senet_viz.figures.block.layers import two_blocks
from senet_viz.figures.pictures.two_networks import networks_by_depth

OTHER, TRAINED = view_keys.OTHER_NETWORK, view_keys.OTHER_TRAINED


def draw(net: networks.Network, name: str, place: DeltaGenerator) -> Networks:
    """The chosen network against another, on the picture shown; what *Copy as code* is told.

    The second one is chosen in ``place``.
    """
    with place:
        other_name = _choose(net, name)
    other = _opened(other_name)
    first = script_records.network(name, trained=net.trained)
    if other is None:
        return Networks(first, selection.picture(), None, "")
    if not other.trained and not other_name.startswith(networks.RANDOM):
        st.error(
            tr(
                "The weights of {title} are random. Its gates say nothing about any "
                "trained network.",
                title=plain(other.title),
            ),
            title=tr("UNTRAINED WEIGHTS"),
            icon=":material/warning:",
        )
    picture, both = selection.picture(), ((name, net), (other_name, other))
    inspected = [inspections.inspect_with(key, network, picture) for key, network in both]
    captures = [each.capture for each in inspected]
    with place:
        series = network_names.series((name, other_name), (net.title, _title(other_name, other)))
    block = page_header.row(
        lambda: _answers(series, inspected), block_navigator.blocks_of(captures[0])
    )
    first_summaries, second_summaries = (each.summaries for each in inspected)
    by_depth((first_summaries, second_summaries), series, block)
    aligned(captures, series, block)
    networks_agreement.draw(both, series)
    second = script_records.network(other_name, trained=other.trained)
    return Networks(first, picture, second, block)


def _choose(net: networks.Network, name: str) -> str:
    """The second network: to begin with the first one's copy with random weights."""
    control = f"{networks.RANDOM}{name}"
    titles: dict[str, str] = {control: tr("Control: {title} with random weights", title=net.title)}
    titles |= {key: own.title for key, own in selection.own_files().items()}
    titles |= {entry: e.title for entry, e in networks.entries().items() if e.blocks}
    titles.pop(name, None)
    if st.session_state.get(OTHER) not in titles:
        st.session_state[OTHER] = control
    language_choice.renew(OTHER)
    st.caption(tr("Second network"), width="content")
    chosen = st.selectbox(
        tr("Second network"),
        list(titles),
        format_func=lambda name: again(titles[name]),
        key=OTHER,
        persist_state="session",
        width=340,
        label_visibility="collapsed",
    )
    if chosen in networks.entries() and chosen not in networks.EMBEDDED:
        st.toggle(
            tr("Published weights"),
            value=True,
            key=TRAINED,
            persist_state="session",
            help=tr("Off: random weights, at once and without a download."),
        )
    return str(chosen)


def _opened(name: str) -> networks.Network | None:
    """The second network; where its weights are out of reach, why, and the way out."""
    wanted = bool(st.session_state.get(TRAINED, True)) and networks.has_weights(name)
    try:
        own = networks.network(name, trained=wanted or name not in networks.entries())
        return references.applied(name, own)
    except WeightsError as error:
        st.error(sentence(error), title=tr("The second network could not be opened"))
        st.button(
            tr("Open it untrained, with random weights"),
            key="pictures_other_untrained",
            on_click=_open_untrained,
        )
        return None


def _open_untrained() -> None:
    st.session_state[TRAINED] = False


def _title(name: str, other: networks.Network) -> str:
    return tr("random weights") if name.startswith(networks.RANDOM) else again(other.title)


def _answers(series: Iterable[Series], inspected: Iterable[Inspection]) -> None:
    """The picture as each of the two sees it, and what it makes of it."""
    for column, one, inspection in zip(st.columns(2, gap="small"), series, inspected, strict=True):
        with column.container(horizontal=True, gap="small", key=f"network_{one.place}"):
            net, capture = inspection.network, inspection.capture
            st.image(inspection.pixels, width=64, alt=tr("The pixels {title} saw", title=net.title))
            answered = (
                ""
                if capture.logits is None
                else answer.bars(capture.logits[0], net.labels, capture.activation)
            )
            height, width = capture.input_size
            size = f"{width} × {height} px"
            mark = f'<b style="color:{one.colour}">●</b> {escape(one.name)}'
            st.html(f'<div class="answer two"><p>{mark}, {size}</p>{answered}</div>')


def by_depth(
    summaries: tuple[tuple[BlockSummary, ...], tuple[BlockSummary, ...]],
    series: tuple[Series, Series],
    block: str,
) -> None:
    """Mean, spread and saturation of both over relative depth."""
    chart_sources.say(" / ".join(each.name for each in series), selection.picture().title)
    selected = [s.block.name for s in summaries[0]].index(block)
    chart = networks_by_depth(summaries, series, selected=selected, dark=dark())
    show(chart, "networks_depth", on_click=selection.take_block_click)


def aligned(captures: list[Capture], series: tuple[Series, Series], block: str) -> None:
    """The picked block and the other network's nearest in depth, without regard to channels."""
    first, second = captures
    at = first.names.index(block)
    to = second[counterpart(at, of=len(first), among=len(second))]
    own = first[block]
    st.subheader(tr("The two blocks at this depth"), anchor=False)
    st.caption(
        plain(
            tr(
                "{block} is block {at} of {blocks} of {network}; nearest in "
                "depth is {other_block}, block {other_at} of {other_blocks} of "
                "{other}. Channels of different networks do not correspond, so each "
                "block's gates are put in order by themselves: quantiles against quantiles.",
                block=own.block.name,
                at=at + 1,
                blocks=len(first),
                network=series[0].name,
                other_block=to.block.name,
                other_at=to.block.index + 1,
                other_blocks=len(second),
                other=series[1].name,
            )
        )
    )
    names = tuple(f"{one.short} · {a.block.name}" for one, a in zip(series, (own, to), strict=True))
    chart = two_blocks(own, to, image=0, names=(names[0], names[1]), dark=dark())
    show(chart, "networks_blocks")
    map_ends.draw((names[0], own), (names[1], to), picks_second=False)
