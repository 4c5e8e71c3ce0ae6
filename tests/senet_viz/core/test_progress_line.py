"""progress_line: one line that is written over, gone at the end, and silent in a file."""

import io
import sys

import pytest

from senet_viz.core import progress_line
from senet_viz.core.progress_line import ERASE, ProgressLine


class Terminal(io.StringIO):
    """Keeps what is written, and says that a person sees it."""

    def isatty(self) -> bool:
        return True


def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Put where stderr is; the line is never too new to be written over."""
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(progress_line, "PAUSE", 0.0)
    monkeypatch.setenv("COLUMNS", "60")
    return screen


def lines(screen: Terminal) -> list[str]:
    """What the line said, one after the other; "" where it was erased."""
    return screen.getvalue().split(ERASE)[1:]


def test_it_counts_and_is_gone_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = terminal(monkeypatch)
    assert [*ProgressLine("pictures", total=2000, title="gates").over("ab")] == ["a", "b"]
    first, second, last = lines(screen)
    assert first.startswith("gates: 1 of 2,000 pictures, ")
    assert second.startswith("gates: 2 of 2,000 pictures, ")
    assert last == ""


def test_it_says_how_fast_and_how_long_the_rest_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    screen = terminal(monkeypatch)
    clock = iter(range(0, 1000, 10))  # seconds
    monkeypatch.setattr(progress_line.time, "monotonic", lambda: next(clock))
    line = ProgressLine("pictures", total=100, done=50)  # begun at 0
    line.reach(90)  # at 10: 40 of them are new
    assert lines(screen) == ["90 of 100 pictures, 4.0 a second, 0:02 left"]
    slow = ProgressLine("runs", total=12)
    slow.step("se")
    assert lines(screen)[1] == "1 of 12 runs, 10.0 s each, 1:50 left, se"


def test_other_lines_stand_above_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    screen = terminal(monkeypatch)
    with ProgressLine("files") as line:
        line.show("one of them")
        line.print("an answer")
    assert lines(screen) == ["one of them", "", "one of them", ""]
    assert capsys.readouterr().out == "an answer\n"


def test_it_fits_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = terminal(monkeypatch)
    ProgressLine("files").show("x" * 200)
    assert lines(screen) == ["x" * 59]


def test_a_file_gets_nothing_or_a_line_for_each_step(capsys: pytest.CaptureFixture[str]) -> None:
    with ProgressLine("pictures", total=2) as line:
        line.step()
        line.print("an answer")
    assert capsys.readouterr() == ("an answer\n", "")
    logged = ProgressLine("epochs", total=2, title="se", logged=True)
    logged.step("loss 1.2")
    logged.step("loss 0.9")
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("se: 1 of 2 epochs, ") and first.endswith(", loss 1.2")
    assert second.startswith("se: 2 of 2 epochs, ") and second.endswith(", loss 0.9")
