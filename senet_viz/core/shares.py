"""From a network's scores to its probability for each class."""

import numpy as np
import numpy.typing as npt

from senet_viz.core.arrays import Doubles
from senet_viz.core.records import Activation


def shares(logits: npt.NDArray[np.floating], activation: Activation | None = None) -> Doubles:
    """What scores (..., k) say of each class, 0 to 1, in float64.

    activation: a softmax over the classes, a sigmoid for each by itself, or none where the scores
    are shares already. Left out, one score by itself is taken for the logit of a yes.

    >>> shares(np.array([0.0])), shares(np.array([0.0, 0.0]))
    (array([0.5]), array([0.5, 0.5]))
    """
    if activation is None:
        activation = "sigmoid" if logits.shape[-1] == 1 else "softmax"
    if activation == "softmax":
        return softmax(logits)
    scores = logits.astype(np.float64)
    return sigmoid(scores) if activation == "sigmoid" else scores


def softmax(logits: npt.NDArray[np.floating]) -> Doubles:
    """Probabilities (..., k) in float64, over the last axis.

    All k are NaN where one of the scores is not a number or is infinite upwards.

    >>> softmax(np.array([0.0, 0.0, -np.inf]))
    array([0.5, 0.5, 0. ])
    """
    scores = logits.astype(np.float64)
    largest = scores.max(axis=-1, keepdims=True)
    powers = np.exp(scores - np.where(np.isfinite(largest), largest, np.nan))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def sigmoid(x: Doubles) -> Doubles:
    """1 / (1 + exp(-x)), which overflows nowhere.

    >>> sigmoid(np.array([-1e4, 0.0, 1e4]))
    array([0. , 0.5, 1. ])
    """
    return np.asarray(0.5 * (1 + np.tanh(x / 2)))
