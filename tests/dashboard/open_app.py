"""The app as Streamlit's own test driver runs it, and how to read what it drew."""

import base64
import json
import re
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

import senet_viz as sv
from dashboard.runtime import views
from dashboard.runtime.views import VIEWS
from dashboard.services import surveys
from dashboard.services.surveys import Shelved
from dashboard.session.selection import PICTURE
from dashboard.shell import deep_link

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
TAG = re.compile(r"<style>.*?</style>|<[^>]*>", re.DOTALL)
VIEW_NAMES = tuple(view.name for view in VIEWS)


def open_app(view: str = "inspect") -> AppTest:
    """The app on one view, as a link opens it, run once, without an exception."""
    app = started(AppTest.from_file(str(APP), default_timeout=120), view)
    assert not app.exception, app.exception
    return app


def started(app: AppTest, name: str) -> AppTest:
    """The first run of the app, on this view as a link opens it.

    Before it the driver knows pages by the names of their files, which are all the same.
    """
    app._page_hash = calc_hash(views.view(name).url_path)
    app.run()
    assert app.session_state[deep_link._VIEW] == views.view(name).url_path
    return app


def opened(app: AppTest, key: str) -> AppTest:
    """Open what opens by a click: what stands in it is drawn only then."""
    app.session_state[key] = True
    app.run()
    assert not app.exception, app.exception
    return app


def with_survey(view: str, shelved: Shelved, **state: object) -> AppTest:
    """The app on one view with a survey on offer, and with this state."""
    app = open_app(view)
    app.session_state[surveys._SHELF] = {shelved.key: shelved}
    for key, value in state.items():
        app.session_state[key] = value
    app.run()
    assert not app.exception, app.exception
    return app


def show(app: AppTest, picture: str) -> AppTest:
    """Show another picture: a click in the gallery, which only a browser can draw."""
    app.session_state[PICTURE] = picture
    return app.run()


def figure(app: AppTest, key: str) -> dict[str, Any]:
    """The plotly figure of the chart with this key, as the browser gets it."""
    for element in app.get("plotly_chart"):
        if element.proto.id.endswith(f"-{key}"):
            return json.loads(element.proto.spec)
    raise KeyError(key)


def numbers(values: Any) -> np.ndarray:
    """A plotly array, however it was packed."""
    if isinstance(values, dict):
        array = np.frombuffer(base64.b64decode(values["bdata"]), np.dtype(values["dtype"]))
        return array.reshape([int(n) for n in str(values.get("shape", -1)).split(",")])
    return np.asarray(values)


def words(app: AppTest) -> str:
    """All text on the page."""
    kinds = ("markdown", "caption", "subheader", "error", "info", "metric")
    parts = []
    for kind in kinds:
        for element in app.get(kind):
            parts += [str(getattr(element, "label", "")), str(getattr(element, "value", ""))]
    parts += [unescape(TAG.sub("", element.proto.body)) for element in app.get("html")]
    parts += [node.proto.popover.label for node in app._tree if node.type == "popover"]
    return "\n".join(parts).replace("\\", "")


def tiles(app: AppTest, key: str) -> dict[str, Any]:
    """What the browser gets of the tiles with this key: "tiles", "sheets", "picked"."""
    for element in app.get("bidi_component"):
        if element.proto.id.endswith(f"-{key}"):
            return json.loads(element.proto.json)
    raise KeyError(key)


def photograph(*, quality: int = 92) -> bytes:
    """A real photograph as a JPEG that is none of the samples: a part of one, mirrored."""
    image = sv.decode(sv.load_sample("coffee")).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    buffer = BytesIO()
    image.crop((40, 20, 520, 380)).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def captured(data: bytes, name: str = "se_resnet18_imagenette") -> sv.Capture:
    """What the library says of the same bytes."""
    net = sv.load_model(name)
    return sv.capture(net.model, net.preprocess(sv.decode(data)))
