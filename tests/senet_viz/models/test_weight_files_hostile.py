"""Weight files made to do harm: refused or reported, never run, never half in force."""

import json
import struct
import time
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save as as_safetensors
from torch import nn

from senet_viz.core.errors import WeightsError
from senet_viz.models import weight_checks
from senet_viz.models.catalogue import load_model
from senet_viz.models.residual import build
from senet_viz.models.weight_files import read_checkpoint
from senet_viz.models.weight_fitting import load_state_dict_strictly

SE = "se_resnet18_imagenette"
TWO_GB = b"J" + struct.pack("<i", 2**31 - 1)  # the pickled number


def saved(content: object, path: Path) -> Path:
    torch.save(content, path)
    return path


def zipped(pickle: bytes, path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("weights/data.pkl", pickle)
        archive.writestr("weights/version", "3\n")
        archive.writestr("weights/byteorder", "little")
    return path


def expanded(path: Path) -> Path:
    return saved({"fc.weight": torch.zeros(1).expand(10**12, 192)}, path)


def rebuilt(path: Path, change: Callable[[str, bytes], bytes], *, method: int) -> Path:
    """An honest file with some of its parts changed and packed again."""
    with zipfile.ZipFile(saved({"fc.weight": torch.zeros(10, 192)}, path)) as honest:
        parts = {name: change(name, honest.read(name)) for name in honest.namelist()}
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def zip_bomb(path: Path) -> Path:
    def swell(name: str, data: bytes) -> bytes:
        return bytes(100_000_000) if name.endswith("data/0") else data

    return rebuilt(path, swell, method=zipfile.ZIP_DEFLATED)


def lying(path: Path) -> Path:
    """Its one tensor claims 2**30 numbers where 1,920 are stored."""
    honest, huge = b"M" + struct.pack("<H", 1920), b"J" + struct.pack("<i", 2**30)
    return rebuilt(
        path,
        lambda name, data: data.replace(honest, huge) if name.endswith(".pkl") else data,
        method=zipfile.ZIP_STORED,
    )


def laughs(path: Path) -> Path:
    """A list that would be 2**40 lists long if it were printed."""
    nest: list[object] = []
    for _ in range(40):
        nest = [nest, nest]
    return saved(nest, path)


def misleading(path: Path) -> Path:
    """A dictionary whose own ``items`` is a number."""
    named = b"}X\x05\x00\x00\x00itemsK\x05sb."
    return zipped(b"\x80\x02ccollections\nOrderedDict\n)R" + named, path)


def hungry(path: Path) -> Path:
    path.write_bytes(b"\x80\x02cbuiltins\nbytearray\n" + TWO_GB + b"\x85R.")
    return path


def hungry_archive(path: Path) -> Path:
    return zipped(b"\x80\x02c__builtin__\nbytearray\n" + TWO_GB + b"\x85R.", path)


def unallocated(path: Path) -> Path:
    """``torch.Tensor(2**31 - 1)``: 8 GB of memory that no byte of the file stands for."""
    start = b"\x80\x02}X\x01\x00\x00\x00actorch\nTensor\n"
    return zipped(start + TWO_GB + b"\x85Rs.", path)


@pytest.mark.filterwarnings("ignore:Validating sparse tensor:UserWarning")
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (expanded, "fc.weight of 1000000000000x192 numbers, and not that many in the file"),
        (zip_bomb, "is compressed: its .* bytes would become 100.000."),
        (lying, "not a readable weight file"),
        (laughs, "no state dict but a list"),
        (misleading, "not a readable weight file"),
        (hungry, "run builtins.bytearray, which is refused"),
        (hungry_archive, "run __builtin__.bytearray, which is refused"),
        (unallocated, "bytes of tensors, and is itself smaller"),
        (lambda path: saved({1: torch.ones(2)}, path), "named by 1, not by a string"),
        (lambda path: saved({"a": torch.eye(2).to_sparse()}, path), "a as a sparse"),
        (lambda path: saved({"a": torch.ones(2) * 1j}, path), "a as complex numbers"),
        (lambda path: saved({"a": torch.ones(2, device="meta")}, path), "on meta that holds no"),
    ],
)
def test_it_is_refused_in_a_sentence_at_once(
    tmp_path: Path, make: Callable[[Path], Path], words: str
) -> None:
    path = make(tmp_path / "weights.pth")
    before = time.process_time()
    with pytest.raises(WeightsError, match=words) as caught:
        read_checkpoint(path)
    assert time.process_time() - before < 5
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 500


def safetensors_header(entries: object) -> bytes:
    text = json.dumps(entries).encode()
    return struct.pack("<Q", len(text)) + text


