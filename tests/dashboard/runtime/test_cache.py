"""keeping: bounded in bytes, made once, forgotten for good."""

import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from queue import Queue

import numpy as np
import pytest
from PIL import Image
from torch import nn

from dashboard.runtime import browser_sessions
from dashboard.runtime.cache import POOLS, Pool, forget, keep
from dashboard.runtime.limits import Limits, read_limits
from dashboard.runtime.object_sizes import size_of
from dashboard.runtime.work_queue import Turns
from senet_viz.core.errors import SENetVizError

MB = 2**20
SHA = "0123456789abcdef" * 4


@pytest.fixture
def pool() -> Pool:
    made = Pool(10)
    yield made
    POOLS.remove(made)


def block(megabytes: int) -> np.ndarray:
    return np.zeros(megabytes * MB, np.uint8)


@pytest.mark.parametrize(
    ("value", "size"),
    [
        (block(3), 3 * MB),
        ({"a": block(1), "b": [block(1), (block(1),)]}, 3 * MB),
        (Image.new("RGB", (1024, 1024)), 3 * MB),
        (nn.Linear(1024, 768, bias=False), 3 * MB),
        (b"x" * 3 * MB, 3 * MB),
        ([shared := block(3), shared, shared[:5]], 3 * MB),
        (Limits(), 0),
        (3, 0),
    ],
)
def test_sizes_are_near_enough(value: object, size: int) -> None:
    assert size <= size_of(value) < size + 20_000


def test_the_longest_unused_goes_first(pool: Pool) -> None:
    for name in "abc":
        pool.put((name,), block(3))
    assert pool.get(("a",)) is not None
    pool.put(("d",), block(3))
    assert [bool(pool.get((name,)) is not None) for name in "abcd"] == [True, False, True, True]
    assert pool.size <= 10 * MB


def test_one_too_large_is_kept_alone_until_the_next(pool: Pool) -> None:
    pool.put(("a",), block(1))
    pool.put(("huge",), block(50))
    assert len(pool) == 1 and pool.get(("huge",)) is not None
    pool.put(("b",), block(1))
    assert len(pool) == 1 and pool.get(("huge",)) is None


def test_it_is_made_once_for_everybody(pool: Pool) -> None:
    made, start = [], threading.Barrier(8)

    @keep(pool, turns=Turns(at_once=4, most_waiting=99))
    def slow(name: str, _data: bytes) -> np.ndarray:
        made.append(name)
        time.sleep(0.05)
        return np.array(len(made))

    def ask(number: int) -> np.ndarray:
        start.wait()
        return slow("a", bytes(number))

    with ThreadPoolExecutor(8) as people:
        answers = list(people.map(ask, range(8)))
    assert made == ["a"] and all(answer is answers[0] for answer in answers)
    assert slow("b", b"") is not answers[0]


def test_a_failure_is_not_kept_and_the_next_one_tries(pool: Pool) -> None:
    tries = []

    @keep(pool, turns=Turns(at_once=1, most_waiting=9))
    def flaky(name: str) -> str:
        tries.append(name)
        if len(tries) == 1:
            raise SENetVizError("the disk is full")
        return "there"

    with pytest.raises(SENetVizError):
        flaky("a")
    assert flaky("a") == flaky("a") == "there"
    assert len(tries) == 2


def test_after_a_failure_one_makes_it_next_and_who_comes_then_waits(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns, fails, ends = Turns(at_once=9, most_waiting=9), threading.Event(), threading.Event()
    told: Queue[str] = Queue()
    monkeypatch.setattr(browser_sessions, "still_there", lambda _ahead=0: told.put("waits"))

    def make(name: str, until: threading.Event) -> None:
        with pool.making(("a",), turns):
            told.put(name)
            until.wait(30)
            if name == "first":
                raise SENetVizError("the disk is full")

    with ThreadPoolExecutor(3) as people:
        first = people.submit(make, "first", fails)
        assert told.get(timeout=30) == "first"
        second = people.submit(make, "second", ends)
        assert told.get(timeout=30) == "waits"
        fails.set()
        assert isinstance(first.exception(30), SENetVizError)
        assert "second" in iter(lambda: told.get(timeout=30), "third")
        third = people.submit(make, "third", ends)
        meanwhile = told.get(timeout=30)
        ends.set()
        second.result(30), third.result(30)
    assert meanwhile == "waits"


def test_one_who_leaves_while_waiting_keeps_nobody_from_it(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They have the lock already when their wait for a turn is ended."""
    turns, asks, over = Turns(at_once=1, most_waiting=9), threading.Event(), threading.Event()

    def still_there(ahead: int | None = None) -> None:
        if ahead is not None or over.is_set():
            raise SENetVizError("the person has left")

    def leave() -> None:
        with turns.turn("leaver", waiting=lambda _: None):
            asks.set()
            with pool.making(("a",), turns):
                raise AssertionError("they had left")

    monkeypatch.setattr(browser_sessions, "still_there", still_there)
    with ThreadPoolExecutor(1) as people, ExitStack() as made:
        made.enter_context(pool.making(("a",), turns))
        gone = people.submit(leave)
        asks.wait(30)
        with turns.turn("another", waiting=lambda _: None):  # free since they stepped aside
            made.close()
            assert isinstance(gone.exception(30), SENetVizError)
    over.set()
    with pool.making(("a",), turns):  # at once, or still_there would raise
        pass


def test_none_is_an_answer_too(pool: Pool) -> None:
    made = []

    @keep(pool, turns=Turns(at_once=1, most_waiting=9))
    def nothing(name: str) -> None:
        made.append(name)

    assert nothing("a") is None and nothing("a") is None
    assert made == ["a"] and len(pool) == 1


def test_nested_answers_wait_for_one_another_without_a_standstill(pool: Pool) -> None:
    turns = Turns(at_once=1, most_waiting=99)

    @keep(pool, turns=turns)
    def inner(name: str) -> str:
        time.sleep(0.02)
        return name

    @keep(pool, turns=turns)
    def outer(name: str, number: int) -> str:
        return inner(name) + str(number)

    with ThreadPoolExecutor(8) as people:
        asked = [people.submit(outer, "ab"[n % 2], n) for n in range(16)]
        assert [each.result(30) for each in asked] == [f"{'ab'[n % 2]}{n}" for n in range(16)]


@pytest.mark.parametrize("key", [("f", (("sha256", SHA),)), ("own", ("x", f"random:{SHA}"))])
def test_what_is_forgotten_is_gone(pool: Pool, key: tuple[object, ...]) -> None:
    image = Image.new("RGB", (64, 64))
    gone = weakref.ref(image)
    pool.put(key, [image])
    pool.put(("other",), block(1))
    assert pool.holds(SHA)
    del image
    forget(SHA)
    assert gone() is None and not pool.holds(SHA) and len(pool) == 1


def test_limits_are_settings() -> None:
    assert read_limits({}) == Limits()
    assert read_limits({"SENET_VIZ_PICTURE_MB": " 5 ", "SENET_VIZ_AT_ONCE": ""}).picture_mb == 5


@pytest.mark.parametrize("given", ["0", "-1", "1.5", "many", "9" * 30, "٣", "<b>"])
def test_a_limit_that_is_none_is_named(given: str) -> None:
    with pytest.raises(SENetVizError, match=r"SENET_VIZ_PICTURES is .* whole number from 1"):
        read_limits({"SENET_VIZ_PICTURES": given})
