"""Records as columns: NumPy arrays of one length, a row for each input, block, channel or the like.

Columns are named in English snake_case, whatever language is in force. Numbers keep their type,
words are Python's own; what there is none of is NaN among numbers and None among words.
"""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Columns = dict[str, npt.NDArray[Any]]
PLAIN = (str, int, float, bool, type(None), np.generic)


class Tabular:
    """For records: ``columns`` gives all of one as a table."""

    __slots__ = ()

    def columns(self) -> Columns:
        """The record as arrays of one length by name; a single row where it holds no arrays."""
        return one_row(self)


def long(axes: Mapping[str, Any], **values: Any) -> Columns:
    """A row for every combination of what stands along the axes, and the ``values`` in it.

    axes: for each, what names its entries; the last one runs fastest. values: one for all rows,
    None for NaN in all, or arrays whose shape is that of the axes or spreads to it.

    >>> made = long({"input": [0, 1], "channel": [0, 1, 2]}, block="se", gate=np.eye(2, 3))
    >>> made["input"].tolist(), made["gate"].tolist()
    ([0, 0, 0, 1, 1, 1], [1.0, 0.0, 0.0, 0.0, 1.0, 0.0])
    """
    shape = tuple(len(entries) for entries in axes.values())
    columns: Columns = {}
    for place, (name, entries) in enumerate(axes.items()):
        along = [-1 if axis == place else 1 for axis in range(len(shape))]
        columns[name] = np.broadcast_to(_array(entries).reshape(along), shape).ravel()
    for name, value in values.items():
        array = np.array(np.nan) if value is None else _array(value)
        columns[name] = np.broadcast_to(array, shape).ravel()
    return columns


def stacked(parts: Iterable[Columns]) -> Columns:
    """Tables with the same columns, one under the other; no column at all of no table.

    >>> stacked([{"gate": np.array([0.5])}, {"gate": np.array([1.0])}])["gate"].tolist()
    [0.5, 1.0]
    """
    all_ = list(parts)
    return {name: np.concatenate([part[name] for part in all_]) for name in all_[0]} if all_ else {}


def one_row(record: Any) -> Columns:
    """The plain values of a dataclass as a row; a record in it by its name, a tuple as words."""
    row = {field.name: _plain(getattr(record, field.name)) for field in fields(record)}
    return {name: _array([value]) for name, value in row.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, PLAIN):
        return value
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    return getattr(value, "name", str(value))


def _array(values: Any) -> npt.NDArray[Any]:
    """As NumPy has it; words as objects, so that each takes no more room than a pointer."""
    if isinstance(values, np.ndarray):
        return values
    array = np.asarray(values)
    if array.dtype.kind in "USO":
        return np.array(values, dtype=object)
    return array


class _Block(Protocol):
    @property
    def name(self) -> str: ...


class _Activation(Protocol):
    """What a block did with n inputs: see ``senet_viz.core.records.BlockActivation``."""

    @property
    def block(self) -> _Block: ...
    @property
    def squeeze(self) -> npt.NDArray[Any]: ...
    @property
    def logit(self) -> npt.NDArray[Any] | None: ...
    @property
    def excitation(self) -> npt.NDArray[Any]: ...


class _Ranking(Protocol):
    @property
    def block(self) -> _Block: ...
    @property
    def order(self) -> npt.NDArray[Any]: ...
    @property
    def score(self) -> npt.NDArray[Any]: ...


def activation_columns(activation: _Activation) -> Columns:
    """A row for each input and channel: ``input``, ``block``, ``channel`` and the numbers.

    ``squeeze``, ``logit`` (NaN where no sum of layers makes the gate) and ``excitation``.
    """
    inputs, channels = activation.excitation.shape
    return long(
        {"input": range(inputs), "block": [activation.block.name], "channel": range(channels)},
        squeeze=_middle(activation.squeeze),
        logit=None if activation.logit is None else _middle(activation.logit),
        excitation=_middle(activation.excitation),
    )


def capture_columns(capture: Iterable[_Activation]) -> Columns:
    """A row for each block, input and channel: the tables of all blocks, by depth."""
    return stacked(activation_columns(activation) for activation in capture)


def ranking_columns(ranking: _Ranking) -> Columns:
    """A row for each channel, the most enhanced first: its ``rank`` and its ``score``."""
    order = ranking.order
    return long(
        {"block": [ranking.block.name], "channel": order},
        rank=np.arange(1, order.size + 1),
        score=ranking.score[order],
    )


def _middle(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """(n, c) as (n, 1, c): there is one block."""
    return values[:, None, :]
