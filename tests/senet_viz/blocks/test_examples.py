"""Inputs made up for networks that come without one."""

from types import SimpleNamespace

import pytest
import timm
import torch
from torch import Tensor, nn

from senet_viz import CaptureError, find_blocks
from senet_viz.blocks.examples import examples_for


class Gate(nn.Module):
    """One channel gate on (n, 16, *places)."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(16, 16)

    def forward(self, x: Tensor) -> Tensor:
        s = torch.sigmoid(self.fc(x.flatten(2).mean(2)))
        return x * s.reshape(*s.shape, *(1,) * (x.ndim - 2))


class Speech(nn.Module):
    """Takes (n, times, features), as speechbrain's networks do."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv1d(24, 16, 3)
        self.gate = Gate()

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.gate(self.conv(x.transpose(1, 2)))
        return out


def test_a_network_for_speech() -> None:
    assert [block.name for block in find_blocks(Speech())] == ["gate"]


def test_a_network_for_small_pictures() -> None:
    """Its last layer fits pictures of 32 pixels only, as in networks for CIFAR."""
    network = nn.Sequential(nn.Conv2d(3, 16, 3), Gate(), nn.Flatten(), nn.Linear(16 * 30 * 30, 2))
    assert [block.name for block in find_blocks(network)] == ["1"]


def test_a_network_for_large_clips() -> None:
    """Its last layer fits clips of 16 frames of 224 pixels only, as in torchvision."""
    network = nn.Sequential(
        nn.Conv3d(3, 16, (2, 32, 32), stride=(2, 32, 32)),
        Gate(),
        nn.Flatten(),
        nn.Linear(16 * 8 * 7 * 7, 2),
    )
    assert [block.name for block in find_blocks(network)] == ["1"]


class Matting(nn.Module):
    """Requires a switch beside the picture, as MODNet does."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.gate = nn.Conv2d(3, 16, 3), Gate()

    def forward(self, img: Tensor, inference: bool) -> Tensor:
        out: Tensor = self.gate(self.conv(img))
        return out if inference is True else out[:, :1]


def test_a_network_that_requires_a_switch() -> None:
    assert [block.name for block in find_blocks(Matting())] == ["gate"]


class Siamese(nn.Module):
    """Requires two pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.gate = nn.Conv2d(3, 16, 3), Gate()

    def forward(self, one: Tensor, other: Tensor) -> Tensor:
        out: Tensor = self.gate(self.conv(one)) - self.conv(other + 0.0)
        return out


def test_a_network_of_two_pictures() -> None:
    assert [block.name for block in find_blocks(Siamese())] == ["gate"]


class Recurrent(nn.Module):
    """An LSTM over the channels, each a series of 31 steps, beside convolutions: LSTM-FCN."""

    def __init__(self) -> None:
        super().__init__()
        self.rnn = nn.LSTM(31, 8, batch_first=True)
        self.conv, self.gate = nn.Conv1d(3, 16, 3), Gate()
        self.head = nn.Linear(24, 4)

    def forward(self, x: Tensor) -> Tensor:
        last = self.rnn(x)[0][:, -1]
        both = torch.cat([last, self.gate(self.conv(x)).mean(-1)], 1)
        out: Tensor = self.head(both)
        return out


def test_a_recurrent_network_beside_a_convolutional_one() -> None:
    assert [block.name for block in find_blocks(Recurrent())] == ["gate"]


class Speaker(nn.Module):
    """Turns (n, times, 24 features) into one map, as speechbrain's ResNet does."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.gate = nn.Conv2d(1, 16, 3, padding=1), Gate()
        self.head = nn.Linear(16 * 24, 2)

    def forward(self, x: Tensor, lengths: Tensor | None = None) -> Tensor:
        maps = self.gate(self.conv(x.unsqueeze(1)))
        out: Tensor = self.head(maps.mean(2).flatten(1))
        return out


def test_a_network_that_makes_a_map_of_speech() -> None:
    assert [block.name for block in find_blocks(Speaker())] == ["gate"]


class WordsAndPictures(nn.Module):
    """Takes words and a picture named as in a Hugging Face config, as ALIGN does."""

    main_input_name = "input_ids"

    def __init__(self) -> None:
        super().__init__()
        vision = SimpleNamespace(image_size=40, num_channels=3)
        self.config = SimpleNamespace(text_config=SimpleNamespace(), vision_config=vision)
        self.words = nn.Embedding(50, 16)
        self.conv, self.gate = nn.Conv2d(3, 16, 40, stride=40), Gate()

    def forward(
        self, input_ids: Tensor | None = None, pixel_values: Tensor | None = None
    ) -> Tensor:
        assert input_ids is not None and pixel_values is not None
        out: Tensor = self.gate(self.conv(pixel_values)).flatten(1) @ self.words(input_ids[0]).T
        return out


def test_a_network_of_words_and_pictures() -> None:
    assert [block.name for block in find_blocks(WordsAndPictures())] == ["gate"]


class Picky(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv1d(3, 16, 3)

    def forward(self, x: Tensor, inference: bool) -> Tensor:
        raise ValueError("not this one")


def test_where_no_guess_fits_the_shapes_that_were_tried_are_named() -> None:
    said = r"\(\(1, 3, 1024\), False\); \(\(1, 3, 1024\), \(1, 3, 1024\)\); .*\(1, 1024, 3\)"
    with pytest.raises(CaptureError, match=said):
        find_blocks(Picky())


def test_a_tool_that_puts_its_own_function_in_the_place_of_forward_changes_no_guess() -> None:
    model = timm.create_model("test_efficientnet").eval()
    model.forward = lambda module, state: (module, state)
    shapes = [tuple(x.shape) for x in examples_for(model) if isinstance(x, Tensor)]
    assert shapes[:1] == [(1, 3, 160, 160)]
