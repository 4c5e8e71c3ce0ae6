"""Numbers on the command line: those that make no sense are wrong usage, before anything runs."""

import argparse
from collections.abc import Callable

import pytest

from senet_viz.cli import main
from senet_viz.core.argument_types import (
    non_negative_int,
    port_number,
    positive_int,
    share,
    whole_number,
)

NAME = "se_resnet18_imagenette"
PLAN = ["plan", NAME, "--pictures", "p", "--out", "o"]
CHANNELS = ["channels", NAME, "--rank", "p", "--judge", "q", "--out", "o"]
SURVEY = ["survey", "pictures", "--model", NAME, "--out", "survey"]
INSPECT = ["inspect", "a.jpg", "--model", NAME, "--out", "evidence"]


@pytest.mark.parametrize(
    ("arguments", "option", "given"),
    [
        (PLAN, "--most", "0"),
        (PLAN, "--most", "-5"),
        (PLAN, "--rounds", "-3"),
        (CHANNELS, "--cut", "0"),
        (CHANNELS, "--shares", "1.5"),
        (["costs", NAME], "--rounds", "-3"),
        (["costs", NAME], "--batch", "0"),
        (["costs", NAME], "--threads", "0"),
        (SURVEY, "--batch-size", "0"),
        (SURVEY, "--workers", "0"),
        (INSPECT, "--top", "257"),
        (["app"], "--port", "65536"),
    ],
    ids=lambda value: " ".join(value[:1]) if isinstance(value, list) else value,
)
def test_a_number_that_makes_no_sense_is_wrong_usage(
    arguments: list[str], option: str, given: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*arguments, option, given])
    assert ended.value.code == 2
    assert f"argument {option}: {given!r} was given; give a " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("parse", "text", "wanted"),
    [
        (positive_int, "0", "a whole number of 1 or more"),
        (positive_int, "1.5", "a whole number of 1 or more"),
        (non_negative_int, "-1", "a whole number of 0 or more"),
        (whole_number(1, 256), "0", "a whole number from 1 to 256"),
        (port_number, "eighty", "a whole number from 1 to 65535"),
        (share, "inf", "a number above 0, up to 1"),
        (share, "few", "a number above 0, up to 1"),
    ],
)
def test_the_sentence_says_what_would_work(
    parse: Callable[[str], float], text: str, wanted: str
) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=f"^'{text}' was given; give {wanted}"):
        parse(text)


def test_numbers_at_the_ends_are_taken() -> None:
    assert (positive_int("1"), non_negative_int("0"), port_number("65535")) == (1, 0, 65535)
    assert (whole_number(1, 256)("256"), share("1")) == (256, 1.0)
