"""Layers: every block, the table, and two on one scale."""

import numpy as np

import senet_viz as sv
from tests.dashboard.open_app import captured, figure, numbers, open_app


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


def test_the_heatmap_holds_every_gate_in_order() -> None:
    app = open_app("layers")
    (heat,) = (t for t in figure(app, "depth_channels")["data"] if t["type"] == "heatmap")
    z = numbers(heat["z"])
    seen = captured(sv.load_sample("china"))
    assert z.shape[0] == 8
    for row, activation in zip(z, seen, strict=True):
        gates = activation.excitation[0]
        assert (np.diff(row) <= 1e-6).all()
        assert np.isclose(row.max(), gates.max(), atol=0.02)
        assert np.isclose(row.min(), gates.min(), atol=0.02)


def test_two_blocks_can_be_chosen() -> None:
    app = open_app("layers")
    app.selectbox(key="first").select("layer2.1.se").run()
    assert not app.exception
    names = [t.get("name") for t in figure(app, "two_blocks")["data"]]
    assert "layer2.1.se" in names and "layer4.1.se" in names


def test_choices_survive_a_change_of_view() -> None:
    app = open_app()
    app.selectbox(key="block").select("layer1.1.se").run()
    app.segmented_control(key="scale").set_value("fixed").run()
    app.switch_page("views/layers/page.py").run()
    app.switch_page("views/inspect/page.py").run()
    assert app.selectbox(key="block").value == "layer1.1.se"
    assert app.segmented_control(key="scale").value == "fixed"
