"""Inspect: the numbers shown are the library's, for whatever is picked."""

import numpy as np
import pytest

import senet_viz as sv
from senet_viz.figures.block.feature_maps import number_words
from tests.dashboard.open_app import (
    captured,
    figure,
    numbers,
    open_app,
    photograph,
    show,
    tiles,
    words,
)


def test_it_opens_on_a_sample_already_analysed() -> None:
    app = open_app()
    seen = captured(sv.load_sample("china"))
    gate = seen["layer3.1.se"].excitation[0]
    np.testing.assert_allclose(numbers(figure(app, "histogram")["data"][0]["x"]), gate, atol=1e-6)
    shown = words(app)
    assert "verified 8/8" in shown
    assert f"{gate.max():.3f}" in shown and f"{gate.min():.3f}" in shown
    assert "UNTRAINED" not in shown


def test_an_upload_is_analysed_and_its_numbers_are_the_librarys() -> None:
    app = open_app()
    data = photograph()
    app.file_uploader[0].upload("my coffee.jpg", data, "image/jpeg")
    app.run()
    assert not app.exception
    gate = captured(data)["layer3.1.se"].excitation[0]
    np.testing.assert_allclose(numbers(figure(app, "histogram")["data"][0]["x"]), gate, atol=1e-6)
    assert "my coffee.jpg" in words(app)


def test_switching_block_runs_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_app()
    from dashboard.services import captures

    def no_more(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("a second forward pass")

    monkeypatch.setattr(captures, "pass_through", no_more)
    app.selectbox(key="block").select("layer1.0.se").run()
    app.button(key="block_next").click().run()
    assert app.selectbox(key="block").value == "layer1.1.se"
    app.segmented_control(key="scale").set_value("map").run()
    app.segmented_control(key="order").set_value("unusual").run()
    app.number_input(key="top").set_value(3).run()
    assert not app.exception
    gate = captured(sv.load_sample("china"))["layer1.1.se"].excitation[0]
    np.testing.assert_allclose(numbers(figure(app, "histogram")["data"][0]["x"]), gate, atol=1e-6)


def test_the_whole_network_is_a_scale() -> None:
    app = open_app()
    app.segmented_control(key="scale").set_value("network").run()
    assert not app.exception
    maps = [block.features for block in captured(sv.load_sample("china"))]
    low, high = min(m.min() for m in maps), max(m.max() for m in maps)
    assert f"activation {number_words(low)}  {number_words(high)}" in words(app)


def test_the_channels_of_a_bin_are_listed_and_can_be_picked() -> None:
    """What a click leaves behind; the click itself is the browser tests' business."""
    app = open_app()
    app.session_state["bin"] = (5, 17, 40)
    app.run()
    gate = captured(sv.load_sample("china"))["layer3.1.se"].excitation[0]
    assert {tile["key"]: tile["label"] for tile in tiles(app, "bin_channels")["tiles"]} == {
        c: f"ch {c} · {gate[c]:.3f}" for c in (5, 17, 40)
    }
    assert "3 channels with gates from" in words(app)
    app.button(key="bin_close").click().run()
    assert "channels with gates from" not in words(app)


def test_the_numbers_of_a_picked_channel_are_the_librarys() -> None:
    app = open_app()
    app.number_input(key="channel").set_value(23).run()
    seen = captured(sv.load_sample("china"))["layer3.1.se"]
    ranking = sv.rank_channels(seen)
    shown = words(app)
    assert f"z {seen.squeeze[0, 23]:.3f}".replace("-", "−") in shown
    assert f"gate **{seen.excitation[0, 23]:.3f}**" in shown
    assert f"rank {ranking.rank(23)} of 128" in shown
    usual = sv.load_model("se_resnet18_imagenette").reference.usual("layer3.1.se")
    assert f"usual {usual[0][23]:.3f} ± {usual[1][23]:.3f}" in shown


def test_ranking_against_the_usual_gate_reorders_the_bars() -> None:
    app = open_app()
    app.segmented_control(key="order").set_value("unusual").run()
    seen = captured(sv.load_sample("china"))["layer3.1.se"]
    usual = sv.load_model("se_resnet18_imagenette").reference.usual("layer3.1.se")
    expected = sv.rank_channels(seen, usual=usual).order
    bars = [t for t in figure(app, "sorted")["data"] if t["type"] == "bar"]
    at = np.concatenate([numbers(t["x"]).ravel() for t in bars])
    channels = np.concatenate([numbers(t["customdata"]).ravel() for t in bars])
    assert channels[np.argsort(at)].astype(int).tolist() == expected.tolist()
    assert expected.tolist() != sv.rank_channels(seen).order.tolist()


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("empty.jpg", b"", "empty"),
        ("notes.jpg", b"these are only words, not pixels\n" * 20, "text"),
        ("cut.jpg", photograph()[:3000], "damaged or incomplete"),
    ],
)
def test_a_bad_file_gets_a_sentence_and_nothing_is_lost(
    name: str, data: bytes, message: str
) -> None:
    app = open_app()
    app.file_uploader[0].upload(name, data, "image/jpeg")
    app.run()
    assert not app.exception
    (error,) = app.error
    assert message in error.value.replace("\\", "") + str(error)
    assert "verified 8/8" in words(app)


def test_the_same_bad_file_is_answered_again_and_known_pictures_are_shown_again() -> None:
    app = open_app()
    good, bad = ("good.jpg", photograph(), "image/jpeg"), ("bad.jpg", b"", "image/jpeg")
    for _ in range(2):
        app.file_uploader[0].set_value([good, bad]).run()
        assert len(app.error) == 1 and "good.jpg" in words(app)
        show(app, "china")
        assert "What the model saw: Temple" in words(app)
        app.file_uploader[0].set_value([]).run()
        assert not app.error and not app.exception


def test_a_hostile_file_name_is_shown_literally() -> None:
    app = open_app()
    name = "<b>bold<b> & $x$ [link](u).jpg"
    app.file_uploader[0].upload(name, photograph(), "image/jpeg")
    app.run()
    assert not app.exception
    raw = "\n".join(element.proto.body for element in app.get("html"))
    assert "&lt;b&gt;bold&lt;b&gt; &amp; $x$ [link](u).jpg" in raw and "<b>bold" not in raw


def test_untrained_weights_are_said_loudly() -> None:
    app = open_app()
    app.selectbox(key="model").select("mobilenetv3_small_050")
    app.run()
    (error,) = app.error
    assert "mobilenetv3_small_050" in error.value.replace("\\", ""), "no network here"
    app.toggle(key="trained").set_value(False).run()
    assert not app.exception
    (error,) = app.error
    assert "random" in error.value
    assert "verified 9/9" in words(app)
    app.switch_page("views/layers/page.py").run()
    assert any("random" in e.value for e in app.error)


def test_a_file_larger_than_a_picture_may_be_is_refused_by_the_server_too() -> None:
    app = open_app()
    app.file_uploader[0].upload("huge.png", b"\x89PNG" + bytes(21 * 2**20), "image/png").run()
    assert not app.exception
    (error,) = app.error
    assert "The file has 21 MB, and pictures may have 20 MB" in error.value.replace("\\", "")


def test_one_click_leads_to_the_block_beside_its_pointwise_form() -> None:
    app = open_app("inspect")
    app.button(key="to_pixel_form").click().run()
    assert not app.exception, app.exception
    assert [m for m in app.metric if m.label == "Gates of pixels move by"]
