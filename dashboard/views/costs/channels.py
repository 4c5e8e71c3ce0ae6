"""Which channels can go: rankings of them judged under a plan, and the network without some."""

from collections.abc import Mapping
from typing import Literal

import streamlit as st

from dashboard.components import saved_network, smaller_words
from dashboard.components.choice import choice
from dashboard.components.widgets import dark, plain, show
from dashboard.services import channel_plans, plans
from dashboard.services.plan_records import Curved, Narrowed, Planned
from dashboard.session import selection, view_keys
from dashboard.views.costs.script import Channels
from senet_viz.analysis.channel_removal import WAYS, WORDS, Way
from senet_viz.analysis.removal_plan import channels_stay
from senet_viz.core.translation import Words, again, count, tr
from senet_viz.figures.interventions.removal_curves import (
    WORDS_OF,
    What,
    right_by_share_removed,
)

USUAL: tuple[Way, ...] = ("gate", "estimate", "weights", "random")
WAYS_CHOSEN, WHAT = "channels_ways", "channels_what"
SHARE, BY, TOGETHER = "channels_share", "channels_by", "channels_together"
Together = Literal["blocks", "stages"]
TOGETHER_WORDS: Mapping[Together, str] = Words(
    {"blocks": lambda: tr("block by block"), "stages": lambda: tr("for whole stages")}
)


def draw(name: str, planned: Planned) -> None:
    """A section that is closed at first: rank channels, judge the rankings, remove channels."""
    section = st.expander(
        tr("Which channels can go?"), key=view_keys.COST_CHANNELS, on_change="rerun"
    )
    if not section.open:
        return
    with section:
        if planned.pictures.scenes is not None:
            st.caption(plain(tr("{why}.", why=channels_stay())))
            return
        st.caption(
            tr(
                "Channels are ranked on one half of the plan's pictures. Then every block loses "
                "the lowest of them, and right answers are counted on the other half. "
                "senet-viz channels does the same with a folder for each."
            )
        )
        _ask(planned)
        curved = plans.curved(planned)
        if curved is not None:
            _result(name, curved)


def describe(planned: Planned) -> Channels | None:
    """What *Copy as code* is told of them; None where no channel was ranked."""
    curved = plans.curved(planned)
    if curved is None:
        return None
    narrowed = plans.narrowed(curved)
    cut = None if narrowed is None else (narrowed.way, narrowed.share, narrowed.stages)
    return Channels(curved.ways, str(st.session_state.get(WHAT, "right")), cut)


def _ask(planned: Planned) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        ways = st.multiselect(
            tr("Rank by"),
            WAYS,
            default=USUAL,
            format_func=lambda way: WORDS[way],
            key=WAYS_CHOSEN,
            help=tr("Measured effects take a pass for each picture and channel."),
        )
        st.button(
            tr("Rank and judge"),
            key="channels_rank",
            disabled=not ways or planned.total < 2 or plans.job() is not None,
            on_click=lambda: plans.start(channel_plans.curving(planned, ways)),
        )


def _result(name: str, curved: Curved) -> None:
    what: What = choice(tr("Show"), WORDS_OF, WHAT, titled=False)
    show(right_by_share_removed(curved.curves, what=what, dark=dark()), "costs_channels")
    if any(each.pictures for each in curved.rankings):
        st.caption(plain(_times(curved)))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        share = st.slider(tr("Remove, %"), 5, 95, 10, step=5, key=SHARE, width=240)
        by: Way = st.selectbox(
            tr("lowest by"),
            curved.ways,
            format_func=lambda way: WORDS[way],
            key=selection.begin(BY, curved.ways),
            width=260,
        )
        together: Together = choice(tr("Chosen"), TOGETHER_WORDS, TOGETHER)
        st.button(
            tr("Take them out"),
            key="channels_cut",
            disabled=plans.job() is not None,
            on_click=lambda: plans.start(
                channel_plans.narrowing(curved, by, share / 100, stages=together == "stages")
            ),
        )
    st.caption(plain(_applies(curved, together)))
    narrowed = plans.narrowed(curved)
    if narrowed is not None:
        _narrowed(name, narrowed)


def _applies(curved: Curved, together: Together) -> str:
    """What the choice of channels by block or by stage means for this network."""
    blocks = count(len(curved.tied), "SE block")
    if not curved.tied:
        return tr(
            "No block here shares its channels with another through a sum, so each is a stage of "
            "its own."
        )
    if together == "blocks":
        return tr(
            "{blocks} share their channels with other blocks of their stage through sums: the kept "
            "channels are put back in their positions, and only the convolution before the block "
            "shrinks.",
            blocks=blocks,
        )
    return tr(
        "{blocks} share their channels with other blocks of their stage through sums: all blocks "
        "of a stage lose the same channels, and every layer that reads or writes them shrinks. "
        "This also removes what bypasses the blocks, so the curves above do not apply.",
        blocks=blocks,
    )


def _times(curved: Curved) -> str:
    """How long each ranking that looks at pictures took, and on how many."""
    listed = [
        tr(
            "{way} {seconds:.1f} s on {pictures}",
            way=WORDS[each.way],
            seconds=each.seconds,
            pictures=count(each.pictures, "picture"),
        )
        for each in curved.rankings
        if each.pictures
    ]
    return tr("Time for each ranking: {listed}.", listed=tr("; ").join(listed))


def _narrowed(name: str, narrowed: Narrowed) -> None:
    gone = sum(len(block.removed) for block in narrowed.blocks)
    words = tr(
        "{share:.0%} removed by {way}, {chosen}: {channels} of {blocks} were removed.",
        share=narrowed.share,
        way=WORDS[narrowed.way],
        chosen=TOGETHER_WORDS["stages" if narrowed.stages else "blocks"],
        channels=count(gone, "channel"),
        blocks=count(len(narrowed.blocks), "SE block"),
    )
    told = smaller_words.answers(narrowed.change), smaller_words.time(narrowed.latency)
    st.success(plain(" ".join((words, *told))))
    added = sum(block.added for block in narrowed.blocks)
    if added:
        st.caption(
            plain(
                tr(
                    "{blocks} stand before a sum: the channels that stay are put back at their "
                    "places, and only the convolution before the block shrinks.",
                    blocks=count(added, "SE block"),
                )
            )
        )
    for block, why in narrowed.refused:
        st.caption(plain(tr("{block} stays: {why}.", block=block, why=again(why))))
    files = narrowed.curved.planned.pictures.files
    saved_network.offer(narrowed.content, name, files, key="channels")
