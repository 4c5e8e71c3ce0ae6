"""Stand-ins for the Python objects that trainers save beside the weights.

PyTorch's own reader for untrusted files makes nothing but tensors and plain containers. For the
objects listed here it is handed something that is made in their place, holds nothing and does
nothing, so that not even their own code runs. Anything else in a file is refused by its name.
"""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

NUMPY = (  # as of NumPy 1 and 2
    *(
        f"numpy.{core}.multiarray.{name}"
        for core in ("core", "_core")
        for name in ("scalar", "_reconstruct")
    ),
    *(f"numpy.{core}.numeric._frombuffer" for core in ("core", "_core")),
    "numpy.ndarray",
    "numpy.dtype",
    *(f"numpy.{kind}" for kind in ("bool", "bool_", "str_", "float16", "float32", "float64")),
    *(f"numpy.{kind}{bits}" for kind in ("int", "uint") for bits in (8, 16, 32, 64)),
    "numpy.random._pickle.__randomstate_ctor",
    "numpy.random._pickle.__generator_ctor",
    "numpy.random._pickle.__bit_generator_ctor",
    "numpy.random._mt19937.MT19937",
    "numpy.random._pcg64.PCG64",
    "numpy.random.bit_generator.__pyx_unpickle_SeedSequence",
    "numpy.random.bit_generator.SeedSequence",
)
PYTHON = (
    "argparse.Namespace",
    "types.SimpleNamespace",
    *(
        f"builtins.{name}"
        for name in ("bool", "bytes", "dict", "float", "frozenset", "int", "list")
    ),
    *(f"builtins.{name}" for name in ("object", "range", "slice", "str", "tuple", "Ellipsis")),
    *(f"datetime.{name}" for name in ("date", "datetime", "time", "timedelta", "timezone")),
    "decimal.Decimal",
    "fractions.Fraction",
    "uuid.UUID",
    "typing.Any",
    *(
        f"{module}.{pure}{system}Path"
        for module in ("pathlib", "pathlib._local")
        for pure in ("", "Pure")
        for system in ("", "Posix", "Windows")
    ),
)
SETTINGS = (  # of the configuration packages that trainers use
    "omegaconf.dictconfig.DictConfig",
    "omegaconf.listconfig.ListConfig",
    "omegaconf.base.ContainerMetadata",
    "omegaconf.base.Metadata",
    *(
        f"omegaconf.nodes.{kind}Node"
        for kind in ("Any", "Boolean", "Bytes", "Float", "Integer", "Path", "String")
    ),
    "mmengine.logging.history_buffer.HistoryBuffer",
    "pytorch_lightning.callbacks.model_checkpoint.ModelCheckpoint",
    "pytorch_lightning.callbacks.early_stopping.EarlyStopping",
    "torch.torch_version.TorchVersion",
)
MAPPINGS = (
    "collections.defaultdict",
    "easydict.EasyDict",
    "addict.addict.Dict",
    "yacs.config.CfgNode",
    "mmcv.utils.config.ConfigDict",
    "mmengine.config.config.ConfigDict",
    "ml_collections.config_dict.config_dict.ConfigDict",
    "pytorch_lightning.utilities.parsing.AttributeDict",
    "lightning.fabric.utilities.data.AttributeDict",
    "lightning_fabric.utilities.data.AttributeDict",
)
SEQUENCES = ("collections.deque",)


class StandIn:
    """Replaces an object that is no tensor: accepts anything, keeps nothing."""

    def __new__(cls, *_: Any) -> "StandIn":
        return object.__new__(cls)

    def __setstate__(self, _: Any) -> None:
        """Keep nothing of the object's state."""


class StandInMapping:
    """Replaces a special dictionary by an ordered one, so that its entries are found."""

    def __new__(cls, *_: Any) -> "OrderedDict[Any, Any]":  # type: ignore[misc]
        return OrderedDict()


class StandInSequence:
    """Replaces a special sequence by a list."""

    def __new__(cls, *_: Any) -> list[Any]:  # type: ignore[misc]
        return []


LISTED = {
    **dict.fromkeys((*NUMPY, *PYTHON, *SETTINGS), StandIn),
    **dict.fromkeys(MAPPINGS, StandInMapping),
    **dict.fromkeys(SEQUENCES, StandInSequence),
}


@contextmanager
def stand_ins() -> Iterator[None]:
    """Have ``torch.load(weights_only=True)`` put them in; for the whole process, so one a time."""
    with torch.serialization.safe_globals([(stand_in, name) for name, stand_in in LISTED.items()]):
        yield
