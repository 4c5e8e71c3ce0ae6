"""SE and 1x1 convolution: fitted maps, no pooling, gains of all, gates while training."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import senet_viz as sv
from dashboard.session import measurement_requests, selection
from dashboard.views.pointwise.compute import fits, training
from senet_viz.analysis.gains import effective_gain
from senet_viz.experiments.pooling_removal import accuracy_without_pooling, without_pooling
from senet_viz.figures.baselines.gains import movement
from senet_viz.pictures.samples import SAMPLES
from senet_viz.training.live import watch_training
from senet_viz.training.small_sets import digits
from tests.dashboard.open_app import captured, figure, numbers, open_app, words

NAME = "se_resnet18_imagenette"
PICTURES = [sv.load_sample(sample.name) for sample in SAMPLES]


def open_section(section: str) -> AppTest:
    app = open_app("pointwise")
    app.segmented_control(key="pointwise_section").set_value(section).run()
    assert not app.exception, app.exception
    return app


def prepared() -> tuple[sv.models.network.Network, list]:
    net = sv.load_model(NAME)
    return net, [net.preprocess(sv.decode(data)) for data in PICTURES]


def keys(app: AppTest) -> set[str]:
    """The keys of the charts on the page."""
    return {e.proto.id.rpartition("-")[2] for e in app.get("plotly_chart")}


def test_fitted_errors_are_the_librarys_and_say_what_they_are() -> None:
    app = open_section("fitted")
    net, batches = prepared()
    expected = list(sv.fit_blocks(net.model, lambda: batches))
    scale, convolution, own = figure(app, "fit_errors")["data"]
    np.testing.assert_allclose(
        numbers(convolution["y"]), [f.by_picture for f in expected], rtol=1e-3, atol=1e-5
    )
    np.testing.assert_allclose(
        numbers(scale["y"]), [f.held_out["scale"] for f in expected], rtol=1e-3, atol=1e-5
    )
    assert not numbers(own["y"]).any()
    text = words(app)
    assert "Fitted to the trained network" in text and "Trained in its place" not in text
    assert "fitted to 5 of them and tried on the other 1" in text
    assert keys(app) == {"network_map", "fit_errors"}, "only what is opened is run"


def test_a_fit_to_a_folder_passes_over_what_is_no_picture(tmp_path: Path) -> None:
    app = open_section("fitted")
    for place, data in enumerate(PICTURES[:4]):
        folder = tmp_path / f"any name {place % 2}"
        folder.mkdir(exist_ok=True)
        (folder / f"{place}.png").write_bytes(data)
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    app.segmented_control(key=fits.SOURCE).set_value("folder").run()
    app.text_input(key=measurement_requests.FOLDER).set_value(str(tmp_path))
    app.button(key="FormSubmitter:fit_folder-Fit the blocks to these pictures").click().run()
    assert not app.exception, app.exception
    text = words(app)
    assert "4 pictures" in text and "fitted to 3 of them and tried on the other 1" in text
    assert text.count("Not used: broken.jpg") == 1
    app.text_input(key=measurement_requests.FOLDER).set_value(str(tmp_path / "nowhere"))
    app.button(key="FormSubmitter:fit_folder-Fit the blocks to these pictures").click().run()
    assert not app.exception and "is not a folder of this machine" in words(app)


def test_a_stopped_fit_shows_the_blocks_that_are_done() -> None:
    app = open_section("fitted")
    whole = app.session_state["fitting_kept"]["offer"]
    part = fits.Fit(whole.key, whole.source, whole.blocks, whole.fits[:3])
    app.session_state["fitting_kept"] = {"offer": part}
    app.run()
    assert "Stopped after 3 of 8 blocks" in words(app)
    assert len(numbers(figure(app, "fit_errors")["data"][0]["y"])) == 3
    app.button(key="fit_offer").click().run()
    assert len(numbers(figure(app, "fit_errors")["data"][0]["y"])) == 8


def test_without_pooling_the_gates_and_answers_are_the_librarys() -> None:
    app = open_section("unpooled")
    block = app.session_state[selection.BLOCK]
    net, batches = prepared()
    seen = without_pooling(net.model, batches[0], block)
    *_, own = figure(app, "pixel_gates")["data"]
    np.testing.assert_allclose(
        numbers(own["y"]), np.sort(seen.excitation[0])[::-1], rtol=1e-5, atol=1e-6
    )
    text = words(app)
    assert "an intervention on the trained network" in text
    assert f"{block} itself changes by {seen.relative_change:.1%}" in text
    for key, logits in (("unpooled_one", seen.logits_one), ("unpooled_all", seen.logits_all)):
        _, after = figure(app, key)["data"]
        shares = np.exp(logits[0] - logits[0].max())
        shares = np.sort(shares / shares.sum())
        assert numbers(after["x"]).max() == pytest.approx(shares[-1], rel=1e-3)
    assert keys(app) == {"network_map", "pixel_gates", "unpooled_one", "unpooled_all"}


def test_accuracy_without_pooling_over_a_folder_is_the_librarys(tmp_path: Path) -> None:
    image = sv.decode(PICTURES[0])
    (tmp_path / "church").mkdir()
    for part in range(5):
        image.crop((40 * part, 0, 40 * part + 300, 300)).save(tmp_path / "church" / f"{part}.png")
    app = open_section("unpooled")
    app.text_input(key=measurement_requests.FOLDER).set_value(str(tmp_path))
    app.button(key="FormSubmitter:unpooled-Measure the accuracy then").click().run()
    assert not app.exception, app.exception
    net = sv.load_model(NAME)
    batches = [
        (net.preprocess(sv.decode(file.read_bytes())), np.array([4]))
        for file in sorted(tmp_path.glob("*/*.png"))
    ]
    block = app.session_state[selection.BLOCK]
    *_, expected = accuracy_without_pooling(net.model, batches, block)
    values = [metric.value for metric in app.metric]  # those of the shuffled pixels first
    assert values[-3:] == [
        f"{expected.accuracy:.1%}",
        *(f"{expected.accuracy + expected.change(which):.1%}" for which in (0, 1)),
    ]
    assert "5 pictures" in words(app)


def test_a_network_without_such_a_form_says_so() -> None:
    app = open_section("unpooled")
    app.selectbox(key="model").set_value("ecaresnet26t").run()
    app.toggle(key=selection.TRAINED).set_value(False).run()
    assert not app.exception, app.exception
    assert "No block of this network has a form without pooling" in words(app)


def test_fixed_maps_do_not_move_and_se_does() -> None:
    app = open_section("gains")
    block = app.session_state[selection.BLOCK]
    scores = next(d.value for d in app.dataframe if "Moves by" in d.value.columns)
    moves = dict(zip(scores["Treatment"], scores["Moves by"], strict=True))
    gates = np.stack([captured(data)[block].excitation[0] for data in PICTURES[:4]])
    assert moves["Squeeze and excitation"] == pytest.approx(movement(gates), rel=1e-4)
    assert moves["Fixed scale per channel (fitted)"] == 0
    assert moves["Same weights without pooling"] > 0
    net, batches = prepared()
    (fit,) = sv.fit_blocks(net.model, lambda: batches, blocks=[block])
    gains = []
    for batch in batches[:4]:
        features = sv.capture(net.model, batch)[block].require_features()
        gains.append(effective_gain(features, fit.maps.mixed(features))[0])
    assert moves["Fixed 1×1 convolution (fitted)"] == pytest.approx(
        movement(np.stack(gains)), rel=1e-2, abs=1e-4
    )
    assert sum("(trained)" in name for name in moves) == 2
    lines = [t for t in figure(app, "all_gains")["data"] if t.get("yaxis", "y") == "y"]
    assert len(lines) == 4
    np.testing.assert_allclose(
        numbers(lines[0]["y"]), gates[0][numbers(lines[0]["customdata"]).astype(int)], atol=1e-5
    )


def test_a_training_is_watched_and_is_the_librarys() -> None:
    app = open_section("live")
    assert "Not one of the three baselines" in words(app) and not keys(app)
    app.number_input(key=training.STEPS).set_value(10).run()
    app.button(key="watching_train").click().run()
    assert not app.exception, app.exception
    expected = list(watch_training(digits(), steps=10, every=training.EVERY))
    first = figure(app, "learning_spread")["data"][0]
    wanted = [m.gates[0, -1] - m.gates[0, 0] for m in expected]
    np.testing.assert_allclose(numbers(first["y"]), wanted, atol=1e-4)
    text = words(app)
    assert "1,797 handwritten digits" in text and "every gate began at exactly 0.5" in text
    assert "Stopped" not in text
    watched = app.session_state["watching_seen"]["half"]
    cut = training.Watched(watched.words, "half", 200, watched.moments)
    app.session_state["watching_seen"] = {"half": cut}
    app.run()
    assert "Stopped after 10 of 200 steps" in words(app)


def test_a_zip_of_pictures_is_trained_on_and_a_missing_one_is_asked_for() -> None:
    app = open_section("live")
    app.segmented_control(key=training.DATA).set_value("zip").run()
    app.button(key="watching_train").click().run()
    assert "no zip file was given" in words(app).casefold()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for place, data in enumerate(PICTURES[:4]):
            archive.writestr(f"class{place % 2}/{place}.png", data)
    app.file_uploader(key=training.ZIP).upload("mine.zip", packed.getvalue()).run()
    app.number_input(key=training.STEPS).set_value(10).run()
    app.button(key="watching_train").click().run()
    assert not app.exception, app.exception
    assert "4 pictures of 2 classes in mine.zip" in words(app)
