"""An engineer's own network, from its checkpoint to the network without two of its blocks."""

from pathlib import Path

import numpy as np
import pytest
import timm
import torch
from playwright.sync_api import Page, expect

import senet_viz as sv
from dashboard.services import surveys
from senet_viz.models.network import Network
from senet_viz.models.own_network import load_checkpoint
from senet_viz.removal import fold_together, name_pictures, read_batches
from senet_viz.removal.block_gates import gates_over
from tests.browser.conftest import settled
from tests.browser.test_main_job import facts
from tests.randomise_norms import randomise_norms

pytestmark = pytest.mark.browser
MOST_ACTIONS = 12  # a click, a key, a choice or a file is one
CLASSES, PICTURES = 7, 5
NAME = "seresnet18"
# Blocks that act as a fixed scale are ticked already: 2 and 3, layer2.0 and layer2.1.
CLICKED, GONE = (3, 7), ("layer2.0.se", "layer4.1.se")
ROW, TICK = 35, 44  # px of the table: a row, and the middle of the first column


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A checkpoint of seven classes as data-parallel training writes it, and labelled pictures."""
    torch.manual_seed(6)
    model = randomise_norms(timm.create_model(NAME, num_classes=CLASSES))
    torch.save({f"module.{k}": v for k, v in model.state_dict().items()}, tmp_path / "last.pth")
    own = load_checkpoint(NAME, tmp_path / "last.pth")
    image = sv.decode(sv.load_sample("china"))
    for number in range(PICTURES):
        piece = image.crop((60 * number, 40 * number, 60 * number + 90, 40 * number + 90))
        answer = int(sv.capture(own.model, own.preprocess(piece)).logits.argmax())
        label = answer if number else (answer + 1) % CLASSES  # all but one are answered correctly
        (tmp_path / "set" / str(label)).mkdir(parents=True, exist_ok=True)
        piece.save(tmp_path / "set" / str(label) / f"{number}.png")
    return tmp_path


def test_a_network_without_two_blocks_takes_few_actions(page: Page, files: Path) -> None:
    actions = ["open Your own network"]
    page.get_by_role("button", name="Your own network").click()
    dialog = page.get_by_role("dialog")
    actions.append("give the file, whose architecture its tensors tell")
    dialog.locator(".st-key-own_weights input[type=file]").set_input_files(files / "last.pth")
    expect(dialog.get_by_text(f"Its tensors are those of {NAME}")).to_be_visible()
    actions.append("use it")
    dialog.get_by_role("button", name="Use this network").click()
    expect(dialog).to_have_count(0)
    settled(page)
    actions.append("go to Data set, where the form stands open")
    page.get_by_role("link", name="Data set").click()
    actions.append("name the folder")
    page.locator(f".st-key-{surveys.FOLDER} input").fill(str(files / "set"))
    actions.append("start the survey")
    page.get_by_role("button", name="Start the survey").click()
    actions.append("ask which blocks can go")
    page.get_by_role("button", name="Which blocks can go?").click()
    table = page.locator('[class*="st-key-plan_blocks"] [data-testid="stDataFrame"]')
    table.scroll_into_view_if_needed()
    settled(page)
    for place in CLICKED:
        actions.append("tick a block, or take its tick away")
        box = table.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + TICK, box["y"] + ROW * (place + 1.5))
        settled(page)
    actions.append("measure both together")
    page.get_by_role("button", name="Measure the 2 SE blocks ticked together").click()
    actions.append("save the network")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save this network").click()
    saved.value.save_as(files / "small.safetensors")
    actions.append("open it")
    page.get_by_role("button", name="Open it here").click()
    expect(page.get_by_text("2 SE blocks folded away").first).to_be_visible()
    settled(page)
    assert len(actions) <= MOST_ACTIONS
    page.get_by_role("link", name="Inspect").click()
    expect(page.get_by_text("verified 6/6")).to_be_visible()
    settled(page)
    net = check(files)
    seen = sv.capture(net.model, net.preprocess(sv.decode(sv.load_sample("china"))))
    assert any(f"mean gate {each.excitation.mean():.3f}" in facts(page) for each in seen)


def check(files: Path) -> Network:
    """The file's network: it answers as the one folded in memory does, and as the plan counted."""
    own = load_checkpoint(NAME, files / "last.pth")
    again = sv.load_model(files / "small.safetensors")
    pictures = name_pictures(files / "set", own.labels, most=100)
    gates = gates_over(own.model, read_batches(own, pictures))
    small, _ = fold_together(own, gates, GONE)
    assert tuple(each.block for each in again.manifest.folded) == GONE
    right = 0
    for images, labels in read_batches(again, pictures):
        before, after = (sv.capture(net.model, images) for net in (small, again))
        np.testing.assert_allclose(after.logits, before.logits, rtol=0, atol=1e-5)
        for one, two in zip(before, after, strict=True):
            np.testing.assert_allclose(two.excitation, one.excitation, rtol=0, atol=1e-5)
        right += int((after.logits.argmax(1) == np.array(labels)).sum())
    assert again.manifest.judged.right_before == PICTURES - 1
    assert right == again.manifest.judged.right_after
    return again
