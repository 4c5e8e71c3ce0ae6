"""Bytes of a .npy or .npz file -> one array of numbers, or an error that says why there is none.

Nothing is unpickled, and the size is checked before a value is read.
"""

import hashlib
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from senet_viz.core.arrays import Array, readonly
from senet_viz.core.errors import InputError
from senet_viz.core.translation import tr

MAX_VALUES = 20_000_000  # a volume of 271 × 271 × 271
MOST_AXES = 5  # n c d h w
_NPY, _ZIP, _PICKLE = b"\x93NUMPY", b"PK\x03\x04", b"\x80"
_BROKEN = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError)
_HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


@dataclass(frozen=True, slots=True, eq=False)
class ArrayFile:
    """One array, ready for a network, and how it was converted.

    ``values`` are float32 in the file's own shape; ``format`` is "NPY" or "NPZ", ``dtype`` that of
    the file, ``notes`` are remarks for the person, ``sha256`` is the hex digest of the bytes.
    """

    values: Array
    format: str
    dtype: str
    notes: tuple[str, ...]
    sha256: str

    @property
    def size(self) -> tuple[int, ...]:
        """The shape of the array in the file."""
        return self.values.shape


def is_array(data: bytes) -> bool:
    """Whether these bytes are a NumPy file, by their content.

    >>> is_array(b"\\x93NUMPY ...")
    True
    """
    return data.startswith(_NPY) or (data.startswith(_ZIP) and bool(_members(data)))


def read_array(data: bytes) -> ArrayFile:
    """The one array in the bytes of a .npy or .npz file, as float32.

    Raises an InputError if there is none or more than one, or if no network could take it: an array
    of objects or strings, with more than MAX_VALUES values, or with values that are not finite.

    >>> file = BytesIO()
    >>> np.save(file, np.zeros((12, 1000)))
    >>> read_array(file.getvalue()).size
    (12, 1000)
    """
    source, kind = _source(data)
    stored = _numbers(source)
    values = _finite(stored)
    notes: tuple[str, ...] = ()
    if stored.dtype != np.float32:
        notes = (
            tr(
                "values of type {dtype} are converted to float32 for the network",
                dtype=stored.dtype,
            ),
        )
    digest = hashlib.sha256(data).hexdigest()
    return ArrayFile(readonly(values), kind, str(stored.dtype), notes, digest)


def _source(data: bytes) -> tuple[IO[bytes], str]:
    """The stream of the one array in a file, and the kind of the file."""
    if data.startswith(_NPY):
        return BytesIO(data), "NPY"
    if not data.startswith(_ZIP):
        raise InputError(_no_array(data))
    names = _members(data)
    if len(names) != 1:
        listed = ", ".join(name.removesuffix(".npy") for name in names[:8])
        raise InputError(
            tr(
                "this .npz file holds {number} arrays ({listed}), and one is needed. Save that one "
                "by itself: numpy.save",
                number=len(names),
                listed=listed,
            )
            if names
            else tr("this zip holds no array. Save one as .npy: numpy.save")
        )
    try:
        return zipfile.ZipFile(BytesIO(data)).open(names[0]), "NPZ"
    except _BROKEN as error:
        raise _damaged() from error


def _members(data: bytes) -> list[str]:
    """The names of the arrays in an .npz file; none in any other zip, or a damaged one."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = archive.namelist()
    except _BROKEN:
        return []
    return names if all(name.endswith(".npy") for name in names) else []


def _no_array(data: bytes) -> str:
    if data.startswith(_PICKLE):
        return tr(
            "this is a pickle, which can run code when it is opened, so it is refused. Save only "
            "the array: numpy.save"
        )
    return tr(
        "these {size:,} bytes are not a NumPy file. Give one array as .npy or .npz", size=len(data)
    )


def _numbers(source: IO[bytes]) -> npt.NDArray[Any]:
    """The array, read only if its header says that it holds numbers, and not too many."""
    try:
        version = np.lib.format.read_magic(source)
        reader = _HEADERS.get(version)
        if reader is None:  # only fields with names need it
            raise _no_numbers("fields")
        shape, by_columns, dtype = reader(source)
        _require_numbers(shape, dtype)
        wanted = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
        held = source.read(wanted)
    except _BROKEN as error:
        raise _damaged() from error
    if len(held) < wanted:
        raise _damaged()
    return np.frombuffer(held, dtype).reshape(shape, order="F" if by_columns else "C")


def _damaged() -> InputError:
    return InputError(
        tr("this NumPy file is damaged or incomplete, so copy it or save it again: numpy.save")
    )


def _no_numbers(kind: object) -> InputError:
    return InputError(
        tr(
            "this array holds {kind}, and a network takes plain numbers. Save it as float32: "
            "numpy.save(file, array.astype('float32'))",
            kind=kind,
        )
    )


def _require_numbers(shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
    if dtype.kind not in "biuf":
        raise _no_numbers(tr("Python objects") if dtype.kind == "O" else dtype)
    number = 1
    for length in shape:  # as Python integers, which do not overflow
        number *= length
    if number > MAX_VALUES:
        raise InputError(
            tr(
                "this array of shape {shape} has {number:,} values, and at most {most:,} are "
                "accepted. Give a part of it",
                shape=_written(shape),
                number=number,
                most=MAX_VALUES,
            )
        )
    if not number or not 1 <= len(shape) <= MOST_AXES:
        raise InputError(
            tr(
                "an array of shape {shape} is neither a signal nor a volume. Give (length,), "
                "(channels, length), (depth, height, width) or (channels, depth, height, width)",
                shape=_written(shape),
            )
        )


def _finite(stored: npt.NDArray[Any]) -> Array:
    with np.errstate(over="ignore"):
        values = np.ascontiguousarray(stored, dtype=np.float32)
    known = np.isfinite(values)
    if not known.all():
        at = tuple(int(i) for i in np.unravel_index(int(known.argmin()), known.shape))
        raise InputError(
            tr(
                "{number:,} of {values:,} values are not finite as float32, the first at {at}. "
                "Replace or remove them first",
                number=int(known.size - known.sum()),
                values=known.size,
                at=_written(at),
            )
        )
    return values


def _written(shape: tuple[int, ...]) -> str:
    return str(tuple(int(length) for length in shape))
