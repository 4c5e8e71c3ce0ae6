"""Whatever goes wrong, wherever: one sentence with the way on, and the app goes on."""

import re
from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import timm
import torch
from streamlit.testing.v1 import AppTest

import senet_viz
from dashboard.components import (
    answer,
    block_navigator,
    chart_downloads,
    copy_as_code,
    page_files,
    page_header,
    panels,
)
from dashboard.runtime.offers import OwnFile
from dashboard.services import costs, inspections
from dashboard.session import selection, uploads
from dashboard.shell import (
    class_names_dialog,
    deep_link,
    gallery,
    own_network_dialog,
)
from dashboard.views.dataset import survey_form, survey_job, survey_progress
from dashboard.views.inspect import channel
from dashboard.views.pointwise import trained
from dashboard.views.whatif import edit_file
from senet_viz.analysis.survey_progress import Progress
from senet_viz.models.weight_files import file_sha256
from tests.dashboard.language_switch import switch
from tests.dashboard.open_app import APP, VIEW_NAMES, open_app, photograph, words
from tests.randomise_norms import randomise_norms

ROOT = Path(__file__).parents[2]
SECRET = "/srv/secret/place.py"
KINDS = (KeyError, RuntimeError, OSError, ValueError, AttributeError, MemoryError, TypeError)


def broken(kind: type[Exception] = KeyError) -> Callable[..., Any]:
    def raises(*_: object, **__: object) -> None:
        raise kind(SECRET)

    return raises


def opened(view: str, state: dict[str, Any], breaking: Callable[[], None]) -> AppTest:
    """The app on a view that is drawn for the first time with something broken."""
    app = AppTest.from_file(str(APP), default_timeout=120)
    for key, value in state.items():
        app.session_state[key] = value
    if view == VIEW_NAMES[0]:
        breaking()
        return app.run()
    app.run()
    breaking()
    return app.switch_page(f"views/{view}/page.py").run()


def requires_one_sentence(app: AppTest, unforeseen: list[str], kind: type[Exception]) -> None:
    """On the page, without traceback and path; those are in the log."""
    assert not app.exception, app.exception
    said = [str(error.value).replace("\\", "") for error in app.error]
    assert len(said) == 1 and "\n" not in said[0], said
    assert said[0].startswith(f"An unexpected error occurred ({kind.__name__}).")
    shown = words(app)
    for never in ("Traceback", SECRET, str(ROOT), str(Path(senet_viz.__file__).parent)):
        assert never not in shown
    (number,) = re.findall(r"under ([0-9a-f]{8})\.", said[0])
    (written,) = [line for line in unforeseen if number in line]
    assert SECRET in written and "Traceback (most recent call last)" in written


# What each view does first of all.
VIEWS_BROKEN = {
    **dict.fromkeys(VIEW_NAMES, (page_header, "inspect")),
    "pictures": (inspections, "network"),
    "dataset": (survey_form, "offer"),
    "pointwise": (trained, "draw"),
    "costs": (costs, "bare"),
}


@pytest.mark.parametrize(("view", "kind"), [*zip(VIEWS_BROKEN, KINDS * 2, strict=False)])
def test_a_view_ends_in_a_sentence_and_the_app_goes_on(
    view: str, kind: type[Exception], monkeypatch: pytest.MonkeyPatch, unforeseen: list[str]
) -> None:
    """Before: Streamlit's own box, and in the log alone what had happened."""
    module, name = VIEWS_BROKEN[view]
    app = opened(view, {}, lambda: monkeypatch.setattr(module, name, broken(kind)))
    requires_one_sentence(app, unforeseen, kind)
    assert app.selectbox(key="model").value == selection.DEFAULT_MODEL


