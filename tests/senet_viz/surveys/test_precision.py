"""bfloat16 outside the SE blocks: what it changes is measured, kept and said, and nothing more."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import senet_viz as sv
from senet_viz.cli import main
from senet_viz.core.errors import SENetVizError
from senet_viz.pictures.samples import load_sample
from senet_viz.surveys import precision
from senet_viz.surveys.precision import arithmetic, gate_difference, prepared
from senet_viz.surveys.runner import surveying

NAME = "se_resnet18_imagenette"
BLOCK = "layer3.1.se"


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    for name in ("china", "chelsea", "coffee"):
        (folder / f"{name}.png").write_bytes(load_sample(name))
    return folder


@pytest.mark.parametrize("name", [NAME, "mobilenetv3_small_050", "seresnet18"])
def test_gates_are_computed_in_float32_and_the_rest_is_not(name: str) -> None:
    network = sv.load_model(name, trained=name == NAME)
    model, seen = prepared(network.model, "cpu", "bfloat16"), set()
    inside = {b.name for b in sv.find_blocks(model)}

    def note(module: nn.Module, _args: object, output: object) -> None:
        where = next(n for n, m in model.named_modules() if m is module)
        if isinstance(output, Tensor) and isinstance(module, nn.Conv2d | nn.Linear):
            held = any(where.startswith(f"{block}.") for block in inside)
            seen.add((held, output.dtype))

    handle = torch.nn.modules.module.register_module_forward_hook(note)
    try:
        with torch.no_grad(), arithmetic("bfloat16", "cpu"):
            model(torch.randn(2, 3, *network.preprocess.input_size))
    finally:
        handle.remove()
    assert seen == {(True, torch.float32), (False, torch.bfloat16)}


def test_the_network_given_is_left_as_it_is() -> None:
    network = sv.load_model(NAME)
    picture = network.preprocess(sv.decode(load_sample("china")))
    before = sv.capture(network.model, picture)[BLOCK].excitation
    gate_difference(network, (BLOCK,))
    np.testing.assert_array_equal(sv.capture(network.model, picture)[BLOCK].excitation, before)


def test_a_survey_says_how_far_its_gates_are_moved(pictures: Path, tmp_path: Path) -> None:
    exact = sv.survey(pictures, NAME, out=tmp_path / "exact")
    low = sv.survey(pictures, NAME, out=tmp_path / "low", precision="bfloat16")
    assert exact.arithmetic == ""
    assert exact.manifest["precision"] == "float32"
    assert exact.manifest["gate_difference"] == 0
    said = low.manifest["gate_difference"]
    assert 1e-4 < said < 0.05
    assert f"{said:.4f}" in low.arithmetic
    moved = max(np.abs(exact[b].mean - low[b].mean).max() for b in exact.blocks)
    assert 0 < moved <= said  # these pictures are among those it was measured on


def test_the_command_takes_it_and_says_it(
    pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    given = ["survey", str(pictures), "--model", NAME, "--out", str(out)]
    assert main([*given, "--precision", "bfloat16"]) == 0
    assert "bfloat16 outside the SE blocks" in capsys.readouterr().out


def test_a_survey_is_not_resumed_with_another_arithmetic(pictures: Path, tmp_path: Path) -> None:
    steps = surveying(pictures, NAME, out=tmp_path, precision="bfloat16")
    next(step for step in steps if step.total)  # the plan is written
    steps.close()
    with pytest.raises(SENetVizError, match="was begun with precision 'bfloat16', not 'float32'"):
        sv.survey(pictures, NAME, out=tmp_path, resume=True)


def test_a_precision_that_is_none(pictures: Path, tmp_path: Path) -> None:
    with pytest.raises(SENetVizError, match=r"no precision .float8"):
        sv.survey(pictures, NAME, out=tmp_path, precision="float8")  # type: ignore[arg-type]


def test_weights_of_another_type_are_told_of(pictures: Path, tmp_path: Path) -> None:
    network = sv.load_model(NAME)
    network.model.double()
    with pytest.raises(SENetVizError, match="are float64, not float32"):
        sv.survey(pictures, network, out=tmp_path, precision="bfloat16")


class TakesTwo(nn.Module):
    """A gate that is given more than its features, by name, and gives back both."""

    def forward(self, features: Tensor, *, places: Tensor) -> tuple[Tensor, Tensor]:
        assert features.dtype == torch.float32
        return features * 2, places


def test_whatever_a_block_takes_and_gives_is_cast() -> None:
    held = precision._in_float32(TakesTwo().forward)
    places = torch.arange(3)
    doubled, same = held(features=torch.ones(3, dtype=torch.bfloat16), places=places)
    assert doubled.dtype == torch.bfloat16
    assert same is places
