"""Records keep their promises about shapes, and the checks that say so can fail."""

import pickle

import numpy as np
import pytest
from jaxtyping import TypeCheckError

import senet_viz as sv


def activation(**changes: object) -> sv.BlockActivation:
    given = {
        "block": sv.SEBlock("layer1.0.se", 0, "test", "sigmoid", 4, 2),
        "squeeze": np.zeros((2, 4), np.float32),
        "hidden": np.zeros((2, 2), np.float32),
        "excitation": np.full((2, 4), 0.5, np.float32),
        "features": np.ones((2, 4, 3, 3), np.float32),
        "places": (3, 3),
        "error": 0.0,
        "output_scale": 1.0,
    }
    return sv.BlockActivation(**{**given, **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {"squeeze": np.zeros((2, 5), np.float32)},
        {"excitation": np.zeros((2, 4), np.float64)},
        {"features": np.zeros((3, 4, 3, 3), np.float32)},
    ],
    ids=["channels", "type", "pictures"],
)
def test_a_record_of_the_wrong_shape_is_noticed(changes: dict[str, object]) -> None:
    activation()
    with pytest.raises(TypeCheckError):
        activation(**changes)


def test_recalibrated_is_features_times_gate() -> None:
    assert activation().recalibrated.shape == (2, 4, 3, 3)
    assert (activation().recalibrated == 0.5).all()


def test_a_record_is_printed_as_a_table() -> None:
    """Before: every number of every array."""
    one = activation()
    capture = sv.Capture((one, one), None, 2, (8, 8))
    for record, rows in ((one, 1), (capture, 2)):
        kind, heads, *lines = str(record).splitlines()
        assert kind == type(record).__name__ and heads.split()[:2] == ["block", "pictures"]
        assert [line.split()[0] for line in lines] == ["layer1.0.se"] * rows


@pytest.mark.parametrize(
    ("error", "scale", "expected"),
    [
        (1e-6, 1.0, "verified"),
        (2e-5, 1.0, "failed"),
        (2e-5, 10.0, "verified"),
        (0.0, 0.0, "trivial"),
        (1e-9, 0.0, "failed"),
        (float("nan"), 1.0, "failed"),
    ],
)
def test_the_proof_is_relative_and_nan_never_passes(
    error: float, scale: float, expected: str
) -> None:
    assert activation(error=error, output_scale=scale).proof == expected


def test_unknown_blocks_are_answered_with_the_nearest_name() -> None:
    seen = sv.Capture((activation(),), None, 2, (3, 3))
    with pytest.raises(sv.BlockError, match=r"'layer1.se'.*Did you mean 'layer1.0.se'"):
        _ = seen["layer1.se"]
    assert seen[0] is seen[-1] is seen["layer1.0.se"]
    assert seen[:1] == (seen[0],)


def test_records_saved_before_still_open() -> None:
    """Blocks had ``pooling``, ``gain`` and ``by_structure``; other records had fewer fields."""
    block = sv.SEBlock("se", 0, "timm SEModule", "sigmoid", 4, 2)
    block.__setstate__(["se", 0, "timm SEModule", "sigmoid", 4, 2, "half mean", 2.0, False])
    assert (block.squeeze_by, block.factor, block.places) == ("half mean", "2·s", ())
    seen = activation()
    old = [getattr(seen, name) for name in sv.BlockActivation.__slots__][:11]
    seen.__setstate__(old)
    assert seen.factor is seen.excitation and not seen.overridden
    capture = sv.Capture((seen,), None, 2, (3, 3))
    capture.__setstate__([(seen,), None, 2, (3, 3), (), None])
    assert capture.activation == "softmax"


def test_records_go_through_a_file() -> None:
    capture = sv.Capture((activation(),), None, 2, (3, 3), activation="sigmoid")
    again = pickle.loads(pickle.dumps(capture))
    assert (again.activation, again[0].block) == ("sigmoid", capture[0].block)
    np.testing.assert_array_equal(again[0].factor, capture[0].factor)
