"""Weight files as people have them: read, with what was left out said, or told what they are."""

import os
from argparse import Namespace
from pathlib import Path

import numpy as np
import pytest
import timm
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from senet_viz.core.errors import WeightsError
from senet_viz.models.catalogue import load_model
from senet_viz.models.harmless_objects import LISTED, stand_ins
from senet_viz.models.layouts import Layout
from senet_viz.models.weight_files import read_checkpoint
from tests.senet_viz.models.checkpoint_variants import (
    CLASSES,
    EVERY,
    SMALL,
    Variant,
    behind,
    headed,
)

READ = [variant for variant in EVERY if not variant.refused]
REFUSED = [variant for variant in EVERY if variant.refused]


@pytest.fixture(scope="module")
def small() -> nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return timm.create_model(SMALL, num_classes=CLASSES)


@pytest.mark.parametrize("variant", READ, ids=lambda v: f"{v.name}; before: {v.before}")
def test_it_is_read_whole_and_what_is_left_out_is_listed(
    small: nn.Module, tmp_path: Path, variant: Variant
) -> None:
    path = tmp_path / f"weights{variant.suffix}"
    variant.write(small, path)
    net = load_model(SMALL, weights=path)
    torch.testing.assert_close(
        dict(net.model.state_dict()), dict(small.state_dict()), rtol=0, atol=0
    )
    assert net.contents.used == len(small.state_dict())
    assert set(variant.outside) <= set(net.contents.outside)
    assert bool(variant.outside) == bool(net.contents.outside)
    assert net.contents.beside == variant.beside
    assert net.contents.words == net.notes[-1]
    assert variant.noted in " ".join(net.notes)
    nothing = not (variant.outside or variant.beside)
    assert nothing == net.notes[-1].endswith("nothing left out.")


@pytest.mark.filterwarnings("ignore:.torch.jit.:FutureWarning")
@pytest.mark.parametrize("variant", REFUSED, ids=lambda v: f"{v.name}; before: {v.before}")
def test_it_is_told_what_it_is_and_what_would_work(
    small: nn.Module, tmp_path: Path, variant: Variant
) -> None:
    path = tmp_path / f"weights{variant.suffix}"
    variant.write(small, path)
    with pytest.raises(WeightsError) as caught:
        load_model(SMALL, weights=path)
    said = str(caught.value)
    assert variant.refused in said and str(path) in said
    assert "\n" not in said and "weights_only" not in said and "cut short" not in said


def test_every_kind_has_variants_enough() -> None:
    assert len({variant.name for variant in EVERY}) == len(EVERY) > 40
    assert all(variant.before for variant in EVERY)


class Hostile:
    """Unpickling it makes a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.folder),)


def test_what_would_run_is_named_beside_what_is_harmless(small: nn.Module, tmp_path: Path) -> None:
    content = {"best": np.float64(1), "args": Namespace(a=1), "hook": Hostile(tmp_path / "made")}
    torch.save({"model": small.state_dict(), **content}, tmp_path / "weights.pth")
    with pytest.raises(WeightsError, match=rf"near the entry 'hook'\): .* {os.name}\.mkdir, which"):
        load_model(SMALL, weights=tmp_path / "weights.pth")
    assert not (tmp_path / "made").exists()


def test_a_harmless_object_is_not_made_either(tmp_path: Path) -> None:
    """Reading leaves a stand-in, whatever the object's own class would do."""
    torch.save({"a": torch.ones(2), "array": np.ones(3), "path": tmp_path}, tmp_path / "file.pth")
    with stand_ins():
        content = torch.load(tmp_path / "file.pth", weights_only=True)
    assert {type(content[key]).__name__ for key in ("array", "path")} == {"StandIn"}
    assert not set(LISTED) & {"builtins.eval", "builtins.getattr", "functools.partial"}
    assert not any(isinstance(kept, tuple) for kept in torch.serialization.get_safe_globals())


