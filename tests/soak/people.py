"""Many people on one machine: what each sees is what they would see alone, to the last bit."""

import json
import random
import re
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

import senet_viz as sv
from tests.dashboard.open_app import numbers
from tests.soak.client import Client, figure
from tests.soak.material import photograph, weights_folder
from tests.soak.server import Server, serving
from tests.soak.table import Finding

PEOPLE, SECONDS = 16, 300.0
EDITS = ("0: nothing passes", "1: block off", "shuffled")
SE = "SE-ResNet-18 (narrow), Imagenette"
INSPECT, WHATIF = ("histogram", "sorted", "network_map"), ("change", "gates_change", "movement")


@dataclass(frozen=True, slots=True)
class Case:
    """One person's picture through one network with one kind of edit."""

    picture: int
    network: str
    edit: str

    @property
    def file(self) -> str:
        return f"picture{self.picture}.jpg"


@dataclass(slots=True)
class Heard:
    """What happened, over all people."""

    charts: int = 0
    different: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    done: Counter[int] = field(default_factory=Counter)
    waited: int = 0
    slowest: float = 0.0


def look(client: Client, case: Case) -> dict[str, str]:
    """Go through the case as a person would; every chart seen, by page and key."""
    client.open("")
    client.choose("model", case.network)
    client.upload(case.file, photograph(case.picture))
    words = client.words()
    assert f"What the model saw: {case.file}" in words, words[:500]
    others = set(re.findall(r"picture\d+\.jpg", words)) - {case.file}
    assert not others, f"{case.file} is shown beside {others}"
    seen = {f"inspect/{key}": client.chart(key) for key in INSPECT}
    client.open("whatif")
    client.press("edit_reset")
    client.choose("edit_how", case.edit)
    client.press("edit_add")
    assert case.file in client.words()
    return seen | {f"whatif/{key}": client.chart(key) for key in WHATIF if client.has_chart(key)}


def reference(server: Server, cases: list[Case]) -> dict[Case, dict[str, str]]:
    """The same, one after the other, each in a window of its own."""
    found = {}
    for case in cases:
        with Client(server) as alone:
            found[case] = look(alone, case)
    return found


def check_gates(case: Case, seen: dict[str, str]) -> None:
    """The app's histogram holds the gates that the library captures, bit for bit."""
    net = sv.load_model("se_resnet18_imagenette")
    captured = sv.capture(net.model, net.preprocess(sv.decode(photograph(case.picture))))
    gates = numbers(figure(seen["inspect/histogram"])["data"][0]["x"])
    names = captured.names
    assert np.array_equal(gates, captured[names[2 * len(names) // 3]].excitation[0])


def together(
    server: Server, cases: list[Case], expected: dict[Case, dict[str, str]], *, seconds: float
) -> Heard:
    """Everybody at once, each in their own cases in an order of their own, for so long."""
    heard, lock = Heard(), threading.Lock()
    people = sorted({case.picture for case in cases})
    end = time.monotonic() + seconds

    def one(person: int) -> None:
        draw, mine = random.Random(person), [case for case in cases if case.picture == person]
        try:
            with Client(server) as client:
                while time.monotonic() < end or not heard.done[person]:
                    case, start = draw.choice(mine), time.monotonic()
                    seen = look(client, case)
                    took = time.monotonic() - start
                    with lock:
                        heard.done[person] += 1
                        heard.charts += len(seen)
                        heard.slowest = max(heard.slowest, took)
                        heard.different += differences(case, seen, expected[case])
                with lock:
                    heard.waited += len(client.waited)
        except Exception as error:
            with lock:
                heard.errors.append(f"{person}: {type(error).__name__} {error}"[:600])

    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(one, people))
    return heard


def differences(case: Case, seen: dict[str, str], expected: dict[str, str]) -> list[str]:
    """Charts that are missing or not the same to the last bit."""
    return [
        f"{case} {key}"
        for key in sorted(seen.keys() | expected.keys())
        if seen.get(key) != expected.get(key)
    ]


def people(*, count: int = PEOPLE, seconds: float = SECONDS) -> list[Finding]:
    """A serial reference on one server, then everybody on a fresh one that keeps next to nothing.

    So every number is computed again, and again, beside those of the others.
    """
    with TemporaryDirectory() as folder:
        titles = [SE, *weights_folder(Path(folder)).values()]
        cases = [
            Case(person, title, EDITS[(person + at) % len(EDITS)])
            for person in range(count)
            for at, title in enumerate(titles)
        ]
        weights = {"SENET_VIZ_WEIGHTS": folder}
        with serving(environment=weights) as server:
            expected = reference(server, cases)
        for case in cases:
            if case.network == SE:
                check_gates(case, expected[case])
        tight = {"SENET_VIZ_CAPTURES_MB": "4", "SENET_VIZ_DECODED_MB": "4"}
        with serving(environment=weights | tight) as server:
            heard = together(server, cases, expected, seconds=seconds)
    for line in (*heard.errors, *heard.different[:20]):
        print(line)
    return _findings(heard, count, seconds, distinct=_distinct(expected))


def _distinct(expected: dict[Case, dict[str, str]]) -> int:
    """How many of the references' histograms differ: if people's were alike, nothing was tried."""
    return len({seen["inspect/histogram"] for seen in expected.values()})


def _findings(heard: Heard, count: int, seconds: float, *, distinct: int) -> list[Finding]:
    rounds = sum(heard.done.values())
    what = f"{count} people at once for {seconds / 60:.3g} min"
    return [
        Finding(
            "people",
            f"{what}, {rounds} rounds of upload, network, edit",
            f"{len(heard.errors)} errors; each had {min(heard.done.values(), default=0)} rounds "
            "or more",
            "no error, nobody left out",
            not heard.errors and len(heard.done) == count,
        ),
        Finding(
            "people",
            f"{heard.charts:,} charts against a serial reference of {distinct} different ones",
            f"{len(heard.different)} differ",
            "0, to the last bit",
            not heard.different and heard.charts > 0,
        ),
        Finding(
            "people",
            "waiting is shown",
            f"{heard.waited} times; the slowest round {heard.slowest:.1f} s",
            "shown where it takes over half a second",
            True,
        ),
    ]


if __name__ == "__main__":
    print(json.dumps([f.measured for f in people(count=3, seconds=5)]))
