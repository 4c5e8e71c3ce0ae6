"""What a detection or segmentation network found, on the pixels it was given."""

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard.components import lowest_score
from dashboard.components.png_download import offer_png
from dashboard.components.widgets import plain, reading
from dashboard.services import networks
from dashboard.services.inspections import Inspection
from dashboard.session import selection
from senet_viz.core.scenes import Detection, Scene
from senet_viz.core.translation import tr
from senet_viz.figures.block.scene_marks import Pixels, box_swatch, class_swatch
from senet_viz.figures.block.scenes import BACKGROUND, SceneRow, scene_picture


def what_was_found(inspection: Inspection) -> None:
    """The scene large, with its controls and its list; nothing for a classifier."""
    scene = inspection.capture.scene
    if scene is None:
        return
    st.subheader(tr("What was found"), anchor=False)
    left, right = st.columns([1.8, 1.4], gap="medium")
    with left:
        rows = found(inspection.network, inspection.pixels, scene)
    with right:
        found_list(rows)


def found(net: networks.Network, pixels: Pixels, scene: Scene) -> tuple[SceneRow, ...]:
    """Boxes or classes drawn as chosen; the rows of the list that belongs to the drawing."""
    threshold, opacity = 0.0, 1.0
    if isinstance(scene, Detection):
        threshold = lowest_score.choose()
    else:
        opacity = st.slider(
            tr("Opacity of the classes"),
            0.0,
            1.0,
            0.6,
            key=selection.MASK,
            persist_state="session",
            width=240,
        )
    drawn = scene_picture(pixels, scene, labels=net.labels, threshold=threshold, opacity=opacity)
    st.markdown(f"**{plain(drawn.title)}**", help=reading(drawn.reads, drawn.caution))
    st.image(drawn.png, width="stretch", alt=drawn.alt)
    offer_png(drawn.png, drawn.title)
    if drawn.note:
        listed = tr("The list has them all.")
        st.caption(plain(f"{drawn.note} {listed}"))
    return drawn.rows


def found_list(rows: Sequence[SceneRow]) -> None:
    """Every box or class as one row, with the look it has on the picture."""
    if not rows:
        return
    looks = {row.place: _look(row) for row in rows}
    of_boxes = rows[0].share is None
    table = [
        {"look": looks[row.place], "class": row.label}
        | ({"score": row.score} if of_boxes else {"share": row.share, "probability": row.score})
        for row in rows
    ]
    st.dataframe(
        table,
        column_config=columns(),
        hide_index=True,
        key="found",
        alt=tr("Boxes, the surest first") if of_boxes else tr("Classes, the largest first"),
    )


def columns() -> dict[str, Any]:
    """What the columns are called, how wide they are and how their numbers are written."""
    column = st.column_config.NumberColumn
    return {
        "look": st.column_config.ImageColumn("", width=34),
        "class": st.column_config.TextColumn(tr("Class"), width=104),
        "score": column(tr("Score"), format="%.3f", width=74),
        "share": column(tr("Share"), format="percent", width=74, help=tr("of the picture")),
        "probability": column(
            tr("Probability"),
            format="%.3f",
            width=84,
            help=tr("mean over the pixels this class won"),
        ),
    }


def _look(row: SceneRow) -> str:
    """A box or a class as it looks on the picture, as a data URL."""
    if row.share is None:
        png = box_swatch(row.place)
    else:
        png = class_swatch(row.place, bare=row.label == BACKGROUND)
    return f"data:image/png;base64,{b64encode(png).decode()}"
