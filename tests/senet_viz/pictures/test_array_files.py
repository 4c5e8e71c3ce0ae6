"""One array in a file: what is read is what was saved, and each refusal gives its reason."""

import pickle
from io import BytesIO
from typing import Any

import numpy as np
import pytest

from senet_viz.core.errors import InputError
from senet_viz.pictures.array_files import MAX_VALUES, is_array, read_array

LEADS = np.arange(24, dtype=np.float32).reshape(2, 12)


def saved(array: Any, **others: Any) -> bytes:
    file = BytesIO()
    if others:
        np.savez_compressed(file, **others)
    else:
        np.save(file, array)
    return file.getvalue()


def header(shape: tuple[int, ...]) -> bytes:
    """The beginning of a file that says it holds so many values."""
    file = BytesIO()
    about = {"descr": "<f4", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, about)
    return file.getvalue()


@pytest.mark.parametrize(
    ("array", "noted"),
    [
        (LEADS, ""),
        (LEADS.astype(">f4"), ">f4"),
        (np.asfortranarray(LEADS.astype(np.float64)), "float64"),
        (LEADS.astype(np.int16), "int16"),
        (LEADS > 4, "bool"),
    ],
)
@pytest.mark.parametrize("kind", ["NPY", "NPZ"])
def test_numbers_of_every_kind_are_read_as_float32(array: Any, noted: str, kind: str) -> None:
    data = saved(array) if kind == "NPY" else saved(None, lead=array)
    file = read_array(data)
    assert is_array(data) and (file.format, file.size) == (kind, array.shape)
    assert file.values.dtype == np.float32 and not file.values.flags.writeable
    np.testing.assert_array_equal(file.values, array.astype(np.float32))
    assert file.dtype == str(array.dtype)
    assert [noted in note for note in file.notes] == ([True] if noted else [])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (saved(np.array([{}], object)), "holds Python objects"),
        (saved(np.array(["a"])), "holds <U1"),
        (saved(LEADS.astype(complex)), "holds complex128"),
        (saved(np.zeros(2, [("a", "f4")])), "plain numbers"),
        (saved(np.where(LEADS == 5, np.nan, LEADS)), r"1 of 24 values .* first at \(0, 5\)"),
        (saved(np.full((1, 3), 1e300)), "3 of 3 values are not finite as float32"),
        (saved(np.zeros((2, 0))), r"shape \(2, 0\) is neither a signal"),
        (saved(np.float32(3)), r"shape \(\) is neither a signal"),
        (saved(np.zeros((1,) * 6)), "is neither a signal nor a volume"),
        (header((MAX_VALUES + 1,)), "at most 20"),
        (header((2**40, 2**40)), "at most 20"),
        (saved(LEADS)[:-4], "damaged or incomplete"),
        (saved(LEADS)[:20], "damaged or incomplete"),
        (b"\x93NUMPY", "damaged or incomplete"),
        (saved(None, a=LEADS, b=LEADS), r"holds 2 arrays \(a, b\)"),
        (saved(None, a=LEADS)[:-30], "zip holds no array"),
        (pickle.dumps(LEADS), "is a pickle, which can run code"),
        (b"1 2 3", "these 5 bytes are not a NumPy file"),
        (b"", "these 0 bytes are not a NumPy file"),
    ],
)
def test_what_no_network_could_take_is_refused_in_a_sentence(data: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_array(data)


def test_an_array_of_objects_is_never_unpickled() -> None:
    class Bomb:
        def __reduce__(self) -> tuple[Any, ...]:
            return pytest.fail, ("it was unpickled",)

    file = BytesIO()
    np.save(file, np.array([Bomb()], object), allow_pickle=True)
    for data in (file.getvalue(), pickle.dumps(Bomb())):
        with pytest.raises(InputError):
            read_array(data)
