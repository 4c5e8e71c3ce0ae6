"""Weight files: read without running code from them."""

import hashlib
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from senet_viz.core.errors import WeightsError
from senet_viz.core.translation import tr
from senet_viz.models.file_kinds import is_safetensors, require_weights
from senet_viz.models.harmless_objects import stand_ins
from senet_viz.models.layouts import COUNTERS, Held, Layout, bare, hold, without_wrappers
from senet_viz.models.pickle_scan import Import, foreign_import, hungry_import, imports, protocol
from senet_viz.models.replaced_heads import with_own_head
from senet_viz.models.state_dicts import AVERAGED, Candidate, State, parts, state_dicts
from senet_viz.models.weight_checks import nonfinite_note, require_honest_archive, require_plain
from senet_viz.models.weight_contents import Contents, average_note, head_note
from senet_viz.models.wording import first_of, one_line, with_article

READABLE = 2  # the pickle protocol of torch.save, and the newest that its reader for tensors takes
AS_GOOD = 0.9  # of the tensors with a place in the network: one that has more need not be better
_READING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The tensors of a weight file by name, and notes on what was chosen among its contents.

    ``contents`` says what was left out. ``every`` has the tensors that are no part of the network
    too, for a library that knows other names for its own.
    """

    state: State
    notes: tuple[str, ...]
    contents: Contents
    every: State


def read_checkpoint(path: Path | str, layout: Layout | None = None) -> Checkpoint:
    """The tensors of a weight file by name, on the CPU: safetensors, or what ``torch.save`` wrote.

    A training checkpoint's nested state dict is found, a running average (EMA) before the weights
    of the last step and with a note. With the ``layout`` of a network its tensors are found behind
    any prefix, and those that are no part of it are left out and listed; without one the prefixes
    of wrappers are taken off. Nothing in the file is ever run: an object that is known to be
    harmless is passed over, for any other a WeightsError names what it asked for, as it does where
    a file is missing, broken, or something else.

    >>> from senet_viz.models.embedded import asset_paths
    >>> read_checkpoint(asset_paths("resnet18_imagenette")[0]).contents.words
    'Weight file: all its 122 tensors in use, nothing left out.'
    """
    path = Path(path)
    _require_file(path)
    require_weights(path)
    content = read_safetensors(path) if is_safetensors(path) else _pickle(path)
    try:
        candidates = state_dicts(content)
        if not candidates:
            raise _no_state_dict(path, content)
        named = [each for each in candidates if all(isinstance(key, str) for key in each.state)]
        if not named:
            require_plain(candidates[0].state, path)  # which says how they are named
        chosen, held = _chosen(named, layout)
        require_plain(chosen.state, path)
        return _fitted(content, named, chosen, held, layout)
    except (AttributeError, TypeError, RuntimeError) as error:  # a mapping made to mislead
        raise _broken(path, error) from error


def read_state_dict(path: Path | str) -> State:
    """The ``state`` of ``read_checkpoint``.

    >>> from senet_viz.models.embedded import asset_paths
    >>> read_state_dict(asset_paths("resnet18_imagenette")[0])["conv1.weight"].shape
    torch.Size([32, 3, 3, 3])
    """
    return read_checkpoint(path).state


def file_sha256(path: Path) -> str:
    """SHA-256 of a file as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _require_file(path: Path) -> None:
    if path.is_dir():
        raise WeightsError(
            tr(
                "{path} is a folder. Give the weight file in it, or, where it holds a timm model "
                "with its config.json, load_model('local-dir:{path}').",
                path=path,
            )
        )
    if not path.is_file():
        raise WeightsError(
            tr("there is no file {path}. Give a .safetensors, .pth or .pt file.", path=path)
        )


def _chosen(candidates: Sequence[Candidate], layout: Layout | None) -> tuple[Candidate, Held]:
    """The likeliest state dict that fits the network as well as any other does."""
    if layout is None:
        plain = bare(candidates[0].state)
        outside = tuple(name for name in candidates[0].state if without_wrappers(name) in COUNTERS)
        return candidates[0], Held(plain, outside, "", len(plain))
    held = [hold(each.state, layout) for each in candidates]
    most = max(each.matched for each in held)
    return next(
        (each, fit)
        for each, fit in zip(candidates, held, strict=True)
        if fit.matched >= AS_GOOD * most
    )


