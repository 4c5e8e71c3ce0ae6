"""Loads tensors of a file into a network, all or none, and says why they do not fit."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from torch import Tensor, nn

from senet_viz.core.errors import WeightsError
from senet_viz.core.translation import tr
from senet_viz.models.recognition import likeliest
from senet_viz.models.weight_checks import checked_classes
from senet_viz.models.wording import first_of

UNCOUNTED = "num_batches_tracked"  # files older than PyTorch 0.4.1 lack it; PyTorch fills it in


def load_state_dict_strictly(
    model: nn.Module,
    state: Mapping[str, Tensor],
    path: Path,
    *,
    architecture: str = "",
    classifier: str = "",
) -> None:
    """Put ``state`` (read from ``path``) into ``model``, every tensor or none.

    architecture: its name in the catalogue. classifier: the layer whose outputs are the classes.
    Raises a WeightsError that counts and names what is missing, unknown or of another shape, and
    says what would work: a classifier, or the architectures that the file is likeliest of.
    """
    own = model.state_dict()
    missing = [k for k in own if k not in state and not k.endswith(UNCOUNTED)]
    unknown = [k for k in state if k not in own]
    misshapen = [
        tr(
            "{name} is {given}, not {wanted}",
            name=k,
            given=tuple(state[k].shape),
            wanted=tuple(own[k].shape),
        )
        for k in own
        if k in state and state[k].shape != own[k].shape
    ]
    if problem := _misfit(missing, unknown, misshapen):
        raise WeightsError(
            tr(
                "{path} does not fit {kind}: of its {own} tensors and the file's {state}, "
                "{problem}. {advice}",
                path=path,
                kind=type(model).__name__,
                own=len(own),
                state=len(state),
                problem=problem,
                advice=_head_advice(missing, unknown, misshapen, classifier)
                or _architecture_advice(state, architecture),
            )
        )
    model.load_state_dict(state)


def _misfit(missing: Sequence[str], unknown: Sequence[str], misshapen: Sequence[str]) -> str:
    """What is wrong with the names and shapes in a file, in words; "" if nothing is."""
    wrong: list[str] = []
    if missing:
        named = first_of(missing)
        wrong.append(tr("{missing} missing ({first})", missing=len(missing), first=named))
    if unknown:
        named = first_of(unknown)
        wrong.append(
            tr("{unknown} unknown to the network ({first})", unknown=len(unknown), first=named)
        )
    if misshapen:
        named = first_of(misshapen)
        wrong.append(
            tr("{misshapen} of another shape ({first})", misshapen=len(misshapen), first=named)
        )
    problem = wrong[0] if wrong else ""
    for further in wrong[1:]:
        problem = tr("{problem}; {further}", problem=problem, further=further)
    return problem


def _head_advice(
    missing: Sequence[str], unknown: Sequence[str], misshapen: Sequence[str], classifier: str
) -> str:
    """What to do where all but the classifier fits; "" where more is wrong."""
    root = classifier.partition(".")[0]
    if not classifier or misshapen or not missing:
        return ""
    if any(name.partition(".")[0] != root for name in (*missing, *unknown)):
        return ""
    if not unknown:
        return tr(
            "Everything but the classifier is there. Give a file with the layer {classifier} in "
            "it, or build the network with the classifier that belongs to it in a function and "
            "load that (load_factory, or --factory on the command line).",
            classifier=classifier,
        )
    return tr(
        "Everything but the classifier fits: another one stands in place of {classifier}, and the "
        "file does not say what lies between its layers. Build the network with it in a function "
        "and load that (load_factory, or --factory on the command line).",
        classifier=classifier,
    )


def _architecture_advice(state: Mapping[str, Tensor], architecture: str) -> str:
    architectures = [each.architecture for each in likeliest(state)]
    if not architectures:
        return tr(
            "Give the file of this very architecture, or the name of the architecture the file was "
            "saved from."
        )
    if _plain(architectures[0]) == _plain(architecture):
        return tr(
            "Its tensors look like a changed version of this architecture. Build the changed "
            "network in a function and load that (load_factory, or --factory on the command "
            "line)."
        )
    if len(architectures) == 1:
        return tr("Its tensors look like those of {first}.", first=architectures[0])
    return tr(
        "Its tensors look like those of {first} or {second}.",
        first=architectures[0],
        second=architectures[1],
    )


def _plain(architecture: str) -> str:
    """The name without its library prefix and its tag."""
    return architecture.rpartition("/")[2].partition(".")[0]


def classes_in(state: Mapping[str, Tensor], classifier: str) -> int | None:
    """How many classes the layer named ``classifier`` tells apart; None if it is not there."""
    for key in (f"{classifier}.weight", f"{classifier}.bias"):
        if key in state:
            return checked_classes(state[key], key)
    return None


def label_classes(count: int, known: Iterable[str]) -> tuple[str, ...]:
    """``known`` if that is one label for each of ``count`` classes, else "class 0" and so on."""
    labels = tuple(known)
    return labels if len(labels) == count else tuple(f"class {i}" for i in range(count))
