"""At the end of every view: its charts as one figure of lettered panels, with those kept before."""

from functools import partial

import streamlit as st

from dashboard.components import block_navigator, chart_downloads
from dashboard.components.choice import choice
from dashboard.components.error_messages import answered
from dashboard.components.paper_choice import choose_paper
from dashboard.components.plain_text import plain
from dashboard.session import chart_sources
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.chart import Chart
from senet_viz.figures.base.formats import shorten
from senet_viz.figures.base.panel_tables import panel_table
from senet_viz.figures.base.print_browser import can_print, no_browser
from senet_viz.figures.base.print_files import FORMATS, Format, printed_panels
from senet_viz.figures.base.sheets import MOST_COLUMNS, MOST_PANELS, Letters, Paper
from senet_viz.figures.base.sources import Source
from senet_viz.figures.base.table_files import csv_file, parquet_file

OPEN, CHARTS, CHOSEN = "panels_open", "panels_kept", "panels_chosen"
COLUMNS, LETTERS = "panels_columns", "panels_letters"
_OFFERED = "panels_offered"
LETTER: dict[Letters, str] = {"a": "a b c", "A": "A B C", "": "–"}
LONGEST = 70  # letters of a chart's sentence in the list


@st.fragment
@answered
def offer() -> None:
    """The section, closed at first; only where there is a chart to put into a figure."""
    on_offer = _on_offer()
    if not on_offer:
        return
    section = st.expander(
        tr("Figure of panels"), key=OPEN, on_change="rerun", icon=":material/grid_view:"
    )
    if section.open:
        with section:
            _arrange(on_offer)


def _on_offer() -> dict[str, Chart]:
    """The charts kept from other pages, and after them those of this one."""
    charts: dict[str, Chart] = st.session_state.get(CHARTS, {})
    known = {id(chart.figure) for chart in charts.values()}
    here = chart_sources.shown().items()
    return {**charts, **{key: chart for key, chart in here if id(chart.figure) not in known}}


def _arrange(on_offer: dict[str, Chart]) -> None:
    st.caption(
        tr(
            "Charts of this page in one figure, in the order chosen. Keep them to add charts of "
            "another page, picture, survey or network."
        )
    )
    _begin_with_all(tuple(on_offer))
    several = len({chart.source.network for chart in on_offer.values()}) > 1
    keys = st.multiselect(
        tr("Charts"),
        list(on_offer),
        format_func=lambda key: _named(on_offer[key], several=several),
        key=CHOSEN,
        max_selections=MOST_PANELS,
        label_visibility="collapsed",
    )
    _keeping({key: on_offer[key] for key in keys})
    charts = [on_offer[key] for key in keys]
    if can_print():
        _figure(charts)
    else:
        st.caption(no_browser() + ".")
    if charts:
        _numbers(charts)


def _figure(charts: list[Chart]) -> None:
    """How the panels are printed, and the files."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        paper = choose_paper("panels")
        columns, letters = _columns(paper), _letters()
    if charts:
        making: dict[str, chart_downloads.Making] = {
            form: partial(_made, charts, form, columns, letters, paper) for form in FORMATS
        }
        title = tr("{panels} panels", panels=len(charts))
        chart_downloads.files(making, partial(_file_name, charts), title, "panels")
        st.caption(chart_downloads.print_words())


def _numbers(charts: list[Chart]) -> None:
    """The numbers of all panels, as one table."""
    words = {
        "title": "\n".join(chart.title for chart in charts),
        "source": "\n".join(chart.source.line for chart in charts),
    }
    making: dict[str, chart_downloads.Making] = {
        "csv": lambda: csv_file(panel_table(charts)),
        "parquet": lambda: parquet_file(panel_table(charts), words=words),
    }
    title = tr("numbers of {panels} panels", panels=len(charts))
    chart_downloads.files(making, partial(_file_name, charts), title, "panels")
    st.caption(tr("Their numbers as one table: panel, network, block, and what is drawn."))


def _begin_with_all(keys: tuple[str, ...]) -> None:
    """Choose all charts except the network map, until the person chooses others."""
    if st.session_state.get(_OFFERED) != keys or CHOSEN not in st.session_state:
        others = [key for key in keys if key != block_navigator.KEY]
        st.session_state[CHOSEN] = (others or list(keys))[:MOST_PANELS]
        st.session_state[_OFFERED] = keys


def _named(chart: Chart, *, several: bool) -> str:
    """A chart in the list: its sentence, after its network where there are ``several``."""
    words = shorten(chart.title, limit=LONGEST)
    return f"{shorten(chart.source.network, limit=32)}: {words}" if several else words


def _keeping(chosen: dict[str, Chart]) -> None:
    charts: dict[str, Chart] = st.session_state.get(CHARTS, {})
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            tr("Keep these"),
            key="panels_keep",
            on_click=_keep,
            args=(chosen,),
            disabled=not chosen,
            icon=":material/push_pin:",
        )
        st.button(
            tr("Forget those kept"),
            key="panels_drop",
            on_click=_drop,
            disabled=not charts,
            type="tertiary",
        )
        if charts:
            st.caption(plain(tr("{charts} kept", charts=count(len(charts), "chart"))))


def _keep(chosen: dict[str, Chart]) -> None:
    """Keep the charts under new names, since pages may use the same key again."""
    st.session_state[CHARTS] = {f"kept {n}": c for n, c in enumerate(chosen.values(), start=1)}
    st.session_state.pop(CHOSEN, None)


def _drop() -> None:
    st.session_state[CHARTS] = {}
    st.session_state.pop(CHOSEN, None)


def _columns(paper: Paper) -> int:
    most = MOST_COLUMNS[paper.width]
    words = {columns: count(columns, "column") for columns in range(1, most + 1)}
    first = min(int(st.session_state.get(COLUMNS) or 2), most)
    return choice(tr("Columns"), words, COLUMNS, first=first, titled=False)


def _letters() -> Letters:
    return choice(tr("Letters"), LETTER, LETTERS, titled=False)


def _made(charts: list[Chart], form: Format, columns: int, letters: Letters, paper: Paper) -> bytes:
    return printed_panels(charts, form, columns=columns, letters=letters, paper=paper)


def _file_name(charts: list[Chart], title: str, form: str, *, otherwise: str) -> str:
    """After what all panels are of, as far as they have it in common, and all their networks."""
    sources = [chart.source for chart in charts]
    networks = dict.fromkeys(source.network for source in sources if source.network)
    shared = Source(
        " ".join(networks),
        _common([source.block for source in sources]),
        _common([source.picture for source in sources]),
    )
    return shared.file_name(title, form, otherwise=otherwise)


def _common(words: list[str]) -> str:
    """The word that all have in common; "" if they differ."""
    sayings = set(words) - {""}
    return sayings.pop() if len(sayings) == 1 else ""
