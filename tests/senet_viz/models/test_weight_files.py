"""Weight files: read without running them, and fitted strictly."""

import hashlib
import os
import pickle
from argparse import Namespace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from senet_viz.core.errors import WeightsError
from senet_viz.models.weight_files import file_sha256, read_checkpoint, read_state_dict
from senet_viz.models.weight_fitting import classes_in, label_classes, load_state_dict_strictly


class Hostile:
    """Unpickling it makes a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.folder),)


@pytest.fixture
def layers() -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4))


@pytest.mark.parametrize("suffix", [".safetensors", ".pth", ".pt"])
def test_every_format_is_read(tmp_path: Path, layers: nn.Module, suffix: str) -> None:
    path = tmp_path / f"weights{suffix}"
    save = save_file if suffix == ".safetensors" else torch.save
    save(layers.state_dict(), path)
    read = read_state_dict(str(path))
    assert list(read) == list(layers.state_dict()) or suffix == ".safetensors"
    torch.testing.assert_close(read, dict(layers.state_dict()), rtol=0, atol=0)


@pytest.mark.parametrize("nest", ["state_dict", "model_state_dict", "model", "net"])
@pytest.mark.parametrize("prefix", ["", "module.", "_orig_mod.", "module._orig_mod."])
def test_checkpoints_are_unwrapped(
    tmp_path: Path, layers: nn.Module, nest: str, prefix: str
) -> None:
    wrapped = {prefix + k: v for k, v in layers.state_dict().items()}
    torch.save({nest: wrapped, "epoch": 3}, tmp_path / "checkpoint.pth")
    assert set(read_state_dict(tmp_path / "checkpoint.pth")) == set(layers.state_dict())


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("protocol", [2, 5])
def test_a_pickle_that_would_run_code_is_refused_by_name(
    tmp_path: Path, zipped: bool, protocol: int
) -> None:
    path, made = tmp_path / "weights.pth", tmp_path / "made"
    options = {"_use_new_zipfile_serialization": zipped, "pickle_protocol": protocol}
    torch.save({"weight": torch.ones(2), "a": Hostile(made)}, path, **options)
    with pytest.raises(WeightsError, match=rf"{os.name}\.mkdir, which is refused"):
        read_state_dict(path)
    assert not made.exists()
    torch.load(path, weights_only=False)
    assert made.exists(), "the file was not hostile, so the refusal proves nothing"


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_a_bare_hostile_pickle_is_refused_by_name(tmp_path: Path, protocol: int) -> None:
    path, made = tmp_path / "weights.pt", tmp_path / "made"
    path.write_bytes(pickle.dumps({"a": Hostile(made)}, protocol=protocol))
    with pytest.raises(WeightsError, match=rf"run {os.name}\.mkdir, which is refused"):
        read_state_dict(path)
    assert not made.exists()


def test_a_whole_pickled_module_is_refused_with_the_way_out(tmp_path: Path) -> None:
    torch.save(nn.Linear(2, 2), tmp_path / "model.pth")
    with pytest.raises(WeightsError, match=r"linear\.Linear, which is refused.*state_dict\(\)"):
        read_state_dict(tmp_path / "model.pth")


@pytest.mark.parametrize("key", ["state_dict_ema", "model_ema", "ema"])
@pytest.mark.parametrize("last", ["state_dict", "model"])
def test_the_running_average_is_chosen_and_said(
    tmp_path: Path, layers: nn.Module, key: str, last: str
) -> None:
    average = {f"module.{k}": v + 1 for k, v in layers.state_dict().items()}
    average["n_averaged"] = torch.tensor(7)  # as torch's AveragedModel keeps it
    torch.save({last: layers.state_dict(), key: average}, tmp_path / "checkpoint.pth")
    read = read_checkpoint(tmp_path / "checkpoint.pth")
    assert set(read.state) == set(layers.state_dict())
    torch.testing.assert_close(read.state["0.weight"], layers.state_dict()["0.weight"] + 1)
    (note,) = read.notes
    assert f"under {key}) is used, not the last step under {last}" in note


@pytest.mark.parametrize("average", [None, {}])
def test_an_empty_average_is_passed_over(
    tmp_path: Path, layers: nn.Module, average: object
) -> None:
    torch.save({"model": layers.state_dict(), "model_ema": average}, tmp_path / "checkpoint.pth")
    read = read_checkpoint(tmp_path / "checkpoint.pth")
    assert (set(read.state), read.notes) == (set(layers.state_dict()), ())


def test_a_state_dict_two_levels_down_is_found(tmp_path: Path, layers: nn.Module) -> None:
    content = {"ema": {"decay": 0.9, "module": layers.state_dict()}}
    torch.save(content, tmp_path / "checkpoint.pth")
    read = read_checkpoint(tmp_path / "checkpoint.pth")
    assert set(read.state) == set(layers.state_dict()) and "under ema) is used." in read.notes[0]


@pytest.mark.parametrize("prefix", ["model.", "net.", "module.model."])
def test_a_trainers_own_prefix_is_taken_off(tmp_path: Path, layers: nn.Module, prefix: str) -> None:
    state = {prefix + k: v for k, v in layers.state_dict().items()}
    torch.save({"state_dict": state}, tmp_path / "trainer.ckpt")
    assert set(read_state_dict(tmp_path / "trainer.ckpt")) == set(layers.state_dict())
    other = state | {"loss.weight": torch.ones(1)}
    torch.save(other, tmp_path / "other.ckpt")
    assert set(read_state_dict(tmp_path / "other.ckpt")) == set(other), "not every name has it"


def test_the_options_a_trainer_stores_do_no_harm(tmp_path: Path, layers: nn.Module) -> None:
    content = {"state_dict": layers.state_dict(), "args": Namespace(lr=0.1, model="net")}
    torch.save(content, tmp_path / "checkpoint.pth")
    assert set(read_state_dict(tmp_path / "checkpoint.pth")) == set(layers.state_dict())
    assert Namespace not in torch.serialization.get_safe_globals()


@pytest.mark.parametrize("suffix", [".safetensors", ".pth"])
@pytest.mark.parametrize("content", [b"", b"hello world, no weights", "half"])
def test_broken_files_say_so(
    tmp_path: Path, layers: nn.Module, suffix: str, content: bytes | str
) -> None:
    path = tmp_path / f"weights{suffix}"
    if isinstance(content, str):
        (save_file if suffix == ".safetensors" else torch.save)(layers.state_dict(), path)
        content = path.read_bytes()[: path.stat().st_size // 2]
    path.write_bytes(content)
    with pytest.raises(WeightsError, match="not a readable weight file") as caught:
        read_state_dict(path)
    assert str(path) in str(caught.value)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"no file .*none\.pth.*\.safetensors"):
        read_state_dict(tmp_path / "none.pth")


@pytest.mark.parametrize("content", [{"epoch": 3, "lr": 0.1}, [torch.ones(1)], torch.ones(1)])
def test_tensors_without_names_are_no_state_dict(tmp_path: Path, content: object) -> None:
    torch.save(content, tmp_path / "other.pth")
    with pytest.raises(WeightsError, match="holds no state dict"):
        read_state_dict(tmp_path / "other.pth")


def test_a_fitting_state_is_loaded(layers: nn.Module) -> None:
    state = {k: torch.ones_like(v) for k, v in layers.state_dict().items()}
    load_state_dict_strictly(layers, state, Path("weights.pth"))
    torch.testing.assert_close(dict(layers.state_dict()), state)


def test_what_does_not_fit_is_counted_and_named_and_nothing_is_loaded(layers: nn.Module) -> None:
    before = {k: v.clone() for k, v in layers.state_dict().items()}
    state = {k: v + 1 for k, v in before.items() if k != "0.bias"}
    state |= {f"extra{i}": torch.ones(1) for i in range(6)} | {"0.weight": torch.ones(2, 3)}
    with pytest.raises(WeightsError) as caught:
        load_state_dict_strictly(layers, state, Path("weights.pth"))
    message = str(caught.value)
    assert "weights.pth does not fit Sequential" in message
    assert "1 missing (0.bias)" in message
    assert "6 unknown to the network (extra0, extra1, extra2, extra3, extra4, ...)" in message
    assert "1 of another shape (0.weight is (2, 3), not (4, 3, 1, 1))" in message
    torch.testing.assert_close(dict(layers.state_dict()), before)


def test_files_from_before_batch_counters_fit(layers: nn.Module) -> None:
    state = {k: v for k, v in layers.state_dict().items() if "num_batches" not in k}
    load_state_dict_strictly(layers, state, Path("old.pth"))


def test_classes_and_labels() -> None:
    state = nn.Sequential(nn.Linear(4, 7)).state_dict()
    assert classes_in(state, "0") == 7
    assert classes_in(state, "fc") is None
    assert label_classes(2, ("cat", "dog")) == ("cat", "dog")
    assert label_classes(3, ("cat", "dog")) == ("class 0", "class 1", "class 2")


def test_sha256(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc" * 100_000)
    assert file_sha256(tmp_path / "file") == hashlib.sha256(b"abc" * 100_000).hexdigest()
