"""Copy as code: the script of every view runs by itself, and makes the numbers of the page."""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components import copy_as_code
from dashboard.runtime import views
from dashboard.runtime.views import SECTION
from dashboard.services import surveys
from dashboard.session import (
    chart_sources,
    followed,
    measurement_requests,
    selection,
    view_keys,
)
from dashboard.views.inspect import gate_account
from dashboard.views.pictures import charts
from dashboard.views.stability import sliders
from senet_viz.core.shares import softmax
from senet_viz.figures.block.place_deletion import deletion_sentence
from tests.dashboard.open_app import figure, numbers, open_app, opened, words

Made = dict[str, Any]
PART = "pointwise_part"
EARLY = (selection.BLOCK, "layer1.0.se")  # the fewest channels to sweep


@dataclass(frozen=True)
class Case:
    """A view, what is chosen on it, and how the page's numbers are held against the script's."""

    view: str
    check: Callable[[AppTest, Made, str], None]
    chosen: tuple[tuple[str, object], ...] = ()


def described(view: str, *chosen: tuple[str, object]) -> AppTest:
    """The view with the section open."""
    app = open_app(view)
    for key, value in (*chosen, (copy_as_code.OPEN, True)):
        app.session_state[key] = value
    app.run()
    assert not app.exception, app.exception
    return app


def script(app: AppTest) -> str:
    (shown,) = app.main.code
    return str(shown.value)


def run(code: str) -> Made:
    """Executed with nothing but itself; it never asks for the app."""
    modules = [n.module or "" for n in ast.walk(ast.parse(code)) if isinstance(n, ast.ImportFrom)]
    assert not any(m.startswith(("dashboard", "streamlit")) for m in modules)
    made: Made = {"__name__": "__main__"}
    exec(compile(code, "script", "exec"), made)
    return made


def frame(app: AppTest, column: str) -> pd.DataFrame:
    """The table on the page that has this column."""
    return next(table.value for table in app.dataframe if column in table.value)


def close(shown: object, made: object, *, atol: float = 1e-5) -> None:
    np.testing.assert_allclose(numbers(shown), np.asarray(made), atol=atol, rtol=1e-4)


def trace(app: AppTest, key: str, at: int = 0, of: str = "y") -> np.ndarray:
    return numbers(figure(app, key)["data"][at][of])


def inspect(app: AppTest, made: Made, printed: str) -> None:
    close(trace(opened(app, "head_more"), "top5", of="x"), np.sort(made["shares"])[::-1][:5])
    close(np.histogram(trace(app, "histogram", of="x"), 20, (0, 1))[0], made["counts"])
    assert made["channel"] == 5 and len(made["ranking"].enhanced) == 3
    assert made["ranking"].relative
    shown = words(app)
    assert f"captured logit {made['account'].logit:.3f}" in shown
    assert f"gate **{made['gate'][5]:.3f}**" in shown.replace("\\", "")
    assert f"rank {made['ranking'].rank(5)} by distance" in shown
    assert f"logit {made['account'].logit:.3f}" in printed


def places(app: AppTest, made: Made, printed: str) -> None:
    close(trace(app, "places", of="z"), made["places"].map)
    for curve in made["curves"]:
        close(trace(app, f"deletion_{curve.edited}", -1)[1:], curve.fall, atol=1e-4)
    shown = words(app)
    assert all(deletion_sentence(curve) in shown for curve in made["curves"])
    assert f"adds {made['relevance'].relevance[5]:+.3f}".replace("-", "−") in shown
    assert "sees" in printed and "of the picture" in printed


def less(app: AppTest, made: Made, _: str) -> None:
    close(trace(app, "places", of="z"), made["places"].map)
    assert made["places"].less and made["places"].of == "unit"


def layers(app: AppTest, made: Made, printed: str) -> None:
    table = frame(app, "entropy")
    close(table["mean"], [s.mean for s in made["summaries"]])
    close(table["entropy"], [s.entropy for s in made["summaries"]])
    assert (made["first"], made["second"]) == ("layer2.0.se", "layer4.1.se")
    gates = made["capture"]["layer2.0.se"].excitation[0]
    assert f"layer2.0.se: most open ch {gates.argmax()} {gates.max():.3f}" in printed


def pictures(app: AppTest, made: Made, printed: str) -> None:
    close(trace(app, "alike", of="z"), made["alike"])
    close(frame(app, "Difference")["Difference"], made["difference"])
    at = trace(app, "channel_pictures", of="x")
    close(np.sort(at), np.sort(made["gates"][:, made["channel"]]))
    best = made["separation"].order[0]
    assert best in trace(app, "separating", of="customdata")
    assert "Temple to Cat" in printed


def networks(app: AppTest, made: Made, printed: str) -> None:
    means = [a.excitation[0].mean() for a in made["other_capture"]]
    drawn = [trace(app, "networks_depth", at) for at in range(6)]
    assert any(np.allclose(each, means, atol=1e-5) for each in drawn)
    assert made["nearest"] in printed


