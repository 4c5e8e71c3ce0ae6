"""One browser window without a browser: speaks the app's own protocol to a live server."""

import json
import re
import time
import urllib.request
import uuid
from contextlib import ExitStack
from html import unescape
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import connect

from tests.soak.server import Server

PATIENCE = 240.0  # seconds for one rerun of the page, on a machine that serves sixteen


class Client:
    """What a window shows, and what a person does in it; ``run`` is one rerun of the page."""

    def __init__(self, server: Server) -> None:
        self._server, self._token = server, _token(server)
        self._shown: dict[tuple[int, ...], Element] = {}
        self._states: dict[str, WidgetState] = {}
        self._cached: dict[str, bytes] = {}
        self.pages: dict[str, str] = {}
        self.waited: list[str] = []
        self._page = self._session = ""
        self._open = ExitStack()
        self._socket = self._open.enter_context(
            connect(
                server.stream,
                subprotocols=["streamlit"],
                additional_headers={"Cookie": f"_streamlit_xsrf={self._token}"},
                origin=server.address,
                max_size=None,
                open_timeout=60,
                ping_interval=None,
            )
        )
        self.run()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._open.close()

    # What a person does

    def run(self, *triggers: WidgetState) -> None:
        """Run the page with what is chosen, until it is done."""
        message = BackMsg()
        message.rerun_script.page_script_hash = self._page
        message.rerun_script.widget_states.widgets.extend([*self._states.values(), *triggers])
        message.rerun_script.query_string = ""
        self._socket.send(message.SerializeToString())
        self._listen()
        problems = [e.exception.message for e in self._shown.values() if e.HasField("exception")]
        assert not problems, problems

    def open(self, page: str) -> None:
        """Switch to the page with this path; "" is Inspect."""
        self._page = self.pages[page]
        self.run()

    def choose(self, key: str, option: str) -> None:
        """Pick an option of a selectbox by its words, with or without a mark behind them."""
        box = self._widget("selectbox", key)
        shown = next((o for o in (option, f"{option} ✓") if o in box.options), None)
        assert shown is not None, (option, list(box.options)[:20])
        self._states[box.id] = WidgetState(id=box.id, string_value=shown)
        self.run()

    def options(self, key: str) -> list[str]:
        return list(self._widget("selectbox", key).options)

    def press(self, key: str) -> None:
        """Click a button."""
        self.run(WidgetState(id=self._widget("button", key).id, trigger_value=True))

    def press_labelled(self, label: str) -> None:
        """Click a button that has no key."""
        (button,) = (e.button for e in self._every("button") if e.button.label == label)
        self.run(WidgetState(id=button.id, trigger_value=True))

    def upload(self, name: str, data: bytes) -> None:
        """Put one picture into the uploader, in the place of what it held."""
        uploader = self._widget("file_uploader", r"uploader_\d+")
        state = WidgetState(id=uploader.id)
        info = state.file_uploader_state_value.uploaded_file_info.add()
        info.name, info.size, info.file_id = name, len(data), str(uuid.uuid4())
        self._put(info.file_id, name, data)
        info.file_urls.file_id = info.file_id
        self._states[uploader.id] = state
        self.run()

    # What the window shows

    def chart(self, key: str) -> str:
        """The JSON of the chart with this key, to the last bit."""
        found = [e.plotly_chart for e in self._every("plotly_chart")]
        (chart,) = (c for c in found if re.fullmatch(rf".*-{key}", c.id))
        spec: str = chart.spec
        return spec

    def has_chart(self, key: str) -> bool:
        return any(e.plotly_chart.id.endswith(f"-{key}") for e in self._every("plotly_chart"))

    def words(self) -> str:
        """All text of the page."""
        parts: list[str] = []
        for element in self._shown.values():
            kind = element.WhichOneof("type")
            if kind in ("markdown", "alert", "heading"):
                parts.append(getattr(element, kind).body)
            elif kind == "html":
                parts.append(unescape(re.sub("<[^>]+>", " ", element.html.body)))
            elif kind == "metric":
                parts += [element.metric.label, element.metric.body]
        return re.sub(r"\\(.)", r"\1", "\n".join(parts))

    # How it is done

    def _every(self, kind: str) -> list[Element]:
        return [element for element in self._shown.values() if element.HasField(kind)]

    def _widget(self, kind: str, key: str) -> Any:
        for element in self._every(kind):
            widget = getattr(element, kind)
            if re.fullmatch(rf".*-{key}", widget.id):
                return widget
        raise KeyError(f"no {kind} {key} among {[getattr(e, kind).id for e in self._every(kind)]}")

    def _listen(self) -> None:
        self._shown.clear()
        end = time.monotonic() + PATIENCE
        while True:
            message = self._next(end - time.monotonic())
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self._session = message.new_session.initialize.session_id or self._session
                self._page = message.new_session.page_script_hash
            elif kind == "navigation":
                pages = message.navigation.app_pages
                self.pages = {p.url_pathname if not p.is_default else "": p.page_script_hash
                              for p in pages}  # fmt: skip
                self._page = message.navigation.page_script_hash
            elif kind == "delta":
                self._take(message)
            elif kind == "script_finished":
                if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                    return
                assert message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN, message
                self._shown.clear()

    def _next(self, seconds: float) -> ForwardMsg:
        data = self._socket.recv(timeout=max(seconds, 0.01))
        assert isinstance(data, bytes)
        message = ForwardMsg.FromString(data)
        if message.WhichOneof("type") == "ref_hash":
            metadata = message.metadata
            message = ForwardMsg.FromString(self._cached[message.ref_hash])
            message.metadata.CopyFrom(metadata)
        elif message.metadata.cacheable:
            self._cached[message.hash] = data
        return message

    def _take(self, message: ForwardMsg) -> None:
        place, delta = tuple(message.metadata.delta_path), message.delta
        if delta.HasField("new_element"):
            self._shown[place] = delta.new_element
        elif delta.HasField("new_transient"):
            for element in delta.new_transient.elements:
                if element.HasField("spinner") and element.spinner.text.startswith("Waiting"):
                    self.waited.append(element.spinner.text)

    def _put(self, file_id: str, name: str, data: bytes) -> None:
        edge = uuid.uuid4().hex
        header = f'Content-Disposition: form-data; name="file"; filename="{name}"'
        body = f"--{edge}\r\n{header}\r\nContent-Type: image/jpeg\r\n\r\n".encode() + data
        request = urllib.request.Request(
            f"{self._server.address}/_stcore/upload_file/{self._session}/{file_id}",
            data=body + f"\r\n--{edge}--\r\n".encode(),
            method="PUT",
            headers={
                "Content-Type": f"multipart/form-data; boundary={edge}",
                "X-Xsrftoken": self._token,
                "Cookie": f"_streamlit_xsrf={self._token}",
            },
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            assert answer.status in (200, 204)


def _token(server: Server) -> str:
    """The cookie that every change has to repeat."""
    with urllib.request.urlopen(f"{server.address}/_stcore/health", timeout=60) as answer:
        cookies = "; ".join(answer.headers.get_all("Set-Cookie") or ())
    found = re.search(r"_streamlit_xsrf=([^;]+)", cookies)
    assert found, "the server sets no XSRF cookie"
    return found.group(1).strip('"')


def figure(spec: str) -> dict[str, Any]:
    """The chart of a specification."""
    read: dict[str, Any] = json.loads(spec)
    return read
