"""Every system that the source names opens in the app and shows its blocks."""

import numpy as np
import pytest

from dashboard.components import copy_as_code
from dashboard.services import networks
from dashboard.session import selection
from tests.dashboard.open_app import figure, numbers, open_app, opened, words
from tests.dashboard.test_copy_as_code import script

SYSTEMS = {
    "legacy_seresnet50": 16,
    "legacy_seresnet101": 33,
    "legacy_seresnet152": 50,
    "legacy_seresnext50_32x4d": 16,
    "legacy_seresnext101_32x4d": 33,
    "legacy_senet154": 50,
    "seresnet50": 16,
    "se_bn_inception": 10,
    "se_inception_v3": 11,
    "se_inception_resnet_v2": 40,
    "se_vgg16_bn": 13,
    "mobilenet_v3_small": 9,
    "efficientnet_b0": 16,
    "regnet_y_400mf": 16,
    "ssdlite320_mobilenet_v3_large": 8,
    "lraspp_mobilenet_v3_large": 8,
}


@pytest.fixture(autouse=True)
def _small_cache():
    """Networks of the size of SENet-154 are not kept from one test to the next."""
    from dashboard.services import captures

    yield
    networks._catalogued.clear()
    captures.passage.clear()


@pytest.mark.parametrize(("name", "blocks"), SYSTEMS.items(), ids=str)
def test_opens_and_shows_its_blocks(name: str, blocks: int) -> None:
    app = open_app()
    app.session_state[selection.TRAINED] = False
    app.sidebar.selectbox(key=selection.MODEL).select(name).run()
    assert not app.exception, app.exception
    text = words(app)
    assert "This could not be shown" not in [e.proto.title for e in app.error]
    assert "UNTRAINED WEIGHTS" in [e.proto.title for e in app.error]
    assert f"{blocks} SE blocks" in text
    shown = figure(app, "network_map")["data"][0]
    assert len(shown["customdata"]) == blocks


def test_a_system_without_published_weights_opens_untrained_by_itself() -> None:
    app = open_app()
    app.sidebar.selectbox(key=selection.MODEL).select("se_bn_inception").run()
    assert not app.exception
    assert "No weights are published for it" in words(app)
    assert "UNTRAINED WEIGHTS" in [e.proto.title for e in app.error]


def test_out_of_reach_weights_leave_one_click_to_the_structure(
    monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr("senet_viz.models.downloads.PATIENCE", 0.01)
    app = open_app()
    app.sidebar.selectbox(key=selection.MODEL).select("mobilenet_v3_small").run()
    (error,) = app.error
    assert "mobilenet_v3_small" in error.value.replace("\\", "")
    app.button(key="open_untrained").click().run()
    assert "9 SE blocks" in words(app)


def test_attention_that_is_no_gate_is_named_with_its_reason() -> None:
    app = open_app()
    app.session_state[selection.TRAINED] = False
    app.sidebar.selectbox(key=selection.MODEL).select("ghostnetv2_100").run()
    text = words(app)
    assert "7 SE blocks" in text
    assert "Also 14 of timm GhostModuleV2, not a per-channel gate: its gates differ" in text


def test_a_network_of_such_attention_alone_says_so_without_a_download() -> None:
    app = open_app()
    app.sidebar.selectbox(key=selection.MODEL).select("iformer_t").run()
    assert "5 of timm SHMA, which is not a per-channel gate" in words(app)


@pytest.mark.parametrize(
    ("name", "of", "module"),
    [
        ("skresnet18", "8 of timm SelectiveKernel", "layer3.1.conv1"),
        ("resnest14d", "4 of timm SplitAttn", "layer3.0.conv2"),
    ],
)
def test_a_network_of_branches_shows_their_shares(name: str, of: str, module: str) -> None:
    """On Inspect and on Layers; what the page shows is what its script makes."""
    app = open_app("layers")
    app.session_state[selection.TRAINED] = False
    app.sidebar.selectbox(key=selection.MODEL).select(name).run()
    assert f"{of}, which is not a per-channel gate" in words(app)
    assert app.toggle(key=selection.TRAINED).value is False
    app.selectbox(key=selection.MODULE).select(module).run()
    shares = [numbers(trace["y"]) for trace in figure(app, "branch_channels")["data"]]
    np.testing.assert_allclose(np.sum(shares, 0), 1, atol=1e-5)
    code = script(opened(app, copy_as_code.OPEN))
    assert f"module = '{module}'" in code.replace('"', "'") and "branch_shares" in code
    app.switch_page("views/inspect/page.py").run()
    assert not app.exception
    assert app.selectbox(key=selection.MODULE).value == module
