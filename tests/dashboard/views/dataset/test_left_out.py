"""Data set says how classes were told and what of the input was left out."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import senet_viz as sv
from dashboard.services import surveys
from tests.dashboard.open_app import open_app, words
from tests.dashboard.views.dataset.survey_run import run_survey
from tests.dashboard.zips import crops, zipped


def labels(app: AppTest) -> list[str]:
    return [box.label.replace("\\", "") for box in app.expander]


def test_what_a_zip_left_out_is_said_with_what_the_survey_did() -> None:
    app = open_app("dataset")
    odd = {"__MACOSX/set/._1.jpg": b"x", "set/made/notes.txt": b"x", "set/made/1.jpg.json": b"{}"}
    app.file_uploader(key=surveys.ZIP).upload("set.zip", zipped(2, **odd))
    said = words(run_survey(app))
    assert "Classes come from the folder around the picture (4 pictures)." in said
    assert "Left out: 3 files." in labels(app)
    assert "1 file: system files or thumbnails (__MACOSX), as __MACOSX/set/._1.jpg" in said
    assert "2 files: not a picture in a format that is read (.txt 1, .json 1)" in said


def test_nothing_left_out_is_said_too_and_that_nobody_counted() -> None:
    app = open_app("dataset")
    assert "were not counted in this survey" in words(app)  # of the survey that is shipped
    app.file_uploader(key=surveys.ZIP).upload("set.zip", zipped(1))
    assert "Nothing was left out." in words(run_survey(app))


def test_links_are_followed_within_the_allowed_folders_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed, outside = tmp_path / "allowed", tmp_path / "outside"
    for place, (_, data) in zip(("allowed/pool", "outside"), crops(1), strict=True):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "1.jpg").write_bytes(data)
    (allowed / "set").mkdir()
    (allowed / "set" / "cat").symlink_to(allowed / "pool")
    (allowed / "set" / "dog").symlink_to(outside)
    (allowed / "set" / "2.jpg").symlink_to(outside / "1.jpg")
    monkeypatch.setenv("SENET_VIZ_FOLDERS", str(allowed))
    app = open_app("dataset")
    app.text_input(key=surveys.FOLDER).input(str(allowed / "set"))
    app.text_input(key=surveys.RESULT).input(str(allowed / "out"))
    said = words(run_survey(app))
    assert "2 links: leads out of the folders that may be opened, as 2.jpg, dog" in said
    assert sv.load_survey(allowed / "out").classes == ("cat",)
