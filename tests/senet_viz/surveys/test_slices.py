"""A survey as its network's reference, and parts of a survey: right, wrong, sure, unsure."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import senet_viz as sv
from senet_viz.analysis import survey_answers
from senet_viz.analysis.survey_answers import SLICES
from senet_viz.core.errors import CaptureError, InputError
from senet_viz.surveys import slice_survey, with_reference
from senet_viz.surveys.slices import SlicedReader
from tests.dashboard.zips import crops

NAME = "se_resnet18_imagenette"


@pytest.fixture(scope="module")
def net() -> sv.models.Network:
    return sv.load_model(NAME)


@pytest.fixture(scope="module")
def survey(net: sv.models.Network, tmp_path_factory: pytest.TempPathFactory) -> sv.Survey:
    """Twenty-four pictures in folders that are called as two classes, and as none."""
    folder = tmp_path_factory.mktemp("slices")
    for number, (_, data) in enumerate(crops(12)):
        name = ("04_church", "tench", "thing")[number % 3]
        (folder / "set" / name).mkdir(parents=True, exist_ok=True)
        (folder / "set" / name / f"{number:02}.jpg").write_bytes(data)
    return sv.survey(folder / "set", net, out=folder / "out", keep_gates=True)


@pytest.fixture(scope="module")
def seen(net: sv.models.Network, survey: sv.Survey) -> list[sv.Capture]:
    """Every picture of it by itself."""
    files = [survey.picture(each.name) for each in survey.pictures]
    return [sv.capture(net.model, net.preprocess(sv.decode(f)), features="none") for f in files]


def test_answers_are_what_the_network_says(
    net: sv.models.Network, survey: sv.Survey, seen: list[sv.Capture]
) -> None:
    assert survey.answers == ("church", "tench", "")
    found = survey_answers(survey)
    for place, (ref, each) in enumerate(zip(survey.pictures, seen, strict=True)):
        chances = sv.analysis.shares(each.logits[0], each.activation)
        best = np.argsort(-chances, kind="stable")[:5]
        assert ref.top == tuple(net.labels[i] for i in best) and ref.predicted == ref.top[0]
        np.testing.assert_allclose(ref.chances, chances[best], atol=1e-5)
        true = survey.answers[ref.label]
        assert found.right[place] == (true == ref.top[0])
        assert found.among_five[place] == (true in ref.top)
        assert found.known[place] == bool(true)
    assert found.judged == 16 and found.accuracy == found.right.sum() / 16
    assert 0 < found.right.sum() < 16, "both kinds have to be there"


def test_a_slice_is_a_survey_of_its_pictures(survey: sv.Survey) -> None:
    found, block = survey_answers(survey), survey.blocks[-1]
    rows = {
        "right": found.right,
        "wrong": found.known & ~found.right,
        "sure": found.chance >= np.median(found.chance),
        "unsure": found.chance < np.median(found.chance),
    }
    labels = np.array([each.label for each in survey.pictures])
    for which in SLICES:
        part, at = slice_survey(survey, which), rows[which]
        assert [each.name for each in part.pictures] == list(np.array(found.names)[at])
        np.testing.assert_array_equal(part.count, np.bincount(labels[at], minlength=3))
        gates = survey.gates(block)[at]
        np.testing.assert_array_equal(part.gates(block), gates)
        np.testing.assert_allclose(part[block].total.mean[0], gates.mean(0), atol=1e-6)
        for k in np.flatnonzero(part.count):
            mine = gates[labels[at] == k].astype(np.float64)
            np.testing.assert_allclose(part[block].variance[k], mine.var(0), atol=1e-9)
        assert part.manifest["input"]["slice"] == which
        sv.analysis.split_survey(part)
    halves = [int(slice_survey(survey, w).count.sum()) for w in ("sure", "unsure")]
    assert sum(halves) == 24 and abs(halves[0] - halves[1]) <= 1


def test_the_reference_of_a_survey(
    net: sv.models.Network, survey: sv.Survey, seen: list[sv.Capture]
) -> None:
    """Usual gates and hidden units are those of its pictures, taken one by one."""
    reference = with_reference(net, survey).reference
    assert reference is not None and "24 pictures" in reference.source
    for block in survey.blocks:
        gates = np.concatenate([each[block].excitation for each in seen])
        on = np.concatenate([each[block].hidden for each in seen]) != 0
        mean, deviation = reference.usual(block)
        np.testing.assert_allclose(mean, gates.mean(0), atol=1e-5)
        np.testing.assert_allclose(deviation, gates.std(0), atol=1e-5)
        np.testing.assert_allclose(reference.activity(block), on.mean(0), atol=1e-6)
    part = slice_survey(survey, "right").reference()
    right = survey_answers(survey).right
    on = np.concatenate([each[block].hidden for each in seen])[right] != 0
    np.testing.assert_allclose(part.activity(block), on.mean(0), atol=1e-6)


def test_a_survey_of_other_weights_is_refused(survey: sv.Survey) -> None:
    other = sv.load_model(NAME, trained=False)
    with pytest.raises(InputError, match=f"of {NAME} with weights .*, not of the network looked"):
        with_reference(other, survey)


def test_what_was_not_kept_is_told(survey: sv.Survey) -> None:
    class Before(SlicedReader):
        """A survey of before: predictions alone."""

        def pictures(self) -> tuple[sv.surveys.PictureRef, ...]:
            return tuple(replace(p, top=(), chances=()) for p in self.whole.pictures())

        def units_on(self, place: int) -> None:
            return None

    old = replace(survey, reader=Before(survey.reader, np.arange(24)))
    assert old.reference().active == {}
    with pytest.raises(CaptureError, match="kept no answers"):
        slice_survey(old, "right")
    told = {**survey.manifest, "answers": ["", "", ""]}
    with pytest.raises(CaptureError, match=r"no picture .* answered correctly"):
        slice_survey(replace(survey, manifest=told), "right")


def test_unreadable_shards_leave_no_gap(tmp_path: Path, net: sv.models.Network) -> None:
    """Nothing of a shard is readable: hidden units of the others are known all the same."""
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "a.jpg").write_bytes(b"\xff\xd8\xff\xe0 no more")
    done = sv.survey(tmp_path / "set", net, out=tmp_path / "out", keep_gates=True)
    assert done.reader.units_on(0) is None and done.pictures == ()


def test_classes_are_matched_by_any_of_their_names(survey: sv.Survey) -> None:
    """In any spelling, without a number before it, or by the network's own word."""
    shipped = sv.load_survey(sv.surveys.shipped_survey(NAME))
    names = dict(enumerate(shipped.classes))
    found = sv.surveys.same_classes(survey, shipped)
    assert {survey.classes[a]: names[b] for a, b in found.items()} == {
        "04_church": "04_church",
        "tench": "00_tench",
    }
    told = {**survey.manifest, "answers": ["church", "tench", "golf ball, golf-ball"]}
    third = sv.surveys.same_classes(replace(survey, manifest=told), shipped)[2]
    assert names[third] == "08_golf_ball"
    twice = replace(survey, classes=("church", "CHURCH", "thing"))
    assert 4 not in sv.surveys.same_classes(shipped, twice)
