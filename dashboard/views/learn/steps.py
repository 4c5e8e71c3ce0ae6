"""The seven steps of the block, one at a time: buttons, the row of steps, and the step itself."""

from collections.abc import Callable
from typing import Literal

import streamlit as st

from dashboard.components.choice import choice
from dashboard.session import selection, view_keys
from dashboard.views.learn import excitation_steps, map_steps
from dashboard.views.learn.lesson import Lesson
from senet_viz.core.translation import tr

Step = Literal["u", "squeeze", "reduce", "relu", "expand", "gate", "scale"]
STEPS: dict[Step, Callable[[Lesson], None]] = {
    "u": map_steps.features,
    "squeeze": map_steps.squeeze,
    "reduce": excitation_steps.reduce,
    "relu": excitation_steps.pass_on,
    "expand": excitation_steps.expand,
    "gate": excitation_steps.gate,
    "scale": map_steps.recalibrate,
}
ORDER: tuple[Step, ...] = tuple(STEPS)
STEP = view_keys.LESSON_STEP


def steps(lesson: Lesson) -> None:
    """Choose a step, and draw only that one."""
    step = _choose(lesson)
    with st.container(key="lesson_shown"):
        STEPS[step](lesson)
    st.caption(sizes(lesson))


def _choose(lesson: Lesson) -> Step:
    if st.session_state.get(STEP) not in ORDER:
        st.session_state[STEP] = ORDER[0]
    at = ORDER.index(st.session_state[STEP])
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        st.button(
            tr("Step back"),
            key="lesson_back",
            disabled=at == 0,
            on_click=_go,
            args=(at - 1,),
        )
        st.button(
            tr("Next step"),
            key="lesson_next",
            type="primary",
            disabled=at == len(ORDER) - 1,
            on_click=_go,
            args=(at + 1,),
        )
        words = {name: f"{at} {label(name, lesson)}" for at, name in enumerate(ORDER, start=1)}
        choice(tr("Step"), words, STEP, titled=False)
        last = len(lesson.activation.excitation[0]) - 1
        st.number_input(
            tr("Channel"),
            0,
            last,
            key=selection.CHANNEL,
            persist_state="session",
            width=120,
            help=tr(
                "The channel that every step follows. A click on a bar or a point picks one too."
            ),
        )
    step: Step = st.session_state[STEP]
    return step


def _go(at: int) -> None:
    st.session_state[STEP] = ORDER[max(0, min(at, len(ORDER) - 1))]


def label(step: Step, lesson: Lesson) -> str:
    """What a step is called; the fourth bears the name of this block's non-linearity."""
    words = {
        "u": tr("maps U"),
        "squeeze": tr("squeeze"),
        "reduce": tr("reduce"),
        "relu": lesson.non_linearity,
        "expand": tr("expand"),
        "gate": tr("gate"),
        "scale": tr("recalibrate"),
    }
    return words[step]


def sizes(lesson: Lesson) -> str:
    """How many numbers each step makes of the one before, in this block."""
    channels, size = len(lesson.activation.excitation[0]), lesson.map_size
    hidden = lesson.activation.block.hidden
    maps = f"{channels} × {size}"
    if hidden is None:
        return tr(
            "{maps} numbers → {channels} squeezes → {channels} gates → {maps} numbers",
            maps=maps,
            channels=channels,
        )
    return tr(
        "{maps} numbers → {channels} squeezes → {hidden} hidden units → {channels} logits → "
        "{channels} gates → {maps} numbers",
        maps=maps,
        channels=channels,
        hidden=hidden,
    )