def test_what_went_wrong_once_is_forgotten_when_it_goes_right(
    monkeypatch: pytest.MonkeyPatch, unforeseen: list[str]
) -> None:
    with monkeypatch.context() as patched:
        app = opened("learn", {}, lambda: patched.setattr(copy_as_code, "offer", broken()))
        requires_one_sentence(app, unforeseen, KeyError)
    assert not app.run().error and not app.exception


OPEN_DIALOG = {selection._OWN_OPEN: True}
# Each part of a page that is drawn again by itself: its view, what is broken in it, what opens it.
PARTS: dict[str, tuple[str, Any, str, dict[str, Any]]] = {
    "views/inspect/page.py:blocks": ("inspect", block_navigator, "line", {}),
    "views/inspect/page.py:channel": ("inspect", channel, "one_channel", {}),
    "views/layers/page.py:blocks": ("layers", block_navigator, "line", {}),
    "views/learn/page.py:taught_here": ("learn", copy_as_code, "offer", {}),
    "views/whatif/page.py:block_and_edits": ("whatif", block_navigator, "line", {}),
    "views/whatif/page.py:operate": ("whatif", edit_file, "offer", {}),
    "components/answer.py:more": ("inspect", answer, "origin", {answer.MORE: True}),
    "components/chart_downloads.py:_offered": (
        "inspect",
        chart_downloads,
        "headed",
        {"network_map_take": True},
    ),
    "components/long_job.py:_watched": ("dataset", survey_progress, "_words", {}),
    "components/panels.py:offer": ("inspect", panels, "_named", {panels.OPEN: True}),
    "components/page_files.py:offer": ("layers", page_files, "_digest", {"take_page": True}),
    "shell/deep_link.py:_offer": ("inspect", deep_link, "_link", {deep_link._LINK: True}),
    "shell/own_network_dialog.py:_form": ("inspect", own_network_dialog, "_weights", OPEN_DIALOG),
    "shell/class_names_dialog.py:_form": ("inspect", class_names_dialog, "_names", {}),
    "shell/gallery.py:_several": ("inspect", gallery, "tick", {gallery._OPEN: True}),
}


def parts_in_the_app() -> set[str]:
    """Functions that Streamlit runs by themselves: decorated, or handed to ``part`` or a dialog."""
    found = set()
    for file in (ROOT / "dashboard").rglob("*.py"):
        code = file.read_text(encoding="utf-8")
        names = re.findall(r"@(?:part|st\.fragment(?:\(.*\))?)\n(?:@answered\n)?def (\w+)", code)
        names += re.findall(r"(?:dialog|st\.dialog\(.*\))\(answered\((\w+)\)\)", code)
        names += re.findall(r"else part\((\w+)\)", code)
        found |= {f"{file.relative_to(ROOT / 'dashboard').as_posix()}:{name}" for name in names}
        places = len(re.findall(r"@part\b|st\.fragment\b|st\.dialog\(|(?<![.\w])part\(", code))
        defined = code.count("def part(") + code.count("@st.fragment\n    @functools")
        assert places - defined == len(names), f"{file} draws something by itself in another way"
    return found - {"shell/fragments.py:drawn"}


def test_every_part_of_the_app_is_tried() -> None:
    assert set(PARTS) == parts_in_the_app()


def endless() -> Generator[Progress, None, None]:
    while True:
        yield Progress(0, 10, 0, 0.0, None, None)


def names_open(folder: Path) -> dict[str, Any]:
    """A session with a checkpoint of its own, and the dialog of its class names open."""
    file = folder / "mine.pth"
    torch.save(randomise_norms(timm.create_model("test_efficientnet")).state_dict(), file)
    own = OwnFile("test_efficientnet", file.name, file_sha256(file), file, title="Mine")
    return {selection._OWN: {own.key: own}, "model": own.key, selection._NAMES_OPEN: True}