def depth(app: AppTest, made: Made, printed: str) -> None:
    table = frame(app, "Off its mean")
    close(table["Off its mean"], [s.relative for s in made["splits"].values()])
    close(table["Between classes"], [100 * s.block_share for s in made["splits"].values()])
    assert "dynamic by class" in printed and "dynamic within classes" in printed


def classes(app: AppTest, made: Made, _: str) -> None:
    mean, _deviation = made["profiles"]["layer4.1.se", 0]
    close(trace(app, "dataset_profile_layer4.1.se", 2), mean)  # after its band
    close(trace(app, "dataset_profile_layer4.1.se"), made["reference"][made["channels"]])


def channel(app: AppTest, made: Made, _: str) -> None:
    shown = trace(app, "dataset_classgate", 1, of="x")
    close(np.sort(shown), np.sort(made["moments"].mean[:, made["channel"]]))


def idle(app: AppTest, made: Made, _: str) -> None:
    table = frame(app, "Never moves")
    assert table["Never moves"].tolist() == [each.counts[0] for each in made["idle"].values()]
    assert table["Parameters"].tolist() == [price.parameters for price in made["prices"]]


def whatif(app: AppTest, made: Made, printed: str) -> None:
    close(trace(app, "change", 1, of="x")[0], softmax(made["after"].logits[0])[likeliest(app)])
    assert made["followed"] == 3
    assert f"{made['after'].logits[0][3]:.3f}" in [metric.value for metric in app.metric]
    assert f"logit {made['after'].logits[0][3]:.3f}" in printed


def likeliest(app: AppTest) -> int:
    return int(trace(app, "change", 1, of="customdata")[0])


def effects(app: AppTest, made: Made, _: str) -> None:
    assert made["followed"] == 2 and made["put"] == 1.0
    assert f"{made['effects'].most_effective(1)[0]} (" in words(app)
    close(np.sort(trace(app, "effect_estimate", 1, of="x")), np.sort(made["effects"].change))
    ones = [100 * e.probability_change for e in made["by_block"] if e.how == "one"]
    drawn = [trace(app, "effect_blocks", at) for at in range(3)]
    assert any(np.allclose(each, ones, atol=1e-4) for each in drawn)

    close(trace(app, "effect_deleted", 1)[1:], made["deleted"][1].fall[0])
    close(trace(app, "effect_inserted", 3)[1:], made["deleted"][3].rise.mean(0))


def stability(app: AppTest, made: Made, _: str) -> None:
    assert made["kind"] == "contrast"
    close(trace(app, "gates_along"), made["moved"].gates[made["block"]][:, made["channels"][0]])
    close(trace(app, "gates_along", 1), made["changed"][made["block"]].excitation[0, 7])
    close(trace(app, "class_along"), made["moved"].probability)
    close(trace(app, "stability"), made["ratio"])
    close(trace(app, "attack_use"), made["given"].features[0])
    close(trace(app, "attack_use", 1), made["attacked"].features[0], atol=1e-4)


def costs(app: AppTest, made: Made, printed: str) -> None:
    table = frame(app, "Multiply-adds saved")
    assert table["Multiply-adds saved"].tolist() == [p.multiply_adds for p in made["prices"]]
    total = made["costs"].total
    shown = words(app)
    assert f"Parameters{total.parameters / 1e6:.3f} M" in shown
    assert f"Multiply-adds{total.multiply_adds / 1e9:.3f} G" in shown
    assert f"{total.parameters:,} parameters" in printed


def seeds(app: AppTest, made: Made, printed: str) -> None:
    shown = frame(app, "accuracy")["accuracy"].tolist()
    spreads = [made["runs"].accuracy(version) for version in made["runs"].versions]
    assert [s.partition("%")[0] for s in shown] == [f"{100 * s.mean:.1f}" for s in spreads]
    assert f"{spreads[0].mean:.1%}" in printed


def curves(app: AppTest, made: Made, _: str) -> None:
    shown = frame(app, "80%")["80%"].tolist()
    assert shown == [str(run.epochs_to(0.8)) for run in made["runs"]]


def stored(app: AppTest, made: Made, _: str) -> None:
    table = frame(app, "sure")
    close(table["sure"], [share.max() for share in made["answers"].values()])
    close(trace(app, "gains_conv1x1"), made["gains"]["conv1x1_resnet18_imagenette"][0][order(app)])


def order(app: AppTest) -> np.ndarray:
    return trace(app, "gains_conv1x1", of="customdata").astype(int)


def fitted(app: AppTest, made: Made, _: str) -> None:
    table = frame(app, "Fixed scale")
    close(table["Fixed scale"], [fit.held_out["scale"] for fit in made["fits"]])
    close(table["Depends on the picture"], [fit.by_picture for fit in made["fits"]])