WHOLE = as_safetensors({"fc.weight": torch.zeros(10, 192), "fc.bias": torch.zeros(10)})
HUGE = {"fc.weight": {"dtype": "F32", "shape": [2**40], "data_offsets": [0, 2**42]}}


@pytest.mark.parametrize(
    "data",
    [
        *(WHOLE[:end] for end in (0, 7, 8, 60, len(WHOLE) // 2, len(WHOLE) - 1)),
        safetensors_header(HUGE),
        struct.pack("<Q", 2**60) + WHOLE[8:],
        struct.pack("<Q", 10) + b"[" * 10,
        WHOLE + b"more",
    ],
)
def test_broken_safetensors_are_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "weights.safetensors").write_bytes(data)
    with pytest.raises(WeightsError, match="not a readable weight file"):
        read_checkpoint(tmp_path / "weights.safetensors")


@pytest.mark.parametrize(
    "classifier",
    [
        torch.tensor(1.0),
        torch.zeros(2**40, 0),
        torch.zeros(weight_checks.MOST_CLASSES + 1, 1),
    ],
)
def test_a_classifier_no_network_can_have_is_refused(
    tmp_path: Path, classifier: torch.Tensor
) -> None:
    """The classes are counted in the file before the network is built for them."""
    path = saved({"fc.weight": classifier}, tmp_path / "weights.pth")
    with pytest.raises(WeightsError, match=r"fc.weight has the shape .* no classifier of 1 to"):
        load_model(SE, weights=path)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
def test_numbers_that_are_none_are_reported(tmp_path: Path, bad: float) -> None:
    state = build("se").state_dict()
    state["layer3.1.se.reduce.weight"].view(-1)[5] = bad
    net = load_model(SE, weights=saved(state, tmp_path / "weights.pth"))
    words = "1 of 154 tensors holds NaN or infinite numbers (layer3.1.se.reduce.weight)"
    assert any(words in note for note in net.notes)


def test_honest_weights_are_not_reported(tmp_path: Path) -> None:
    net = load_model(SE, weights=saved(build("se").state_dict(), tmp_path / "weights.pth"))
    assert not any("NaN" in note for note in net.notes)


def test_weights_that_share_memory_are_honest(tmp_path: Path) -> None:
    """Tied weights, and views of one long tensor."""
    whole = torch.arange(10.0)
    state = {"a": whole[:5], "b": whole[5:], "c": whole, "d": whole}
    assert set(read_checkpoint(saved(state, tmp_path / "weights.pth")).state) == set("abcd")


@settings(max_examples=60)
@given(data=st.data())
def test_every_tensor_or_none(data: st.DataObject) -> None:
    """Any one tensor wrong in any way: nothing of the file is in force afterwards."""
    layers = nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4), nn.Linear(4, 2))
    before = {k: v.clone() for k, v in layers.state_dict().items()}
    state = {k: v + 1 for k, v in before.items()}
    name = data.draw(st.sampled_from(sorted(k for k in state if "num_batches" not in k)))
    how = data.draw(st.sampled_from(["gone", "reshaped", "extra"]))
    if how == "gone":
        del state[name]
    elif how == "reshaped":
        state[name] = torch.zeros(data.draw(st.lists(st.integers(5, 7), max_size=3)))
    else:
        state[f"{name}.more"] = torch.zeros(1)
    with pytest.raises(WeightsError, match="does not fit"):
        load_state_dict_strictly(layers, state, Path("weights.pth"))
    torch.testing.assert_close(dict(layers.state_dict()), before, rtol=0, atol=0)


@settings(max_examples=150)
@given(
    kind=st.sampled_from([".pth", ".old.pth", ".safetensors"]),
    edits=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=8),
    cut=st.one_of(st.none(), st.integers(0, 3_000)),
)
def test_fuzz_weight_files(
    tmp_path_factory: pytest.TempPathFactory,
    kind: str,
    edits: list[tuple[int, int]],
    cut: int | None,
) -> None:
    """Changed bytes: the tensors, or one sentence, and no other exception."""
    folder = tmp_path_factory.getbasetemp()
    state = nn.Sequential(nn.Conv2d(3, 2, 1), nn.BatchNorm2d(2)).state_dict()
    path = folder / f"fuzzed{kind}"
    if kind == ".safetensors":
        path.write_bytes(as_safetensors(dict(state)))
    else:
        torch.save(state, path, _use_new_zipfile_serialization=kind == ".pth")
    data = bytearray(path.read_bytes())
    for place, value in edits:
        data[place % len(data)] = value
    path.write_bytes(bytes(data)[:cut])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            read = read_checkpoint(path)
        except WeightsError as error:
            assert "\n" not in str(error)
        else:
            assert all(isinstance(tensor, torch.Tensor) for tensor in read.state.values())
