"""turns: fair, bounded, visible, and nobody is left standing when something fails."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from dashboard.runtime.work_queue import BusyError, Turns


def quiet(_ahead: int) -> None:
    """Waits without a word."""


def until(condition: Callable[[], bool]) -> None:
    for _ in range(1000):
        if condition():
            return
        time.sleep(0.005)
    raise AssertionError("it never came")


class Hall:
    """People who come one after the other, and stay in their turn until they are let go."""

    def __init__(self, turns: Turns) -> None:
        self.turns, self.order = turns, []
        self.doors: dict[str, threading.Event] = {}
        self.pool = ThreadPoolExecutor(16)
        self.done = []

    def enter(self, who: str) -> None:
        """They are in, or wait, when this returns."""
        before, name = self.turns.waiting, f"{who}{len(self.doors)}"
        self.doors[name] = threading.Event()
        self.done.append(self.pool.submit(self._stay, who, name))
        until(lambda: self.turns.waiting > before or name in self.order)

    def _stay(self, who: str, name: str) -> None:
        with self.turns.turn(who, waiting=quiet):
            self.order.append(name)
            assert self.doors[name].wait(20)

    def leave(self, name: str) -> None:
        count = len(self.order)
        waited = self.turns.waiting
        self.doors[name].set()
        until(lambda: len(self.order) > count or not waited)

    def close(self) -> None:
        for door in self.doors.values():
            door.set()
        for each in self.done:
            each.result(20)


def test_no_more_than_so_many_at_once() -> None:
    turns, inside, most = Turns(at_once=3, most_waiting=99), [], []

    def work(who: int) -> None:
        with turns.turn(who, waiting=quiet):
            inside.append(who)
            most.append(len(inside))
            time.sleep(0.002)
            inside.remove(who)

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(work, range(60)))
    assert max(most) == 3


def test_who_had_a_turn_longest_ago_goes_first() -> None:
    hall = Hall(Turns(at_once=1, most_waiting=99))
    for who in ("a", "a", "a", "b", "b", "c"):
        hall.enter(who)
    for _ in range(5):
        hall.leave(hall.order[-1])
    hall.close()
    assert [name[0] for name in hall.order] == ["a", "b", "c", "a", "b", "a"]


def test_one_person_never_takes_two_places() -> None:
    hall = Hall(Turns(at_once=2, most_waiting=99))
    for who in ("a", "a", "b"):
        hall.enter(who)
    assert hall.order == ["a0", "b2"]
    hall.close()


def test_past_the_bound_there_is_a_sentence_and_the_others_go_on() -> None:
    turns = Turns(at_once=1, most_waiting=2)
    hall = Hall(turns)
    for who in ("a", "b", "c"):
        hall.enter(who)
    refused = pytest.raises(BusyError, match=r"2 people are already waiting .* Try again")
    with refused, turns.turn("d", waiting=quiet):
        raise AssertionError("was let in")
    assert turns.waiting == 2
    hall.close()
    assert [name[0] for name in hall.order] == ["a", "b", "c"]


def test_the_number_of_people_ahead_is_told() -> None:
    turns = Turns(at_once=1, most_waiting=9)
    hall, heard = Hall(turns), []
    for who in ("a", "b", "c"):
        hall.enter(who)

    def listen(ahead: int) -> None:
        heard.append(ahead)
        hall.doors[hall.order[-1]].set()

    with turns.turn("d", waiting=listen):
        assert hall.order == ["a0", "b1", "c2"]
    hall.close()
    assert heard[0] == 3 and heard == sorted(heard, reverse=True) and heard[-1] == 1


def test_inside_a_turn_another_is_not_waited_for() -> None:
    turns = Turns(at_once=1, most_waiting=1)
    with turns.turn("a", waiting=quiet), turns.turn("a", waiting=quiet):
        assert turns.waiting == 0
    with turns.turn("b", waiting=quiet):
        pass


class LeftError(Exception):
    """What Streamlit raises in the script of a person who is gone."""


@pytest.mark.parametrize("where", ["while waiting", "inside", "aside"])
def test_whoever_leaves_takes_nobodys_place(where: str) -> None:
    turns = Turns(at_once=1, most_waiting=9)

    def leaving(_ahead: int) -> None:
        raise LeftError

    hall = Hall(turns)
    if where == "while waiting":
        hall.enter("a")
        with pytest.raises(LeftError), turns.turn("b", waiting=leaving):
            pass
    elif where == "inside":
        with pytest.raises(LeftError), turns.turn("b", waiting=quiet):
            leaving(0)
    else:
        with (
            pytest.raises(LeftError),
            turns.turn("b", waiting=quiet),
            turns.stepped_aside(waiting=leaving),
        ):
            hall.enter("a")
    hall.close()
    hall.enter("c")
    hall.close()
    assert hall.order[-1][0] == "c" and turns.waiting == 0


def test_stepping_aside_lets_another_in() -> None:
    turns = Turns(at_once=1, most_waiting=9)
    hall = Hall(turns)
    with turns.turn("slow", waiting=quiet):
        hall.enter("a")
        assert hall.order == []
        turns.let_others(waiting=lambda _: hall.close())
        assert hall.order == ["a0"]


def test_a_sweep_gives_way_between_its_steps() -> None:
    """One who wants a thousand turns and ten who want one: nobody waits for the thousand."""
    turns, order = Turns(at_once=1, most_waiting=99), []

    def sweep() -> None:
        for step in turns.by_turns(range(200), "sweep", waiting=quiet):
            order.append("sweep")
            time.sleep(0.001 * (step < 150))

    def one(who: int) -> None:
        with turns.turn(who, waiting=quiet):
            order.append(who)

    with ThreadPoolExecutor(11) as pool:
        long = pool.submit(sweep)
        until(lambda: len(order) > 5)
        for each in [pool.submit(one, who) for who in range(10)]:
            each.result(20)
        assert not long.done()
    assert order.count("sweep") == 200


def test_behind_everybody_many_run_while_nobody_wants_a_turn_and_one_while_somebody_does() -> None:
    turns, lock = Turns(at_once=2, most_waiting=1), threading.Lock()
    inside, most, over = [0], [0], threading.Event()

    def lane() -> None:
        while not over.is_set():
            with turns.behind():
                with lock:
                    inside[0] += 1
                    most[0] = max(most[0], inside[0])
                time.sleep(0.02)
                with lock:
                    inside[0] -= 1

    lanes = [threading.Thread(target=lane) for _ in range(5)]
    for each in lanes:
        each.start()
    try:
        time.sleep(0.5)
        assert most[0] == 5
        assert turns.waiting == 0  # they stand in nobody's way
        with turns.turn("somebody", waiting=lambda ahead: pytest.fail(f"{ahead} ahead")):
            time.sleep(0.1)  # those that had begun
            with lock:
                most[0] = inside[0]
            time.sleep(0.5)
            assert most[0] == 1
        time.sleep(0.5)
        assert most[0] == 5
    finally:
        over.set()
        for each in lanes:
            each.join()