def _fitted(
    content: Any,
    candidates: Sequence[Candidate],
    chosen: Candidate,
    held: Held,
    layout: Layout | None,
) -> Checkpoint:
    state, outside, notes = held.state, held.outside, _averaged(candidates, chosen, held)
    if layout is not None:
        every = {without_wrappers(name): tensor for name, tensor in chosen.state.items()}
        state, outside, taken = with_own_head(held, layout, every)
        notes += (head_note(taken, layout.classifier),) if taken else ()
    strangers = {name: chosen.state[name] for name in outside if name in chosen.state}
    return Checkpoint(
        state,
        (*notes, *nonfinite_note(state)),
        Contents(len(state), outside, (*_beside(content, chosen.keys), *chosen.beside)),
        state | strangers,
    )


def _averaged(candidates: Sequence[Candidate], chosen: Candidate, held: Held) -> tuple[str, ...]:
    if chosen.averaged:
        passed = [each.keys[0] for each in candidates if not each.averaged and each.keys]
        return (average_note(chosen.averaged, passed[0] if passed else ""),)
    if AVERAGED.search(held.prefix):
        return (average_note(held.prefix.rstrip("."), ""),)
    return ()


def _beside(content: Any, keys: tuple[str, ...]) -> tuple[str, ...]:
    """The entries beside the path to the weights."""
    if not keys:
        return ()
    here = parts(content)
    others = tuple(name for name in here if name != keys[0])
    return (*others, *_beside(here[keys[0]], keys[1:]))


def read_safetensors(path: Path) -> State:
    """The tensors of a safetensors file under their own names, on the CPU."""
    try:
        return dict(load_file(path))
    except SafetensorError as error:
        raise _broken(path, error) from error


def _pickle(path: Path) -> Any:
    try:
        require_honest_archive(path)
        if (asked := hungry_import(path)) is not None:
            raise _refused(path, asked)
        if protocol(path) > READABLE and foreign_import(path) is None:
            raise _too_new(path)
        # The allowance is global, so one a time; by its path it would be judged by its suffix.
        with _READING, stand_ins(), path.open("rb") as file:
            return torch.load(file, map_location="cpu", weights_only=True)
    except WeightsError:
        raise
    except Exception as error:  # a broken pickle may raise anything
        asked = foreign_import(path)
        if asked is None and (named := re.search(r"GLOBAL ([\w.]+)", str(error))):
            beside = next((e.beside for e in imports(path) if e.name == named.group(1)), "")
            asked = Import(named.group(1), beside)
        raise (_broken(path, error) if asked is None else _refused(path, asked)) from error


def _refused(path: Path, asked: Import) -> WeightsError:
    where = tr(" (near the entry {entry!r})", entry=asked.beside[:60]) if asked.beside else ""
    return WeightsError(
        tr(
            "{path} holds more than tensors{where}: reading it would run {asked}, which is "
            "refused. Save the tensors alone with torch.save(model.state_dict(), "
            "PATH), or use safetensors.",
            path=path,
            where=where,
            asked=asked.name,
        )
    )


def _too_new(path: Path) -> WeightsError:
    return WeightsError(
        tr(
            "{path} was saved with pickle protocol {protocol}, which PyTorch's reader for tensors "
            "alone does not take; nothing is wrong with it otherwise. Save it once more with "
            "torch.save(state_dict, PATH), without pickle_protocol, or as safetensors.",
            path=path,
            protocol=protocol(path),
        )
    )


def _no_state_dict(path: Path, content: Any) -> WeightsError:
    return WeightsError(
        tr(
            "{path} holds no state dict but {described}. Save one with "
            "torch.save(model.state_dict(), PATH).",
            path=path,
            described=_described(content),
        )
    )


def _described(content: object) -> str:
    """A few words on what a file holds; printing deeply nested lists could take for ever."""
    if isinstance(content, Mapping):
        return f"entries {first_of(parts(content))}"[:200]
    return with_article(type(content).__name__)


def _broken(path: Path, error: Exception) -> WeightsError:
    return WeightsError(
        tr(
            "{path} is not a readable weight file ({reason}); it may be cut short. "
            "Delete it and fetch or save it again.",
            path=path,
            reason=_reason(error),
        )
    )


def _reason(error: Exception) -> str:
    """PyTorch's own first line, without its advice to read the file by running it."""
    words = one_line(error)
    if "weights_only" not in words:
        return words
    inner = re.search(r"WeightsUnpickler error:\s*(.+)", str(error))
    return inner.group(1)[:160] if inner else tr("PyTorch finds no tensors in it")
