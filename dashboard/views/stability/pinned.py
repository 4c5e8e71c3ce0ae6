"""Every pinned picture under the same perturbation."""

from dashboard.components import pinned_beside
from dashboard.components.tables import Column, table
from dashboard.services.inspections import Inspection
from dashboard.services.pinned_captures import one_by_one
from dashboard.views.stability import compute
from dashboard.views.stability.compute import Strengths
from senet_viz.analysis.stability import Trajectories, relative_movement
from senet_viz.core.records import PerturbationKind
from senet_viz.core.translation import tr


def steadiness(
    inspection: Inspection, kind: PerturbationKind, fixed: Strengths, block: str
) -> None:
    """How far each pinned picture moves the picked block's gates, and whether its class changes."""
    pins = pinned_beside.offered()
    if not pins or not pinned_beside.measured_wanted(inspection, pins, "sweeps"):
        return
    trained = inspection.network.trained
    spread = compute.spread(inspection.key, inspection.network)
    sweeps = []
    for pin in one_by_one(pins):
        picture = pin.chosen
        sweep = compute.swept(
            inspection.key, picture.sha256, picture.data, kind, fixed, trained=trained
        )
        sweeps.append((pin.name, sweep))
    columns = {
        "picture": Column(tr("Picture"), lambda row: row[0]),
        "moved": Column(
            tr("Gates move by"),
            lambda row: float(row[1].movement[row[1].names.index(block)]),
            "%.4f",
            tr("Standard deviation over the strengths, mean over the channels of the block."),
        ),
        "ratio": Column(
            tr("Against other pictures"),
            lambda row: float(relative_movement(row[1], spread)[row[1].names.index(block)]),
            "%.2f",
            tr("1: as much as these gates differ from picture to picture."),
        ),
        "class": Column(
            tr("Likeliest class"),
            lambda row: None if row[1].followed is None else inspection.label(row[1].followed),
        ),
        "kept": Column(
            tr("Strengths that keep it"),
            lambda row: _share_of_followed(row[1]),
            "percent",
            tr("Share of the strengths swept at which the same class stays in front."),
        ),
    }
    table(sweeps, columns, "beside_steadiness", without_empty=True)


def _share_of_followed(sweep: Trajectories) -> float | None:
    """Of the strengths swept, those at which the class followed is the likeliest."""
    if sweep.likeliest is None or sweep.followed is None:
        return None
    return float((sweep.likeliest == sweep.followed).mean())
