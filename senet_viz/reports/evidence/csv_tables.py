"""The tables of an inspection: its blocks, its channels, the classes."""

from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt

from senet_viz.core.shares import shares
from senet_viz.reports.inspection import Inspection, Settings

Columns = dict[str, list[Any] | npt.NDArray[Any]]


def tables(inspection: Inspection, settings: Settings) -> dict[str, Columns]:
    """By file name: ``blocks``, ``channels`` and, where the network has classes, ``classes``."""
    by_name = {"blocks": block_table(inspection), "channels": channel_table(inspection, settings)}
    logits = inspection.capture.logits
    return by_name if logits is None else {**by_name, "classes": _classes(inspection, logits[0])}


def block_table(inspection: Inspection) -> Columns:
    """A row for each block: what it is, its gates in a few numbers, how the proof went."""
    rows = []
    for summary, activation in zip(inspection.summaries, inspection.capture, strict=True):
        facts = asdict(summary)
        block = {**facts.pop("block"), "reduction": summary.block.reduction}
        block["places"] = "×".join(map(str, activation.places))
        rows.append({**block, **facts})
    return {name: [row[name] for row in rows] for name in rows[0]}


def channel_table(inspection: Inspection, settings: Settings) -> Columns:
    """A row for each channel of each block; ``rank`` 1 is the most enhanced of its block.

    ``usual`` and ``deviation`` are the gate's over the reference set, not a number without one.
    """
    parts: dict[str, list[npt.NDArray[Any]]] = {}
    for activation in inspection.capture:
        gate = activation.excitation[0]
        rank = np.empty(gate.size, np.int64)
        rank[inspection.ranking(activation, settings).order] = np.arange(1, gate.size + 1)
        unknown = np.full(gate.size, np.nan, np.float32)
        usual = inspection.usual(activation.block.name) or (unknown, unknown)
        logit = unknown if activation.logit is None else activation.logit[0]
        columns = {
            "block": np.full(gate.size, activation.block.name),
            "channel": np.arange(gate.size),
            "squeeze": activation.squeeze[0],
            "logit": logit,
            "gate": gate,
            "rank": rank,
            "usual": usual[0],
            "deviation": usual[1],
        }
        for name, values in columns.items():
            parts.setdefault(name, []).append(values)
    return {
        name: np.concatenate(values).tolist() if name == "block" else np.concatenate(values)
        for name, values in parts.items()
    }


def _classes(inspection: Inspection, scores: npt.NDArray[np.float32]) -> Columns:
    names = list(inspection.network.labels) or [f"class {i}" for i in range(scores.size)]
    return {
        "class": np.arange(scores.size),
        "name": names,
        "logit": scores,
        "probability": shares(scores, inspection.capture.activation),
    }
