"""The app as a person starts it, in a process of its own."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from tests.served_app import wait_until_healthy

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Server:
    """Where it answers, and its process."""

    address: str
    pid: int

    @property
    def stream(self) -> str:
        return self.address.replace("http://", "ws://") + "/_stcore/stream"


@contextmanager
def serving(
    *options: str, environment: Mapping[str, str] | None = None, patience: float = 120
) -> Iterator[Server]:
    """``streamlit run dashboard/app.py``; an AssertionError where its log has a traceback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "dashboard/app.py"]
    command += [f"--server.port={port}", "--server.headless=true", *options]
    path = os.pathsep.join(p for p in (str(ROOT), os.environ.get("PYTHONPATH", "")) if p)
    settings = {**os.environ, "PYTHONPATH": path, **(environment or {})}
    with TemporaryFile("w+") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, env=settings)
        server = Server(f"http://127.0.0.1:{port}", process.pid)
        try:
            wait_until_healthy(server.address, process, patience=patience)
            yield server
        finally:
            process.terminate()
            process.wait(30)
            log.seek(0)
            written = log.read()
        assert "Traceback" not in written, written[-4000:]
