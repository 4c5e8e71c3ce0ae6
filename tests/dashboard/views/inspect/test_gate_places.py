"""Where a gate comes from: what the page draws and prints is the library's account."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

import senet_viz as sv
from dashboard.session import hidden_unit, selection
from dashboard.views.inspect import class_map, gate_account, receptive_field
from dashboard.views.inspect.gate_places import LESS, OF, OPEN, proof
from senet_viz.analysis.gate_places import (
    explain_block_by_place,
    explain_gate_by_place,
    explain_unit_by_place,
)
from senet_viz.experiments.class_maps import gate_relevance
from senet_viz.figures.block.gate_places import places_sentence, pool_sentence
from senet_viz.figures.block.receptive_field import field_sentence
from senet_viz.hooks import receptive_fields
from senet_viz.models.residual import SqueezeExcitation
from tests.dashboard.open_app import captured, figure, numbers, open_app, opened, show, words
from tests.dashboard.visible_text import texts
from tests.two_pools import two_pools


def test_closed_at_first_and_then_the_librarys_account() -> None:
    app = open_app()
    with pytest.raises(KeyError):
        figure(app, "places")
    opened(app, OPEN)
    show(app, "china")
    app.number_input(key=selection.CHANNEL).set_value(17).run()
    assert not app.exception
    with pytest.raises(KeyError):  # covered only when asked, as the script of the page does
        figure(app, "deletion_block")
    seen = captured(sv.load_sample("china"))
    account = explain_gate_by_place(seen[app.session_state[selection.BLOCK]], 17)
    drawn = numbers(figure(app, "places")["data"][0]["z"])
    np.testing.assert_allclose(drawn, account.map, rtol=1e-4, atol=1e-6)
    said = words(app)
    assert f"make the logit {account.logit:.3f} (difference " in said
    assert "not what the class depends on" in said
    app.segmented_control(key="why_control").set_value("weights").run()
    assert not app.exception
    others = numbers(figure(app, "places")["data"][0]["z"])
    assert np.abs(others - account.map).max() > 0.1 * np.abs(account.map).max()


def test_a_hidden_unit_the_whole_block_and_two_pictures() -> None:
    app = opened(open_app(), OPEN)
    show(app, "china")
    app.session_state[hidden_unit.UNIT] = 3
    app.session_state[LESS] = "chelsea"
    app.segmented_control(key=OF).set_value("unit").run()
    block = app.session_state[selection.BLOCK]
    seen, there = (captured(sv.load_sample(name))[block] for name in ("china", "chelsea"))
    apart = explain_unit_by_place(seen, 3).minus(explain_unit_by_place(there, 3))
    drawn = numbers(figure(app, "places")["data"][0]["z"])
    np.testing.assert_allclose(drawn, apart.map, rtol=1e-4, atol=1e-6)
    assert places_sentence(apart) in words(app)
    opened(app, gate_account.OPEN)  # one field for the unit's number, in that section
    app.selectbox(key=LESS).select("").run()
    app.segmented_control(key=OF).set_value("channels").run()
    assert not app.exception
    whole = explain_block_by_place(seen)
    np.testing.assert_allclose(
        numbers(figure(app, "places")["data"][0]["z"]), whole.map, rtol=1e-4, atol=1e-6
    )
    assert f"make the mean logit {whole.logit:.3f}" in words(app)


def test_a_block_without_such_a_sum_says_why_in_a_sentence() -> None:
    app = opened(open_app(), gate_account.OPEN)
    app.session_state[OPEN] = True
    app.session_state[selection.TRAINED] = False
    app.sidebar.selectbox(key=selection.MODEL).select("ecaresnet26t").run()
    assert not app.exception
    assert words(app).count("are no plain sum of hidden units") == 1
    assert figure(app, "places")["data"][0]["z"]  # by place it is one: neighbours are weighted


def test_two_poolings_have_a_map_each_and_fixed_weights_are_named(
    start_with: Callable[[str], None],
) -> None:
    start_with("tests.two_pools:two_pools")
    app = opened(open_app(), OPEN)
    show(app, "china")
    app.session_state[selection.BLOCK] = "1"
    app.number_input(key=selection.CHANNEL).set_value(7).run()
    net = two_pools()
    seen = sv.capture(net.model, net.preprocess(sv.decode(sv.load_sample("china"))))
    account = explain_gate_by_place(seen["1"], 7)
    drawn = [figure(app, key)["data"][0] for key in ("places", "places_0", "places_1")]
    assert len({heat["zmax"] for heat in drawn}) == 1
    for heat, map_ in zip(drawn, (account.map, *account.maps), strict=True):
        np.testing.assert_allclose(numbers(heat["z"]), map_, rtol=1e-4, atol=1e-6)
    assert pool_sentence(account, 0) in words(app) and pool_sentence(account, 1) in words(app)
    assert "Hidden units" not in app.segmented_control(key=OF).options
    app.session_state[selection.BLOCK] = "2"
    app.run()
    assert not app.exception
    assert "its weights are held fixed" in words(app)
    with pytest.raises(KeyError):
        figure(app, "places_0")


def test_the_secant_is_named() -> None:
    class Silu(SqueezeExcitation):
        def __init__(self) -> None:
            super().__init__(8)
            self.fc1, self.fc2 = torch.nn.Linear(8, 2), torch.nn.Linear(2, 8)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            hidden = torch.nn.functional.silu(self.fc1(x.mean((2, 3))))
            return x * torch.sigmoid(self.fc2(hidden))[:, :, None, None]

    (seen,) = sv.capture(Silu(), torch.randn(1, 8, 5, 5))
    assert "The hidden units are not ReLUs here" in proof(explain_gate_by_place(seen, 0))


def test_the_class_map_is_named_and_its_rule_printed() -> None:
    app = opened(open_app(), OPEN)
    show(app, "china")
    app.session_state[selection.BLOCK] = "layer4.1.se"
    app.number_input(key=selection.CHANNEL).set_value(5).run()
    opened(app, class_map.OPEN)
    net = sv.load_model("se_resnet18_imagenette")
    image = net.preprocess(sv.decode(sv.load_sample("china")))
    second = int(np.argsort(-sv.capture(net.model, image).logits[0])[1])
    app.selectbox(key=class_map.CLASS).select(second).run()
    assert not app.exception
    found, said = gate_relevance(net.model, image, "layer4.1.se", second), words(app)
    assert class_map.relevance_words(found, 5, net.labels[second]) in said
    assert "conserves nothing" in said
    assert any(f"Speaks for {net.labels[second]}" in text for text in texts(app))


def test_the_field_of_the_strongest_place_is_drawn_and_another_can_be_picked() -> None:
    app = opened(open_app(), OPEN)
    show(app, "china")
    app.session_state[selection.BLOCK] = "layer2.0.se"
    app.number_input(key=selection.CHANNEL).set_value(5).run()
    opened(app, receptive_field.OPEN)
    net = sv.load_model("se_resnet18_imagenette")
    image = net.preprocess(sv.decode(sv.load_sample("china")))
    field = receptive_fields(net.model, image)["layer2.0.se"]
    account = explain_gate_by_place(sv.capture(net.model, image)["layer2.0.se"], 5)
    strongest = np.unravel_index(np.abs(account.map).argmax(), account.map.shape)
    assert field_sentence(field, tuple(map(int, strongest))) in words(app)
    app.number_input(key=receptive_field.ROW).set_value(2).run()
    said = field_sentence(field, (2, int(strongest[1])))
    assert said in words(app) and "it depends on the whole picture" in said
