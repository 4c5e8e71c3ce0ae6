"""What the paper measured of the block: where it stands, in which stages, and what it costs.

Numbers are those of Hu et al., arXiv 1709.01507: Tables 10, 13, 14, 15 and 16 share one schedule
(ResNet-50 at 23.30/6.55); Table 2 has another, and stands on no axis with them.
"""

import streamlit as st

from dashboard.components.widgets import dark, show
from dashboard.runtime.views import view
from dashboard.views.learn.lesson import say
from senet_viz.core.translation import tr
from senet_viz.figures.lesson.placement_diagrams import PLACEMENTS, placements

STAGES = ((2, 23.03, 6.48, 25.6), (3, 23.04, 6.32, 25.7), (4, 22.68, 6.22, 26.4))


def paper() -> None:
    """The placements as a diagram, the numbers beside it."""
    st.subheader(tr("Where the paper put the block"), anchor=False)
    left, right = st.columns([1.15, 1], gap="medium")
    with left:
        show(placements(dark=dark()), "lesson_placements")
    with right:
        say(
            tr(
                "The block may stand almost anywhere, as long as it comes before the two paths "
                "meet: behind the sum (SE-POST) it gains least. SE-ResNet-50 on ImageNet, errors "
                "in percent."
            )
        )
        st.table(_placed())
        st.caption(tr("Hu et al., Tables 14 and 15; without the block 23.30 / 6.55 (Table 16)."))
        st.table(_staged())
        st.caption(tr("Hu et al., Table 13: the block in one stage only, in none, in all."))
    _cost()


def _placed() -> dict[str, list[str]]:
    words = {
        "SE": tr("behind the residual unit, before the sum"),
        "SE-PRE": tr("before the residual unit"),
        "SE-POST": tr("behind the sum"),
        "SE-Identity": tr("on the identity path"),
    }
    inside = (tr("inside the unit, behind the 3×3"), 22.48, 6.02)
    return {
        tr("placement"): [*(p.name for p in PLACEMENTS), "SE_3×3"],
        tr("where"): [*(words[p.name] for p in PLACEMENTS), inside[0]],
        "top-1": [*(f"{p.top1:.2f}" for p in PLACEMENTS), f"{inside[1]:.2f}"],
        "top-5": [*(f"{p.top5:.2f}" for p in PLACEMENTS), f"{inside[2]:.2f}"],
    }


def _staged() -> dict[str, list[str]]:
    rows = [
        (tr("none"), 23.30, 6.55, 25.6),
        *((tr("stage {n} only", n=n), one, five, size) for n, one, five, size in STAGES),
        (tr("all stages"), 22.28, 6.03, 28.1),
    ]
    return {
        tr("block in"): [row[0] for row in rows],
        "top-1": [f"{row[1]:.2f}" for row in rows],
        "top-5": [f"{row[2]:.2f}" for row in rows],
        tr("parameters"): [f"{row[3]:.1f} M" for row in rows],
    }


def _cost() -> None:
    """The cost in one line, and a link to the costs of the person's own network."""
    say(
        tr(
            "What it costs: SE-ResNet-50 has 28.1 M parameters where ResNet-50 has 25.6 M (+10%), "
            "3.87 G multiply-adds for 3.86 G (+0.26%), and took 167 ms a picture on a CPU for 164 "
            "ms (Hu et al., Table 16 and section 4)."
        )
    )
    st.page_link(
        view("costs").page, label=tr("Count and time your network"), icon=view("costs").icon
    )
    say(
        tr(
            "Reference: Jie Hu, Li Shen, Samuel Albanie, Gang Sun, Enhua Wu: "
            "Squeeze-and-Excitation Networks. 2017, arXiv 1709.01507 (the numbers here are those "
            "of its last version)."
        )
    )
