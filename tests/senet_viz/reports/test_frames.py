"""Tables of pandas, and the gates of a survey as one tidy file."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

import senet_viz as sv
from senet_viz.analysis.ranking import summarize
from senet_viz.analysis.survey_gates import gates_by_picture
from senet_viz.analysis.survey_pictures import PictureRef
from senet_viz.core.arrays import Array
from senet_viz.core.errors import BlockError, CaptureError
from senet_viz.figures.block.gates import gate_histogram
from senet_viz.surveys.tables import load_survey, shipped_survey
from tests.senet_viz.figures.capture_records import LAST, SEEN

PICTURES = (PictureRef("a.jpg", 0), PictureRef("b.jpg", 2), PictureRef("c.jpg", 2, "dog"))


class Kept:
    """The gates of three pictures, as a survey's folder keeps them."""

    def gates(self, place: int) -> Array:
        return np.arange(3 * (place + 2), dtype=np.float32).reshape(3, -1) / 100

    def squeezes(self, place: int) -> None:
        return None

    def units_on(self, place: int) -> None:
        return None

    def pictures(self) -> tuple[PictureRef, ...]:
        return PICTURES

    def picture(self, name: str) -> bytes | None:
        return None


@pytest.fixture(scope="module")
def shipped() -> sv.Survey:
    return load_survey(shipped_survey("se_resnet18_imagenette"))


@pytest.fixture
def survey(shipped: sv.Survey, tmp_path: Path) -> sv.Survey:
    (tmp_path / "gates").mkdir()
    manifest = {**shipped.manifest, "keep_gates": True}
    return replace(shipped, folder=tmp_path, manifest=manifest, reader=Kept())


def test_a_capture_is_a_frame_with_a_row_for_every_gate() -> None:
    frame = sv.reports.to_frame(SEEN)
    assert list(frame) == ["input", "block", "channel", "squeeze", "logit", "excitation"]
    means = frame.groupby("block").excitation.mean()
    for activation in SEEN:
        assert means[activation.block.name] == pytest.approx(activation.excitation.mean())


def test_records_of_one_kind_and_charts_are_frames_too() -> None:
    rows = sv.reports.to_frame(summarize(SEEN))
    assert rows.block.tolist() == list(SEEN.names) and "near_zero" in rows
    chart = gate_histogram(LAST, image=0, dark=False)
    assert sv.reports.to_frame(chart).channels.sum() == LAST.excitation.shape[1]
    for nothing in ([], "words", [SEEN, LAST], 3):
        with pytest.raises(CaptureError, match="there is no table of a"):
            sv.reports.to_frame(nothing)  # type: ignore[arg-type]


def test_a_survey_has_a_row_for_every_class_block_and_channel(shipped: sv.Survey) -> None:
    frame = sv.reports.to_frame(shipped)
    channels = sum(shipped[block].mean.shape[1] for block in shipped.blocks)
    assert len(frame) == channels * len(shipped.classes)
    block, name = shipped.blocks[-1], shipped.classes[3]
    part = frame[(frame.block == block) & (frame["class"] == name)]
    np.testing.assert_array_equal(part["mean"], shipped[block].mean[3])


def test_gates_of_single_pictures_are_one_tidy_table(survey: sv.Survey) -> None:
    found = gates_by_picture(survey, blocks=survey.blocks[:2])
    frame = sv.reports.to_frame(found)
    assert list(frame) == ["picture", "block", "channel", "label", "predicted", "excitation"]
    assert len(frame) == 3 * (2 + 3)
    row = frame[(frame.picture == "c.jpg") & (frame.block == survey.blocks[1])]
    np.testing.assert_allclose(row.excitation, Kept().gates(1)[2])
    assert set(row.label) == {survey.classes[2]}
    assert set(row.predicted) == {"dog"}
    assert frame[frame.picture != "c.jpg"].predicted.isna().all()
    words = ("picture", "block", "label", "predicted")
    written = pq.read_table(BytesIO(sv.reports.gates_parquet(found))).to_pandas()
    pd.testing.assert_frame_equal(
        written.astype(dict.fromkeys(words, object)),
        frame.astype(dict.fromkeys(words, object)),
    )


def test_what_is_not_there_is_refused_before_anything_is_read(
    survey: sv.Survey, shipped: sv.Survey
) -> None:
    with pytest.raises(BlockError, match="Did you mean"):
        gates_by_picture(survey, blocks=["layer9"])
    with pytest.raises(CaptureError, match="kept no gates"):
        gates_by_picture(shipped)
