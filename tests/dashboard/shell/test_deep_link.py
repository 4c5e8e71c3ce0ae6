"""The address of every view: opened it restores what was looked at, whatever it holds."""

import hashlib

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.runtime import language_choice
from dashboard.runtime.views import COMPARED, PART
from dashboard.session import link_notes, pinned_pictures, selection
from tests.dashboard.open_app import APP, VIEW_NAMES, photograph, show, started, words


def opened(view: str = "inspect", **address: str) -> AppTest:
    """The app as someone opens it who was given this address."""
    app = AppTest.from_file(str(APP), default_timeout=120)
    for name, value in address.items():
        app.query_params[name] = value
    started(app, view)
    assert not app.exception, app.exception
    return app


def in_address(app: AppTest) -> dict[str, str]:
    given = app.query_params.items()
    return {name: value if isinstance(value, str) else value[-1] for name, value in given}


@pytest.mark.parametrize("view", VIEW_NAMES)
def test_an_address_opens_what_it_names(view: str) -> None:
    named = {"picture": "coffee", "block": "layer2.1.se", "channel": "7", "order": "unusual"}
    app = opened(view, **named, scale="fixed", lang="zh", model="se_resnet18_imagenette")
    assert app.session_state[selection.MODEL] == "se_resnet18_imagenette"
    assert app.session_state[selection.PICTURE] == "coffee"
    assert app.session_state[selection.BLOCK] == "layer2.1.se"
    assert app.session_state[selection.CHANNEL] == 7
    assert app.session_state[selection.ORDER] == "unusual"
    assert app.session_state[selection.SCALE] == "fixed"
    assert app.session_state[language_choice.LANGUAGE] == "zh"
    assert not app.info or all("地址" not in each.value for each in app.info)
    said = in_address(app)
    assert {**said, **named, "scale": "fixed", "lang": "zh"} == said


def test_what_is_chosen_is_in_the_address_and_opens_again() -> None:
    app = opened()
    assert in_address(app)["picture"] == "china"
    app.selectbox(key=selection.BLOCK).select("layer1.1.se").run()
    app.number_input(key=selection.CHANNEL).set_value(5).run()
    app.segmented_control(key=selection.ORDER).set_value("unusual").run()
    app.switch_page("views/pointwise/page.py").run()
    app.segmented_control(key="pointwise_section").set_value("unpooled").run()
    again = opened("pointwise", **in_address(app))
    for key in (
        selection.MODEL,
        selection.BLOCK,
        selection.CHANNEL,
        selection.ORDER,
        "pointwise_section",
    ):
        assert again.session_state[key] == app.session_state[key], key
    assert again.session_state[selection.BLOCK] == "layer1.1.se"
    again.switch_page("views/inspect/page.py").run()
    assert again.segmented_control(key=selection.ORDER).value == "unusual"
    assert "section" not in in_address(again)  # that is of another view


@pytest.mark.parametrize(
    ("view", "name", "value", "key"),
    [
        ("pictures", "compare", "networks", COMPARED.key),
        ("dataset", "part", "channel", PART.key),
        ("pointwise", "section", "fitted", "pointwise_section"),
    ],
)
def test_the_part_of_a_view_is_in_its_address(view: str, name: str, value: str, key: str) -> None:
    app = opened(view, **{name: value})
    assert app.segmented_control(key=key).value == value
    assert in_address(app)[name] == value


def test_pinned_pictures_are_in_the_address() -> None:
    app = opened("pictures", pins="rocket,coffee,0123456789abcdef")
    assert app.session_state[pinned_pictures.PINS] == ["rocket", "coffee"]
    assert "pins 1 picture that are not on offer" in words(app)
    assert in_address(app)["pins"] == "rocket,coffee"


