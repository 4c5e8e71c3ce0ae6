"""Weight files: fetched, read without running code from them, and fitted strictly."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlparse
from urllib.request import Request, urlopen

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn.modules.utils import consume_prefix_in_state_dict_if_present

from senet_viz.errors import WeightsError

State = dict[str, Tensor]
PATIENCE = 5.0  # seconds until a server that says nothing counts as out of reach
NESTS = ("state_dict", "model_state_dict", "model", "net")  # where trainers put the state dict
WRAPPERS = ("module.", "_orig_mod.")  # prefixes of DataParallel and torch.compile


def read_state_dict(path: Path | str) -> State:
    """The tensors of a ``.safetensors``, ``.pth`` or ``.pt`` file by name, on the CPU.

    A training checkpoint's nested state dict is found, and the name prefixes of wrappers are
    taken off. Nothing in the file is ever run: a pickle that asks for more than tensors raises a
    WeightsError naming what it asked for, as does a file that is missing or broken.

    >>> from senet_viz.models.embedded import asset_paths
    >>> read_state_dict(asset_paths("resnet18_imagenette")[0])["conv1.weight"].shape
    torch.Size([32, 3, 3, 3])
    """
    path = Path(path)
    if not path.is_file():
        raise WeightsError(f"there is no file {path}. Give a .safetensors, .pth or .pt file.")
    content = _safetensors(path) if path.suffix == ".safetensors" else _pickle(path)
    return _state_in(content, path)


def load_state_dict_strictly(model: nn.Module, state: Mapping[str, Tensor], path: Path) -> None:
    """Put ``state`` (read from ``path``) into ``model``, every tensor or none.

    Raises a WeightsError that counts and names what is missing, unknown or of another shape.
    """
    own = model.state_dict()
    # Files older than PyTorch 0.4.1 lack these counters, and PyTorch fills them in.
    missing = [k for k in own if k not in state and not k.endswith("num_batches_tracked")]
    unknown = [k for k in state if k not in own]
    misshapen = [
        f"{k} is {tuple(state[k].shape)}, not {tuple(own[k].shape)}"
        for k in own
        if k in state and state[k].shape != own[k].shape
    ]
    wrong = [
        f"{len(names)} {what} ({_first(names)})"
        for names, what in (
            (missing, "missing"),
            (unknown, "unknown to the network"),
            (misshapen, "of another shape"),
        )
        if names
    ]
    if wrong:
        raise WeightsError(
            f"{path} does not fit {type(model).__name__}: of its {len(own)} tensors and the "
            f"file's {len(state)}, {'; '.join(wrong)}. Give the file of this very architecture, "
            "or the name of the architecture the file was saved from."
        )
    model.load_state_dict(state)


def classes_in(state: Mapping[str, Tensor], classifier: str) -> int | None:
    """How many classes the layer named ``classifier`` tells apart; None if it is not there."""
    for key in (f"{classifier}.weight", f"{classifier}.bias"):
        if key in state:
            return state[key].shape[0]
    return None


def label_classes(count: int, known: Iterable[str]) -> tuple[str, ...]:
    """``known`` if that is one label for each of ``count`` classes, else "class 0" and so on."""
    labels = tuple(known)
    return labels if len(labels) == count else tuple(f"class {i}" for i in range(count))


def file_sha256(path: Path) -> str:
    """SHA-256 of a file as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hub_path(url: str) -> Path:
    """Where PyTorch (and torchvision and timm with it) keeps the file behind ``url``."""
    return Path(torch.hub.get_dir()) / "checkpoints" / Path(urlparse(url).path).name


def fetch(url: str, name: str) -> Path:
    """The file behind ``url``, for model ``name``: from PyTorch's folder, else downloaded there.

    Without a network it raises a WeightsError within seconds that says what would work.
    """
    target = hub_path(url)
    if target.exists():
        return target
    digits = torch.hub.HASH_REGEX.search(target.name)
    try:
        # The download below waits for a silent server without limit, so ask once with one.
        with urlopen(Request(url, headers={"User-Agent": "torch.hub"}), timeout=PATIENCE):
            pass
        target.parent.mkdir(parents=True, exist_ok=True)
        torch.hub.download_url_to_file(url, str(target), digits and digits.group(1))
    except (OSError, HTTPException, RuntimeError) as error:
        raise not_fetched(name, url, reason=error, target=target) from error
    return target


def not_fetched(name: str, url: str, *, reason: Exception, target: Path | None) -> WeightsError:
    """The error for a weight file that is neither here nor to be had; says what would work."""
    file = Path(urlparse(url).path).name
    put = f", or put it at {target}" if target else ""
    return WeightsError(
        f"the weights of {name} are not on this machine, and {file} could not be downloaded from "
        f"{url} ({_one_line(reason)}). What works: load it once with a network connection; or "
        f"download that file elsewhere and pass load_model({name!r}, weights=PATH){put}."
    )


def _safetensors(path: Path) -> State:
    try:
        return dict(load_file(path))
    except SafetensorError as error:
        raise _broken(path, error) from error


def _pickle(path: Path) -> Any:
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # a broken pickle may raise anything
        refused = re.search(r"GLOBAL ([\w.]+)", str(error))
        if refused is None:
            raise _broken(path, error) from error
        raise WeightsError(
            f"{path} holds more than tensors: reading it would run {refused.group(1)}, which is "
            "refused. Save the tensors alone with torch.save(model.state_dict(), PATH), or use "
            "safetensors."
        ) from error


def _state_in(content: Any, path: Path) -> State:
    nested = [content[k] for k in NESTS if k in content] if isinstance(content, Mapping) else []
    state = next((inner for inner in nested if isinstance(inner, Mapping)), content)
    if not isinstance(state, Mapping) or not all(isinstance(v, Tensor) for v in state.values()):
        found = f"entries {_first(map(str, state))}" if isinstance(state, Mapping) else repr(state)
        raise WeightsError(
            f"{path} holds no state dict but {found[:200]}. Save one with "
            "torch.save(model.state_dict(), PATH)."
        )
    plain = dict(state)
    for prefix in WRAPPERS:
        consume_prefix_in_state_dict_if_present(plain, prefix)
    return plain


def _broken(path: Path, error: Exception) -> WeightsError:
    return WeightsError(
        f"{path} is not a readable weight file ({_one_line(error)}); it may be cut short. "
        "Delete it and fetch or save it again."
    )


def _first(names: Iterable[str], count: int = 3) -> str:
    every = list(names)
    return ", ".join(every[:count]) + (", ..." if len(every) > count else "")


def _one_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0][:160] or type(error).__name__
