"""Titles of the charts of a perturbed picture: which classes and gates change."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from senet_viz.analysis.stability import Trajectories, deviation
from senet_viz.core.translation import tr
from senet_viz.figures.base.chart import Numbers
from senet_viz.figures.base.formats import gate, percent
from senet_viz.pictures.perturbations import SCALES

Labels = Sequence[str] | None


def change_sentence(old: Numbers, new: Numbers, labels: Labels) -> str:
    was, now = int(old.argmax()), int(new.argmax())
    if np.array_equal(old, new):
        return tr(
            "{class_name} at {old}; nothing is perturbed yet",
            class_name=class_name(was, labels),
            old=percent(old[was]),
        )
    if was == now:
        return tr(
            "{class_name} stays in front: {old} before, {new} after",
            class_name=class_name(was, labels),
            old=percent(old[was]),
            new=percent(new[was]),
        )
    return tr(
        "The likeliest class changes from {before} ({before_share}) to {after} ({after_share})",
        before=class_name(was, labels),
        before_share=percent(old[was]),
        after=class_name(now, labels),
        after_share=percent(new[now]),
    )


def class_name(number: int, labels: Labels) -> str:
    """The label, or the class's number where there are none."""
    return labels[number] if labels else tr("class {number}", number=number)


def movement_sentence(moved: Trajectories, block: str, channels: Sequence[int]) -> str:
    chosen = moved.gates[block][:, list(channels)]
    if not np.isfinite(chosen).all():
        return tr("Some of these gates of {block} are not finite", block=block)
    most = int(deviation(chosen).argmax())
    low, high = float(chosen[:, most].min()), float(chosen[:, most].max())
    if gate(low) == gate(high):
        return tr(
            "None of these gates of {block} moves: {low} throughout", block=block, low=gate(low)
        )
    channel = channels[most]
    return tr(
        "Gate {channel} of {block} moves most of these: between {low} and {high}",
        channel=channel,
        block=block,
        low=gate(low),
        high=gate(high),
    )


def class_sentence(name: str, ahead: npt.NDArray[np.bool_]) -> str:
    """At how many strengths (p,) the class is ahead of all others."""
    held, strengths = int(ahead.sum()), len(ahead)
    if held == strengths:
        return tr(
            "{name} is the likeliest class at all {strengths} strengths",
            name=name,
            strengths=strengths,
        )
    return tr(
        "{name} is the likeliest class at {held} of {strengths} strengths",
        name=name,
        held=held,
        strengths=strengths,
    )


def kind_word(moved: Trajectories) -> str:
    title = SCALES[moved.kind].title
    return title if title.startswith("JPEG") else title.lower()
