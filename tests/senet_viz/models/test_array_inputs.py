"""The input of networks for signals and volumes: the array unchanged, or an error message."""

import numpy as np
import pytest
import torch
from torch import nn

import senet_viz as sv
from senet_viz.core.errors import ImageError, InputError, WeightsError
from senet_viz.models import ArrayPreprocess, array_preprocess, load_factory
from senet_viz.models.array_inputs import array_preprocess_of
from tests.array_networks import heartbeat, scan

HERE = "tests.array_networks:"


@pytest.mark.parametrize("shape", [(1, 2, 9), (2, 9)])
def test_a_signal_goes_in_as_it_is(shape: tuple[int, ...]) -> None:
    values = np.arange(18, dtype=np.float32).reshape(shape)
    batch = array_preprocess(channels=2, axes=1)(values)
    assert batch.shape == (1, 2, 9) and batch.dtype == torch.float32
    np.testing.assert_array_equal(batch.numpy().ravel(), values.ravel())


@pytest.mark.parametrize("shape", [(4, 5, 6), (1, 4, 5, 6), (1, 1, 4, 5, 6)])
def test_a_grey_volume_needs_no_axis_for_its_channel(shape: tuple[int, ...]) -> None:
    values = np.random.default_rng(0).standard_normal(shape)
    batch = array_preprocess(channels=1, axes=3)(values)
    assert batch.shape == (1, 1, 4, 5, 6)
    np.testing.assert_array_equal(batch.numpy().ravel(), values.astype(np.float32).ravel())


@pytest.mark.parametrize(
    ("shape", "advice"),
    [
        ((9, 2), r"numpy.moveaxis\(array, -1, 0\)"),
        ((3, 2, 9), "Give a single one of its 3 inputs"),
        ((3, 4, 9), "with or without a batch axis"),
        ((9,), "with or without a batch axis"),
    ],
)
def test_another_shape_is_refused_with_what_is_taken(shape: tuple[int, ...], advice: str) -> None:
    with pytest.raises(InputError, match=rf"takes signals \(2, length\)\. .*{advice}"):
        array_preprocess(channels=2, axes=1)(np.zeros(shape))


def test_pictures_and_arrays_are_not_taken_for_each_other() -> None:
    picture = sv.decode(sv.load_sample("china"))
    with pytest.raises(ImageError, match="takes arrays, not pictures"):
        array_preprocess(channels=2, axes=1)(picture)
    with pytest.raises(ImageError, match="takes pictures"):
        sv.models.imagenet_preprocess()(np.zeros((3, 8, 8)))
    with pytest.raises(InputError, match="0 channels and 2 axes"):
        array_preprocess(channels=0, axes=2)


@pytest.mark.parametrize(
    ("name", "words", "values"),
    [
        ("signal", "signals (12, length)", heartbeat()),
        ("volume", "volumes (1, depth, height, width)", scan()),
        ("frames_first", "signals (12, length)", heartbeat()),
    ],
)
def test_a_factory_s_network_takes_what_its_first_convolution_does(
    name: str, words: str, values: np.ndarray
) -> None:
    net = load_factory(HERE + name)
    assert isinstance(net.preprocess, ArrayPreprocess) and net.preprocess.wanted == words
    assert words in net.notes[0] and "ImageNet" not in net.notes[0]
    batch = net.preprocess(values)
    assert batch.shape[1] == (len(values[0]) if name == "frames_first" else net.preprocess.channels)
    assert sv.capture(net.model, batch)[0].proof == "verified"
    with pytest.raises(WeightsError, match="Leave out mean"):
        load_factory(HERE + name, mean=[0.5] * 3)


def test_a_network_of_pictures_that_begins_with_another_convolution_stays_one() -> None:
    """In definition order the gate's own convolution, over channels, may come first."""
    model = nn.Sequential()
    model.late = nn.Conv1d(1, 1, 3)
    model.append(nn.Conv2d(3, 4, 3))
    assert array_preprocess_of(model) is None


def test_class_names_are_counted_without_a_picture() -> None:
    assert load_factory(HERE + "frames_first", labels="ab").labels == ("a", "b")
    assert load_factory(HERE + "signal", labels="abcde").labels == tuple("abcde")
    with pytest.raises(WeightsError, match="tells 3 classes apart"):
        load_factory(HERE + "volume", labels="ab")


def test_a_survey_says_that_it_takes_pictures(tmp_path: object) -> None:
    with pytest.raises(sv.SENetVizError, match=r"takes signals .*, and a survey takes pictures"):
        sv.survey(tmp_path, load_factory(HERE + "signal"), out=f"{tmp_path}/out")
