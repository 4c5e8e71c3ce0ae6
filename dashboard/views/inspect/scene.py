"""What a detection or segmentation network found, on the pixels it was given."""

from base64 import b64encode
from collections.abc import Sequence

import streamlit as st

from dashboard.components import lowest_score
from dashboard.components.png_download import offer_png
from dashboard.components.tables import Column, table
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
        rows = marked_picture(inspection.network, inspection.pixels, scene)
    with right:
        list_of_marks(rows)


def marked_picture(net: networks.Network, pixels: Pixels, scene: Scene) -> tuple[SceneRow, ...]:
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


def list_of_marks(rows: Sequence[SceneRow]) -> None:
    """Every box or class as one row, with the look it has on the picture."""
    if not rows:
        return
    of_boxes = rows[0].share is None
    columns = {
        "look": Column("", _look, width=34, kind="image"),
        "class": Column(tr("Class"), lambda row: row.label, width=104),
    }
    if of_boxes:
        columns["score"] = Column(tr("Score"), lambda row: row.score, "%.3f", width=74)
    else:
        columns["share"] = Column(
            tr("Share"), lambda row: row.share, "percent", tr("of the picture"), width=74
        )
        columns["probability"] = Column(
            tr("Probability"),
            lambda row: row.score,
            "%.3f",
            tr("mean over the pixels assigned to this class"),
            width=84,
        )
    words = tr("Boxes, the surest first") if of_boxes else tr("Classes, the largest first")
    table(rows, columns, "found", alt=words)


def _look(row: SceneRow) -> str:
    """A box or a class as it looks on the picture, as a data URL."""
    if row.share is None:
        png = box_swatch(row.place)
    else:
        png = class_swatch(row.place, bare=row.label == BACKGROUND)
    return f"data:image/png;base64,{b64encode(png).decode()}"
