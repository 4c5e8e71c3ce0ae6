"""Safe as it is started: nobody outside, no other page, no word to anyone, no traceback shown."""

import json
import re
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.browser.conftest import ROOT, serving

pytestmark = pytest.mark.browser


def test_other_machines_are_not_served(server: str) -> None:
    port = urlsplit(server).port
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # nothing is sent; it tells this machine's own address
        address = probe.getsockname()[0]
    if address.startswith("127."):
        pytest.skip("this machine has no address but its own")
    with pytest.raises(OSError), socket.create_connection((address, port), timeout=5):
        pass


@pytest.mark.parametrize(
    ("headers", "let_in"),
    [
        ({"Origin": "{server}"}, True),
        ({"Origin": "https://elsewhere.example"}, False),
        ({"Origin": "http://elsewhere.example", "Host": "elsewhere.example"}, False),
    ],
)
def test_another_page_gets_no_connection(
    server: str, headers: dict[str, str], let_in: bool
) -> None:
    """Nor one that had its own name point to this machine."""
    headers = {name: value.format(server=server) for name, value in headers.items()}
    origin = headers.pop("Origin")
    stream = server.replace("http://", "ws://") + "/_stcore/stream"
    if "Host" in headers:
        assert _handshake(server, origin, headers["Host"]) == 403
        return
    if let_in:
        with connect(stream, subprotocols=["streamlit"], origin=origin):
            return
    refused = pytest.raises(InvalidStatus, match="403")
    with refused, connect(stream, subprotocols=["streamlit"], origin=origin):
        pass


@pytest.mark.parametrize(
    ("origin", "host", "status"),
    [
        ("https://viewer.example", "viewer.example", 101),
        ("https://elsewhere.example", "viewer.example", 403),
        ("https://viewer.example", "elsewhere.example", 403),
    ],
)
def test_behind_a_proxy_only_the_name_given_is_answered(
    proxied: str, origin: str, host: str, status: int
) -> None:
    assert _handshake(proxied, origin, host) == status


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app as README says to start it behind a proxy."""
    command = [sys.executable, "-m", "streamlit", "run", "dashboard/app.py"]
    command += ["--server.headless=true", "--server.allowedHosts", "viewer.example"]
    command += ["--browser.serverAddress", "viewer.example", "--server.port"]
    log = tmp_path_factory.mktemp("proxied") / "log"
    with serving(command, folder=ROOT, log=log) as address:
        yield address


def _handshake(server: str, origin: str, host: str) -> int:
    """The status with which a socket is answered that is asked for under another name."""
    lines = (
        "GET /_stcore/stream HTTP/1.1",
        f"Host: {host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Protocol: streamlit",
        f"Origin: {origin}",
    )
    parts = urlsplit(server)
    with socket.create_connection((parts.hostname, parts.port), timeout=30) as line:
        line.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        return int(line.recv(64).split()[1])


def test_an_upload_without_the_token_is_refused(server: str) -> None:
    request = urllib.request.Request(
        f"{server}/_stcore/upload_file/session/file", data=b"x", method="PUT"
    )
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(request, timeout=30)


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../../etc/passwd", "%2e%2e/%2e%2e/pyproject.toml"]
)
@pytest.mark.parametrize("route", ["media", "app/static", "static", "_stcore"])
def test_no_file_is_served_from_outside(server: str, route: str, path: str) -> None:
    try:
        with urllib.request.urlopen(f"{server}/{route}/{path}", timeout=30) as answer:
            said = answer.read()
    except urllib.error.HTTPError as error:
        said = error.read()
    assert b"root:" not in said and b"[project]" not in said


def test_the_settings_are_the_safe_ones() -> None:
    text = (Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text()
    for line in (
        'address = "localhost"',
        "enableXsrfProtection = true",
        "enableCORS = true",
        'allowedHosts = ["localhost", "127.0.0.1", "::1"]',
        "gatherUsageStats = false",
        'showErrorDetails = "none"',
    ):
        assert line in text


def test_senet_viz_app_has_the_same_settings() -> None:
    from senet_viz.cli.app import command

    options = " ".join(command(8600))
    for option in ("address localhost", "allowedHosts localhost", "allowedHosts 127.0.0.1"):
        assert f"--server.{option}" in options
    assert "--client.showErrorDetails none" in options


def test_what_the_page_is_told_names_no_folder_of_this_machine(server: str) -> None:
    """Nor does an error's text: of an exception that is a bug, only that there was one."""
    with urllib.request.urlopen(f"{server}/_stcore/host-config", timeout=30) as answer:
        told = json.loads(answer.read())
    assert not re.search(r"/(home|root|work|tmp)/", json.dumps(told))
