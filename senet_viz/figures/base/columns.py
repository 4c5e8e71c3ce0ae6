"""Columns of a chart's numbers: their names in files, and what they are headed on a screen.

A column is named in English snake_case by what it holds, so that a script reads the file of any
person. Which picture, class, block or network a row is about stands in a column of its own.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from senet_viz.core.translation import Words, tr

NOTHING = np.empty(0, np.float32)
Column = list[Any] | npt.NDArray[Any]


def numbered(names: Sequence[str]) -> list[str]:
    """Names that tell rows apart even where two are the same.

    >>> numbered(["cat", "cat"])
    ['1: cat', '2: cat']
    """
    return [f"{place}: {name}" for place, name in enumerate(names, start=1)]


def stacked(
    key: str,
    names: Sequence[str],
    shared: dict[str, npt.NDArray[Any]],
    **values: Sequence[npt.NDArray[Any]],
) -> dict[str, Column]:
    """A long table: for each of n names the ``shared`` columns (k,), and beside them its values.

    names (n,) go into the column ``key``; every one of ``values`` is n arrays (k,).

    >>> stacked("picture", ["a", "b"], {"channel": np.arange(2)}, gate=np.eye(2))["picture"]
    ['a', 'a', 'b', 'b']
    """
    rows = len(next(iter(shared.values())))
    return {
        key: [name for name in names for _ in range(rows)],
        **{column: np.tile(same, len(names)) for column, same in shared.items()},
        **{
            column: np.concatenate([np.empty(0, np.float32), *own])
            for column, own in values.items()
        },
    }


def headed(table: dict[str, Column]) -> dict[str, Column]:
    """The same columns under the headings of the language in force."""
    return {HEADINGS[name]: values for name, values in table.items()}


HEADINGS: Final = Words(
    {
        "accuracy": lambda: tr("Accuracy"),
        "adds": lambda: tr("Adds to the logit"),
        "after": lambda: tr("After"),
        "against_usual": lambda: tr("Against usual"),
        "agreement": lambda: tr("Agreement"),
        "all_pairs": lambda: tr("All pairs"),
        "always_open": lambda: tr("Always open"),
        "always_shut": lambda: tr("Always shut"),
        "batch": lambda: tr("Batch"),
        "before": lambda: tr("Before"),
        "between": lambda: tr("Between classes"),
        "between_groups": lambda: tr("Between groups"),
        "block": lambda: tr("Block"),
        "branch": lambda: tr("Branch"),
        "by_chance": lambda: tr("By chance"),
        "change": lambda: tr("Change"),
        "channel": lambda: tr("Channel"),
        "channels": lambda: tr("Channels"),
        "cka": lambda: tr("Linear CKA"),
        "class": lambda: tr("Class"),
        "column": lambda: tr("Column"),
        "contribution": lambda: tr("Contribution"),
        "convolution": lambda: tr("Convolution"),
        "convolution_fitted": lambda: tr("Convolution, fitting pictures"),
        "corrected_share": lambda: tr("Share, corrected for chance"),
        "cosine": lambda: tr("Cosine"),
        "deviation": lambda: tr("Deviation"),
        "difference": lambda: tr("Difference"),
        "directions": lambda: tr("Directions"),
        "distance": lambda: tr("Distance"),
        "draw": lambda: tr("Draw"),
        "edited": lambda: tr("Edited"),
        "epoch": lambda: tr("Epoch"),
        "estimate": lambda: tr("Estimate"),
        "evenness": lambda: tr("Evenness"),
        "evenness_attacked": lambda: tr("Evenness, attacked"),
        "fall": lambda: tr("Fall of the logit"),
        "first": lambda: tr("First"),
        "from": lambda: tr("From"),
        "gain": lambda: tr("Gain"),
        "gate": lambda: tr("Gate"),
        "gate_evenness": lambda: tr("Evenness of gates"),
        "gate_evenness_attacked": lambda: tr("Evenness of gates, attacked"),
        "group": lambda: tr("Group"),
        "highest": lambda: tr("Highest"),
        "input": lambda: tr("Input"),
        "largest_change": lambda: tr("Largest change"),
        "logit": lambda: tr("Logit"),
        "logit_after": lambda: tr("Logit after"),
        "logit_before": lambda: tr("Logit before"),
        "logit_change": lambda: tr("Logit change"),
        "loss": lambda: tr("Loss"),
        "lost": lambda: tr("Lost"),
        "lowest": lambda: tr("Lowest"),
        "mean": lambda: tr("Mean"),
        "mean_change": lambda: tr("Mean change"),
        "mean_of_all_classes": lambda: tr("Mean of all classes"),
        "measured": lambda: tr("Measured"),
        "movement": lambda: tr("Movement"),
        "name": lambda: tr("Name"),
        "near_one": lambda: tr("Near 1"),
        "near_zero": lambda: tr("Near 0"),
        "network": lambda: tr("Network"),
        "never_moves": lambda: tr("Never moves"),
        "off_its_mean": lambda: tr("Off its mean"),
        "one": lambda: tr("First picture"),
        "other": lambda: tr("Other picture"),
        "other_block": lambda: tr("Other block"),
        "output": lambda: tr("Output"),
        "p25": lambda: tr("25%"),
        "p5": lambda: tr("5%"),
        "p50": lambda: tr("50%"),
        "p75": lambda: tr("75%"),
        "p95": lambda: tr("95%"),
        "pair": lambda: tr("The pair"),
        "parameters": lambda: tr("Parameters"),
        "perturbation": lambda: tr("Perturbation"),
        "picture": lambda: tr("Picture"),
        "pictures": lambda: tr("Pictures"),
        "pixels_5": lambda: tr("5% of the pixels"),
        "pixels_50": lambda: tr("50% of the pixels"),
        "pixels_95": lambda: tr("95% of the pixels"),
        "place": lambda: tr("Place in the order, 0 to 1"),
        "placement": lambda: tr("Placement"),
        "plus_minus": lambda: tr("95% interval, ±"),
        "position": lambda: tr("Position"),
        "probability": lambda: tr("Probability"),
        "probability_before": lambda: tr("Probability before"),
        "probability_change": lambda: tr("Probability change"),
        "proof": lambda: tr("Proof"),
        "put": lambda: tr("Put in its place"),
        "random_deviation": lambda: tr("Random places, deviation"),
        "random_mean": lambda: tr("Random places, mean"),
        "rank": lambda: tr("Rank"),
        "ranking": lambda: tr("Ranking"),
        "ranking_seconds": lambda: tr("Ranking, s"),
        "ratio": lambda: tr("Ratio"),
        "reference_pictures": lambda: tr("Two reference pictures"),
        "relative_depth": lambda: tr("Relative depth"),
        "relative_error": lambda: tr("Proof error"),
        "replaced": lambda: tr("Replaced"),
        "right": lambda: tr("Right answers"),
        "right_before": lambda: tr("Right before"),
        "rise": lambda: tr("Rise"),
        "round": lambda: tr("Round"),
        "row": lambda: tr("Row"),
        "saturated": lambda: tr("Saturated"),
        "scale": lambda: tr("Scale"),
        "scale_fitted": lambda: tr("Scale, fitting pictures"),
        "se": lambda: tr("In SE"),
        "second": lambda: tr("Second"),
        "seed": lambda: tr("Seed"),
        "share": lambda: tr("Share"),
        "share_between": lambda: tr("Share between classes"),
        "share_of_variance": lambda: tr("Share of the variance"),
        "share_removed": lambda: tr("Share removed"),
        "side": lambda: tr("Side in pixels"),
        "slice": lambda: tr("Slice"),
        "spread": lambda: tr("Spread"),
        "squeeze": lambda: tr("Squeeze"),
        "stage": lambda: tr("Stage"),
        "standard_error": lambda: tr("Standard error"),
        "step": lambda: tr("Step"),
        "strength": lambda: tr("Strength"),
        "survey": lambda: tr("Survey"),
        "to": lambda: tr("To"),
        "top1_error": lambda: tr("Top-1 error"),
        "top5_error": lambda: tr("Top-5 error"),
        "training_loss": lambda: tr("Training loss"),
        "treatment": lambda: tr("Treatment"),
        "two": lambda: tr("Second picture"),
        "unchanged": lambda: tr("Unchanged"),
        "unchanged_fitted": lambda: tr("Unchanged, fitting pictures"),
        "unit": lambda: tr("Hidden unit"),
        "usual_mean": lambda: tr("Usual gate"),
        "usual_std": lambda: tr("Usual deviation"),
        "validation_accuracy": lambda: tr("Validation accuracy"),
        "validation_loss": lambda: tr("Validation loss"),
        "value": lambda: tr("Value"),
        "variance": lambda: tr("Variance"),
        "verdict": lambda: tr("Verdict"),
        "version": lambda: tr("Version"),
        "way": lambda: tr("Ranking"),
        "weight": lambda: tr("Weight"),
        "within": lambda: tr("Within classes"),
        "within_groups": lambda: tr("Within groups"),
        "without_se": lambda: tr("Without SE"),
        "won": lambda: tr("Won"),
    }
)
