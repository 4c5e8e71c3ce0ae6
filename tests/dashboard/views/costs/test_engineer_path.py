"""An engineer's own network, from its checkpoint to the network without two of its blocks."""

from pathlib import Path

import numpy as np
import pytest
import timm
import torch

import senet_viz as sv
from dashboard.services import plans, surveys
from dashboard.services.plan_records import Joined
from dashboard.session import selection
from dashboard.views.dataset import survey_form
from senet_viz.models.own_network import load_checkpoint
from senet_viz.removal import fold_together, name_pictures, read_batches
from tests.dashboard.open_app import open_app, words
from tests.dashboard.views.costs.test_page import button, table, until_done
from tests.dashboard.views.dataset.survey_run import run_survey
from tests.randomise_norms import randomise_norms

MOST_ACTIONS = 12  # a click, a key, a choice or a file is one
CLASSES, SHOWN = 7, (0, 3, 4, 6)
NAME, GONE = "seresnet18", (1, 6)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A checkpoint of seven classes as data-parallel training writes it; pictures of some."""
    torch.manual_seed(3)
    model = randomise_norms(timm.create_model(NAME, num_classes=CLASSES))
    torch.save({f"module.{k}": v for k, v in model.state_dict().items()}, tmp_path / "last.pth")
    image = sv.decode(sv.load_sample("china"))
    for number in SHOWN:
        (tmp_path / "set" / str(number)).mkdir(parents=True)
        piece = image.crop((60 * number, 40 * number, 60 * number + 90, 40 * number + 90))
        piece.save(tmp_path / "set" / str(number) / "1.png")
    return tmp_path


def test_a_network_without_two_blocks_takes_few_actions(files: Path) -> None:
    app = open_app()
    actions = ["open Your own network"]
    app.button(key="own_offer").click().run()
    actions.append("give the file, whose architecture its tensors tell")
    content = (files / "last.pth").read_bytes()
    app.file_uploader(key=selection.WEIGHTS).upload("last.pth", content, "").run()
    assert f"Its tensors are those of {NAME}" in words(app)
    actions.append("use it")
    app.button(key="own_use").click().run()
    first = app.session_state[selection.MODEL]
    assert not app.error and first.startswith("own:")
    actions.append("go to Data set, where the form stands open")
    app = app.switch_page("views/dataset/page.py").run()
    assert app.session_state[survey_form.BEGIN]
    actions.append("name the folder")
    app.text_input(key=surveys.FOLDER).input(str(files / "set"))
    actions.append("start the survey")
    run_survey(app)
    actions.append("ask which blocks can go")
    app.button(key="dataset_plan").click().run()
    assert "Which blocks can go?" in words(app), "the app went to Costs, and its driver follows"
    app = app.switch_page("views/costs/page.py")
    plan = until_done(app).session_state[plans._PLANNED].plan
    names = [row.block.name for row in plan.blocks]
    actions += ["tick a block", "tick another"]
    rows = {place: {"Fold": place in GONE} for place in range(len(names))}
    app.session_state[f"{plans.BLOCKS}_{first}"] = {"edited_rows": rows}
    app.run()
    actions.append("measure both together")
    button(app, "Measure the 2 SE blocks").click().run()
    joined = until_done(app).session_state[plans._JOINED]
    actions.append("save the network")
    (files / "small.safetensors").write_bytes(joined.content)
    assert app.get("download_button")
    actions.append("open it")
    app.button(key="plan_open").click().run()
    assert not app.exception, app.exception
    assert len(actions) <= MOST_ACTIONS
    assert joined.joint.blocks == tuple(names[place] for place in GONE)
    check(files, joined, app)


def check(files: Path, joined: Joined, app) -> None:
    """The file answers as the network in memory does, and as the plan counted."""
    own = load_checkpoint(NAME, files / "last.pth")
    small, _ = fold_together(own, joined.planned.gates, joined.joint.blocks)
    again = sv.load_model(files / "small.safetensors")
    pictures = name_pictures(files / "set", again.labels, most=100)
    right = 0
    for images, labels in read_batches(again, pictures):
        before, after = (sv.capture(net.model, images) for net in (small, again))
        np.testing.assert_allclose(after.logits, before.logits, rtol=0, atol=1e-5)
        for one, two in zip(before, after, strict=True):
            np.testing.assert_allclose(two.excitation, one.excitation, rtol=0, atol=1e-5)
        right += int((after.logits.argmax(1) == np.array(labels)).sum())
    assert right == joined.joint.change.right_after == again.manifest.judged.right_after
    opened = app.session_state[selection._OWN][app.session_state[selection.MODEL]]
    assert opened.sha256 == again.sha256
    assert "2 SE blocks folded away" in words(app)
    assert len(table(app, "Parameters saved")) == 6
