"""The receptive field on the picture: bare inside, darkened outside, in words with its share."""

import io

import numpy as np
import pytest
from PIL import Image

import senet_viz as sv
from senet_viz.analysis.receptive_fields import ReceptiveField
from senet_viz.core.records import SEBlock
from senet_viz.figures.block.receptive_field import field_picture, field_sentence

BLOCK = SEBlock("a.se", 0, "ours", "sigmoid", 8, 2)
FIELD = ReceptiveField(BLOCK, (4, 4), (32, 32), (8, 8), (-4, -4), (11, 11), 0)


def test_inside_it_is_the_picture_and_outside_it_is_dark() -> None:
    pixels = np.full((32, 32, 3), 100, np.uint8)
    drawn = np.asarray(Image.open(io.BytesIO(field_picture(pixels, FIELD, (0, 1)))))
    assert FIELD.of((0, 1)) == (slice(0, 12), slice(4, 20))
    assert drawn[5, 10].tolist() == [100] * 3 and drawn[20, 10].tolist() == [35] * 3
    assert drawn[11, 10].tolist() == [255] * 3 and drawn[12, 10].tolist() == [35] * 3


def test_its_words() -> None:
    said = field_sentence(FIELD, (0, 1))
    assert "Row 0, column 1 sees 16 × 16 pixels" in said and "19% of the picture" in said
    assert said.endswith("no SE block comes before this one")
    with pytest.raises(sv.BlockError, match="asked for was"):
        field_picture(np.zeros((32, 32, 3), np.uint8), FIELD, (4, 0))
