"""A real ImageNet checkpoint through the app's own path, in a real browser."""

import csv
from pathlib import Path

import pytest
import timm
import torch
from playwright.sync_api import Page, expect

import senet_viz as sv
from tests.browser.conftest import settled
from tests.outside import outside
from tests.randomise_norms import randomise_norms

pytestmark = pytest.mark.browser

ARCHITECTURE = "tf_mobilenetv3_small_100"
REAL, LIST = f"weights/{ARCHITECTURE}.in1k.pth", "photos/photos.csv"
PATIENCE = 90_000  # milliseconds; reading and filling a network takes its time on a busy machine


def photographs(*labels: str) -> dict[str, Path]:
    """The files of these classes, by the list beside them."""
    listed = outside(LIST)
    with listed.open(encoding="utf-8") as file:
        rows = {row["label"].replace("_", " "): row["file"] for row in csv.DictReader(file)}
    return {label: listed.parent / rows[label] for label in labels}


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    """Weights that nobody trained, in a file as a training leaves it."""
    torch.manual_seed(0)
    file = tmp_path / "checkpoint-9.pth"
    torch.save(randomise_norms(timm.create_model(ARCHITECTURE)).state_dict(), file)
    return file


def use(page: Page, weights: Path, *, architecture: str = ARCHITECTURE) -> None:
    """Open the dialog, fill it in, press its button."""
    page.get_by_role("button", name="Your own network").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox").fill(architecture)
    page.get_by_role("option", name=architecture, exact=True).click()
    dialog.locator(".st-key-own_weights input[type=file]").set_input_files(weights)
    dialog.get_by_role("button", name="Use this network").click()


def test_a_checkpoint_is_read_and_answers_as_it_does_in_the_library(
    page: Page, checkpoint: Path
) -> None:
    use(page, checkpoint)
    expect(page.get_by_role("dialog")).to_have_count(0, timeout=PATIENCE)
    settled(page)
    expect(page.get_by_title(f"weights from {checkpoint.name}")).to_be_visible()
    expect(page.get_by_text("verified 9/9")).to_be_visible()
    net = sv.load_model(ARCHITECTURE, weights=checkpoint)
    seen = sv.capture(net.model, net.preprocess(sv.decode(sv.load_sample("china"))))
    label = net.labels[int(seen.logits[0].argmax())].partition(",")[0]
    expect(page.locator(".answer dt").first).to_have_text(label, timeout=PATIENCE)


@pytest.mark.outside(REAL)
@pytest.mark.outside(LIST)
def test_a_real_checkpoint_is_right_about_real_photographs(page: Page) -> None:
    weights = outside(REAL)
    use(page, weights)
    expect(page.get_by_role("dialog")).to_have_count(0, timeout=PATIENCE)
    settled(page)
    expect(page.get_by_title(f"weights from {weights.name}")).to_be_visible()
    expect(page.get_by_text("verified 9/9")).to_be_visible()
    for label, photo in photographs("goldfish", "school bus", "pizza").items():
        page.locator(".st-key-uploader_0 input[type=file]").set_input_files(photo)
        saw = page.get_by_text(f"What the model saw: {photo.name}")
        expect(saw).to_be_visible(timeout=PATIENCE)
        settled(page)
        expect(page.locator(".answer dt").first).to_have_text(label, timeout=PATIENCE)
        assert not page.get_by_test_id("stException").count()
    page.get_by_role("link", name="Layers").click()
    settled(page)
    expect(page.get_by_text("9 SE blocks in all")).to_be_visible()


def test_the_wrong_architecture_is_answered_in_the_dialog(page: Page, checkpoint: Path) -> None:
    use(page, checkpoint, architecture="seresnet50")
    refused = page.get_by_text("This network could not be used")
    expect(refused).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("does not fit ResNet")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("verified 8/8")).to_be_visible()
