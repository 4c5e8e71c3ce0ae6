"""The library code that makes the edits in force on the same picture."""

from collections.abc import Sequence
from dataclasses import replace

from dashboard import services, state
from dashboard.choices import Chosen
from dashboard.edited import network_name, possible
from dashboard.editing import Step
from dashboard.subject import Subject
from senet_viz.edits import GateEdit
from senet_viz.samples import SAMPLES

DEFAULTS = GateEdit("", "one")


def code(subject: Subject, steps: Sequence[Step]) -> str:
    """A Python script of the library that ends in the capture shown on the page."""
    edits = possible(edit for step in steps for edit in step)
    needs = {e.how for e in edits}
    arguments = ["edits", "gates_by_block(before)"]
    parts = [*_imports(subject, edits), "", *_network(subject), ""]
    parts += [f"image = net.preprocess(sv.decode({_bytes(subject.picture)}))"]
    parts += ["before = sv.capture(net.model, image)", "edits = ["]
    parts += [f"    {line}," for step in steps for line in _step(possible(step), subject)]
    parts += ["]"]
    if "usual" in needs:
        parts += _usual(subject)
        arguments.append("usual=usual")
    if "transplant" in needs:
        parts += _transplants(edits)
        arguments.append("transplants=transplants")
    parts += [
        f"gates = edited_gates({', '.join(arguments)})",
        "with sv.override(net.model, gates):",
        "    after = sv.capture(net.model, image)",
    ]
    return "\n".join(parts)


def _imports(subject: Subject, edits: Sequence[GateEdit]) -> list[str]:
    own = state.own_file(network_name())
    made = network_name() == services.FACTORY
    uploads = [subject.picture, *(_offer(e.source) for e in edits if e.how == "transplant")]
    averaged = any(e.how == "usual" for e in edits) and subject.net.reference is None
    if averaged:
        uploads += state.pictures()
    lines = []
    if any(not _is_sample(offer) for offer in uploads):
        lines += ["from pathlib import Path", ""]
    if averaged:
        lines += ["import numpy as np", ""]
    lines += ["import senet_viz as sv"]
    lines += ["from senet_viz.edits import GateEdit, edited_gates, gates_by_block"]
    if own is not None or made:
        name = "load_factory" if made else "load_checkpoint"
        lines += [f"from senet_viz.models.own import {name}"]
    return lines


def _network(subject: Subject) -> list[str]:
    name, own = network_name(), state.own_file(network_name())
    if name == services.FACTORY:
        return [f"net = load_factory({_quoted(services.factory())})"]
    if own is None:
        if subject.net.trained:
            return [f"net = sv.load_model({_quoted(name)})"]
        return [f"net = sv.load_model({_quoted(name)}, trained=False)  # random weights"]
    given = {"input_size": own.side, "mean": own.mean, "std": own.std}
    more = "".join(f", {key}={value!r}" for key, value in given.items() if value is not None)
    path = str(own.weights) if not isinstance(own.weights, bytes) else own.name
    return [f"net = load_checkpoint({_quoted(own.architecture)}, {_quoted(path)}{more})"]


def _step(step: Step, subject: Subject) -> list[str]:
    """One line for the same edit of several blocks, else one for each."""
    names = tuple(e.block for e in step)
    alike = {replace(e, block="") for e in step}
    if len(step) < 2 or len(alike) > 1:
        return [_edit(e, _quoted(e.block)) for e in step]
    every = subject.seen.capture.names
    if names == every:
        return [f"*({_edit(step[0], 'name')} for name in before.names)"]
    if names == every[-len(names) :]:
        return [f"*({_edit(step[0], 'name')} for name in before.names[{-len(names)}:])"]
    left = next(name for name in every if name not in names)
    return [f"*({_edit(step[0], 'name')} for name in before.names if name != {_quoted(left)})"]


def _edit(edit: GateEdit, block: str) -> str:
    """The edit as Python writes it, without what is left at its default."""
    parts = [block, _quoted(edit.how)]
    for field in ("channels", "value", "seed"):
        if getattr(edit, field) != getattr(DEFAULTS, field):
            parts.append(f"{field}={getattr(edit, field)!r}")
    if edit.source:
        parts.append(f"source={_quoted(_slug(edit.source))}")
    return f"GateEdit({', '.join(parts)})"


def _usual(subject: Subject) -> list[str]:
    if subject.net.reference is not None:
        return ["usual = {name: net.reference.usual(name)[0] for name in before.names}"]
    return [
        "pictures = [",
        *(f"    {_bytes(offer)}," for offer in state.pictures()),
        "]",
        "rows = [",
        "    gates_by_block(sv.capture(net.model, net.preprocess(sv.decode(picture))))",
        "    for picture in pictures",
        "]",
        "usual = {name: np.mean([row[name] for row in rows], axis=0) for name in before.names}",
    ]


def _transplants(edits: Sequence[GateEdit]) -> list[str]:
    sources = dict.fromkeys(e.source for e in edits if e.how == "transplant")
    lines = ["transplants = {"]
    for key in sources:
        seen = f"sv.capture(net.model, net.preprocess(sv.decode({_bytes(_offer(key))})))"
        lines += [f"    {_quoted(_slug(key))}: gates_by_block(", f"        {seen}", "    ),"]
    return [*lines, "}"]


def _offer(key: str) -> Chosen:
    return next(offer for offer in state.pictures() if offer.key == key)


def _is_sample(offer: Chosen) -> bool:
    return offer.key in {sample.name for sample in SAMPLES}


def _bytes(offer: Chosen) -> str:
    if _is_sample(offer):
        return f"sv.load_sample({_quoted(offer.key)})"
    return f"Path({_quoted(offer.title)}).read_bytes()"


def _slug(key: str) -> str:
    """An upload goes by the start of its sha256."""
    return key[:12]


def _quoted(text: str) -> str:
    """A Python literal in double quotes where that is possible."""
    return repr(text) if '"' in text or "\\" in text or not text.isprintable() else f'"{text}"'
