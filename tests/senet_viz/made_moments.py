"""Moments of gates by class, worked out the plain way from single pictures."""

from collections.abc import Sequence

import numpy as np

from senet_viz.analysis.survey_records import Moments


def moments_of(
    gates: np.ndarray, labels: Sequence[int], *, classes: int, block: str = "layer1.0.se"
) -> Moments:
    """gates (n, c) and class numbers (n,); a class without a picture has NaN, as in a survey."""
    values, known = np.asarray(gates, np.float64), np.asarray(labels)
    groups = [values[known == k] for k in range(classes)]
    none = np.full(values.shape[1], np.nan)
    return Moments(
        block=block,
        count=np.array([len(g) for g in groups]),
        mean=np.array([g.mean(axis=0) if len(g) else none for g in groups]),
        m2=np.array(
            [
                ((g - g.mean(axis=0)) ** 2).sum(axis=0) if len(g) else np.zeros_like(none)
                for g in groups
            ]
        ),
        lowest=np.array([g.min(axis=0) if len(g) else none for g in groups]),
        highest=np.array([g.max(axis=0) if len(g) else none for g in groups]),
        near_zero=np.array([(g < 0.05).sum(axis=0) for g in groups]),
        near_one=np.array([(g > 0.95).sum(axis=0) for g in groups]),
    )
