"""One picture through two networks, aligned by relative depth."""

import streamlit as st

from dashboard import navigator, pinned_gates, services, state
from dashboard.widgets import dark, file_name, plain, sentence, show
from senet_viz.comparing import counterpart
from senet_viz.errors import WeightsError
from senet_viz.figures.layers import two_blocks
from senet_viz.figures.networks import networks_by_depth
from senet_viz.figures.series import Series
from senet_viz.records import BlockSummary, Capture

OTHER, TRAINED = "pictures_other", "pictures_other_trained"


def draw(net: services.Network, name: str) -> None:
    """The chosen network against another, on the picture shown."""
    other_name = _choose(net, name)
    other = _opened(other_name)
    if other is None:
        return
    if not other.trained and not other_name.startswith(services.RANDOM):
        st.error(
            f"The weights of {plain(other.title)} are random. Its gates say nothing about any "
            "trained network.",
            title="UNTRAINED WEIGHTS",
            icon=":material/warning:",
        )
    picture, both = state.picture(), ((name, net), (other_name, other))
    captures = [
        pinned_gates.gates(which, picture.sha256, picture.data, trained=of.trained)
        for which, of in both
    ]
    _pixels(both)
    series = (Series(net.title, 0), Series(_title(other_name, other), 1))
    summaries = (services.summaries(captures[0], net), services.summaries(captures[1], other))
    block = navigator.navigate(captures[0])
    by_depth(summaries, series, block)
    aligned(captures, series, block)


def _choose(net: services.Network, name: str) -> str:
    """The second network: to begin with the first one's copy with random weights."""
    control = f"{services.RANDOM}{name}"
    titles = {control: f"Control: {net.title} with random weights"}
    titles |= {key: own.title for key, own in state.own_files().items()}
    titles |= {entry: e.title for entry, e in services.entries().items() if e.blocks}
    titles.pop(name, None)
    if st.session_state.get(OTHER) not in titles:
        st.session_state[OTHER] = control
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Second network",
            list(titles),
            format_func=titles.__getitem__,
            key=OTHER,
            persist_state="session",
            width=420,
            help="The first is the one chosen on the left. Published weights are fetched once; "
            "the control needs no download.",
        )
        if chosen in services.entries() and chosen not in services.EMBEDDED:
            st.toggle(
                "Published weights",
                value=True,
                key=TRAINED,
                persist_state="session",
                help="Off: random weights, at once and without a download.",
            )
    return str(chosen)


def _opened(name: str) -> services.Network | None:
    """The second network; where its weights are out of reach, why, and the way out."""
    wanted = bool(st.session_state.get(TRAINED, True)) and services.has_weights(name)
    try:
        return services.network(name, trained=wanted or name not in services.entries())
    except WeightsError as error:
        st.error(sentence(str(error)), title="The second network could not be opened")
        st.button(
            "Open it untrained, with random weights",
            key="pictures_other_untrained",
            on_click=_open_untrained,
        )
        return None


def _open_untrained() -> None:
    st.session_state[TRAINED] = False


def _title(name: str, other: services.Network) -> str:
    return "random weights" if name.startswith(services.RANDOM) else other.title


def _pixels(both: tuple[tuple[str, services.Network], ...]) -> None:
    """The picture as each of the two sees it."""
    picture = state.picture()
    row = st.container(horizontal=True, gap="medium")
    for name, net in both:
        with row.container(width=150, gap="small"):
            seen = pinned_gates.pixels(name, picture.sha256, picture.data, trained=net.trained)
            st.image(seen, width=150, alt=f"The pixels {net.title} saw")
            height, width = seen.shape[:2]
            st.caption(
                f"{file_name(picture.title)}, seen by: {plain(_title(name, net))}, "
                f"{width} × {height} px"
            )


def by_depth(
    summaries: tuple[tuple[BlockSummary, ...], tuple[BlockSummary, ...]],
    series: tuple[Series, Series],
    block: str,
) -> None:
    """Mean, spread and saturation of both over relative depth."""
    selected = [s.block.name for s in summaries[0]].index(block)
    chart = networks_by_depth(summaries, series, selected=selected, dark=dark())
    show(chart, "networks_depth", on_click=state.take_block_click)


def aligned(captures: list[Capture], series: tuple[Series, Series], block: str) -> None:
    """The picked block and the other network's nearest in depth, without regard to channels."""
    first, second = captures
    at = first.names.index(block)
    to = second[counterpart(at, of=len(first), among=len(second))]
    own = first[block]
    st.subheader("The two blocks at this depth", anchor=False)
    st.caption(
        plain(
            f"{own.block.name} is block {at + 1} of {len(first)} of {series[0].name}; nearest in "
            f"depth is {to.block.name}, block {to.block.index + 1} of {len(second)} of "
            f"{series[1].name}. Channels of different networks do not correspond, so each "
            "block's gates are put in order by themselves: quantiles against quantiles."
        )
    )
    names = tuple(f"{one.short}: {a.block.name}" for one, a in zip(series, (own, to), strict=True))
    chart = two_blocks(own, to, image=0, names=(names[0], names[1]), dark=dark())
    show(chart, "networks_blocks")
