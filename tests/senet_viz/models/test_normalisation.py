"""Mean and deviation as people copy them, and what is said of those on another scale."""

import pytest

from senet_viz.core.errors import WeightsError
from senet_viz.models.normalisation import checked_deviation, checked_mean
from senet_viz.models.preprocess import custom_preprocess, imagenet_preprocess

MM, MM_STD = [123.675, 116.28, 103.53], [58.395, 57.12, 57.375]  # of OpenMMLab's configurations


@pytest.mark.parametrize(
    ("mean", "std", "said"),
    [  # every one was accepted before, and the input of any picture next to constant
        (MM, None, "which is on a scale of 0 to 255. .* the mean is 0.485, 0.456, 0.406"),
        (MM, MM_STD, "the mean was given as 123.675, 116.28, 103.53, which is on a scale"),
        (None, MM_STD, "is never above 1. .* gives 0.229, 0.224, 0.225 here"),
        ([127.5] * 3, [127.5] * 3, "the mean is 0.5, 0.5, 0.5"),
        ([104.0, 117.0, 123.0], [1.0] * 3, "the mean is 0.408, 0.459, 0.482"),  # Caffe's
        ([-1.0] * 3, None, "a mean lies between 0 and 1. Give three such"),
        (None, [1 / 0.229] * 3, "is never above 1"),
        ([300.0] * 3, None, "a mean lies between 0 and 1"),
    ],
)
def test_another_scale_is_told_with_the_numbers_of_this_one(
    mean: list[float] | None, std: list[float] | None, said: str
) -> None:
    with pytest.raises(WeightsError, match=said):
        custom_preprocess(imagenet_preprocess(), mean=mean, std=std)


@pytest.mark.parametrize(
    ("mean", "std"),
    [
        ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
        ([0.0] * 3, [1.0] * 3),
        ([0.5] * 3, [0.5] * 3),
        ([0.0] * 3, [1 / 255] * 3),  # for a network that takes the file's own numbers
        ([1.0] * 3, [1.0] * 3),
    ],
)
def test_what_networks_are_trained_with_is_taken(mean: list[float], std: list[float]) -> None:
    assert checked_mean(mean) == tuple(mean)
    assert checked_deviation(std) == tuple(std)
