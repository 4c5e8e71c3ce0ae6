"""Pictures and networks for the soak: as many different ones as wanted, always the same."""

from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from senet_viz.models.catalogue import list_models, load_model
from senet_viz.pictures.decoding import decode
from senet_viz.pictures.samples import SAMPLES, load_sample
from tests.randomise_norms import randomise_norms

NAMED = ("test_efficientnet", "mobilenetv3_small_050")


@cache
def _photo(number: int) -> Image.Image:
    return decode(load_sample(SAMPLES[number % len(SAMPLES)].name)).resize((480, 360))


def photograph(number: int) -> bytes:
    """A JPEG of 480 x 360, a different one for each number."""
    draw = np.random.default_rng(number)
    pixels = np.asarray(_photo(number)).astype(np.int16)
    row, column = draw.integers(0, 200, 2)
    noise = draw.integers(-90, 90, (100, 100, 3), np.int16)
    pixels[row : row + 100, column : column + 100] += noise
    file = BytesIO()
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(file, "JPEG", quality=88)
    return file.getvalue()


def weights_folder(folder: Path) -> dict[str, str]:
    """Files that stand for published weights, and the titles of their networks in the app."""
    for seed, name in enumerate(NAMED):
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            model = randomise_norms(load_model(name, trained=False).model, seed=seed)
        torch.save(model.state_dict(), folder / f"{name}.pth")
    return {entry.name: entry.title for entry in list_models() if entry.name in NAMED}


def without_weights(count: int) -> list[str]:
    """Titles of the smallest networks that open untrained, without a download."""
    bare = [e for e in list_models() if not e.has_weights and e.blocks and e.parameters]
    return [e.title for e in sorted(bare, key=lambda e: e.parameters)[:count]]
