"""SE and 1x1 convolution: all four networks on the same picture."""

import numpy as np

import senet_viz as sv
from senet_viz.baselines import capture_places, mixing_matrix
from senet_viz.models.embedded import ASSETS, VERSION_OF
from senet_viz.runs import read_runs
from tests.app.opened import captured, figure, numbers, open_app, words


def test_the_table_holds_the_cards_accuracies_and_the_networks_costs() -> None:
    app = open_app("pointwise")
    table = app.dataframe[0].value
    nets = [sv.load_model(name) for name in VERSION_OF]
    np.testing.assert_allclose(table["accuracy"], [n.accuracy for n in nets])
    parameters = [sum(p.numel() for p in n.model.parameters()) / 1e6 for n in nets]
    np.testing.assert_allclose(table["parameters"], parameters)
    assert (table["error"] <= 1e-5).all()
    china = sv.decode(sv.load_sample("china"))
    for net, says in zip(nets, table["says"], strict=True):
        logits, _ = capture_places(net.model, net.preprocess(china))
        assert net.labels[int(logits[0].argmax())] == says


def test_se_gains_are_the_gates_and_differ_between_pictures() -> None:
    app = open_app("pointwise")
    lines = [t for t in figure(app, "gains_se")["data"] if t.get("mode") == "lines"]
    assert len(lines) == 4
    first = lines[0]
    order = numbers(first["customdata"]).astype(int)
    gates = captured(sv.load_sample("china"))["layer3.1.se"].excitation[0]
    np.testing.assert_allclose(numbers(first["y"]), gates[order], atol=1e-4)
    assert not np.allclose(numbers(lines[0]["y"]), numbers(lines[1]["y"]), atol=1e-3)


def test_the_fixed_weights_are_shown_as_they_are() -> None:
    app = open_app("pointwise")
    (heat,) = (t for t in figure(app, "mixing")["data"] if t["type"] == "heatmap")
    net = sv.load_model("conv1x1_resnet18_imagenette")
    expected = mixing_matrix(net.model.get_submodule("layer3.1.conv1x1"))
    np.testing.assert_allclose(numbers(heat["z"]), expected, rtol=1e-6)


def test_another_place_and_no_picture_at_all() -> None:
    app = open_app("pointwise")
    app.segmented_control(key="place").set_value("layer1.0").run()
    assert not app.exception
    app.multiselect(key="gain_pictures").set_value([]).run()
    assert not app.exception
    assert "Choose at least two pictures" in words(app)


def test_the_exact_facts_are_exact() -> None:
    app = open_app("pointwise")
    values = {m.label.replace("\\", ""): m.value for m in app.metric}
    assert float(values["SE gates move by"].replace("exactly ", "")) < 1e-5
    assert float(values["No-squeeze gates move by"]) > 0.01


def test_seeds_are_told_apart_from_the_stored_networks() -> None:
    app = open_app("pointwise")
    runs = read_runs(ASSETS / "comparison.json")
    table = app.dataframe[1].value
    means = [runs.accuracy(version).mean for version in runs.versions]
    assert [float(a.split("%")[0]) for a in table["accuracy"]] == [round(100 * m, 1) for m in means]
    leads = dict(zip(runs.versions, table["lead"], strict=True))
    agreements = dict(zip(runs.versions, table["agreement"], strict=True))
    lead = runs.lead("conv1x1", "plain")
    assert leads["conv1x1"] == f"{100 * lead.mean:+.1f} ± {100 * lead.deviation:.1f}"
    assert agreements["conv1x1"] == f"{runs.agreement('conv1x1', 'plain'):.1%}"
    lead = runs.lead("se", "plain")
    assert f"{100 * abs(lead.mean):.1f} ± {100 * lead.deviation:.1f} percentage" in words(app)
    assert "other runs than the stored networks" in words(app)
