"""Waiting until a server of the app answers."""

import subprocess
import time
import urllib.request


def wait_until_healthy(
    address: str, process: subprocess.Popen[bytes], *, patience: float = 120
) -> None:
    """Until its health page answers; an AssertionError where it ends, or takes too many seconds."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        assert process.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"the server did not answer within {patience:.0f} s")
