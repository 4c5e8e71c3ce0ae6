"""Gate edits as a small JSON file, and back: nothing of a file is taken without being checked."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from senet_viz.analysis.gate_edits import GateEdit, check_edit, way
from senet_viz.core.errors import BlockError, InputError
from senet_viz.core.translation import tr

Steps = tuple[tuple[GateEdit, ...], ...]
WHAT, VERSION = "senet_viz gate edits", 1
MOST_BYTES, MOST_STEPS, MOST_SEED = 2**20, 1000, 2**32
SHARED = ("how", "value", "seed", "source")


def edits_to_json(steps: Sequence[Sequence[GateEdit]], *, network: str = "") -> bytes:
    """Steps of edits as UTF-8 JSON: the same steps give the same bytes.

    A step is what was put in force at once: one way for one or more blocks. ``network`` is a name
    for whoever reads the file; it is not checked.

    >>> edits_from_json(edits_to_json([[GateEdit("se", "one")]]), {"se": 8})
    ((GateEdit(block='se', how='one', channels=(), value=1.0, seed=0, source=''),),)
    """
    listed = [
        {
            **{name: getattr(step[0], name) for name in SHARED},
            "blocks": {edit.block: list(edit.channels) for edit in step},
        }
        for step in steps
    ]
    whole = {"what": WHAT, "version": VERSION, "network": network, "steps": listed}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def edits_from_json(data: bytes, channels: Mapping[str, int]) -> Steps:
    """The steps in such a file; ``channels`` has how many a block has, by the block's name.

    Raises InputError where the file is none of this kind, and where any of its edits has no
    meaning for these blocks; then none of them is taken.
    """
    steps = _opened(data).get("steps")
    if not isinstance(steps, list) or len(steps) > MOST_STEPS:
        raise _no_edits(tr("it has no list of up to {most} edits", most=MOST_STEPS))
    return tuple(_step(number, given, channels) for number, given in enumerate(steps, start=1))


def _opened(data: bytes) -> dict[str, Any]:
    if len(data) > MOST_BYTES:
        raise _no_edits(tr("it is larger than 1 MB"))
    try:
        whole = json.loads(data.decode("utf8"))
    except (ValueError, RecursionError) as error:
        raise _no_edits(tr("it is no JSON")) from error
    if not isinstance(whole, dict) or whole.get("what") != WHAT:
        raise _no_edits(tr("it does not say that it does"))
    if whole.get("version") != VERSION:
        raise _no_edits(tr("it is of another version than {version}", version=VERSION))
    return whole


def _no_edits(why: str) -> InputError:
    return InputError(
        tr("the file holds no gate edits: {why}. Open one that edits were saved to", why=why)
    )


def _step(number: int, given: object, channels: Mapping[str, int]) -> tuple[GateEdit, ...]:
    try:
        step = _edits(given)
        for edit in step:
            check_edit(edit, channels)
    except BlockError as error:
        raise InputError(
            tr("edit {number} of the file cannot be used: {why}", number=number, why=error.args[0])
        ) from error
    return step


def _edits(given: object) -> tuple[GateEdit, ...]:
    """One step as edits of the right types, whatever was given."""
    if not isinstance(given, dict) or not isinstance(given.get("blocks"), dict):
        raise BlockError(tr("it names no blocks"))
    how, source = given.get("how"), given.get("source", "")
    value, seed = given.get("value", 1.0), given.get("seed", 0)
    if not isinstance(how, str) or not isinstance(source, str):
        raise BlockError(tr("its way and its picture must be text"))
    if not _is(value, int | float) or not _is(seed, int) or not 0 <= seed < MOST_SEED:
        raise BlockError(tr("its gate and its seed must be numbers from 0 on"))
    if not given["blocks"]:
        raise BlockError(tr("it names no blocks"))
    return tuple(
        GateEdit(block, way(how), _numbers(listed), value=float(value), seed=seed, source=source)
        for block, listed in given["blocks"].items()
    )


def _numbers(listed: object) -> tuple[int, ...]:
    if not isinstance(listed, list) or not all(_is(each, int) for each in listed):
        raise BlockError(tr("its channels must be a list of whole numbers, empty for all"))
    return tuple(listed)


def _is(value: object, kind: Any) -> bool:
    """Whether it is a number of this kind; true and false are none."""
    return isinstance(value, kind) and not isinstance(value, bool)
