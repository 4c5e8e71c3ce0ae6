"""What a pickle would import is named, and nothing is imported."""

import importlib
import pickle
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from senet_viz.models.pickle_scan import foreign_import


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_tensors_alone_ask_for_nothing(tmp_path: Path, zipped: bool, protocol: int) -> None:
    state = {"model": nn.Conv2d(3, 4, 1).state_dict(), "epoch": 3}
    options = {"_use_new_zipfile_serialization": zipped, "pickle_protocol": protocol}
    torch.save(state, tmp_path / "weights.pth", **options)
    assert foreign_import(tmp_path / "weights.pth") is None


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("before", [(), ("__module__",), ("__module__", "__doc__")])
def test_the_import_is_named_and_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, protocol: int, before: tuple[str, ...]
) -> None:
    """Also where the module's name is a string of the data, which the newer form recalls."""
    (tmp_path / "loud_module.py").write_text("def shout(): 'Loud.'\n")
    monkeypatch.syspath_prepend(tmp_path)
    shout = importlib.import_module("loud_module").shout
    path = tmp_path / "weights.pth"
    recalled = [getattr(shout, name) for name in before]
    path.write_bytes(pickle.dumps([torch.Size([2]), *recalled, shout, shout], protocol=protocol))
    monkeypatch.delitem(sys.modules, "loud_module")
    assert foreign_import(path).name == "loud_module.shout"
    assert "loud_module" not in sys.modules


@pytest.mark.parametrize("content", [b"", b"hello world", b"PK\x03\x04 cut short", b"\x80\x04\x95"])
def test_what_is_no_pickle_asks_for_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "weights.pth").write_bytes(content)
    assert foreign_import(tmp_path / "weights.pth") is None
