"""The head of every page: one sentence, what is looked at beside the network's map, the block."""

from collections.abc import Callable, Sequence
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.components import answer, block_navigator, reference_line
from dashboard.components.choice import control_choice
from dashboard.components.glossary import term
from dashboard.components.widgets import proof_words, untrained_warning
from dashboard.runtime.views import view
from dashboard.services import controls, inspections
from dashboard.services.controls import Control
from dashboard.services.inspections import Inspection
from dashboard.session import followed, selection
from senet_viz.core.translation import again, tr
from senet_viz.figures.base.formats import shorten
from senet_viz.figures.block.map_blocks import MapBlock

LONGEST = 34  # letters of a network's title
SIDES = (42, 58)  # widths of what is looked at, and of the network's map


def inspect(control: Control = "none") -> Inspection:
    """The page's network and picture, after a warning if a control or random weights are on."""
    controls.say(control)
    if control != "weights":
        untrained_warning(inspections.network(control))
    inspection = inspections.inspect(control)
    reference_line.say(inspection.key, inspection.network)
    if (logits := inspection.capture.logits) is not None:
        model = str(st.session_state[selection.MODEL])
        followed.keep_true(model, inspection.picture.key, logits.shape[1])
    return inspection


def sentence(words: str, *, more: str = "", control_key: str = "", teaches: bool = False) -> None:
    """What is seen on this page, as HTML, and a way to learn what a gate is.

    ``more`` stands behind it, HTML too. ``control_key`` is that of a choice of controls. A page
    that ``teaches`` needs no such way.
    """
    lesson = view("learn")
    with st.container(horizontal=True, key="head_words"):
        st.html(f"<h1>{words}</h1>{more}")
        if control_key:
            with st.popover(tr("Control"), key="head_control", type="tertiary"):
                control_choice(control_key)
        if not teaches:
            st.page_link(lesson.page, label=tr("What is a gate?"), icon=lesson.icon)


def of_picture(
    inspection: Inspection, words: str, *, control_key: str = "", teaches: bool = False
) -> str:
    """The head of a page on one network and one picture; the picked block's name.

    ``words`` say what this page shows, plain text with {network} in it. ``control_key`` is that
    of the page's choice of controls, if it has one; see ``sentence`` for ``teaches``.
    """
    proof = term("verified", proof_words(inspection.capture, inspection.summaries), place="head")
    with head():
        shown = with_name(words, inspection.network.title)
        sentence(shown, more=f"<p>· {proof}</p>", control_key=control_key, teaches=teaches)
        return picture_row(inspection, controls.chosen(control_key) if control_key else "none")


def picture_row(inspection: Inspection, control: Control = "none") -> str:
    """Picture and answer beside the network's map, and the block; the picked block's name."""
    captured = inspection.capture
    blocks = block_navigator.blocks_of(captured)
    beside(lambda: answer.answer(inspection, control), blocks)
    noted = answer.notes(inspection)
    return block_navigator.line(blocks, captured, more=noted)


def head() -> DeltaGenerator:
    """The container of a page's head, whose lines stand close to each other."""
    return st.container(key="head", gap="xxsmall")


def beside(left: Callable[[], None], blocks: Sequence[MapBlock]) -> None:
    """What is looked at, at the left of the network's map."""
    with st.container(key="head_row"):
        subject_side, map_side = st.columns(SIDES)
    with subject_side:
        left()
    with map_side.container(gap=None):
        block_navigator.chart(blocks)


def of(words: str, left: Callable[[], None], blocks: Sequence[MapBlock]) -> str:
    """The head of a page on something else; the picked block's name.

    ``words`` are HTML, ``left`` draws what is looked at.
    """
    with head():
        sentence(words)
        return row(left, blocks)


def row(left: Callable[[], None], blocks: Sequence[MapBlock]) -> str:
    """What is looked at beside the network's map, and the block; the picked block's name."""
    beside(left, blocks)
    return block_navigator.line(blocks)


def with_name(words: str, title: str) -> str:
    """Plain text with {network} in it as HTML, with the network's title, shortened, in its place.

    >>> with_name("Gates of {network}", "A < B")
    'Gates of <b title="A &lt; B">A &lt; B</b>'
    """
    full = again(title)
    name = f'<b title="{escape(full)}">{escape(shorten(full, limit=LONGEST))}</b>'
    return escape(words).replace("{network}", name)
