"""No error of the app, and no word about what a person gave it, is outside the catalogues."""

from pathlib import Path
from typing import Any

import pytest

from dashboard.services import surveys
from dashboard.session import measurement_requests, selection
from dashboard.shell import own_network_dialog
from dashboard.views.pointwise.compute import fits, training
from tests.dashboard.language_switch import opened, run
from tests.dashboard.test_languages import STEPS, known_longest_first, made_up, outside
from tests.dashboard.zips import zipped

__all__ = ["made_up"]

# What is chosen where a folder is asked for, that folder, and the start of the key of the button
# that ends in an error.
EMPTY, ABSENT = "0", "1"
LIVE = {"pointwise_section": "live"}
FAILING: tuple[tuple[str, dict[str, Any], str, str], ...] = (
    ("pointwise", {**LIVE, training.DATA: "folder"}, EMPTY, "watching_train"),
    ("pointwise", {**LIVE, training.DATA: "folder"}, ABSENT, "watching_train"),
    ("pointwise", {**LIVE, training.DATA: "zip"}, ABSENT, "watching_train"),
    (
        "pointwise",
        {"pointwise_section": "fitted", fits.SOURCE: "folder"},
        EMPTY,
        "FormSubmitter:fit_folder-",
    ),
    ("pointwise", {"pointwise_section": "unpooled"}, EMPTY, "FormSubmitter:unpooled-"),
    ("effects", {}, ABSENT, "FormSubmitter:labelled-"),
    ("dataset", {}, ABSENT, "FormSubmitter:dataset_start-"),
    ("dataset", {}, EMPTY, "FormSubmitter:dataset_open_form-"),
    (
        "inspect",
        {selection._OWN_OPEN: True, selection.SOURCE: own_network_dialog.NAMED},
        ABSENT,
        "own_use",
    ),
)


@pytest.mark.usefixtures("made_up")
@pytest.mark.parametrize(("view", "chosen", "folder", "button"), FAILING)
def test_every_error_is_in_the_catalogues(
    view: str, chosen: dict[str, Any], folder: str, button: str, tmp_path: Path
) -> None:
    (tmp_path / EMPTY).mkdir()
    named = dict.fromkeys(
        (measurement_requests.FOLDER, surveys.FOLDER, surveys.PATH), str(tmp_path / folder)
    )
    app = opened(view, "zh", chosen | named)
    next(b for b in app.button if str(b.key).startswith(button)).click()
    shown = run(app).error
    assert len(shown) == 1
    assert not outside(app, known_longest_first(str(tmp_path))), shown[0].value


@pytest.mark.usefixtures("made_up")
def test_so_are_the_words_for_pictures_of_a_zip(tmp_path: Path) -> None:
    app = opened("pointwise", "zh", {"pointwise_section": "live", training.DATA: "zip"})
    app.file_uploader(key=training.ZIP).upload("1.zip", zipped(2))
    run(app).number_input(key=training.STEPS).set_value(STEPS)
    app.button(key="watching_train").click()
    run(app)
    assert not app.error
    assert not outside(app, known_longest_first("1.zip"))
