"""What replacing a block's gates does to every pinned picture's prediction."""

from functools import partial
from operator import itemgetter

from dashboard.components import pinned_beside
from dashboard.components.tables import Column, table
from dashboard.services import sweeps
from dashboard.services.inspections import Inspection
from dashboard.services.pinned_captures import one_by_one
from senet_viz.analysis.effects import WORDS
from senet_viz.core.translation import tr


def effects(inspection: Inspection, block: str) -> None:
    """What replacing the picked block's gates does to every pinned picture's likeliest class."""
    pins = pinned_beside.offered()
    if not pins or not pinned_beside.measured_wanted(inspection, pins, "effects"):
        return
    changes: list[tuple[str, str, dict[str, float]]] = []
    for pin in one_by_one(pins):
        other = inspection.of(pin.chosen)
        logits = other.capture.logits
        if logits is None:
            return
        best = int(logits[0].argmax())
        key = sweeps.blocks_key(other, (best, None))
        sweep = sweeps.recall(key)
        if sweep is None:
            sweep = sweeps.sweep_blocks(other, key, done=lambda _n, _of: None)
        own = {e.how: 100 * e.probability_change for e in sweep if e.block.name == block}
        changes.append((pin.name, inspection.label(best), own))
    columns = {
        "picture": Column(tr("Picture"), itemgetter(0)),
        "class": Column(tr("Likeliest class"), itemgetter(1)),
        **{
            str(how): Column(
                words[:1].upper() + words[1:],
                partial(_change, how),
                "%+.1f",
                tr("Change of that class's probability, in percentage points."),
            )
            for how, words in WORDS.items()
        },
    }
    table(changes, columns, "beside_effects", without_empty=True)


def _change(how: str, row: tuple[str, str, dict[str, float]]) -> float | None:
    return row[2].get(how)
