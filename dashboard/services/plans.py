"""Plans of blocks made in this session: over which pictures, what was found, and what is ticked."""

import tempfile
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, TypeVar

import streamlit as st

from dashboard.runtime import allowed_folders, background
from dashboard.runtime.work_queue import MODELS
from dashboard.services import networks, surveys
from dashboard.services.plan_records import Curved, Joined, Narrowed, Planned, State
from senet_viz.analysis.cost_records import Latency
from senet_viz.analysis.survey_records import Survey
from senet_viz.core.errors import InputError
from senet_viz.core.translation import tr
from senet_viz.costs import measure_latency
from senet_viz.models.saved_writing import saved_network
from senet_viz.pictures.zip_pictures import unpack_pictures
from senet_viz.removal import (
    GateWatch,
    fold_together,
    gates_of_survey,
    judge_together,
    judged,
    pictures_for,
    plan_removal,
    read_batches,
)

ZIP, GATES, BLOCKS = "plan_zip", "plan_gates", "plan_blocks"
ROUNDS, USUAL = 10, 200  # of timing; pictures
Item = TypeVar("Item")
_JOB, _PLANNED, _JOINED = "plan_job", "plan_planned", "plan_joined"
_CURVED, _NARROWED = "plan_curved", "plan_narrowed"


class Job(background.Job[State]):
    """One plan, or one measurement of ticked blocks, on its way."""

    def __init__(self, states: Generator[State, None, None]) -> None:
        super().__init__(background.each_of(lambda: states))


def start(states: Generator[State, None, None]) -> None:
    """Start one for this session; one at a time."""
    st.session_state[_JOB] = Job(states)


def job() -> Job | None:
    going: Job | None = st.session_state.get(_JOB)
    return going


def dismiss() -> None:
    st.session_state.pop(_JOB, None)


def keep(state: State) -> None:
    """What a job came to, if it came to anything; it stands with the plan it was made under."""
    match state:
        case Planned() if state.plan is not None:
            st.session_state[_PLANNED] = state
            for key in (_JOINED, _CURVED, _NARROWED):
                st.session_state.pop(key, None)
        case Joined() if state.content:
            st.session_state[_JOINED] = state
        case Curved() if state.curves:
            st.session_state[_CURVED] = state
        case Narrowed() if state.content:
            st.session_state[_NARROWED] = state


def planned(name: str) -> Planned | None:
    """The plan of this network in this session."""
    last: Planned | None = st.session_state.get(_PLANNED)
    return last if last is not None and last.network == name else None


def joined(name: str, blocks: Sequence[str]) -> Joined | None:
    """What these blocks together came to, if that is what was measured last."""
    last: Joined | None = st.session_state.get(_JOINED)
    if last is None or last.planned is not planned(name):
        return None
    return last if set(asked(last)) == set(blocks) else None


def curved(planned_: Planned) -> Curved | None:
    """What was found of the channels under this plan."""
    last: Curved | None = st.session_state.get(_CURVED)
    return last if last is not None and last.planned is planned_ else None


def narrowed(curved_: Curved) -> Narrowed | None:
    """The network without some of these channels, as it was made last."""
    last: Narrowed | None = st.session_state.get(_NARROWED)
    return last if last is not None and last.curved is curved_ else None


def asked(joined_: Joined) -> tuple[str, ...]:
    """The blocks that were ticked."""
    return (*joined_.joint.blocks, *(block for block, _ in joined_.refused))


def unpacked(uploaded: BinaryIO, name: str) -> Path:
    """The folder of an uploaded zip's pictures; it goes with the session."""
    surveys.forget_old_zips()
    folder = Path(tempfile.mkdtemp(prefix="zip_", dir=surveys.bench()))
    place = folder / (Path(name).stem[:60].lstrip(".") or "pictures")
    unpack_pictures(uploaded, place)
    return place


def named(text: str, *, survey: str) -> Path:
    """A folder of this machine that the person named, or else that of the survey's pictures."""
    if text.strip():
        return allowed_folders.named(text.strip())
    folder = surveys.pictures_of(survey)
    if folder is None:
        raise InputError(tr("no pictures were given. Upload a zip, or name a folder"))
    return folder


def planning(
    name: str,
    folder: Path,
    *,
    most: int = USUAL,
    survey: str = "",
    latency: Latency | None = None,
) -> Generator[Planned, None, None]:
    """A plan of the network over the pictures of a folder, behind those who wait for a page.

    survey: the key of the survey that the gates are taken from; "" for the pictures themselves.
    """
    known = surveys.surveys()[survey].survey if survey else None
    return _planning(name, network_of(name), folder, most, known, latency)


def _planning(
    name: str,
    net: networks.Network,
    folder: Path,
    most: int,
    known: Survey | None,
    latency: Latency | None,
) -> Generator[Planned, None, None]:
    gates = None if known is None else gates_of_survey(known)
    with MODELS.behind():
        pictures = pictures_for(
            net, folder, most=most, may_open=allowed_folders.may_open, shown=folder.name
        )
    state = Planned(name, pictures, gates or {}, 0)
    yield state
    if gates is None:
        watch = GateWatch(net.model)
        for images, labels in read_batches(net, pictures):
            with MODELS.behind():
                watch.add(images, labels)
            state = replace(state, done=watch.pictures)
            yield state
        state = replace(state, gates=watch.gates())
    unreadable: list[str] = []
    plans = plan_removal(
        net,
        lambda: read_batches(net, pictures, unreadable=unreadable),
        source=pictures.source,
        gates=state.gates,
        latency=latency,
    )
    for plan in behind(plans):
        yield replace(state, done=plan.pictures, plan=plan, unreadable=tuple(unreadable))


def joining(planned_: Planned, blocks: Sequence[str]) -> Generator[Joined, None, None]:
    """These blocks folded away together and judged over the plan's pictures, then timed, saved."""
    return _joining(planned_, network_of(planned_.network), tuple(blocks))


def _joining(
    planned_: Planned, net: networks.Network, blocks: tuple[str, ...]
) -> Generator[Joined, None, None]:
    with MODELS.behind():
        small, done = fold_together(net, planned_.gates, blocks)
    refused = tuple(
        (each.block.name, each.why) for each in done.refused if each.block.name in blocks
    )
    if not done.folds:
        raise InputError(
            tr(
                "none of these blocks can be folded away: {why}",
                why=refused[0][1] if refused else "",
            )
        )
    folded = tuple(fold.words for fold in done.folds)
    source = planned_.pictures.source
    joint = None
    for joint in behind(
        judge_together(net, done, read_batches(net, planned_.pictures), source=source)
    ):
        yield Joined(planned_.network, planned_, folded, refused, joint)
    assert joint is not None  # the plan was made over the same pictures
    size = net.preprocess.input_size
    *_, latency = behind(measure_latency(net.model, size, other=done.model, rounds=ROUNDS))
    joint = replace(joint, latency=latency)
    with MODELS.behind():
        content, _ = saved_network(
            small, folded=[fold.saved for fold in done.folds], judged=judged(joint)
        )
    yield Joined(planned_.network, planned_, folded, refused, joint, content)


def behind(steps: Iterable[Item]) -> Iterator[Item]:
    """The same items, each made behind those who wait for a page."""
    left = iter(steps)
    while True:
        with MODELS.behind():
            try:
                item = next(left)
            except StopIteration:
                return
        yield item


def network_of(name: str) -> networks.Network:
    return networks.network(name, trained=networks.has_weights(name))
