"""Weight files as people have them: a network of five classes, kept in every way that was seen.

Each has its right result, and beside it what ``load_model(name, weights=...)`` said before it was
taken care of.
"""

import gzip
import zipfile
from argparse import Namespace
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import timm
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

SMALL = "test_efficientnet"  # timm's smallest with SE blocks
CLASSES = 5
State = Mapping[str, Tensor]


@dataclass(frozen=True)
class Variant:
    """``write`` makes the file of a network's tensors.

    Where the file can be read, ``outside`` and ``beside`` are what is left out of it, and ``noted``
    are words of its notes. ``refused`` are words of the sentence where it cannot be. ``before``
    is what came of it in the version before.
    """

    name: str
    write: Callable[[nn.Module, Path], object]
    before: str
    outside: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    noted: str = ""
    refused: str = ""
    suffix: str = ".pth"


def saving(make: Callable[[State], object], **options: Any) -> Callable[[nn.Module, Path], None]:
    """What ``make`` makes of the state dict, by ``torch.save``."""
    return lambda net, path: torch.save(make(net.state_dict()), path, **options)


def behind(prefix: str, state: State) -> dict[str, Tensor]:
    return {f"{prefix}{name}": tensor for name, tensor in state.items()}


def averaged(state: State) -> dict[str, Tensor]:
    """The last step's weights of which ``state`` is the average."""
    return {name: tensor + 1 for name, tensor in state.items()}


def counted(state: State) -> dict[str, Tensor]:
    """As thop leaves a network: two counters in every module."""
    modules = {name.rpartition(".")[0] for name in state}
    counters = [f"{m}.{c}" for m in sorted(modules) for c in ("total_ops", "total_params")]
    return {**state, **{name: torch.zeros(1) for name in ("total_ops", *counters)}}


def inside(part: str, wrapper: str, state: State) -> dict[str, Tensor]:
    """One part of the network wrapped, as FSDP, checkpointing and regional compilation do."""
    return {name.replace(f"{part}.", f"{part}.{wrapper}.", 1): t for name, t in state.items()}


def headed(head: Mapping[str, str], state: State) -> dict[str, Tensor]:
    """With the tensors of the classifier under other names."""
    return {head.get(name, name): tensor for name, tensor in state.items()}


def two_layers(state: State) -> dict[str, Tensor]:
    kept = {name: tensor for name, tensor in state.items() if "classifier" not in name}
    head = nn.Sequential(nn.Linear(256, 64), nn.ReLU(), nn.Linear(64, CLASSES))
    return kept | behind("classifier.", head.state_dict())


def without_head(state: State) -> dict[str, Tensor]:
    return {name: tensor for name, tensor in state.items() if "classifier" not in name}


def traced(net: nn.Module, path: Path) -> None:
    torch.jit.trace(net.eval(), torch.zeros(1, 3, 64, 64)).save(path)


def scripted(net: nn.Module, path: Path) -> None:
    torch.jit.script(nn.Linear(2, 2)).save(path)


def text(content: str) -> Callable[[nn.Module, Path], object]:
    return lambda _, path: path.write_text(content)


def packed(net: nn.Module, path: Path) -> None:
    torch.save(net.state_dict(), path)
    path.write_bytes(gzip.compress(path.read_bytes(), 1))


def zipped(net: nn.Module, path: Path) -> None:
    inner = path.with_name("best.pth")
    torch.save(net.state_dict(), inner)
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(inner, "run1/best.pth")


def safetensors(net: nn.Module, path: Path) -> None:
    save_file(net.state_dict(), path)


