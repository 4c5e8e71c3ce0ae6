"""Charts of what replaced gates do to the boxes or the class map that a network finds."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from senet_viz.analysis.effects import WORDS, Replacement
from senet_viz.analysis.scene_effects import (
    SURE,
    BoxChange,
    SceneAccuracyEffects,
    SceneBlockEffect,
    SceneChannelEffects,
)
from senet_viz.core.arrays import Doubles
from senet_viz.core.records import SEBlock
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.chart import Chart
from senet_viz.figures.base.formats import signed
from senet_viz.figures.interventions.block_effects import (
    marks_by_depth,
    names_of,
    not_trained_again,
    one_picture_alone,
)
from senet_viz.figures.interventions.channel_effects import (
    TOP,
    figure_by_gate,
    one_channel_alone,
)


class _Value(NamedTuple):
    """One mark: a block, what replaced its gates, the change and how sure it is, in points."""

    block: SEBlock
    how: Replacement
    change: float
    error: float


def scene_effect_against_gate(
    effects: SceneChannelEffects, *, put: str, picked: int, dark: bool, lowest: float = SURE
) -> Chart:
    """Each channel's gate and what replacing it did to the boxes or the class map.

    ``put`` says in words what replaced the gates ("0"). Boxes count from the score ``lowest`` on.
    """
    sizes = effects.sizes(lowest)
    boxes = any(isinstance(change, BoxChange) for change in effects.changes)
    return Chart(
        figure=figure_by_gate(
            effects.gate,
            100 * sizes,
            words=_measure(boxes=boxes),
            hover=tr("{value} points", value="%{y:+.2f}"),
            picked=picked,
            dark=dark,
        ),
        title=_strongest_channel(sizes, boxes=boxes),
        reads=tr(
            "Each dot is a channel of {block}. Its gate alone was set to {put}. {measure} "
            "Triangles are the {top} most open channels. Click a dot to pick it.",
            block=effects.block.name,
            put=put,
            measure=_meaning(boxes=boxes, lowest=lowest),
            top=TOP,
        ),
        caution=one_channel_alone(),
        alt=tr(
            "Scatter of gate against change of what was found for {channels} channels",
            channels=len(sizes),
        ),
        table={
            "channel": np.arange(len(sizes)),
            "gate": effects.gate,
            "put": effects.put,
            "change": sizes,
        },
    )


def scene_blocks_by_depth(
    effects: Sequence[SceneBlockEffect], *, picked: str, dark: bool, lowest: float = SURE
) -> Chart:
    """For every block what replacing all its gates does to the boxes or the class map."""
    boxes = any(isinstance(change, BoxChange) for e in effects for change in e.changes)
    values = [_Value(e.block, e.how, 100 * e.size(lowest), 100 * e.spread(lowest)) for e in effects]
    return _chart(
        values,
        words=_measure(boxes=boxes),
        spread=tr("± {value} over permutations", value="%{error_y.array:.2f}"),
        reads=tr(
            "For each block all gates are replaced at once: by 1 (the block is off), by each "
            "channel's mean over the reference pictures, or by the same gates in another order "
            "(lines: standard deviation over eight orders). {measure} Click a mark to pick its "
            "block.",
            measure=_meaning(boxes=boxes, lowest=lowest),
        ),
        caution=one_picture_alone(),
        picked=picked,
        dark=dark,
    )


def scene_accuracy_by_depth(sweep: SceneAccuracyEffects, *, picked: str, dark: bool) -> Chart:
    """For every block what replacing all its gates does over many pictures.

    The change of mAP or mIoU where it is known, else the mean change of what is found.
    """
    known = sweep.measure is not None
    values = [
        _Value(e.block, e.how, 100 * (e.truth_change or 0.0), 196 * (e.truth_error or 0.0))
        if known
        else _Value(e.block, e.how, 100 * e.change, 196 * e.standard_error)
        for e in sweep.effects
    ]
    words = (
        tr("change of {measure}, points", measure=sweep.measure)
        if known
        else _measure(boxes=sweep.boxes)
    )
    over = count(sweep.pictures, "picture")
    measured = (
        tr("{measure} as the network is: {value:.1%}.", measure=sweep.measure, value=sweep.truth)
        if known
        else _meaning(boxes=sweep.boxes, lowest=SURE)
    )
    return _chart(
        values,
        words=words,
        spread="± %{error_y.array:.1f}",
        reads=tr(
            "Over {pictures}. {measured} Lines are 95% intervals. Click a mark to pick its block.",
            pictures=over,
            measured=measured,
        ),
        caution=not_trained_again(),
        picked=picked,
        dark=dark,
    )


def _chart(
    values: Sequence[_Value],
    *,
    words: str,
    spread: str,
    reads: str,
    caution: str,
    picked: str,
    dark: bool,
) -> Chart:
    names = names_of(values)
    points: Mapping[Replacement, list[tuple[float, float]]] = {
        how: [(v.change, v.error) for v in values if v.how == how] for how in WORDS
    }
    return Chart(
        figure=marks_by_depth(names, points, words=words, spread=spread, picked=picked, dark=dark),
        title=_strongest_block(values, words),
        reads=reads,
        caution=caution,
        alt=tr(
            "{what} for {blocks} by depth",
            what=words[:1].upper() + words[1:],
            blocks=count(len(names), "block"),
        ),
        table={
            "block": [v.block.name for v in values],
            "replaced": [WORDS[v.how] for v in values],
            "change": [v.change / 100 for v in values],
            "spread": [v.error / 100 for v in values],
        },
    )


def _measure(*, boxes: bool) -> str:
    return tr("change of the scores, points") if boxes else tr("places of another class, %")


def _meaning(*, boxes: bool, lowest: float) -> str:
    """What the numbers are, in a sentence."""
    if boxes:
        return tr(
            "Drawn is the mean change of the scores of all boxes of at least {lowest}, in "
            "hundredths: a box that is no longer found, or is now of another class, has lost all "
            "of its score.",
            lowest=f"{lowest:.2f}",
        )
    return tr("Drawn is the share of the class map's places that are of another class now.")


def _strongest_block(values: Sequence[_Value], words: str) -> str:
    measured = [v for v in values if np.isfinite(v.change)]
    if not measured:
        return tr("No box is sure enough, so nothing can be compared")
    most = max(measured, key=lambda v: abs(v.change))
    return tr(
        "{block} matters most here: with its {words} {change} ({measure})",
        block=most.block.name,
        words=WORDS[most.how],
        change=signed(most.change, decimals=1),
        measure=words,
    )


def _strongest_channel(sizes: Doubles, *, boxes: bool) -> str:
    if not np.isfinite(sizes).any():
        return tr("No box is sure enough, so nothing can be compared")
    most = int(np.nanargmax(np.abs(sizes)))
    return tr(
        "Channel {channel} matters most here: {change} ({measure})",
        channel=most,
        change=signed(100 * sizes[most], decimals=2),
        measure=_measure(boxes=boxes),
    )
