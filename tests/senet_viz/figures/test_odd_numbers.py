"""No figure function is without a case of odd numbers, and none breaks on one."""

import importlib
import inspect
import pkgutil
from dataclasses import replace

import pytest

import senet_viz.figures
from senet_viz.core.errors import CaptureError
from senet_viz.figures.base.chart import Chart
from tests.senet_viz.figures.every_chart import CHARTS, drawn
from tests.senet_viz.figures.odd_cases import CASES
from tests.senet_viz.figures.odd_records import Odd

NAN, INF = float("nan"), float("inf")
ODD = {
    "nan": Odd(NAN),
    "inf": Odd(INF),
    "minus inf": Odd(-INF),
    "some nan": Odd(NAN, mixed=True),
    "some inf": Odd(INF, mixed=True),
    "all 0": Odd(0.0),
    "all alike": Odd(0.5),
    "one channel": Odd(0.5, c=1, n=1),
    "one nan": Odd(NAN, c=1, n=1),
}


def figure_functions() -> list[str]:
    """Every public function of the package that makes a chart, by its name."""
    found = []
    for info in pkgutil.walk_packages(senet_viz.figures.__path__, "senet_viz.figures."):
        module = importlib.import_module(info.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            own = function.__module__ == module.__name__ and not name.startswith("_")
            if own and inspect.signature(function).return_annotation is Chart:
                found.append(name)
    return found


def test_no_figure_function_is_forgotten() -> None:
    functions = figure_functions()
    assert len(functions) > 50 and len(set(functions)) == len(functions)
    assert set(functions) <= set(senet_viz.figures.__all__)
    assert set(functions) - {name.split()[0].rpartition(".")[2] for name in CHARTS} == set()


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("nothing", [Odd(0.5, c=0), Odd(0.5, n=0)], ids=["channel", "picture"])
@pytest.mark.parametrize("name", CASES)
def test_nothing_is_drawn_or_refused_in_a_sentence(name: str, nothing: Odd) -> None:
    try:
        chart = CASES[name](nothing)
    except CaptureError as error:
        assert "nothing to draw. Give at least one" in str(error)
    else:
        drawn(chart)


def test_the_property_can_fail() -> None:
    chart = CASES["redundancy.directions"](ODD["all alike"])
    for title in ("The mean is nan", "It moves by +inf points", "-inf%"):
        with pytest.raises(AssertionError):
            drawn(replace(chart, title=title))


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("name", CASES)
def test_odd_numbers_are_drawn(name: str, odd: str) -> None:
    drawn(CASES[name](ODD[odd]))
