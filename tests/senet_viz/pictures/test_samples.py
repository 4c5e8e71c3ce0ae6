"""samples: the pictures are really inside the packages, named, licensed and worth looking at."""

import json
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import numpy as np
import pytest

from senet_viz.core.errors import ImageError, MissingExtraError
from senet_viz.pictures import decoding, samples

BY_NAME = pytest.mark.parametrize("sample", samples.SAMPLES, ids=lambda sample: sample.name)
DISTRIBUTIONS = {"skimage": "scikit-image", "sklearn": "scikit-learn"}
TERMS = {"skimage": "skimage/data/_fetchers.py", "sklearn": "sklearn/datasets/images/README.txt"}


def test_the_app_opens_with_the_temple() -> None:
    assert samples.SAMPLES[0].name == "china"
    assert decoding.decode(samples.load_sample("china")).size == (640, 427)


def test_names_are_unique_slugs() -> None:
    names = [sample.name for sample in samples.SAMPLES]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() and name.islower() for name in names)


@BY_NAME
def test_it_is_a_colour_photograph(sample: samples.Sample) -> None:
    picture = decoding.read(samples.load_sample(sample.name))
    pixels = np.asarray(picture.image).astype(int)
    assert min(picture.size) >= 300
    assert np.ptp(pixels, axis=2).mean() > 10, "grey: no colour to speak of"
    assert pixels.std() > 30, "flat: nothing to look at"


@BY_NAME
def test_the_installed_wheel_brings_it(sample: samples.Sample) -> None:
    wheel = distribution(DISTRIBUTIONS[sample.file.split("/")[0]])
    assert sample.file in {str(file) for file in wheel.files or ()}, "not in the wheel: downloaded?"


@BY_NAME
def test_the_package_states_that_licence(sample: samples.Sample) -> None:
    package = sample.file.split("/")[0]
    stated = distribution(DISTRIBUTIONS[package]).read_text(f"../{TERMS[package]}") or ""
    terms, author = sample.licence.split(", ")[0], sample.licence.split(", ")[-1]
    wording = "creativecommons.org/licenses/by/2.0" if terms == "CC BY 2.0" else terms
    assert wording in stated
    assert author in stated
    assert sample.title and sample.source.startswith("https://")


def test_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ImageError, match=r"'lenna'.*china, chelsea, flower, coffee"):
        samples.load_sample("lenna")


def test_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)  # as Python marks what cannot be imported
    with pytest.raises(MissingExtraError, match=r"scikit-learn: .*'senet-viz\[samples\]'"):
        samples.load_sample("china")


def test_a_package_that_no_longer_has_the_picture_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "sklearn").mkdir()
    (tmp_path / "sklearn" / "__init__.py").touch()
    for name in [name for name in sys.modules if name.partition(".")[0] == "sklearn"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ImageError, match="comes with scikit-learn, where it was not found"):
        samples.load_sample("china")


def test_neither_package_is_imported() -> None:
    code = (
        "import json, sys; from senet_viz.pictures import samples;"
        "[samples.load_sample(s.name) for s in samples.SAMPLES];"
        "print(json.dumps(sorted({m.split('.')[0] for m in sys.modules})))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"skimage", "sklearn", "scipy", "streamlit"} & set(json.loads(run.stdout))