def test_an_upload_that_is_not_here_is_named_awaited_and_recognised() -> None:
    data = photograph()
    sha = hashlib.sha256(data).hexdigest()
    app = opened(picture=sha[:16], block="layer2.0.se")
    assert f"an upload that is not here (sha256 {sha[:16]}…)" in words(app)
    assert app.session_state[selection.BLOCK] == "layer2.0.se"
    assert "What the model saw: Temple" in words(app)
    assert in_address(app)["picture"] == sha[:16]  # kept, for whoever reloads or passes it on
    uploader = app.sidebar.file_uploader[0]
    uploader.upload("wanted.jpg", data, "image/jpeg").upload(
        "another.jpg", photograph(quality=70), "image/jpeg"
    ).run()
    assert "What the model saw: wanted.jpg" in words(app)
    assert "not here" not in words(app)
    assert in_address(app)["picture"] == sha[:16]
    uploader = app.sidebar.file_uploader[0]  # it came, and nothing is awaited any more
    uploader.upload("next.jpg", photograph(quality=50), "image/jpeg").run()
    assert "What the model saw: next.jpg" in words(app)


HOSTILE = {
    "markup": "<script>alert(1)</script>**b**$x$",
    "long": "x" * 10_000,
    "empty": "",
    "numbers": "-1e999",
    "digits of no decimal": "²³",
    "a path": "../../etc/passwd",
    "a hash": "0" * 64,
    "an own file": "own:" + "0" * 64,
}


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("view", ["inspect", "pictures", "dataset", "costs"])
def test_bad_values_fall_back_with_a_note(view: str, kind: str) -> None:
    names = (*asked_names(), "embed_options", "nothing")
    app = opened(view, **dict.fromkeys(names, HOSTILE[kind]))
    assert not app.error
    assert app.session_state[selection.MODEL] == "se_resnet18_imagenette"
    said = in_address(app)
    assert said["model"] == "se_resnet18_imagenette" and said["lang"] == "en"
    if kind not in ("empty", "a hash"):
        assert said["picture"] == "china"
    if kind != "empty":
        assert any("The address" in each.value for each in app.info)
        assert max(len(each.value) for each in app.info) < 600
    if view == "inspect":
        assert said["block"] == "layer3.1.se"
        app.run()
        assert not app.exception


def asked_names() -> tuple[str, ...]:
    from dashboard.shell import deep_link

    return tuple(deep_link.NAMES)


def test_a_channel_past_the_block_says_which_is_shown_instead() -> None:
    app = opened(block="layer1.0.se", channel="500")
    assert "channel 500, and this block has 32 channels" in words(app)
    assert app.session_state[selection.CHANNEL] in range(32)
    app.number_input(key=selection.CHANNEL).set_value(3).run()
    assert "channel 500" not in words(app)  # its subject was changed


def test_a_late_rerun_with_the_address_before_changes_nothing() -> None:
    """A click made before the browser had heard of the last address."""
    app = opened()
    before = in_address(app)
    app.selectbox(key=selection.BLOCK).select("layer1.1.se").run()
    for name, value in before.items():
        app.query_params[name] = value
    app.run()
    assert app.session_state[selection.BLOCK] == "layer1.1.se"
    assert in_address(app)["block"] == "layer1.1.se"


def test_the_browser_going_back_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened()
    before = in_address(app)
    app.selectbox(key=selection.BLOCK).select("layer1.1.se").run()
    show(app, "coffee")
    app.session_state["address_at"] = -10.0
    for name, value in before.items():
        app.query_params[name] = value
    app.run()
    assert app.session_state[selection.BLOCK] == before["block"]
    assert app.session_state[selection.PICTURE] == before["picture"]
    assert in_address(app) == before


def test_a_hash_has_sixteen_digits_or_more() -> None:
    assert link_notes.is_hash("0123456789abcdef") and link_notes.is_hash("a" * 64)
    assert not any(map(link_notes.is_hash, ("0123456789abcde", "a" * 65, "g" * 16, "A" * 16, "")))
