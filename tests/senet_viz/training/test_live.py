"""A training that is watched: what is handed out is what happened, and closing it ends it."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import senet_viz as sv
from senet_viz.analysis.training_steps import Moment
from senet_viz.core.errors import InputError
from senet_viz.training import live
from senet_viz.training.small_sets import SmallSet, digits, pictures_in, pictures_in_zip


@pytest.fixture(scope="module")
def small() -> SmallSet:
    return digits(side=32)


def test_gates_begin_at_exactly_one_half_and_leave_it(small: SmallSet) -> None:
    moments = list(live.watch_training(small, steps=13, every=6))
    assert [m.step for m in moments] == [0, 6, 12]
    assert (moments[0].gates == 0.5).all()
    assert (np.diff(moments[-1].gates, axis=1) >= 0).all()
    spread = [float(np.ptp(m.gates, axis=1).max()) for m in moments]
    assert 0 == spread[0] < spread[1] < spread[2]
    assert moments[-1].loss < moments[0].loss
    assert moments[0].blocks[0] == "layer1.0.se" and len(moments[0].blocks) == 8


def test_drawn_gates_are_apart_from_the_start(small: SmallSet) -> None:
    first = next(live.watch_training(small, steps=1, beginning="drawn"))
    assert first.gates[-1, 0] < 0.3 and first.gates[-1, -1] > 0.7
    assert abs(first.gates[0, 2] - 0.5) < 0.1


def test_the_same_seed_gives_the_same_steps_whoever_watches(small: SmallSet) -> None:
    def last(**given: int) -> Moment:
        *_, moment = live.watch_training(small, steps=4, **given)
        return moment

    torch.manual_seed(0)
    one = last()
    torch.manual_seed(1)
    with torch.no_grad():
        other = last(every=3)
    np.testing.assert_array_equal(one.gates, other.gates)
    assert (one.loss, one.accuracy) == (other.loss, other.accuracy)
    assert last(seed=1).loss != one.loss


def test_closing_ends_the_training(small: SmallSet, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[int] = []
    normalise = live.normalise

    def counted(pictures: torch.Tensor) -> torch.Tensor:
        steps.append(len(pictures))
        return normalise(pictures)

    monkeypatch.setattr(live, "normalise", counted)
    training = live.watch_training(small, steps=1000)
    next(training), next(training)
    training.close()
    assert steps == [live.BATCH] * 2
    assert list(training) == []


def test_digits_are_all_of_them(small: SmallSet) -> None:
    assert small.split.pictures.shape == (1797, 3, 32, 32)
    assert small.split.pictures.dtype == torch.uint8 and small.split.pictures.max() == 255
    assert small.labels == tuple("0123456789")
    assert set(small.split.labels.tolist()) == set(range(10))


def png(colour: tuple[int, int, int]) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (90, 60), colour).save(file, "PNG")
    return file.getvalue()


FILES = {
    "red/a.png": png((255, 0, 0)),
    "red/b.PNG": png((255, 0, 0)),
    "blue/c.png": png((0, 0, 255)),
    "blue/broken.png": b"no picture",
    "blue/notes.txt": b"words",
}


def test_a_folder_and_a_zip_of_it_are_the_same(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in FILES.items():
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
            archive.writestr(f"set/{name}", data)
            archive.writestr(f"__MACOSX/{path.name}", data)
    folder = pictures_in(tmp_path, most=100, side=16)
    zipped = pictures_in_zip(packed.getvalue(), "set.zip", most=100, side=16)
    for found in (folder, zipped):
        assert found.labels == ("blue", "red")
        assert sorted(found.split.labels.tolist()) == [0, 1, 1]
        for picture, label in zip(found.split.pictures, found.split.labels, strict=True):
            assert picture.shape == (3, 16, 16)
            assert picture[2 * (1 - int(label))].min() == 255
        assert "3 pictures of 2 classes" in found.words
    assert len(pictures_in(tmp_path, most=4, side=16).split.labels) <= 4


def test_what_cannot_be_learned_from_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a folder"):
        pictures_in(tmp_path / "nowhere", most=5)
    (tmp_path / "only").mkdir()
    (tmp_path / "only" / "a.png").write_bytes(FILES["red/a.png"])
    with pytest.raises(sv.ImageError, match=r"in 1 class folder"):
        pictures_in(tmp_path, most=5)
    with pytest.raises(sv.ImageError, match=r"x\.zip is not a zip file"):
        pictures_in_zip(b"PK", "x.zip", most=5)
