"""SE and 1x1 convolution, trained in its place: over seeds, curves, the four on one picture."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import senet_viz as sv
from dashboard.views.pointwise import seeds
from senet_viz.analysis.training_runs import read_log, read_runs
from senet_viz.core.asset_folder import ASSETS
from senet_viz.experiments.pointwise_baselines import capture_places, mixing_matrix
from senet_viz.models.embedded import VERSION_OF
from tests.dashboard.open_app import captured, figure, numbers, open_app, words


def open_part(part: str) -> AppTest:
    """The page with one part of the networks trained in the block's place."""
    app = open_app("pointwise")
    if part != "seeds":
        app.segmented_control(key="pointwise_part").set_value(part).run()
    assert not app.exception, app.exception
    return app


def table(app: AppTest, column: str):
    """The first table on the page that has this column."""
    return next(d.value for d in app.dataframe if column in d.value.columns)


def test_the_table_holds_the_cards_accuracies_and_the_networks_costs() -> None:
    app = open_part("stored")
    versions = table(app, "accuracy")
    nets = [sv.load_model(name) for name in VERSION_OF]
    np.testing.assert_allclose(versions["accuracy"], [n.accuracy for n in nets])
    parameters = [sum(p.numel() for p in n.model.parameters()) / 1e6 for n in nets]
    np.testing.assert_allclose(versions["parameters"], parameters)
    assert (versions["error"] <= 1e-5).all()
    china = sv.decode(sv.load_sample("china"))
    for net, says in zip(nets, versions["says"], strict=True):
        logits, _ = capture_places(net.model, net.preprocess(china))
        assert net.labels[int(logits[0].argmax())] == says


def test_se_gains_are_the_gates_and_differ_between_pictures() -> None:
    app = open_part("stored")
    lines = [t for t in figure(app, "gains_se")["data"] if t.get("mode") == "lines"]
    assert len(lines) == 4
    first = lines[0]
    order = numbers(first["customdata"]).astype(int)
    gates = captured(sv.load_sample("china"))["layer3.1.se"].excitation[0]
    np.testing.assert_allclose(numbers(first["y"]), gates[order], atol=1e-4)
    assert not np.allclose(numbers(lines[0]["y"]), numbers(lines[1]["y"]), atol=1e-3)


def test_the_fixed_weights_are_shown_as_they_are() -> None:
    app = open_part("stored")
    (heat,) = (t for t in figure(app, "mixing")["data"] if t["type"] == "heatmap")
    net = sv.load_model("conv1x1_resnet18_imagenette")
    expected = mixing_matrix(net.model.get_submodule("layer3.1.conv1x1"))
    np.testing.assert_allclose(numbers(heat["z"]), expected, rtol=1e-6)


def test_another_place_and_no_picture_at_all() -> None:
    app = open_part("stored")
    app.segmented_control(key="place").set_value("layer1.0").run()
    assert not app.exception
    app.multiselect(key="gain_pictures").set_value([]).run()
    assert not app.exception
    assert "Choose at least two pictures" in words(app)


def test_the_exact_facts_are_exact() -> None:
    app = open_part("stored")
    values = {m.label.replace("\\", ""): m.value for m in app.metric}
    assert float(values["SE gates move by"].replace("exactly ", "")) < 1e-5
    assert float(values["No-squeeze gates move by"]) > 0.01


def test_seeds_are_told_apart_from_the_stored_networks() -> None:
    app = open_part("seeds")
    runs = read_runs(ASSETS / "comparison.json")
    over = table(app, "lead")
    means = [runs.accuracy(version).mean for version in runs.versions]
    assert [float(a.split("%")[0]) for a in over["accuracy"]] == [round(100 * m, 1) for m in means]
    leads = dict(zip(runs.versions, over["lead"], strict=True))
    lead = runs.lead("conv1x1", "plain")
    expected = f"{100 * lead.mean:+.1f} ± {100 * lead.deviation:.1f}"
    assert leads["conv1x1"].replace("−", "-") == expected
    text = words(app)
    assert "Trained in its place" in text and "Fitted to the trained network" not in text
    assert seeds.verdict(runs.lead("se", "plain").mean) in text
    assert "other runs than the stored networks" in text
    agreed = table(app, "nothing there")
    for row, version in enumerate(runs.versions):
        assert agreed["nothing there"][row] == 100 * runs.agreement(version, "plain")
    se = next(t for t in figure(app, "class_differences")["data"] if "squeeze and" in t["name"])
    by_class = 100 * (runs.per_class("se") - runs.per_class("plain")).mean(0)
    np.testing.assert_allclose(sorted(numbers(se["x"])), sorted(by_class), rtol=1e-5)


@pytest.mark.parametrize(
    ("lead", "said"),
    [
        (-0.009, "does not win: 0.9 percentage points fewer"),
        (0.0, "does not win"),
        (0.003, "0.3 percentage points more test pictures right than nothing there, less than the"),
        (0.011, "1.1 percentage points more test pictures right than nothing there, about the one"),
        (0.021, "more than the one point"),
    ],
)
def test_what_is_said_of_se_follows_from_its_lead(lead: float, said: str) -> None:
    assert said in seeds.verdict(lead)


def test_the_verdict_on_the_stored_networks_is_that_of_their_cards() -> None:
    app = open_part("stored")
    accuracy = {version: sv.load_model(name).accuracy for name, version in VERSION_OF.items()}
    assert seeds.verdict(accuracy["se"] - accuracy["plain"]) in words(app)


def test_curves_of_seeds_and_of_the_stored_networks() -> None:
    app = open_part("curves")
    runs = read_runs(ASSETS / "comparison.json")
    for which, logs in (
        ("short", {v: [run.log for run in runs.of(v)] for v in runs.versions}),
        ("long", {v: [read_log(ASSETS / f"{n}.log.csv")] for n, v in VERSION_OF.items()}),
    ):
        app.segmented_control(key="pointwise_curves").set_value(which).run()
        assert not app.exception, app.exception
        lines = figure(app, "curves_accuracy")["data"]
        thick = {t["name"]: numbers(t["y"]) for t in lines if t.get("showlegend")}
        expected = np.mean([[line.val_accuracy for line in log] for log in logs["se"]], axis=0)
        np.testing.assert_allclose(thick["squeeze and excitation"], expected, rtol=1e-5)
        first = table(app, "80%")["80%"][0]
        reached = [
            next((line.epoch for line in log if line.val_accuracy >= 0.8), None)
            for log in logs["se"]
        ]
        joined = ", ".join("–" if e is None else str(e) for e in reached)
        assert first == (joined if any(reached) else "not reached")
