"""Records keep their promises about shapes, and the checks that say so can fail."""

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
        "spatial": (3, 3),
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
