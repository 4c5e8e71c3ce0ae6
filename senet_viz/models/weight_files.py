"""Weight files: read without running code from them, and fitted strictly."""

import hashlib
import re
import threading
from argparse import Namespace
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn.modules.utils import consume_prefix_in_state_dict_if_present

from senet_viz.core.errors import WeightsError
from senet_viz.core.translation import ENGLISH, speaking, tr
from senet_viz.models.pickle_scan import foreign_import, hungry_import
from senet_viz.models.weight_checks import (
    checked_classes,
    nonfinite_note,
    require_honest_archive,
    require_plain,
)
from senet_viz.models.wording import first_of, one_line

State = dict[str, Tensor]
# Where trainers put the state dict; a running average of the weights (EMA) is what they test.
AVERAGED = ("state_dict_ema", "ema_state_dict", "model_ema", "ema_model", "params_ema", "ema")
NESTS = ("state_dict", "model_state_dict", "model", "net", "params", "module", "shadow")
WRAPPERS = ("module.", "_orig_mod.")  # prefixes of DataParallel and torch.compile
TRAINERS = ("model.", "net.")  # the attribute that holds the network in a trainer's own module
COUNTER = "n_averaged"  # of torch.optim.swa_utils.AveragedModel; not a part of the network
DEEPEST = 3
_READING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The tensors of a weight file by name, and notes on what was chosen among its contents."""

    state: State
    notes: tuple[str, ...] = ()


def read_checkpoint(path: Path | str) -> Checkpoint:
    """The tensors of a ``.safetensors``, ``.pth`` or ``.pt`` file by name, on the CPU.

    A training checkpoint's nested state dict is found, a running average (EMA) before the weights
    of the last step and with a note, and the name prefixes of wrappers are taken off. Nothing in
    the file is ever run: a pickle that asks for more than tensors raises a WeightsError naming
    what it asked for, as does a file that is missing or broken.

    >>> from senet_viz.models.embedded import asset_paths
    >>> read_checkpoint(asset_paths("resnet18_imagenette")[0]).notes
    ()
    """
    path = Path(path)
    if not path.is_file():
        raise WeightsError(
            tr("there is no file {path}. Give a .safetensors, .pth or .pt file.", path=path)
        )
    content = _safetensors(path) if path.suffix == ".safetensors" else _pickle(path)
    try:
        found = _unwrapped(content)
        if found is None:
            raise WeightsError(
                tr(
                    "{path} holds no state dict but {described}. Save one with "
                    "torch.save(model.state_dict(), PATH).",
                    path=path,
                    described=_described(content),
                )
            )
        state, keys = found
        require_plain(state, path)
        plain = _without_prefixes(state)
        return Checkpoint(plain, (*_averaged_note(content, keys), *nonfinite_note(plain)))
    except (AttributeError, TypeError, RuntimeError) as error:  # a mapping made to mislead
        raise _broken(path, error) from error


def read_state_dict(path: Path | str) -> State:
    """The ``state`` of ``read_checkpoint``.

    >>> from senet_viz.models.embedded import asset_paths
    >>> read_state_dict(asset_paths("resnet18_imagenette")[0])["conv1.weight"].shape
    torch.Size([32, 3, 3, 3])
    """
    return read_checkpoint(path).state


def load_state_dict_strictly(model: nn.Module, state: Mapping[str, Tensor], path: Path) -> None:
    """Put ``state`` (read from ``path``) into ``model``, every tensor or none.

    Raises a WeightsError that counts and names what is missing, unknown or of another shape.
    """
    own = model.state_dict()
    # Files older than PyTorch 0.4.1 lack these counters, and PyTorch fills them in.
    missing = [k for k in own if k not in state and not k.endswith("num_batches_tracked")]
    unknown = [k for k in state if k not in own]
    misshapen = [
        tr(
            "{k} is {shape}, not {shape_2}",
            k=k,
            shape=tuple(state[k].shape),
            shape_2=tuple(own[k].shape),
        )
        for k in own
        if k in state and state[k].shape != own[k].shape
    ]
    if problem := _misfit(missing, unknown, misshapen):
        raise WeightsError(
            tr(
                "{path} does not fit {kind}: of its {own} tensors and the file's {state}, "
                "{problem}. Give the file of this very architecture, or the name of the "
                "architecture the file was saved from.",
                path=path,
                kind=type(model).__name__,
                own=len(own),
                state=len(state),
                problem=problem,
            )
        )
    model.load_state_dict(state)


def _misfit(missing: Sequence[str], unknown: Sequence[str], misshapen: Sequence[str]) -> str:
    """What is wrong with the names and shapes in a file, in words; "" where nothing is."""
    wrong: list[str] = []
    if missing:
        wrong.append(
            tr("{missing} missing ({first})", missing=len(missing), first=first_of(missing))
        )
    if unknown:
        wrong.append(
            tr(
                "{unknown} unknown to the network ({first})",
                unknown=len(unknown),
                first=first_of(unknown),
            )
        )
    if misshapen:
        wrong.append(
            tr(
                "{misshapen} of another shape ({first})",
                misshapen=len(misshapen),
                first=first_of(misshapen),
            )
        )
    problem = wrong[0] if wrong else ""
    for further in wrong[1:]:
        problem = tr("{problem}; {further}", problem=problem, further=further)
    return problem


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


def file_sha256(path: Path) -> str:
    """SHA-256 of a file as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _safetensors(path: Path) -> State:
    try:
        return dict(load_file(path))
    except SafetensorError as error:
        raise _broken(path, error) from error


