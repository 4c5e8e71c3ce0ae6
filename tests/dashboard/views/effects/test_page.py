"""What matters: the page's sweeps are the library's on the same bytes."""

import shutil
from pathlib import Path
from tempfile import gettempdir

import numpy as np
import pytest
from PIL import Image

import senet_viz as sv
from dashboard.session import followed, measurement_requests, selection
from senet_viz.experiments.ablation import accuracy_effects, block_effects, channel_effects
from tests.dashboard.open_app import captured, figure, numbers, open_app, words


def library() -> tuple[sv.Capture, dict[str, object]]:
    data = sv.load_sample("china")
    net = sv.load_model("se_resnet18_imagenette")
    return captured(data), {"model": net.model, "image": net.preprocess(sv.decode(data))}


def test_channel_effects_on_screen_are_the_librarys() -> None:
    app = open_app("effects")
    seen, given = library()
    block = app.session_state[selection.BLOCK]
    best = int(seen.logits[0].argmax())
    expected = channel_effects(given["model"], given["image"], block, best)
    points = figure(app, "effect_gate")["data"][0]
    np.testing.assert_allclose(numbers(points["x"]), seen[block].excitation[0], atol=1e-6)
    np.testing.assert_allclose(numbers(points["y"]), expected.change, atol=1e-5)
    picked = app.session_state[selection.CHANNEL]
    assert f"Channel {picked}: gate {expected.gate[picked]:.3f}" in words(app)


def test_another_class_and_another_replacement() -> None:
    app = open_app("effects")
    app.selectbox(key=followed.CLASS).set_value(2).run()
    app.session_state[measurement_requests.PUT] = "1"
    app.run()
    _, given = library()
    block = app.session_state[selection.BLOCK]
    expected = channel_effects(given["model"], given["image"], block, 2, put=1.0)
    found = numbers(figure(app, "effect_gate")["data"][0]["y"])
    np.testing.assert_allclose(found, expected.change, atol=1e-5)


def test_block_effects_on_screen_are_the_librarys() -> None:
    app = open_app("effects")
    seen, given = library()
    net = sv.load_model("se_resnet18_imagenette")
    usual = {name: net.reference.usual(name)[0] for name in seen.names}
    best = int(seen.logits[0].argmax())
    expected = block_effects(given["model"], given["image"], best, usual=usual)
    for trace, how in zip(
        figure(app, "effect_blocks")["data"], ("one", "usual", "shuffled"), strict=True
    ):
        wanted = [100 * e.probability_change for e in expected if e.how == how]
        np.testing.assert_allclose(numbers(trace["y"]), wanted, atol=1e-3)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Parts of the sample pictures, by a class name that may be wrong: only counts are compared."""
    for place, (sample, label) in enumerate((("china", "church"), ("coffee", "golf_ball"))):
        image = sv.decode(sv.load_sample(sample))
        (tmp_path / label).mkdir()
        for part in range(3):
            left = part * 40 + place
            image.crop((left, 0, left + 300, 300)).save(tmp_path / label / f"{part}.png")
    (tmp_path / "church" / "broken.png").write_bytes(b"not a picture")
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "zebra").mkdir()
    shutil.copy(tmp_path / "church" / "0.png", tmp_path / "zebra")
    (tmp_path / "elsewhere").symlink_to("/usr")
    return tmp_path


def test_accuracy_over_a_folder_is_the_librarys(folder: Path) -> None:
    app = open_app("effects")
    app.text_input(key=measurement_requests.FOLDER).set_value(str(folder))
    app.button(key="FormSubmitter:labelled-Measure the accuracy without each block's gates").click()
    app.run()
    assert not app.exception, app.exception
    text = words(app)
    assert "of 6 pictures" in text and "Not used: broken.png" in text
    assert "Classes come from the folder around the picture (7 pictures)." in text
    assert "Left out: 2 files, 1 link." in [box.label.replace("\\", "") for box in app.expander]
    assert "1 file: not a picture in a format that is read (.txt), as notes.txt" in text
    assert "1 of 'elsewhere'" not in text and "as zebra" in text
    net = sv.load_model("se_resnet18_imagenette")
    right = {"church": 4, "golf_ball": 8}
    pairs = [
        (net.preprocess(Image.open(path).convert("RGB")), np.array([right[path.parent.name]]))
        for path in sorted(folder.glob("*/*.png"))
        if path.name != "broken.png" and path.parent.name in right
    ]
    *_, expected = accuracy_effects(net.model, pairs)
    trace = figure(app, "effect_accuracy")["data"][0]
    wanted = [100 * e.change for e in expected.of("one")]
    np.testing.assert_allclose(numbers(trace["y"]), wanted, atol=1e-6)
    assert f"{expected.accuracy:.1%} of 6" in text


def test_a_folder_that_is_none_is_answered() -> None:
    app = open_app("effects")
    app.text_input(key=measurement_requests.FOLDER).set_value(f"{gettempdir()}/nowhere/at/all")
    app.button(key="FormSubmitter:labelled-Measure the accuracy without each block's gates").click()
    app.run()
    assert not app.exception
    assert "is not a folder of this machine" in words(app)
    assert figure(app, "effect_gate"), "the rest of the page stays"
