"""What decoding noted on the pictures of a survey is counted by kind, and outlives a pause."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

import senet_viz as sv
from senet_viz.cli import main
from senet_viz.core.translation import speaking
from senet_viz.reports import survey_report
from senet_viz.surveys import listing, plan, shard_store
from senet_viz.surveys.runner import surveying

NAME = "se_resnet18_imagenette"


def film(frames: int) -> bytes:
    """A GIF of so many frames of 64 x 64."""
    first, *others = (Image.new("RGB", (64, 64), (40 * n, 90, 20)) for n in range(frames))
    out = BytesIO()
    first.save(out, "GIF", save_all=True, append_images=others)
    return out.getvalue()


def folder_of(root: Path) -> Path:
    root.mkdir()
    for name, frames in (("a", 1), ("b", 3), ("c", 5)):
        (root / f"{name}.gif").write_bytes(film(frames))
    return root


def test_notes_are_counted_by_kind_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pictures, out = folder_of(tmp_path / "films"), tmp_path / "out"
    main(["survey", str(pictures), "--model", NAME, "--out", str(out), "--workers", "1"])
    done = sv.surveys.load_survey(out)
    line = "2 pictures, as b.gif: only the first of its 3 frames is used"
    assert [each.words for each in done.remarks if "frames" in each.template] == [line]
    with speaking("zh"):
        assert all("pictures" not in each.words for each in done.remarks)
    said = capsys.readouterr().out
    assert "Noted in reading the pictures:" in said and line in said
    assert line in survey_report(done).decode()
    notes = sv.load_model(NAME).notes
    assert done.network_notes == tuple(map(str, notes))


def test_notes_outlive_a_pause(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pictures, out = folder_of(tmp_path / "films"), tmp_path / "out"
    for module in (plan, listing):
        monkeypatch.setattr(module, "SHARD", 2)
    monkeypatch.setattr(shard_store, "LEAST_TO_CLEAR", 0)
    monkeypatch.setattr(shard_store.Running, "_state_size", lambda _: 0)
    steps = surveying(pictures, NAME, out=out, workers=1)
    next(step for step in steps if step.done == 2)
    steps.close()
    assert (out / shard_store.MERGED).is_file()
    done = sv.survey(pictures, NAME, out=out, resume=True, workers=1)
    assert [(r.count, r.example) for r in done.remarks if "frames" in r.template] == [(2, "b.gif")]