def exported(_: nn.Module, path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("e/archive_format", "pt2")
        archive.writestr("e/models/model.json", "{}")


OTHERS = torch.ones(3)
PREFIXES = (
    Variant(
        "compiled DDP",
        saving(lambda s: behind("_orig_mod.module.", s)),
        "refused: 75 missing, 88 unknown",
    ),
    Variant(
        "DDP compiled, in a trainer",
        saving(lambda s: behind("module._orig_mod.model.", s)),
        "loaded",
    ),
    Variant(
        "compiled in two holders",
        saving(lambda s: behind("model.net._orig_mod.", s)),
        "refused: 75 missing, 88 unknown",
    ),
    Variant(
        "backbone", saving(lambda s: behind("backbone.", s)), "refused: 75 missing, 88 unknown"
    ),
    Variant(
        "Fabric",
        saving(lambda s: behind("_forward_module._orig_mod.model.", s)),
        "refused: 75 missing, 88 unknown",
    ),
    Variant(
        "a name of one's own",
        saving(lambda s: behind("my_net.tower.", s)),
        "refused: 75 missing, 88 unknown",
    ),
    Variant(
        "blocks compiled",
        saving(lambda s: inside("blocks.0", "_orig_mod", s)),
        "refused: 5 missing, 6 unknown",
    ),
    Variant(
        "sharded",
        saving(lambda s: inside("blocks", "_fsdp_wrapped_module", s)),
        "refused: 63 missing, 74 unknown",
    ),
    Variant(
        "DataParallel inside",
        saving(lambda s: inside("blocks", "module", s)),
        "refused: 63 missing, 74 unknown",
    ),
)
STRANGERS = (
    Variant(
        "Lightning with a loss",
        saving(
            lambda s: {
                "state_dict": {**behind("model.", s), "criterion.weight": OTHERS},
                "hyper_parameters": {"lr": 0.1},
            }
        ),
        "refused: 75 missing, 89 unknown",
        outside=("criterion.weight",),
        beside=("hyper_parameters",),
    ),
    Variant(
        "thop's counters",
        saving(counted),
        "refused: 63 unknown",
        outside=("total_ops", "conv_stem.total_ops"),
    ),
    Variant(
        "a loss beside the layers",
        saving(lambda s: {**s, "loss_fn.centers": OTHERS}),
        "refused: 1 unknown",
        outside=("loss_fn.centers",),
    ),
    Variant(
        "a queue",
        saving(
            lambda s: {**behind("module.", s), "module.queue": OTHERS, "module.queue_ptr": OTHERS}
        ),
        "refused: 2 unknown",
        outside=("module.queue", "module.queue_ptr"),
    ),
    Variant(
        "its average in the same dictionary",
        saving(lambda s: {**behind("model.", averaged(s)), **behind("model_ema.module.", s)}),
        "refused: 75 missing, 176 unknown",
        outside=("model.conv_stem.weight", "model.bn1.weight"),
        noted="(EMA, under model_ema.module) is used.",
    ),
    Variant(
        "a gate of its own on top",
        saving(lambda s: {**s, "se.fc1.weight": torch.ones(4, 256)}),
        "refused: 1 unknown",
        refused="1 unknown to the network (se.fc1.weight)",
    ),
    Variant(
        "one stage more",
        saving(lambda s: {**s, "blocks.9.0.conv.weight": OTHERS}),
        "refused: 1 unknown",
        refused="1 unknown to the network (blocks.9.0.conv.weight)",
    ),
)
OBJECTS = (
    Variant(
        "a NumPy scalar",
        saving(lambda s: {"model": s, "best_acc": np.float64(0.91), "epoch": 4}),
        "refused: would run numpy._core.multiarray.scalar",
        beside=("best_acc", "epoch"),
    ),
    Variant(
        "options, a path and a date",
        saving(
            lambda s: {
                "args": Namespace(lr=0.1, out=Path("runs"), when=datetime(2024, 1, 2)),
                "model": s,
            }
        ),
        "refused: would run pathlib.PosixPath",
        beside=("args",),
    ),
    Variant(
        "a history",
        saving(
            lambda s: {
                "model": OrderedDict(s),
                "history": defaultdict(list, {"loss": [np.float32(1), 2.0]}),
                "last": deque([1.0], 5),
            }
        ),
        "refused: would run collections.defaultdict",
        beside=("history", "last"),
    ),
    Variant(
        "random states and arrays",
        saving(
            lambda s: {
                "model": s,
                "numpy_rng": np.random.RandomState(0).get_state(),
                "generator": np.random.default_rng(0),
                "confusion": np.zeros((2, 2)),
                "kinds": (int, np.dtype("f4"), range(3), slice(1), frozenset([1]), Ellipsis),
            }
        ),
        "refused: would run numpy._core.multiarray._reconstruct",
        beside=("numpy_rng", "generator", "confusion", "kinds"),
    ),
)
CONTAINERS = (
    Variant(
        "model_state",
        saving(lambda s: {"model_state": s, "epoch": 1}),
        "refused: holds no state dict",
        beside=("epoch",),
    ),
    Variant("network", saving(lambda s: {"network": s}), "refused: holds no state dict"),
    Variant(
        "weights, two levels down",
        saving(lambda s: {"best": {"weights": s}}),
        "refused: holds no state dict",
    ),
    Variant(
        "a key of one's own, beside an optimiser",
        saving(
            lambda s: {
                "my_net": s,
                "optimizer": {"state": {i: {"exp_avg": OTHERS} for i in range(200)}},
                "loss": {str(i): OTHERS for i in range(200)},
            }
        ),
        "refused: holds no state dict",
        beside=("optimizer", "loss"),
    ),
    Variant(
        "student and teacher",
        saving(lambda s: {"student": behind("module.", averaged(s)), "teacher": s}),
        "refused: holds no state dict",
        beside=("student",),
        noted="(EMA, under teacher) is used, not the last step under student",
    ),
    Variant(
        "a teacher of another architecture",
        saving(lambda s: {"student": s, "teacher": timm.create_model("test_resnet").state_dict()}),
        "refused: holds no state dict",
        beside=("teacher",),
    ),
    Variant(
        "an average that is a number",
        saving(lambda s: {"model": s, "ema": {"decay": torch.tensor(0.99)}}),
        "refused: 75 missing, 1 unknown",
        beside=("ema",),
    ),
    Variant(
        "epoch beside the tensors",
        saving(lambda s: {**s, "epoch": 3, "arch": "mine"}),
        "refused: holds no state dict",
        beside=("epoch", "arch"),
    ),
)
CONTAINERS += (
    Variant(
        "a tuple",
        saving(lambda s: ({"lr": 0.1}, s, 3)),
        "refused: holds no state dict but a tuple",
        beside=("#0", "#2"),
    ),
    Variant(
        "a list of networks",
        saving(lambda s: {"nets": [s], "best": 1.0}),
        "refused: holds no state dict",
        beside=("best",),
    ),
    Variant(
        "an average in capitals",
        saving(lambda s: {"model": averaged(s), "modelEMA": s}),
        "loaded, but the last step's weights",
        beside=("model",),
        noted="(EMA, under modelEMA) is used, not the last step under model",
    ),
    Variant(
        "OpenMMLab",
        saving(
            lambda s: {
                "meta": {"epoch": 3},
                "state_dict": headed(
                    {
                        f"backbone.classifier.{kind}": f"head.fc.{kind}"
                        for kind in ("weight", "bias")
                    },
                    behind("backbone.", s),
                ),
            }
        ),
        "refused: 75 missing, 88 unknown",
        beside=("meta",),
        noted="layer head.fc is used as the classifier",
    ),
)
HEADS = (
    Variant(
        "dropout before the classifier",
        saving(
            lambda s: headed(
                {f"classifier.{kind}": f"classifier.1.{kind}" for kind in ("weight", "bias")}, s
            )
        ),
        "refused: 2 missing, 2 unknown",
        noted="layer classifier.1 is used as the classifier",
    ),
    Variant(
        "a backbone and a head of its own",
        saving(
            lambda s: headed(
                {f"backbone.classifier.{kind}": f"fc.{kind}" for kind in ("weight", "bias")},
                behind("backbone.", s),
            )
        ),
        "refused: 75 missing, 88 unknown",
        noted="layer fc is used as the classifier",
    ),
    Variant(
        "two layers",
        saving(two_layers),
        "refused: 2 missing, 4 unknown",
        refused="does not say what lies between its layers",
    ),
    Variant(
        "no head",
        saving(without_head),
        "refused: 2 missing",
        refused="Everything but the classifier is there.",
    ),
)
KINDS = (
    Variant(
        "traced",
        traced,
        "refused: compressed, which PyTorch never writes",
        refused="is a TorchScript program (torch.jit.save)",
        suffix=".pt",
    ),
    Variant(
        "scripted",
        scripted,
        "refused: compressed, which PyTorch never writes",
        refused="is a TorchScript program (torch.jit.save)",
    ),
    Variant(
        "pointer",
        text("version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 12345678\n"),
        "refused: cut short, with advice to run it",
        refused="is a pointer of Git LFS or git-annex to the weights (12,345,678 bytes)",
    ),
    Variant(
        "annex",
        text("/annex/objects/SHA256E-s12--aa.pth\n"),
        "refused: cut short, with advice to run it",
        refused="is a pointer of Git",
    ),
    Variant(
        "page",
        text("<!DOCTYPE html><html><head><title>Google Drive - Virus scan warning</title>"),
        "refused: cut short, with advice to run it",
        refused="is a web page ('Google Drive - Virus scan warning')",
    ),
    Variant(
        "page in capitals",
        text("\n <HTML><BODY>404 Not Found"),
        "refused: cut short, with advice to run it",
        refused="is a web page ('404",
    ),
    Variant(
        "no entry",
        text("Entry not found"),
        "refused: cut short, with advice to run it",
        refused="text, beginning 'Entry not found'",
    ),
    Variant(
        "index",
        text('{"metadata": {}, "weight_map": {}}'),
        "refused: cut short, with advice to run it",
        refused="kept in several files",
    ),
    Variant(
        "gzip",
        packed,
        "refused: cut short, with advice to run it",
        refused="is packed with gzip. Unpack it",
        suffix=".pth.gz",
    ),
    Variant(
        "zip",
        zipped,
        "refused: cut short, hasRecord(version) is false",
        refused="is a zip with run1/best.pth in it. Unpack it",
        suffix=".zip",
    ),
    Variant(
        "torch.export",
        exported,
        "refused: cut short, hasRecord(version) is false",
        refused="holds torch.export, not PyTorch weights",
        suffix=".pt2",
    ),
    Variant(
        "Keras",
        lambda _, path: path.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(99)),
        "refused: cut short, with advice to run it",
        refused="holds HDF5 (Keras), not PyTorch weights",
        suffix=".h5",
    ),
    Variant(
        "ONNX",
        lambda _, path: path.write_bytes(b"\x08\x08\x12\x07pytorch" + bytes(99)),
        "refused: cut short, with advice to run it",
        refused="holds ONNX, not PyTorch weights",
    ),
    Variant(
        "newer pickle",
        saving(dict, pickle_protocol=4),
        "refused: cut short, with advice to run it",
        refused="pickle protocol 4, which",
    ),
    Variant(
        "safetensors of another name", safetensors, "refused: cut short, with advice to run it"
    ),
    Variant(
        "safetensors in capitals",
        safetensors,
        "refused: cut short, with advice to run it",
        suffix=".SAFETENSORS",
    ),
    Variant(
        "torch.save under safetensors' name",
        saving(dict),
        "refused: cut short, header too large",
        suffix=".safetensors",
    ),
    Variant(
        "empty",
        text(""),
        "refused: cut short, EOFError",
        refused="is not a readable weight file: it is empty",
    ),
    Variant(
        "a folder",
        lambda _, path: path.mkdir(),
        "refused: no such file",
        refused="is a folder. Give the weight file",
    ),
)
EVERY = (*PREFIXES, *STRANGERS, *OBJECTS, *CONTAINERS, *HEADS, *KINDS)
