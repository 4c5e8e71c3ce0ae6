"""What a gate did in one pass, and the proof that it was read rightly."""

from dataclasses import dataclass

import numpy as np

from senet_viz.flow.plan import PlannedGate
from senet_viz.core.arrays import Array
from senet_viz.core.records import TOLERANCE, Proof


@dataclass(frozen=True, slots=True, eq=False)
class GateActivation:
    """What one gate did with n inputs.

    squeeze (n, c), hidden (n, m) or None, logit (n, c) or None, excitation (n, c), factor (n, c),
    features (n, c, *places) or None; float32 whatever the network ran in. ``error`` is
    max|features * factor - product| and ``output_scale`` max|product|: over every place where the
    feature maps were kept, over up to 8 evenly spaced places in each direction where not.
    """

    gate: PlannedGate
    name: str
    squeeze: Array
    hidden: Array | None
    logit: Array | None
    excitation: Array
    factor: Array
    features: Array | None
    places: tuple[int, ...]
    error: float
    output_scale: float
    tolerance: float = TOLERANCE

    @property
    def relative_error(self) -> float:
        """error / max|product|; 0 for an all-zero product reproduced exactly."""
        if self.output_scale == 0:
            return 0.0 if self.error == 0 else float("inf")
        return self.error / self.output_scale

    @property
    def proof(self) -> Proof:
        """``trivial`` where every feature is zero: then any gate would pass."""
        if not self.relative_error <= self.tolerance:
            return "failed"
        return "trivial" if self.output_scale == 0 else "verified"

    @property
    def recalibrated(self) -> Array:
        """Feature maps after the gate, (n, c, *places)."""
        assert self.features is not None
        places = (1,) * (self.features.ndim - 2)
        return np.asarray(self.features * self.factor.reshape(*self.factor.shape, *places))
