"""An ImageNet network in one click: its size before, its progress meanwhile, then its gates."""

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest
import timm
from huggingface_hub import constants
from safetensors.torch import save_file
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from dashboard.services import fetches, networks
from dashboard.session import selection
from dashboard.shell import remembered_network
from tests.dashboard.open_app import open_app, words
from tests.randomise_norms import randomise_norms
from tests.senet_viz.models.hub_server import serving

NAME, BUTTON = "mobilenetv3_small_100", "imagenet_mobilenetv3_small_100"


@pytest.fixture
def gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """A Hub on this machine that has the network; it sends the second half when this is set."""
    gate, cached = Event(), tmp_path / "cache"
    config = timm.get_pretrained_cfg(NAME)
    folder = tmp_path / "repositories" / config.hf_hub_id
    folder.mkdir(parents=True)
    state = randomise_norms(timm.create_model(NAME)).state_dict()
    save_file(state, folder / "model.safetensors")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(cached))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    networks.on_this_machine.clear()
    with serving(tmp_path / "repositories", gate=gate) as address:
        template = address + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        monkeypatch.setattr(constants, "ENDPOINT", address)
        monkeypatch.setenv("HF_ENDPOINT", address)
        yield gate
        gate.set()
    networks.on_this_machine.clear()


def until(app: AppTest, holds: Callable[[], bool]) -> None:
    for _ in range(300):
        if holds():
            return
        time.sleep(0.1)
        app.run()
    raise AssertionError("it never came to that")


def fetched(app: AppTest) -> fetches.Fetch:
    found: fetches.Fetch = app.session_state["fetch"]
    return found


def label(app: AppTest) -> str:
    shown = [b.label for b in app.button if b.key == BUTTON]
    return shown[0] if shown else ""


def test_one_click_fetches_it_and_it_is_looked_at(
    gate: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app("costs")
    assert label(app) == "MobileNetV3-small, 10 MB"
    app.button(key=BUTTON).click().run()
    until(app, lambda: (fetched(app).progress or (0, 0))[0] > 1e6)
    done, every = fetched(app).progress
    assert 10.1e6 < every < 10.4e6 and done < every
    gate.set()
    until(app, lambda: "fetch" not in app.session_state)
    assert not app.exception and not app.error
    assert app.session_state[selection.MODEL] == NAME
    app.selectbox(key=selection.MODEL).set_value(selection.DEFAULT_MODEL).run()
    assert label(app) == "MobileNetV3-small"
    assert f"{NAME} (timm) ✓" in app.selectbox(key=selection.MODEL).options
    app.button(key=BUTTON).click().run()
    assert app.session_state[selection.MODEL] == NAME
    for cookie, first in ((NAME, NAME), ("resnet18", selection.DEFAULT_MODEL)):
        monkeypatch.setattr(ContextProxy, "cookies", {remembered_network.COOKIE: cookie})
        assert open_app("costs").session_state[selection.MODEL] == first


def test_it_can_be_cancelled_and_nothing_of_it_counts(gate: Event, tmp_path: Path) -> None:
    app = open_app("costs")
    app.button(key=BUTTON).click().run()
    until(app, lambda: (fetched(app).progress or (0, 0))[0] > 1e6)
    going = fetched(app)
    app.button(key="imagenet_cancel").click().run()
    assert label(app) == "MobileNetV3-small, 10 MB"
    gate.set()
    assert going.wait(30) and not going.problem
    app.run()
    assert app.session_state[selection.MODEL] == selection.DEFAULT_MODEL
    assert not list((tmp_path / "cache").rglob("model.safetensors"))


def test_what_is_not_there_is_said(gate: Event) -> None:
    app = open_app("costs")
    app.button(key="imagenet_seresnet50").click().run()
    until(app, lambda: not fetched(app).running)
    app.run()
    assert "weights of seresnet50 are not on this machine" in app.error[0].value.replace("\\", "")
    app.button(key="imagenet_close").click().run()
    assert not app.error and label(app)


@pytest.mark.usefixtures("gate")
def test_it_is_absent_where_nothing_can_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    class Nowhere(socket.socket):
        def connect(self, address: object) -> None:
            raise OSError(f"no route to {address}")

    monkeypatch.delenv("HF_ENDPOINT")
    monkeypatch.setattr(fetches.socket, "socket", Nowhere)
    app = open_app("costs")
    assert not label(app) and "ImageNet" not in words(app)
