"""The branch's share of the sum of branch and shortcut: by depth, and over the picture."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from senet_viz.analysis.branch_energy import Meeting
from senet_viz.core.arrays import Array, Doubles
from senet_viz.core.errors import BlockError
from senet_viz.core.records import unknown_block
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.axes import axis
from senet_viz.figures.base.chart import Chart, draw
from senet_viz.figures.base.depth_axes import block_bars, depth_axis
from senet_viz.figures.base.formats import literal, percent
from senet_viz.figures.base.theme import Mode, mode
from senet_viz.figures.base.traces import picked_colours
from senet_viz.figures.block.feature_maps import overlay
from senet_viz.figures.block.scene_marks import Pixels


def energy_reads() -> str:
    return tr(
        "Where the block's branch is added to the shortcut: the sum of the "
        "branch's squares over that of both. At 0% the sum is the shortcut alone, "
        "at 100% the branch alone."
    )


def energy_caution() -> str:
    return tr(
        "Energy is not effect: branch and shortcut can cancel, and a small branch "
        "can be what the next layers read. Layers between gate and sum, such as a "
        "projection, are part of the branch."
    )


def energy_sentence(meeting: Meeting, *, image: int = 0) -> str:
    """What share of the energy the branch carries, in words."""
    name = meeting.block.name
    if not meeting.is_added:
        return tr("{name} is not added to a shortcut: nothing bypasses its gate", name=name)
    share = float(meeting.share[image])
    if not np.isfinite(share):
        return tr(
            "Neither the branch of {name} nor its shortcut carries any finite energy", name=name
        )
    return tr(
        "The branch of {name} carries {share} of the energy where it meets the shortcut",
        name=name,
        share=percent(share),
    )


def energy_overlay(pixels: Pixels, meeting: Meeting, *, opacity: float, image: int = 0) -> bytes:
    """Where in the picture is the branch strong against the shortcut? Over pixels (h, w, 3), PNG.

    Colours run from 0 (the shortcut alone) to 1 (the branch alone), for every block and picture.
    """
    return overlay(pixels, meeting.share_map[image], opacity=opacity, low=0, high=1)


def energy_by_depth(
    meetings: Sequence[Meeting], *, selected: str, image: int = 0, dark: bool
) -> Chart:
    """In which blocks does the branch carry much of the sum, and in which little?

    Blocks that are not added to a shortcut have a cross at 0. ``customdata`` are block names.
    """
    names = [m.block.name for m in meetings]
    if selected not in names:
        raise BlockError(unknown_block(selected, names))
    look, depth = mode(dark), depth_axis(names)
    shares = np.array([m.share[image] if m.is_added else np.nan for m in meetings])
    known = np.isfinite(shares)
    bars = block_bars(
        depth,
        np.where(known, shares, 0),
        words=[_hover(m, image) for m in meetings],
        colour=picked_colours(names, selected, look),
        showlegend=False,
    )
    title = _depth_sentence(names, shares)
    if not known.any() and any(m.is_added for m in meetings):
        title = tr("No block has a finite energy where it meets its shortcut")
    return Chart(
        figure=draw(
            [bars, *([] if known.all() else [_crosses(depth.positions[~known], look)])],
            dark=dark,
            height=260,
            top=28,
            xaxis=depth.layout,
            yaxis=axis(tr("branch's share of energy"), range=[0, 1], tickformat=".0%"),
        ),
        title=title,
        reads=energy_reads(),
        caution=energy_caution(),
        alt=tr("{blocks} by depth. {title}.", blocks=count(len(names), "block"), title=title),
        table={"block": names, "share": shares},
    )


def _hover(meeting: Meeting, image: int) -> str:
    share = float(meeting.share[image]) if meeting.is_added else np.nan
    if np.isfinite(share):
        words = percent(share)
    else:
        words = tr("no finite energy") if meeting.is_added else tr("no shortcut")
    return f"{literal(meeting.block.name)}<br>{words}"


def _crosses(at: Array, look: Mode) -> go.Scatter:
    """Crosses for blocks that have no share."""
    return go.Scatter(
        x=at,
        y=np.full(len(at), 0.02, dtype=np.float32),
        mode="markers",
        marker={"symbol": "x-thin", "size": 7, "line": {"color": look.muted, "width": 1.5}},
        name=tr("no share to draw"),
        hoverinfo="skip",
        showlegend=True,
    )


def _depth_sentence(names: Sequence[str], shares: Doubles) -> str:
    known = [i for i in range(len(names)) if np.isfinite(shares[i])]
    if not known:
        return tr("No block of this network is added to a shortcut")
    low, high = min(known, key=lambda i: shares[i]), max(known, key=lambda i: shares[i])
    if low == high:
        return tr(
            "Only {names} is added to a shortcut, with {shares} of the energy",
            names=names[low],
            shares=percent(shares[low]),
        )
    return tr(
        "Branches carry from {least} of the energy in {least_block} to {most} in {most_block}",
        least=percent(shares[low]),
        least_block=names[low],
        most=percent(shares[high]),
        most_block=names[high],
    )
