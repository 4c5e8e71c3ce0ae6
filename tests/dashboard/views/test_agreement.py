"""Layers and Pictures show which blocks agree on what sets the pinned pictures apart."""

import numpy as np

import senet_viz as sv
from dashboard.session import selection
from senet_viz.analysis.gate_agreement import block_agreement, network_agreement
from tests.dashboard.open_app import figure, numbers, open_app

NAME = "se_resnet18_imagenette"


def gates_of_samples() -> dict[str, np.ndarray]:
    """Every block's gates over the pictures that are pinned at first."""
    net = sv.load_model(NAME)
    pictures = [sv.decode(sv.load_sample(s.name)) for s in sv.pictures.samples.SAMPLES]
    seen = [sv.capture(net.model, net.preprocess(p), features="none") for p in pictures]
    return {n: np.concatenate([s[n].excitation for s in seen]) for n in seen[0].names}


def test_blocks_of_one_network_and_of_two_are_held_against_each_other() -> None:
    gates = gates_of_samples()
    app = open_app("layers")
    assert "beside_agreement" not in [c.proto.id.split("-", 2)[2] for c in app.get("plotly_chart")]
    app.toggle(key=selection.BESIDE).set_value(True).run()
    assert not app.exception, app.exception
    shown = numbers(figure(app, "beside_agreement")["data"][0]["z"])
    np.testing.assert_allclose(shown, block_agreement(gates).value, atol=1e-5)
    app = app.switch_page("views/pictures/page.py").run()
    app.session_state["pictures_what"] = "networks"
    app.run()
    assert not app.exception, app.exception
    across = numbers(figure(app, "networks_agreement")["data"][0]["z"])
    assert across.shape == (len(gates), len(gates))
    assert not np.allclose(across, network_agreement(gates, gates).value, atol=0.05)
