"""Layers: every block, the table, and two on one scale."""

from base64 import b64decode
from io import BytesIO

import numpy as np
from PIL import Image

import senet_viz as sv
from senet_viz.figures.base.palette_images import LEVELS
from senet_viz.figures.block.feature_maps import number_words
from tests.dashboard.open_app import captured, figure, open_app, tiles, words


def test_the_table_is_summarize() -> None:
    app = open_app("layers")
    table = app.dataframe[0].value
    net = sv.load_model("se_resnet18_imagenette")
    rows = sv.summarize(captured(sv.load_sample("china")), reference=net.reference)
    assert table["block"].tolist() == [r.block.name for r in rows]
    for column in ("mean", "std"):
        np.testing.assert_allclose(table[column], [getattr(r, column) for r in rows], rtol=1e-6)
    known = [r.constant for r in rows if r.constant is not None]
    np.testing.assert_allclose(table["constant"], [100 * share for share in known], rtol=1e-6)
    empty = {"exactly 0": "exactly_zero", "exactly 1": "exactly_one", "error": "relative_error"}
    for column, field in empty.items():
        assert (column in table) == any(getattr(r, field) for r in rows)
    assert set(table["proof"]) == {"verified"}


def test_the_strips_hold_every_gate_in_order() -> None:
    app = open_app("layers")
    strips = tiles(app, "strips")
    (sheet,) = strips["sheets"]
    png = Image.open(BytesIO(b64decode(sheet["source"].partition(",")[2])))
    assert png.size == (128, 8)
    rows = np.asarray(png) / (LEVELS - 1)
    seen = captured(sv.load_sample("china"))
    assert strips["picked"] == app.session_state["block"]
    for tile, activation in zip(strips["tiles"], seen, strict=True):
        (face,), gates = tile["faces"], activation.excitation[0]
        row = rows[face["cell"]]
        assert tile["key"] == activation.block.name and tile["note"] == f"{gates.mean():.3f}"
        assert (np.diff(row) <= 0).all()
        assert np.isclose(row.max(), gates.max(), atol=0.02)
        assert np.isclose(row.min(), gates.min(), atol=0.02)


def test_two_blocks_can_be_chosen() -> None:
    app = open_app("layers")
    app.selectbox(key="first").select("layer2.1.se").run()
    assert not app.exception
    names = [t.get("name") for t in figure(app, "two_blocks")["data"]]
    assert "layer2.1.se" in names and "layer4.1.se" in names


def test_maps_of_two_blocks_are_on_one_scale() -> None:
    """Before: each on its own, and an alt text that named maps before the gate."""
    app = open_app("layers")
    app.selectbox(key="first").select("layer2.1.se").run()
    seen = captured(sv.load_sample("china"))
    both = [seen[name].features for name in ("layer2.1.se", "layer4.1.se")]
    low, high = min(maps.min() for maps in both), max(maps.max() for maps in both)
    assert f"activation {number_words(low)}  {number_words(high)}" in words(app)
    for place, name in (("first", "layer2.1.se"), ("second", "layer4.1.se")):
        gates = seen[name].excitation[0]
        for side, ends in (("enhanced", -gates), ("suppressed", gates)):
            shown = tiles(app, f"maps_{side}_{place}")["tiles"]
            keys = [tile["key"] for tile in shown]
            np.testing.assert_allclose(sorted(ends[keys]), np.sort(ends)[:4])
            assert all("before and after the gate" in tile["name"] for tile in shown)


def test_choices_survive_a_change_of_view() -> None:
    app = open_app()
    app.selectbox(key="block").select("layer1.1.se").run()
    app.segmented_control(key="scale").set_value("fixed").run()
    app.switch_page("views/layers/page.py").run()
    app.switch_page("views/inspect/page.py").run()
    assert app.selectbox(key="block").value == "layer1.1.se"
    assert app.segmented_control(key="scale").value == "fixed"
