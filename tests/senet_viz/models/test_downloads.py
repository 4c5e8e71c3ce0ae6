"""Published files: found in folders, checked, downloaded whole, or the way out is said."""

import hashlib
import re
import resource
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest
import torch

from senet_viz.core.errors import WeightsError
from senet_viz.models import downloads
from senet_viz.models.downloads import fetch, not_fetched, offline_file, verified, within

CONTENT = b"weights" * 1000
DIGITS = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one's own, empty."""
    monkeypatch.setenv("SENET_VIZ_WEIGHTS", str(tmp_path / "own"))
    (tmp_path / "own").mkdir()
    return tmp_path / "own"


@pytest.fixture
def server() -> Iterator[str]:
    """Serves the content under any name; under a name with "cut" half of it, then hangs up."""

    class Files(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(CONTENT)))
            self.end_headers()
            self.wfile.write(CONTENT[: len(CONTENT) // 2] if "cut" in self.path else CONTENT)

        def log_message(self, *args: object) -> None:
            """Keep the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Files) as files:
        thread = Thread(target=files.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{files.server_port}"
        finally:
            files.shutdown()
            thread.join()


def test_a_file_is_fetched_once_into_the_hub_folder(tmp_path: Path, hub: Path) -> None:
    source = tmp_path / f"net-{DIGITS[:8]}.pth"
    source.write_bytes(CONTENT)
    assert fetch(source.as_uri(), "net") == hub / source.name
    source.unlink()
    assert fetch(source.as_uri(), "net").read_bytes() == CONTENT


def test_a_download_over_http_is_kept(server: str, hub: Path) -> None:
    assert fetch(f"{server}/net-{DIGITS[:8]}.pth", "net").read_bytes() == CONTENT
    assert [file.name for file in hub.iterdir()] == [f"net-{DIGITS[:8]}.pth"]


def test_another_file_than_the_published_one_is_not_kept(tmp_path: Path, hub: Path) -> None:
    source = tmp_path / "net-0123abcd.pth"
    source.write_bytes(CONTENT)
    with pytest.raises(WeightsError, match=f"another file: its SHA-256 begins {DIGITS[:12]}"):
        fetch(source.as_uri(), "net")
    assert not list(hub.iterdir())


def test_half_a_download_never_counts_as_a_file(server: str, hub: Path) -> None:
    half = len(CONTENT) // 2
    with pytest.raises(WeightsError, match=f"broke off after {half} of {len(CONTENT)} bytes"):
        fetch(f"{server}/cut.pth", "net")
    assert not list(hub.iterdir())


def test_a_cached_file_with_another_hash_is_refused(hub: Path, offline: None) -> None:
    hub.mkdir(parents=True)
    (hub / "net-0123abcd.pth").write_bytes(CONTENT)
    with pytest.raises(
        WeightsError, match=rf"begins {DIGITS[:12]}, its name says 0123abcd.*delete"
    ):
        fetch("https://example.invalid/net-0123abcd.pth", "net")


@pytest.mark.parametrize("name", ["net.pth", "net-a1.pth", "net-in1k_2024.pth", "net-v1.0.pth"])
def test_a_name_without_digits_promises_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(CONTENT)
    assert verified(tmp_path / name) == tmp_path / name


def test_a_file_of_the_hugging_face_cache_is_checked_by_its_stored_name(tmp_path: Path) -> None:
    link = tmp_path / "model.safetensors"
    for digits, right in ((DIGITS, True), ("0" * 64, False)):
        (tmp_path / digits).write_bytes(CONTENT)
        link.unlink(missing_ok=True)
        link.symlink_to(digits)
        if right:
            assert verified(link) == link
        else:
            with pytest.raises(WeightsError, match=f"begins {DIGITS[:12]}, its name says 0000"):
                verified(link)


def test_the_folder_of_ones_own_comes_before_the_hub_and_the_network(
    hub: Path, folder: Path, offline: None
) -> None:
    (folder / f"net-{DIGITS[:8]}.pth").write_bytes(CONTENT)
    url = f"https://example.invalid/net-{DIGITS[:8]}.pth"
    assert fetch(url, "net") == folder / f"net-{DIGITS[:8]}.pth"
    (folder / f"net-{DIGITS[:8]}.pth").write_bytes(CONTENT[1:])
    with pytest.raises(WeightsError, match="not the file it was published as"):
        fetch(url, "net")


def test_files_in_the_folder_go_by_model_name(folder: Path) -> None:
    assert offline_file(["net.tag", "net"]) is None
    for name in ("net.pt", "net.pth", "net.safetensors", "net.tag.pth"):
        (folder / name).write_bytes(CONTENT)
        assert offline_file(["net.tag", "net"]) == folder / name
    for name in ("other.pth.1234.partial", "other.crdownload", "another.pth"):
        (folder / name).write_bytes(CONTENT)
    (folder / "other.pth").mkdir()
    assert offline_file(["other"]) is None


def test_without_the_variable_no_folder_is_looked_into(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("SENET_VIZ_WEIGHTS", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.pth").write_bytes(CONTENT)
    assert offline_file(["net"]) is None
    monkeypatch.setenv("SENET_VIZ_WEIGHTS", "")
    assert offline_file(["net"]) is None


def test_a_folder_that_is_not_there_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SENET_VIZ_WEIGHTS", str(tmp_path / "gone"))
    with pytest.raises(
        WeightsError, match=r"SENET_VIZ_WEIGHTS names .*gone, which is not a folder"
    ):
        offline_file(["net"])


def test_without_a_network_the_error_says_what_works(hub: Path, offline: None) -> None:
    url = "https://example.invalid/models/net-0123abcd.pth"
    with pytest.raises(WeightsError) as caught:
        fetch(url, "net")
    message = str(caught.value)
    for part in (url, "once with a network", "load_model('net', weights=PATH)"):
        assert part in message
    assert "in a folder as net-0123abcd.pth and start with SENET_VIZ_WEIGHTS set to" in message
    assert re.search(rf"or at {re.escape(str(hub / 'net-0123abcd.pth'))}", message)
    assert not hub.exists() or not list(hub.iterdir())


def test_with_a_folder_the_error_names_the_place_in_it(folder: Path) -> None:
    url = "https://example.invalid/repo/model.safetensors"
    reason = OSError("no route")
    error = not_fetched("net", url, reason=reason, keep_as="net.tag.safetensors")
    assert f"put it at {folder / 'net.tag.safetensors'}; or pass" in str(error)
    assert "model.safetensors could not be downloaded from https://example.invalid" in str(error)


def test_a_name_server_that_never_answers_is_not_waited_for(
    hub: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look-up itself knows no limit, so only a limit around it can end the waiting."""
    released = Event()

    def silent(*args: object, **kwargs: object) -> None:
        released.wait(60)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    monkeypatch.setattr(downloads, "PATIENCE", 0.2)
    try:
        with pytest.raises(WeightsError, match=r"no answer within 0\.2 seconds"):
            fetch("https://example.invalid/net.pth", "net")
        assert not released.is_set()
    finally:
        released.set()


def test_within_hands_on_answers_and_errors() -> None:
    assert within(5, lambda: 3) == 3
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 // 0)


def test_waiting_for_a_network_stays_below_ten_seconds() -> None:
    assert downloads.PATIENCE < 10


def test_a_folder_that_cannot_be_written_is_named(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """/sys takes no folders from anyone, as a read-only disk."""
    monkeypatch.setattr(torch.hub, "get_dir", lambda: "/sys/senet_viz")
    with pytest.raises(WeightsError, match=r"cannot be kept at /sys/senet_viz.*TORCH_HOME"):
        fetch(f"{server}/net-{DIGITS[:8]}.pth", "net")


def test_a_full_disk_is_named_and_nothing_is_left(server: str, hub: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(WeightsError, match=r"cannot be kept at .*make room"):
            fetch(f"{server}/net-{DIGITS[:8]}.pth", "net")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not list(hub.iterdir())
