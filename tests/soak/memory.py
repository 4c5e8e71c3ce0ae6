"""Long hours: uploads and networks by the hundred leave no memory behind."""

import re
import time

from tests.soak.client import Client
from tests.soak.material import photograph, without_weights
from tests.soak.process import MB, highest, resident
from tests.soak.server import Server, serving
from tests.soak.table import Finding

UPLOADS, SWITCHES, NETWORKS, PEOPLE = 500, 200, 8, 20
WARM_UP = 30  # uploads, before it is measured where the memory stands
NEAR = 150 * MB
SESSION_TTL = 2  # seconds after which a closed window's session ends


def memory(
    *,
    uploads: int = UPLOADS,
    switches: int = SWITCHES,
    people: int = PEOPLE,
    networks: int = NETWORKS,
) -> list[Finding]:
    """One person who uploads, one who switches, and many who come and leave."""
    with serving(f"--server.disconnectedSessionTTL={SESSION_TTL}") as server:
        with Client(server) as client:
            titles = [*without_weights(networks), client.options("model")[0]]
            upload(client, range(min(WARM_UP, uploads)))
            switch(client, titles, len(titles))
            client.press_labelled("Forget my pictures")
            before = resident(server.pid)
            findings = [
                _stands(server, before, f"{uploads} uploads in a row, then forgotten",
                        lambda: forgotten(client, uploads)),
                _stands(server, before, f"{switches} switches between {len(titles)} networks",
                        lambda: switch(client, titles, switches)),
            ]  # fmt: skip
        findings.append(
            _stands(server, before, f"{people} people who each leave 12 pictures behind",
                    lambda: leave(server, people))
        )  # fmt: skip
        most = highest(server.pid)
    return [*findings, Finding("memory", "the most at any time", f"{most / MB:.0f} MB", "", True)]


def upload(client: Client, numbers: range) -> None:
    for number in numbers:
        client.upload(f"picture{number}.jpg", photograph(number))


def forgotten(client: Client, uploads: int) -> None:
    client.open("")
    upload(client, range(1000, 1000 + uploads))
    client.press_labelled("Forget my pictures")
    assert not re.search(r"picture\d+\.jpg", client.words())


def switch(client: Client, titles: list[str], times: int) -> None:
    """Through all networks, so often; the last one is the embedded one."""
    for number in range(1, times + 1):
        client.choose("model", titles[(number - times - 1) % len(titles)])


def leave(server: Server, people: int) -> None:
    """Each looks at pictures of their own, and closes the window."""
    for person in range(people):
        with Client(server) as client:
            upload(client, range(10_000 + 12 * person, 10_012 + 12 * person))


def _stands(server: Server, before: int, what: str, work: object) -> Finding:
    assert callable(work)
    work()
    end = time.monotonic() + 60  # sessions are looked through once in a while
    while resident(server.pid) - before > NEAR and time.monotonic() < end:
        time.sleep(1)
    grown = resident(server.pid) - before
    measured = f"{grown / MB:+.0f} MB of {before / MB:.0f} MB after warm-up"
    return Finding("memory", what, measured, f"within {NEAR // MB} MB", grown < NEAR)