@pytest.mark.parametrize("part", PARTS)
def test_a_part_ends_in_a_sentence_and_the_rest_is_there(
    part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unforeseen: list[str]
) -> None:
    view, module, broken_one, opening = PARTS[part]
    if view == "dataset":
        opening = {survey_job._JOB: survey_job.Job(endless)}
    if module is class_names_dialog:
        opening = names_open(tmp_path)
    breaking = partial(monkeypatch.setattr, module, broken_one, broken())
    if gallery._OPEN in opening:  # a button, which is clicked and not set
        app = open_app()
        breaking()
        app.button(key=gallery._OPEN).click().run()
    else:
        app = opened(view, opening, breaking)
    requires_one_sentence(app, unforeseen, KeyError)
    assert app.selectbox(key="model").options and "Network" in str(app.sidebar)


def failing(error: Exception) -> Callable[[], Generator[Progress, None, None]]:
    def steps() -> Generator[Progress, None, None]:
        yield Progress(0, 10, 0, 0.0, None, None)
        raise error

    return steps


def nothing() -> Generator[Progress, None, None]:
    yield from ()


@pytest.mark.parametrize("where", ["in the thread", "with what it found"])
def test_a_survey_ends_in_a_sentence_that_stays_until_it_is_read(
    where: str, monkeypatch: pytest.MonkeyPatch, unforeseen: list[str]
) -> None:
    """Before: an empty page, and a grey button, until one left the view."""
    kind = UnicodeError if where == "in the thread" else KeyError
    job = survey_job.Job(failing(kind(SECRET)) if where == "in the thread" else nothing)
    assert job.wait(20)
    if where != "in the thread":
        monkeypatch.setattr(survey_progress, "_keep", broken())
    app = opened("dataset", {survey_job._JOB: job}, lambda: None)
    for _ in range(2):
        requires_one_sentence(app, unforeseen, kind)
        app.run()
    assert len(unforeseen) == 1, "it is drawn every second, and written once"
    app.button(key="dataset_close").click().run()
    assert not app.error and any(b.label == "Start the survey" for b in app.button)


def test_an_upload_that_cannot_be_taken_loses_no_other(
    monkeypatch: pytest.MonkeyPatch, unforeseen: list[str]
) -> None:
    app = open_app()
    good, bad = photograph(quality=61), photograph(quality=62)
    check = uploads._check

    def decode(key: str, data: bytes) -> object:
        return broken()() if data == bad else check(key, data)

    monkeypatch.setattr(uploads, "_check", decode)
    uploader = next(u for u in app.get("file_uploader") if u.key.startswith("uploader_"))
    uploader.upload("bad.jpg", bad, "image/jpeg")
    uploader.upload("good.jpg", good, "image/jpeg")
    app.run()
    requires_one_sentence(app, unforeseen, KeyError)
    assert "good.jpg" in words(app)


def test_the_sentence_is_in_the_language_of_the_page(
    monkeypatch: pytest.MonkeyPatch, unforeseen: list[str]
) -> None:
    monkeypatch.setattr(copy_as_code, "offer", broken())
    app = switch(open_app("costs"), "zh")
    assert "KeyError" in app.error[0].value and "unexpected" not in app.error[0].value


def test_streamlits_own_ways_to_go_on_are_no_errors(unforeseen: list[str]) -> None:
    def script() -> None:
        import streamlit as st

        from dashboard.components.error_messages import answering

        with answering():
            if "again" not in st.session_state:
                st.session_state["again"] = True
                st.rerun()
            st.write("drawn")
            st.stop()
        st.write("never")

    app = AppTest.from_function(script).run()
    assert [each.value for each in app.markdown] == ["drawn"]
    assert not app.error and not unforeseen


def test_a_mistake_is_answered_as_before(unforeseen: list[str]) -> None:
    def script() -> None:
        from dashboard.components.error_messages import answering
        from senet_viz.core.errors import InputError

        with answering():
            raise InputError("no folder was named")

    app = AppTest.from_function(script).run()
    assert app.error[0].value == "No folder was named" and not unforeseen
