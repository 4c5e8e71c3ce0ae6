"""Turns running moments into a Survey: a snapshot on the way, the tables and manifest at the
end.
"""

from collections.abc import Sequence
from typing import Any

from senet_viz.analysis.survey_records import Failure, Survey
from senet_viz.core.arrays import readonly
from senet_viz.core.left_out import read_left_out, sum_up
from senet_viz.core.told_classes import read_told, told_sentence
from senet_viz.core.translation import ENGLISH, speaking
from senet_viz.surveys.plan import Plan
from senet_viz.surveys.shard_store import Running
from senet_viz.surveys.tables import FolderReader, write_manifest, write_table


def snapshot(running: Running) -> Survey:
    """A copy of what is merged so far, which later pictures do not change."""
    plan, failures = running.plan, tuple(running.failures)
    return Survey(
        folder=running.folder,
        model=plan.settings.model,
        weights_sha256=plan.settings.weights_sha256,
        classes=plan.classes,
        count=readonly(running.moments.count.copy()),
        blocks=plan.blocks,
        unreadable=len(failures),
        failures=failures,
        manifest=manifest(running, failures),
        moments={
            name: running.moments.moments(name, place) for place, name in enumerate(plan.blocks)
        },
        reader=FolderReader(running.folder),
    )


def finish(running: Running, *, engine: str) -> None:
    """Write the tables, then the manifest that makes them a survey, and tidy up."""
    plan = running.plan
    for place, name in enumerate(plan.blocks):
        write_table(running.folder, place, running.moments.moments(name, place), plan.classes)
    write_manifest(running.folder, {**manifest(running, running.failures), "engine": engine})
    running.remove()


def manifest(running: Running, failures: Sequence[Failure]) -> dict[str, Any]:
    """How the survey was made, without a path of this machine, so that it can be passed on."""
    plan, settings = running.plan, running.plan.settings
    return {
        "model": settings.model,
        "weights_sha256": settings.weights_sha256,
        "network_notes": list(plan.network_notes),
        "preprocessing": settings.preprocessing,
        "versions": plan.versions,
        "input": {
            "description": settings.description,
            "pictures": plan.pictures,
            "listing_sha256": plan.listing_sha256,
        },
        "batch_size": settings.batch_size,
        "keep_gates": settings.keep_gates,
        "precision": settings.precision,
        "gate_difference": plan.gate_difference,
        "classes": plan.classes,
        "answers": plan.answers,
        "count": running.moments.count.tolist(),
        "blocks": plan.blocks,
        "channels": plan.channels,
        **_inventory(plan),
        "unreadable": len(failures),
        "failures": [{"name": f.name, "reason": f.reason} for f in failures],
        "picture_remarks": running.remarks.records(),
    }


def _inventory(plan: Plan) -> dict[str, Any]:
    """How classes were told and what was left out, as records and in English."""
    if plan.told is None or plan.left_out is None:
        return {}
    left_out = read_left_out(plan.left_out)
    with speaking(ENGLISH):
        notes = (
            told_sentence(read_told(plan.told)),
            sum_up(left_out),
            *(e.words for e in left_out),
        )
    return {
        "classes_told": plan.told,
        "left_out": plan.left_out,
        "notes": [str(line) for line in notes],
    }
