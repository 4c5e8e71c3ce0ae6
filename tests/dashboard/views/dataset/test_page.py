"""Data set: what is drawn is what the library says of the shipped survey, and of one run here."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from streamlit import config
from streamlit.testing.v1 import AppTest

import senet_viz as sv
from dashboard.components import verdict_table
from dashboard.runtime.cache import POOLS
from dashboard.runtime.views import PART
from dashboard.services import plans, surveys
from dashboard.services.plan_records import Planned
from dashboard.session import selection
from dashboard.views.dataset import channel as channel_panel
from dashboard.views.dataset import literature as literature_panel
from senet_viz.analysis.class_profiles import mean_of_classes, sampled_channels
from senet_viz.analysis.embedding import embed
from senet_viz.analysis.literature import literature
from senet_viz.analysis.redundancy import find_redundancy
from senet_viz.analysis.variance import VarianceSplit, split_variance
from senet_viz.figures.base.formats import percent
from senet_viz.removal import NamedPictures, plan_removal
from senet_viz.surveys.tables import shipped_survey
from tests.dashboard.open_app import figure, numbers, open_app, photograph, words
from tests.dashboard.views.dataset.survey_run import run_survey
from tests.dashboard.zips import zipped

PER_CLASS = 8


@pytest.fixture
def app() -> AppTest:
    return open_app("dataset")


@pytest.fixture(scope="module")
def shipped() -> sv.Survey:
    return sv.load_survey(shipped_survey("se_resnet18_imagenette"))


def split(survey: sv.Survey, block: str) -> VarianceSplit:
    moments = survey[block]
    return split_variance(moments.count, moments.mean, moments.variance)


def show(app: AppTest, part: str) -> AppTest:
    app.segmented_control(key=PART.key).set_value(part).run()
    assert not app.exception, app.exception
    return app


def surveyed(app: AppTest, content: bytes, *, keep: bool = True) -> AppTest:
    """The app after a survey of a zip, started by its form and waited for."""
    app.file_uploader(key=surveys.ZIP).upload("my set.zip", content)
    app.checkbox(key=surveys.KEEP).set_value(keep)
    return run_survey(app)


def test_it_opens_on_the_shipped_survey(app: AppTest, shipped: sv.Survey) -> None:
    bars = figure(app, "dataset_movement")["data"][0]
    expected = [100 * split(shipped, b).relative for b in shipped.blocks]
    np.testing.assert_allclose(numbers(bars["y"]), expected, rtol=1e-5)
    assert bars["customdata"] == list(shipped.blocks)
    share = numbers(figure(app, "dataset_share")["data"][0]["y"])
    np.testing.assert_allclose(share, [100 * split(shipped, b).block_share for b in shipped.blocks])
    said = words(app)
    assert "3\u202f925 pictures of 10 classes" in said
    assert "statistics only" in said
    table = app.dataframe[0].value
    assert list(table["Block"]) == list(shipped.blocks)
    assert (table["Verdict"] == "fixed scale").sum() == sum(
        split(shipped, b).verdict == "fixed scale" for b in shipped.blocks
    )


def test_a_plan_of_the_network_stands_beside_the_verdicts(app: AppTest) -> None:
    assert "Opened" not in app.dataframe[0].value.columns
    net = sv.load_model("se_resnet18_imagenette")
    noise = torch.rand(3, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    (plan,) = plan_removal(net, lambda: [(noise, [1, 2, 3])], source="noise")
    pictures = NamedPictures(Path(), "noise", (), (), "", ())
    app.session_state[plans._PLANNED] = Planned(net.name, pictures, {}, 3, plan)
    app.run()
    assert not app.exception, app.exception
    shown = app.dataframe[0].value["Opened"].tolist()
    assert shown == [verdict_table.points(row.opened) for row in plan.blocks]
    assert "of 3 pictures (noise) are answered correctly" in words(app)
    app.session_state[plans._PLANNED] = Planned("another", pictures, {}, 3, plan)
    app.run()
    assert "Opened" not in app.dataframe[0].value.columns


def test_a_survey_of_another_network_is_marked(app: AppTest) -> None:
    said = "not of the network chosen at the left"
    assert said not in words(app)
    app.selectbox(key="model").set_value("mobilenetv3_small_050").run()
    assert f"⚠ {said}, mobilenetv3_small_050" in words(app)
    app.selectbox(key="model").set_value("se_resnet18_imagenette").run()
    assert said not in words(app)


def test_profiles_are_the_class_means_with_their_spread(app: AppTest, shipped: sv.Survey) -> None:
    show(app, "classes")
    block, moments = "layer4.1.se", shipped["layer4.1.se"]
    drawn = figure(app, f"dataset_profile_{block}")["data"]
    at = sampled_channels(moments.mean.shape[1])
    assert len(at) == 50
    np.testing.assert_allclose(numbers(drawn[0]["y"]), mean_of_classes(moments)[at], atol=1e-6)
    np.testing.assert_allclose(numbers(drawn[2]["y"]), moments.mean[0, at], atol=1e-6)
    band, spread = numbers(drawn[1]["y"]), np.sqrt(moments.variance[0, at])
    np.testing.assert_allclose(band[:50], np.clip(moments.mean[0, at] + spread, 0, 1), atol=1e-6)
    np.testing.assert_allclose(
        band[50:][::-1], np.clip(moments.mean[0, at] - spread, 0, 1), atol=1e-6
    )

    app.multiselect(key=surveys.CLASSES).set_value([7]).run()
    app.segmented_control(key=surveys.SHOWN).set_value("all").run()
    app.toggle(key=surveys.BANDS).set_value(False).run()
    drawn = figure(app, f"dataset_profile_{block}")["data"]
    assert len(drawn) == 2
    np.testing.assert_allclose(numbers(drawn[1]["y"]), moments.mean[7], atol=1e-6)


def test_without_kept_gates_it_is_said_so(app: AppTest) -> None:
    show(app, "channel")
    assert sum("kept statistics only" in i.value for i in app.info) == 2
    with pytest.raises(KeyError):
        figure(app, "dataset_plane")
    show(app, "idle")
    assert any("kept statistics only" in i.value for i in app.info)


def test_idle_channels_come_with_their_price(app: AppTest, shipped: sv.Survey) -> None:
    show(app, "idle")
    table = app.dataframe[0].value.set_index("Block")
    for block in shipped.blocks:
        still = int((split(shipped, block).deviation < 0.01).sum())
        assert table.loc[block, "Never moves"] == still
    assert table.loc["layer4.1.se", "Parameters"] == 9432
    assert "not measured in this session" in words(app)


def test_a_click_on_a_block_carries_over_to_the_other_parts(app: AppTest) -> None:
    point = {"customdata": ["layer2.1.se"], "point_index": 3}
    app.session_state["dataset_movement"] = {"selection": {"points": [point]}}
    state_block = "layer2.1.se"
    app.selectbox(key=selection.BLOCK).select(state_block).run()
    show(app, "channel")
    assert app.selectbox(key=selection.BLOCK).value == state_block


@pytest.fixture(scope="module")
def ran() -> AppTest:
    """One survey of sixteen pictures and a broken one, run in the app."""
    return surveyed(open_app("dataset"), zipped(PER_CLASS, **{"set/made/broken.jpg": b"no"}))


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> sv.Survey:
    folder = tmp_path_factory.mktemp("set")
    with zipfile.ZipFile(io.BytesIO(zipped(PER_CLASS))) as archive:
        archive.extractall(folder / "in")
    return sv.survey(
        folder / "in", "se_resnet18_imagenette", out=folder / "out", keep_gates=True, workers=1
    )


def test_a_survey_of_a_zip_is_the_librarys(ran: AppTest, expected: sv.Survey) -> None:
    show(ran, "depth")
    said = words(ran)
    assert "16 pictures of 2 classes" in said
    assert "broken.jpg" in said
    bars = numbers(figure(ran, "dataset_movement")["data"][0]["y"])
    want = [100 * split(expected, b).relative for b in expected.blocks]
    np.testing.assert_allclose(bars, want, rtol=1e-4)
    assert "rough estimates" in said


def test_pictures_open_and_close_a_channel(ran: AppTest, expected: sv.Survey) -> None:
    show(ran, "channel")
    ran.selectbox(key=selection.BLOCK).select("layer4.1.se").run()
    channel = ran.session_state[selection.CHANNEL]
    gates = np.sort(expected.gates("layer4.1.se")[:, channel])[::-1]
    said = words(ran)
    most_open, most_shut = said.index("Most open for"), said.index("Most shut for")
    captions = [c.value.replace("\\", "") for c in ran.caption]
    shown = [c.split("  \n")[0] for c in captions if c.endswith(("\nmade", "\nliving"))]
    assert most_open < most_shut
    few = min(channel_panel.MOST, len(gates))
    assert shown[:few] == [f"{g:.3f}" for g in gates[:few]]
    assert shown[few : 2 * few] == [f"{g:.3f}" for g in gates[::-1][:few]]
    plane = figure(ran, "dataset_plane")["data"]
    points = embed(expected.gates("layer4.1.se")).points
    drawn = np.concatenate([numbers(trace["x"]) for trace in plane])
    np.testing.assert_allclose(np.sort(drawn), np.sort(points[:, 0]), atol=1e-3)
    assert {trace["name"] for trace in plane} == {"made", "living"}


def test_a_channels_pictures_are_cut_to_where_it_counts(ran: AppTest, expected: sv.Survey) -> None:
    show(ran, "channel")
    ran.selectbox(key=selection.BLOCK).select("layer1.1.se").run()
    ran.segmented_control(key=surveys.CROP).set_value("account").run()
    assert not ran.exception, ran.exception
    channel = ran.session_state[selection.CHANNEL]
    order = np.argsort(-expected.gates("layer1.1.se")[:, channel], kind="stable")
    name = expected.pictures[int(order[0])].name
    net, data = sv.load_model(expected.model), expected.picture(name)
    assert data is not None
    cut = sv.experiments.exemplar(net, sv.decode(data), "layer1.1.se", channel, at="account")
    assert f"{percent(cut.share)} of the picture" in words(ran)
    ran.segmented_control(key=surveys.CROP).set_value("whole").run()
    assert "of the picture" not in words(ran)


def test_pairs_of_channels_are_those_of_the_library(ran: AppTest, expected: sv.Survey) -> None:
    show(ran, "idle")
    block = ran.session_state[selection.BLOCK]
    found = find_redundancy(expected.gates(block))
    assert f"{found.together} moving as one" in words(ran)


def test_two_surveys_stand_side_by_side(ran: AppTest, expected: sv.Survey) -> None:
    show(ran, "two")
    drawn = figure(ran, "dataset_two")["data"]
    own = [100 * split(expected, b).relative for b in expected.blocks]
    np.testing.assert_allclose(numbers(drawn[0]["y"]), own, rtol=1e-4)
    assert len(drawn) == 4
    means = figure(ran, "dataset_means")["data"][0]
    block = ran.session_state[selection.BLOCK]
    np.testing.assert_allclose(numbers(means["x"]), split(expected, block).mean, atol=1e-4)


def test_a_zip_that_leaves_its_folder_is_refused(app: AppTest) -> None:
    surveyed(app, zipped(1, **{"../../out.jpg": b"x"}))
    assert "leads out of its folder" in app.error[0].value
    assert surveys._SHELF not in app.session_state


def test_a_folder_is_surveyed_into_a_folder_and_opened_again(app: AppTest, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(zipped(2))) as archive:
        archive.extractall(tmp_path)
    app.text_input(key=surveys.FOLDER).input(str(tmp_path / "set"))
    app.text_input(key=surveys.RESULT).input(str(tmp_path / "out"))
    run_survey(app)
    assert int(sv.load_survey(tmp_path / "out").count.sum()) == 4
    fresh = open_app("dataset")
    fresh.text_input(key=surveys.PATH).input(str(tmp_path / "out"))
    next(b for b in fresh.button if b.label == "Open it").click()
    fresh.run()
    assert "4 pictures" in fresh.selectbox(key=surveys.OPEN).options[0]
    fresh.text_input(key=surveys.PATH).input(str(tmp_path / "nothing"))
    next(b for b in fresh.button if b.label == "Open it").click()
    fresh.run()
    assert "is not there" in words(fresh)


def test_no_path_is_read_where_other_machines_are_served(tmp_path: Path) -> None:
    before = config.get_option("server.address")
    config.set_option("server.address", "0.0.0.0")
    try:
        app = open_app("dataset")
        assert not [box for box in app.text_input if "dataset" in str(box.key)]
        app.session_state[surveys.FOLDER] = str(tmp_path)
        app.session_state[surveys.RESULT] = str(tmp_path / "out")
        next(b for b in app.button if b.label == "Start the survey").click()
        app.run()
        assert "Upload a zip" in app.error[0].value
        assert not (tmp_path / "out").exists()
    finally:
        config.set_option("server.address", before)


def test_forget_my_pictures_forgets_what_was_made_of_them_in_a_survey(app: AppTest) -> None:
    surveyed(show(app, "channel"), zipped(3))
    (own,) = app.session_state[surveys._SHELF].values()
    assert any(pool.holds(own.identity) for pool in POOLS)
    app.file_uploader(key="uploader_0").upload("mine.jpg", photograph(), "image/jpeg")
    app.switch_page("views/costs/page.py").run()
    next(b for b in app.button if b.label == "Forget my pictures").click().run()
    assert not app.exception and not any(pool.holds(own.identity) for pool in POOLS)
    app.switch_page("views/dataset/page.py").run()
    assert not app.exception and own.title in app.selectbox(key=surveys.OPEN).options


def test_what_papers_say_is_one_table_of_the_librarys_findings(
    app: AppTest, shipped: sv.Survey
) -> None:
    app.session_state[literature_panel.OPEN] = True
    app.run()
    assert not app.exception, app.exception
    (rows,) = (table.value for table in app.table)
    found, said = literature(shipped), rows["This network"]
    assert [text.replace("\\", "") for text in said] == [each.sentence for each in found]
    assert rows["Paper"].tolist() == [each.paper for each in found]
