"""A Hugging Face Hub on this machine that serves the repositories in a folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

COMMIT = "0123456789" * 4


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """``folder/owner/name/FILE`` as the Hub has it; its address."""

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
            if body:
                self.wfile.write(content)

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
