"""A survey to look at; and what nobody foresaw, which in a test is a failure."""

import logging
from collections.abc import Callable, Iterator

import pytest
import streamlit as st

import senet_viz as sv
from dashboard.runtime.unforeseen import LOG
from dashboard.services import machine
from dashboard.services.surveys import Shelved
from tests.dashboard.zips import crops


class Kept(logging.Handler):
    """Keeps what is written to the log, with its tracebacks."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(self.format(record))


@pytest.fixture
def start_with(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Gives the app a network from a factory, as ``senet-viz app --model`` does; none is kept."""

    def start(factory: str) -> None:
        _forget()
        monkeypatch.setenv("SENET_VIZ_FACTORY", factory)

    yield start
    _forget()


def _forget() -> None:
    st.cache_resource.clear()
    machine.free()


@pytest.fixture
def unforeseen() -> list[str]:
    """What the log says of errors that nobody foresaw, in a test that brings them about."""
    return []


@pytest.fixture(autouse=True)
def nothing_unforeseen(request: pytest.FixtureRequest) -> Iterator[None]:
    """No such error in a test that does not ask for them."""
    kept = Kept()
    if "unforeseen" in request.fixturenames:
        kept.said = request.getfixturevalue("unforeseen")
    LOG.addHandler(kept)
    try:
        yield
    finally:
        LOG.removeHandler(kept)
    assert "unforeseen" in request.fixturenames or not kept.said, kept.said


@pytest.fixture(scope="session")
def shelved(tmp_path_factory: pytest.TempPathFactory) -> Shelved:
    """A survey of six pictures with their gates and answers, every second one right."""
    name, folder = "se_resnet18_imagenette", tmp_path_factory.mktemp("reference")
    net = sv.load_model(name)
    for number, (_, data) in enumerate(crops(3)):
        seen = sv.capture(net.model, net.preprocess(sv.decode(data)), features="none")
        best = int(seen.logits[0].argmax()) + number % 2
        place = folder / "set" / net.labels[best % len(net.labels)]
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{number}.jpg").write_bytes(data)
    done = sv.survey(folder / "set", net, out=folder / "out", keep_gates=True)
    return Shelved(str(done.folder), done)
