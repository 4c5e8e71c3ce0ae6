"""A Hugging Face Hub on this machine that serves the repositories in a folder."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

COMMIT = "0123456789" * 4


@contextmanager
def serving(folder: Path, *, gate: Event | None = None) -> Iterator[str]:
    """``folder/owner/name/FILE`` as the Hub has it; its address.

    Where there is a ``gate``, the second half of a file waits until it is set.
    """

    class Hub(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._answer(body=False)

        def do_GET(self) -> None:
            self._answer(body=True)

        def _answer(self, *, body: bool) -> None:
            repository, _, rest = self.path.strip("/").partition("/resolve/")
            file = folder / repository / rest.partition("/")[2]
            found = bool(rest) and file.is_file()
            content = file.read_bytes() if found else b""
            self.send_response(200 if found else 404)
            if not found:
                there = (folder / repository).is_dir()
                self.send_header("X-Error-Code", "EntryNotFound" if there else "RepoNotFound")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("ETag", f'"{abs(hash(content)):x}"')
            self.send_header("X-Repo-Commit", COMMIT)
            self.end_headers()
            if not body:
                return
            half = len(content) // 2 if gate else len(content)
            with suppress(OSError):  # whoever asked may be gone
                self.wfile.write(content[:half])
                if gate and gate.wait(30):
                    self.wfile.write(content[half:])

        def log_message(self, *args: object) -> None:
            """Keep the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Hub) as hub:
        thread = Thread(target=hub.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{hub.server_port}"
        finally:
            hub.shutdown()
            thread.join()
