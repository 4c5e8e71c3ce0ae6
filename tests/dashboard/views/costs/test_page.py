"""Costs: the counts are the library's, and times are measured only when asked for."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

import senet_viz as sv
from dashboard.services import costs as cost_service
from dashboard.session import measurement_requests
from senet_viz.analysis.effects import AccuracyEffect, AccuracyEffects
from senet_viz.costs import compare_accuracy, count_network, fold_constant_gates
from tests.dashboard.open_app import figure, numbers, open_app, words

NAME = "se_resnet18_imagenette"


def table(app: AppTest, column: str):
    """The first table on the page that has this column."""
    return next(d.value for d in app.dataframe if column in d.value.columns)


def test_counts_are_the_librarys_and_nothing_is_timed_unasked() -> None:
    app = open_app("costs")
    costs = count_network(sv.load_model(NAME).model, (128, 128))
    rest, in_se = figure(app, "cost_parameters")["data"]
    np.testing.assert_allclose(
        numbers(in_se["y"]), [s.in_se.parameters / 1e6 for s in costs.stages]
    )
    np.testing.assert_allclose(
        numbers(rest["y"]), [s.without_se.parameters / 1e6 for s in costs.stages]
    )
    saved = table(app, "Parameters saved")
    assert saved["Parameters saved"].tolist() == [b.cost.parameters for b in costs.blocks]
    assert "Time inside, ms" not in saved.columns
    text = words(app)
    assert "1.970 M" in text and "1.53%" in text
    assert "a ratio of 1.018" in text and "Not measured yet" in text
    assert "middle half" not in text


def test_table_2_is_beside_our_count() -> None:
    app = open_app("costs")
    assert not any("Paper, with SE" in frame.value.columns for frame in app.dataframe)
    app.button(key="costs_paper").click().run()
    assert not app.exception, app.exception
    rows = table(app, "Paper, with SE")
    assert len(rows) == 10
    nosqueeze = rows[rows["Network"].str.contains("NoSqueeze")].iloc[0]
    assert round(float(nosqueeze["Counted "]), 2) == 4.27
    assert "4.09 G with the same parameters" in words(app)


def test_a_press_measures_and_prices_the_blocks() -> None:
    app = open_app("costs")
    app.number_input(key=cost_service.ROUNDS).set_value(2).run()
    app.button(key="costs_measure").click().run()
    assert not app.exception, app.exception
    measured = {batch: app.session_state["costs_times"][NAME, batch] for batch in (1, 16)}
    one, sixteen, *_ = figure(app, "cost_ratios")["data"]
    np.testing.assert_allclose(numbers(one["y"]), measured[1].ratios)
    np.testing.assert_allclose(numbers(sixteen["y"]), measured[16].ratios)
    text = words(app)
    with_se, without = measured[1].usual
    assert f"Batch 1: ratio {measured[1].ratio:.3f}" in text and "eager" in text
    assert f"{with_se:.1f} ms with SE and {without:.1f} ms without" in text
    inside = table(app, "Parameters saved")["Time inside, ms"]
    np.testing.assert_allclose(
        inside, [measured[1].block_ms(b.name) for b in sv.find_blocks(sv.load_model(NAME).model)]
    )


def test_accuracy_measured_elsewhere_stands_beside_the_price() -> None:
    app = open_app("costs")
    block = sv.find_blocks(sv.load_model(NAME).model)[2]
    found = AccuracyEffects(100, 80, (AccuracyEffect(block, "usual", 100, 1, 4),))
    app.session_state["effects_pictures"] = measurement_requests.Sweep(
        NAME, "pictures", 100, found, ()
    )
    app.run()
    column = table(app, "Parameters saved")["Accuracy change"]
    assert column[2] == pytest.approx(-3) and column.isna().sum() == 7
    shown = next(d for d in app.dataframe if "Accuracy change" in d.value.columns)
    assert "Accuracy change without it" in shown.proto.columns and "%+.2f" in shown.proto.columns


def test_folding_says_which_blocks_stay_and_offers_what_is_left() -> None:
    app = open_app("costs")
    app.button(key=cost_service.FOLD).click().run()
    assert not app.exception, app.exception
    assert "No block has constant gates over" in words(app)
    app.number_input(key=cost_service.CONSTANT).set_value(0.3).run()
    app.button(key=cost_service.FOLD).click().run()
    assert not app.exception, app.exception
    usual = sv.load_model(NAME).reference.usual
    names = [b.name for b in sv.find_blocks(sv.load_model(NAME).model)]
    still = [n for n in names if usual(n)[1].max() <= 0.3]
    assert 0 < len(still) < 8
    said = "\n".join(e.value for e in app.success).replace("\\", "")
    assert f"{len(still)} SE blocks folded" in said
    assert words(app).count("Folded: ") == len(still)
    assert app.get("download_button")


def test_another_network_is_counted_without_its_weights() -> None:
    app = open_app("costs")
    app.selectbox(key="model").set_value("mobilenetv3_small_050").run()
    assert not app.exception, app.exception
    assert "SE blocks have" in "".join(m.value for m in app.markdown)


def test_accuracy_before_and_after_folding_is_the_librarys(tmp_path: Path) -> None:
    image = sv.decode(sv.load_sample("china"))
    (tmp_path / "church").mkdir()
    for part in range(3):
        left = 40 * part
        image.crop((left, 0, left + 300, 300)).save(tmp_path / "church" / f"{part}.png")
    app = open_app("costs")
    app.session_state[measurement_requests.FOLDER] = str(tmp_path)
    app.number_input(key=cost_service.CONSTANT).set_value(1.0).run()
    app.button(key=cost_service.FOLD).click().run()
    app.button(key="costs_accuracy").click().run()
    assert not app.exception, app.exception
    net = sv.load_model(NAME)
    folded = fold_constant_gates(net.model, net.reference, constant=1.0)
    pictures = [Image.open(f).convert("RGB") for f in sorted(tmp_path.glob("*/*.png"))]
    pairs = [(net.preprocess(picture), (4,)) for picture in pictures]
    *_, expected = compare_accuracy(net.model, folded.model, pairs)
    assert (
        f"{expected.before:.1%} before, {expected.after:.1%} after ({expected.won} won, "
        f"{expected.lost} lost)" in words(app)
    )