def _pickle(path: Path) -> Any:
    try:
        require_honest_archive(path)
        if (asked := hungry_import(path)) is not None:
            raise _refused(path, asked)
        # Trainers store their options beside the weights; the allowance is global, so one a time.
        with _READING, torch.serialization.safe_globals([Namespace]):
            return torch.load(path, map_location="cpu", weights_only=True)
    except WeightsError:
        raise
    except Exception as error:  # a broken pickle may raise anything
        named = re.search(r"GLOBAL ([\w.]+)", str(error))
        asked = named.group(1) if named else foreign_import(path)
        if asked is None:
            raise _broken(path, error) from error
        raise _refused(path, asked) from error


def _refused(path: Path, asked: str) -> WeightsError:
    return WeightsError(
        tr(
            "{path} holds more than tensors: reading it would run {asked}, which is "
            "refused. Save the tensors alone with torch.save(model.state_dict(), "
            "PATH), or use safetensors.",
            path=path,
            asked=asked,
        )
    )


def _described(content: object) -> str:
    """A few words on what a file holds; a hostile nest of lists would take for ever to print."""
    if isinstance(content, Mapping):
        named = (key if isinstance(key, str) else type(key).__name__ for key in content)
        return f"entries {first_of(named)}"[:200]
    return f"a {type(content).__name__}"


def _unwrapped(content: Any, *, depth: int = DEEPEST) -> tuple[State, tuple[str, ...]] | None:
    """The state dict in a checkpoint, averaged ones first, and the keys that lead to it."""
    if not isinstance(content, Mapping) or not content:
        return None
    if all(isinstance(value, Tensor) for value in content.values()):
        return dict(content), ()
    for key in (*AVERAGED, *NESTS) if depth else ():
        found = _unwrapped(content.get(key), depth=depth - 1)
        if found is not None:
            return found[0], (key, *found[1])
    return None


def _averaged_note(content: Any, keys: tuple[str, ...]) -> tuple[str, ...]:
    if not set(keys) & set(AVERAGED):
        return ()
    passed = [key for key in NESTS if _unwrapped(content.get(key)) is not None]
    return (_average_used(keys[0], passed[0] if passed else ""),)


@speaking(ENGLISH)
def _average_used(key: str, passed: str) -> str:
    if not passed:
        return tr("The file's running average of the weights (EMA, under {key}) is used.", key=key)
    return tr(
        "The file's running average of the weights (EMA, under {key}) is used, not "
        "the last step under {passed}.",
        key=key,
        passed=passed,
    )


def _without_prefixes(state: State) -> State:
    plain = {k: v for k, v in state.items() if k != COUNTER}
    for prefix in WRAPPERS:
        consume_prefix_in_state_dict_if_present(plain, prefix)
    for prefix in TRAINERS:
        if all(key.startswith(prefix) for key in plain):
            consume_prefix_in_state_dict_if_present(plain, prefix)
    return plain


def _broken(path: Path, error: Exception) -> WeightsError:
    return WeightsError(
        tr(
            "{path} is not a readable weight file ({one_line}); it may be cut short. "
            "Delete it and fetch or save it again.",
            path=path,
            one_line=one_line(error),
        )
    )
