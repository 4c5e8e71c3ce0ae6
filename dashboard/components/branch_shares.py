"""How selective kernels and split attention share channels out: by depth, and one module."""

from html import escape

import streamlit as st

from dashboard.components import copy_as_code, page_header, script_opening, script_records
from dashboard.components.script_figures import drawn
from dashboard.components.script_opening import Look
from dashboard.components.script_text import settings
from dashboard.components.widgets import dark, plain, show, untrained_warning
from dashboard.runtime.offers import Chosen
from dashboard.services import branches, inspections, networks
from dashboard.session import chart_clicks, chart_sources, selection
from senet_viz.core.translation import tr
from senet_viz.figures.block.branch_shares import branches_by_channel, branches_by_depth

DEPTH = "branch_depth"
MEASURED = """
# How each module shares its channels out between branches
found = {each.name: each for each in sv.hooks.branch_shares(net.model, net.preprocess(image))}
for each in found.values():
    print(each.name, *(f"{mean:.3f}" for mean in each.mean(0)))
"""


def instead() -> bool:
    """The whole page of a network that has branches and no SE block; False for all others."""
    net = inspections.network()
    if not branches.alone(net):
        return False
    picture, name = selection.picture(), str(st.session_state[selection.MODEL])
    chart_sources.say(net.title, picture.title)
    untrained_warning(net)
    with page_header.head():
        page_header.sentence(
            escape(tr("How {network} shares channels out between branches", network=net.title))
        )
    st.caption(plain(branches.sentence(net)))
    module = section(name, net, picture)
    origin = script_records.network(name, trained=net.trained)
    copy_as_code.offer(lambda: script(Look(origin, picture), module))
    return True


def section(name: str, net: networks.Network, picture: Chosen) -> str:
    """Both charts for the picture; the module that is picked."""
    modules = branches.shares(name, picture.sha256, picture.data, trained=net.trained)
    names = [each.name for each in modules]
    if st.session_state.get(selection.MODULE) not in names:
        st.session_state[selection.MODULE] = names[0]
    picked = str(
        st.selectbox(
            tr("Module with branches"),
            names,
            key=selection.MODULE,
            persist_state="session",
            width=300,
        )
    )
    left, right = st.columns(2, gap="medium")
    with left:
        by_depth = branches_by_depth(modules, image=0, picked=picked, dark=dark())
        show(by_depth, DEPTH, on_click=take_click)
    with right:
        one = modules[names.index(picked)]
        show(branches_by_channel(one, image=0, dark=dark()), "branch_channels")
    return picked


def take_click(key: str) -> None:
    """Callback of the chart by depth: its module is picked."""
    module = chart_clicks.clicked(key)
    if isinstance(module, str):
        st.session_state[selection.MODULE] = module


def script(look: Look, module: str) -> list[str]:
    """What *Copy as code* is made of."""
    opening = [script_opening.network(look.network), script_opening.image(look.picture)]
    figures = (
        "branches_by_depth(list(found.values()), image=0, picked=module)",
        "branches_by_channel(found[module], image=0)",
    )
    return ["\n".join(opening), settings(module=module), MEASURED, drawn(*figures)]
