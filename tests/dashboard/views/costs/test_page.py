"""Costs: the counts are the library's, and times are measured only when asked for."""

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import senet_viz as sv
from dashboard.services import costs as cost_service
from dashboard.services import plans
from dashboard.services.plan_records import Planned
from dashboard.session import measurement_requests, view_keys
from dashboard.views.costs import channels
from senet_viz.analysis.effects import AccuracyEffect, AccuracyEffects
from senet_viz.costs import count_network
from senet_viz.figures.base.formats import signed
from senet_viz.removal import (
    cut_stages,
    name_pictures,
    plan_removal,
    rank_channels,
    read_batches,
    removal_curves,
)
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


def test_another_network_is_counted_without_its_weights() -> None:
    app = open_app("costs")
    app.selectbox(key="model").set_value("mobilenetv3_small_050").run()
    assert not app.exception, app.exception
    assert "SE blocks have" in "".join(m.value for m in app.markdown)


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two classes of three pictures, and a file that is none."""
    folder = tmp_path_factory.mktemp("labelled")
    for name, sample in (("church", "china"), ("tench", "coffee")):
        (folder / name).mkdir()
        image = sv.decode(sv.load_sample(sample))
        for part in range(3):
            image.crop((40 * part, 0, 40 * part + 300, 300)).save(folder / name / f"{part}.png")
    (folder / "church" / "words.png").write_text("only words")
    return folder


def until_done(app: AppTest) -> AppTest:
    """Waits for the job on its way, and draws the page with what it found."""
    assert app.session_state[plans._JOB].wait(120)
    app.run()
    assert not app.exception, app.exception
    return app


def button(app: AppTest, label: str):
    return next(each for each in app.button if label in each.label)


def test_a_plan_over_a_folder_is_the_librarys(labelled: Path) -> None:
    app = open_app("costs")
    app.text_input(key=measurement_requests.FOLDER).set_value(str(labelled))
    button(app, "Make the plan").click().run()
    until_done(app)
    net = sv.load_model(NAME)
    named = name_pictures(labelled, net.labels, most=200)
    *_, expected = plan_removal(net, lambda: read_batches(net, named), source=named.source)
    rows = table(app, "Verdict")
    assert rows["Off its mean"].tolist() == [row.off_mean for row in expected.blocks]
    for row, shown in zip(expected.blocks, rows["Opened"], strict=True):
        change = signed(100 * row.opened.change, decimals=2)
        assert shown == f"{change} ± {100 * row.opened.standard_error:.2f}"
    text = words(app)
    assert "of 6 pictures" in text and "words.png" in text and "acts as a fixed scale where" in text
    assert "Measure the 0 SE blocks ticked together" in [each.label for each in app.button]


def test_a_plan_without_pictures_is_not_made() -> None:
    app = open_app("costs")
    app.text_input(key=measurement_requests.FOLDER).set_value("")
    button(app, "Make the plan").click().run()
    assert "no pictures were given" in "".join(error.value for error in app.error).lower()


def test_channels_are_judged_on_the_other_half_and_cut(labelled: Path, tmp_path: Path) -> None:
    app = open_app("costs")
    net = sv.load_model(NAME)
    named = name_pictures(labelled, net.labels, most=200)
    plan = next(plan_removal(net, lambda: read_batches(net, named), source=named.source))
    found = Planned(NAME, named, {}, 6, plan)
    app.session_state[plans._PLANNED] = found
    app.session_state[view_keys.COST_CHANNELS] = True
    app.session_state[channels.WAYS_CHOSEN] = ["gate"]
    app.run()
    button(app, "Rank and judge").click().run()
    until_done(app)
    first, second = named.halves()
    *_, rankings = rank_channels(net, read_batches(net, first), ways=["gate"])
    *_, (expected,) = removal_curves(net, rankings, read_batches(net, second))
    (line,) = figure(app, "costs_channels")["data"]
    np.testing.assert_allclose(numbers(line["y"]), expected.accuracy)
    assert "Time for each ranking: lowest mean gate" in words(app)
    app.slider(key=channels.SHARE).set_value(50).run()
    button(app, "Take them out").click().run()
    until_done(app)
    made = app.session_state[plans._NARROWED]
    (tmp_path / "half.safetensors").write_bytes(made.content)
    again = sv.load_model(tmp_path / "half.safetensors")
    (ranking,) = rankings
    assert {block.block: block.removed for block in again.manifest.cut} == {
        block: ranking.lowest(block, 0.5) for block in ranking.scores
    }
    assert again.manifest.judged.right_after == made.change.right_after
    assert "8 SE blocks stand before a sum" in words(app)
    button(app, "Write it as ONNX").click().run()
    assert not app.exception and [each.value for each in app.error] == []
    assert any(each.proto.label == "Save the ONNX file" for each in app.get("download_button"))
    app.segmented_control(key=channels.TOGETHER).set_value("stages").run()
    assert "every layer that reads or writes them shrinks" in words(app)
    button(app, "Take them out").click().run()
    until_done(app)
    whole = app.session_state[plans._NARROWED]
    stages = cut_stages(net, ranking, 0.5)
    assert whole.stages and {b.block: b.removed for b in whole.blocks} == {
        b.block: b.removed for b in stages.blocks
    }
    assert "for whole stages" in app.success[-1].value
    assert "stand before a sum" not in words(app)
