"""What the edits do to the prediction for every pinned picture."""

from collections.abc import Sequence
from operator import itemgetter

from dashboard.components import pinned_beside
from dashboard.components.tables import Column, table
from dashboard.services import edited_captures
from dashboard.services.inspections import Inspection
from senet_viz.analysis.gate_edits import GateEdit
from senet_viz.core.records import Capture
from senet_viz.core.shares import shares
from senet_viz.core.translation import tr


def answers(inspection: Inspection, edits: Sequence[GateEdit]) -> None:
    """What the edits in force do to the prediction for every pinned picture."""
    if not edits or inspection.capture.logits is None:
        return
    pins = pinned_beside.offered()
    if not pins:
        return
    rows = []
    for pin in pins:
        other = inspection.of(pin.chosen)
        after = edited_captures.after(other, edited_captures.gates(other, edits))
        rows.append((pin.name, *_answer(other, other.capture), *_answer(other, after)))
    columns = {
        "picture": Column(tr("Picture"), itemgetter(0)),
        "then": Column(tr("As the network is"), itemgetter(1)),
        "was": Column(tr("Probability"), itemgetter(2), "percent"),
        "now": Column(tr("With the edits"), itemgetter(3)),
        "is": Column(tr("Probability "), itemgetter(4), "percent"),
    }
    table(rows, columns, "beside_answers")


def _answer(inspection: Inspection, capture: Capture) -> tuple[str, float]:
    """The likeliest class and its probability."""
    if capture.logits is None:
        return "", float("nan")
    share = shares(capture.logits[0], capture.activation)
    best = int(share.argmax())
    return inspection.label(best), float(share[best])