def unpooled(app: AppTest, made: Made, _: str) -> None:
    at = trace(app, "unpooled_all", 1, of="customdata").astype(int)
    close(trace(app, "unpooled_all", 1, of="x"), softmax(made["answers"].logits_all[0])[at])
    assert f"changes by {made['answers'].relative_change:.1%}" in words(app)
    metric = next(m for m in app.metric if m.label == "Gates of pixels move by")
    assert metric.value == f"{made['shuffled'].pixels_moved:.3f}"
    costs = frame(app, "multiply_adds")
    assert tuple(costs["multiply_adds"]) == made["cost"].multiply_adds


def gains(app: AppTest, made: Made, _: str) -> None:
    close(frame(app, "Moves by")["Mean gain"], [np.nanmean(g) for g in made["gains"].values()])


CASES = {
    "inspect": Case(
        "inspect",
        inspect,
        (
            (selection.CHANNEL, 5),
            (selection.TOP, 3),
            (selection.ORDER, "unusual"),
            (gate_account.OPEN, True),
        ),
    ),
    "places": Case(
        "inspect",
        places,
        (
            (selection.CHANNEL, 5),
            (selection.BLOCK, "layer4.1.se"),
            (view_keys.PLACES_OPEN, True),
            (view_keys.FIELD_OPEN, True),
            (view_keys.CLASS_MAP_OPEN, True),
            (view_keys.DELETION_OPEN, True),
        ),
    ),
    "less": Case(
        "inspect",
        less,
        (
            (view_keys.PLACES_OPEN, True),
            (view_keys.PLACES_OF, "unit"),
            (view_keys.PLACES_LESS, "chelsea"),
            ("unit", 3),
        ),
    ),
    "layers": Case("layers", layers, ((selection.BLOCK, "layer2.0.se"),)),
    "pictures": Case(
        "pictures", pictures, (("pictures_measure", "cosine"), (charts.NUMBERS_OPEN, True))
    ),
    "two networks": Case("pictures", networks, (("pictures_what", "networks"),)),
    "depth": Case("dataset", depth),
    "classes": Case("dataset", classes, ((views.PART.key, "classes"), (surveys.ORDER, "open"))),
    "channel": Case("dataset", channel, ((views.PART.key, "channel"), (selection.CHANNEL, 9))),
    "idle": Case("dataset", idle, ((views.PART.key, "idle"),)),
    "whatif": Case("whatif", whatif, ((followed.CLASS, 3),)),
    "effects": Case(
        "effects",
        effects,
        (
            (followed.CLASS, 2),
            (measurement_requests.PUT, "1"),
            (view_keys.FAITHFUL, True),
            EARLY,
        ),
    ),
    "stability": Case(
        "stability",
        stability,
        (
            EARLY,
            ("perturbing_blur", 1.0),
            (sliders.SWEEP, "contrast"),
            (sliders.CHANNELS, [7]),
            (view_keys.ATTACK_OPEN, True),
        ),
    ),
    "costs": Case("costs", costs),
    "seeds": Case("pointwise", seeds),
    "curves": Case("pointwise", curves, ((PART, "curves"), ("pointwise_curves", "long"))),
    "stored": Case("pointwise", stored, ((PART, "stored"),)),
    "fitted": Case("pointwise", fitted, ((SECTION.key, "fitted"),)),
    "unpooled": Case(
        "pointwise", unpooled, ((SECTION.key, "unpooled"), (view_keys.POOLED_ROWS, 3))
    ),
    "gains": Case("pointwise", gains, ((SECTION.key, "gains"),)),
}


@pytest.mark.parametrize("name", CASES)
def test_the_script_makes_the_numbers_of_the_page(name: str, capsys: pytest.CaptureFixture) -> None:
    case = CASES[name]
    app = described(case.view, *case.chosen)
    code = script(app)
    capsys.readouterr()
    made = run(code)
    case.check(app, made, capsys.readouterr().out)
    same_figures(app, made, named=name not in NAMED_ANEW)


# Their scripts name pictures by number, and treatments and controls in words of their own.
NAMED_ANEW = ("stored", "gains", "two networks")


def same_figures(app: AppTest, made: Made, *, named: bool) -> None:
    """The script draws figures of the page: the same sentence, the same numbers."""
    shown = {c.title: c for c in app.session_state[chart_sources.SHOWN].values()}
    assert made["charts"]
    alike = [chart for chart in made["charts"] if chart.title in shown]
    assert alike or not named, [chart.title for chart in made["charts"]]
    for chart in alike:
        assert list(chart.table) == list(shown[chart.title].table)
        for column, values in shown[chart.title].table.items():
            if np.asarray(values).dtype.kind in "fi":
                np.testing.assert_allclose(chart.table[column], values, atol=1e-5, rtol=1e-4)