class Small(nn.Module):
    """A stem, a gate and a classifier."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))
        self.se = nn.ModuleDict({"fc1": nn.Linear(4, 2), "fc2": nn.Linear(2, 4)})
        self.fc = nn.Linear(4, 3)


NETWORK = Small().state_dict()
LAYOUT = Layout({name: tuple(tensor.shape) for name, tensor in NETWORK.items()}, "fc")
PARTS = ("_orig_mod", "module", "model", "net", "backbone", "encoder", "_forward_module", "mine")
STRANGERS = ("criterion.weight", "total_ops", "loss_fn.centers", "n_averaged", "metric.sum")
KEYS = ("state_dict", "model", "model_state", "network", "weights", "net", "params", "mine")
OBJECTS: dict[str, object] = {
    "best": np.float64(1),
    "args": Namespace(out=Path("runs")),
    "epoch": 3,
    "optimizer": {"state": {0: {"exp_avg": torch.ones(3)}}},
    "rng": torch.get_rng_state(),
}


@settings(max_examples=80)
@given(
    prefix=st.lists(st.sampled_from(PARTS), max_size=4),
    strangers=st.sets(st.sampled_from(STRANGERS)),
    inside=st.booleans(),
    keys=st.lists(st.sampled_from(KEYS), max_size=3),
    beside=st.sets(st.sampled_from(sorted(OBJECTS))),
    zipped=st.booleans(),
)
def test_any_prefix_strangers_and_container(
    tmp_path_factory: pytest.TempPathFactory,
    prefix: list[str],
    strangers: set[str],
    inside: bool,
    keys: list[str],
    beside: set[str],
    zipped: bool,
) -> None:
    """Every tensor arrives under its own name, and what is left out is listed to the last."""
    before = "".join(f"{part}." for part in prefix)
    foreign = {f"{before if inside else ''}{name}": torch.ones(1) for name in strangers}
    content: dict[str, object] = {**behind(before, NETWORK), **foreign}
    for key in reversed(keys):
        content = {key: content}
    content |= {key: OBJECTS[key] for key in beside}
    path = tmp_path_factory.getbasetemp() / "drawn.pth"
    torch.save(content, path, _use_new_zipfile_serialization=zipped)
    read = read_checkpoint(path, LAYOUT)
    assert set(read.state) == set(NETWORK)
    assert all(same(read.state[name], tensor) for name, tensor in NETWORK.items())
    tensors = set() if keys else {"rng"} & beside  # at the top it is one of the tensors
    assert set(read.contents.outside) == {without(name) for name in foreign} | tensors
    assert set(read.contents.beside) == beside - tensors


def same(one: Tensor, other: Tensor) -> bool:
    return torch.equal(one, other)


def without(name: str) -> str:
    return name.replace("_orig_mod.", "")


@pytest.mark.parametrize(
    ("name", "classifier"),
    [
        ("se_resnet18_imagenette", "fc"),
        ("se_bn_inception", "classifier"),
        ("mobilenet_v3_small", "classifier.3"),
        ("deeplabv3_mobilenet_v3_large", ""),
    ],
)
def test_networks_of_every_origin_are_found_behind_prefixes(
    name: str, classifier: str, tmp_path: Path
) -> None:
    """Before: refused, but for those of timm whose prefixes stood in one order."""
    model = load_model(name, trained=False).model
    kinds = ("weight", "bias") if classifier else ()
    head = {f"{classifier}.{kind}": f"{classifier}.1.{kind}" for kind in kinds}
    own = behind("net._orig_mod.module.", headed(head, model.state_dict()))
    content = {"network": {**own, "criterion.weight": torch.ones(2)}, "epoch": 1}
    torch.save(content, tmp_path / "weights.pth")
    net = load_model(name, weights=tmp_path / "weights.pth")
    assert all(same(net.model.state_dict()[k], v) for k, v in model.state_dict().items())
    assert net.contents.outside == ("criterion.weight",) and net.contents.beside == ("epoch",)
    assert (f"layer {classifier}.1 is used" in " ".join(net.notes)) == bool(classifier)
