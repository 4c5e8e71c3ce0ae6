"""Take it with you: the evidence and the report of what a page shows, made when asked for."""

from collections.abc import Callable, Hashable
from typing import Any

import streamlit as st

from dashboard import picture_charts, pinned_gates, services, state
from dashboard.dataset_looked import Looked as LookedSurvey
from dashboard.keeping import keep, polite
from dashboard.subject import Subject
from dashboard.widgets import plain
from senet_viz import cases
from senet_viz.cases import Case, Settings
from senet_viz.evidence import bundled, write_zip
from senet_viz.file_names import safe_name
from senet_viz.language import language, tr
from senet_viz.records import Capture
from senet_viz.report import comparison_report, picture_report, survey_report

_MADE = "take_made"
Key = tuple[Hashable, ...]
Said = Callable[[float], None]  # told the share that is done
Making = Callable[[Said], bytes]


def of_picture(looked: Subject) -> None:
    """At the end of Inspect: everything behind this look at the picture, and its report."""
    section = _section("picture")
    if not section.open:
        return
    picture, settings = looked.picture, _settings()
    decoded = services.picture(picture.sha256, picture.data)
    case = cases.made(
        looked.net, decoded, looked.seen.pixels, looked.seen.capture, name=picture.title
    )
    key = (looked.name, looked.net.trained, picture.sha256, picture.title, settings, language())
    stem = safe_name(picture.title, otherwise="picture")
    with section:
        _offer(
            tr("Evidence (zip)"),
            tr(
                "The pixels the model saw, every array, tables, figures, this report, and a "
                "manifest with the sha256 of each. Of the picked block also the feature maps."
            ),
            ("bundle", *key),
            f"{stem}.evidence.zip",
            lambda said: _zipped(case, settings, said),
        )
        _offer(
            tr("Report (HTML)"),
            tr("One file that opens in any browser, also offline; at most 5 MB."),
            ("report", *key),
            f"{stem}.report.html",
            lambda _: picture_report(case, settings),
        )


def of_pictures(
    looked: picture_charts.Looked, captures: tuple[Capture, ...], name: str, block: str
) -> None:
    """At the end of Pictures: the comparison as a report."""
    section = _section("pictures")
    if not section.open:
        return
    pins, net = looked.chosen, looked.net
    key = (
        name,
        net.trained,
        tuple((p.chosen.sha256, p.name, p.group, p.series.place) for p in pins),
        looked.pair,
        block,
        language(),
    )

    def made(_said: Said) -> bytes:
        found = [
            cases.made(
                net,
                services.picture(pin.chosen.sha256, pin.chosen.data),
                pinned_gates.pixels(name, pin.chosen.sha256, pin.chosen.data, trained=net.trained),
                capture,
                name=pin.name,
            )
            for pin, capture in zip(pins, captures, strict=True)
        ]
        return comparison_report(
            found,
            Settings(blocks=(block,)),
            groups=[pin.group for pin in pins],
            series=looked.series,
            pair=looked.pair,
        )

    with section:
        _offer(
            tr("Report (HTML)"),
            tr("One file that opens in any browser, also offline; at most 5 MB."),
            ("comparison", *key),
            "pictures.report.html",
            made,
        )


def of_survey(looked: LookedSurvey) -> None:
    """At the end of Data set: the survey as a report."""
    section = _section("survey")
    if not section.open:
        return
    with section:
        _offer(
            tr("Report (HTML)"),
            tr("One file that opens in any browser, also offline; at most 5 MB."),
            ("survey", looked.key, language()),
            f"{safe_name(looked.survey.folder.name, otherwise='survey')}.report.html",
            lambda _: survey_report(looked.survey),
        )


def _section(of: str) -> Any:
    """The heading that opens the offers; nothing is made while it is shut."""
    return st.expander(
        tr("Take it with you"), key=f"take_{of}", on_change="rerun", icon=":material/luggage:"
    )


def _settings() -> Settings:
    """What the person chose on Inspect."""
    chosen = st.session_state
    return Settings(
        blocks=(str(chosen[state.BLOCK]),),
        top=int(chosen[state.TOP]),
        order="unusual" if chosen.get(state.ORDER) == "unusual" else "gate",
        scope=chosen[state.SCALE],
    )


def _offer(label: str, words: str, key: Key, file_name: str, making: Making) -> None:
    """A button that makes the file, and in its place the download once it is made."""
    kind = str(key[0])
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        place = st.empty()
        st.caption(plain(words), width=520)
    slot = st.empty()
    made = st.session_state.setdefault(_MADE, {}).get(kind) == key
    if not made:
        made = place.button(label, key=f"make_{kind}", icon=":material/deployed_code:")
    if made:
        data = file_of(key, making, slot)
        st.session_state[_MADE] = {**st.session_state[_MADE], kind: key}
        slot.empty()
        place.download_button(
            f"{label} · {len(data) / 1e6:.1f} MB",
            data,
            file_name=file_name,
            mime="application/zip" if file_name.endswith("zip") else "text/html",
            key=f"take_{kind}_file",
            on_click="ignore",
            icon=":material/download:",
            type="primary",
        )


@keep(words=None)
def file_of(key: Key, _making: Making, _slot: Any) -> bytes:  # noqa: ARG001 (the cache's key)
    """Made in a turn of this person's, and kept with what else there is of the picture."""
    _slot.progress(0.0, tr("Making the file …"))
    return _making(lambda share: _slot.progress(share, tr("Making the file …")))


def _zipped(case: Case, settings: Settings, said: Said) -> bytes:
    done, expected = 0, 30 + 6 * len(case.capture)  # files, about: of the network, of a block
    files = bundled([case], settings, report=picture_report)

    def counted(_path: str) -> None:
        nonlocal done
        done += 1
        said(min(done / expected, 1.0))

    return write_zip(files, done=polite(counted))
