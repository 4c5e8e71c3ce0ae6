"""Published weight files: from the user's own folder, from PyTorch's, or downloaded."""

import errno
import os
import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from http.client import HTTPException
from pathlib import Path
from threading import Thread
from typing import BinaryIO, TypeVar
from urllib.parse import urlparse
from urllib.request import Request, urlopen
from uuid import uuid4

import torch

from senet_viz.core.errors import WeightsError
from senet_viz.core.translation import tr
from senet_viz.models.weight_files import file_sha256
from senet_viz.models.wording import one_line

FOLDER = "SENET_VIZ_WEIGHTS"
SUFFIXES = (".safetensors", ".pth", ".pt")
PATIENCE = 7.0  # seconds until a server that says nothing counts as out of reach
CHUNK = 1 << 20
PUBLISHED_HASH = re.compile(r"-([0-9a-f]{8,64})\.\w+$")  # NAME-01234567.pth, as PyTorch names files
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
Answer = TypeVar("Answer")
Telling = Callable[[int, int | None], None]


_listening: ContextVar[Telling | None] = ContextVar("senet_viz_downloads", default=None)


@contextmanager
def telling(listener: Telling) -> Iterator[None]:
    """Call ``listener`` during every download of this thread: bytes so far, and in all if known.

    An exception it raises ends the download.
    """
    token = _listening.set(listener)
    try:
        yield
    finally:
        _listening.reset(token)


def heard() -> bool:
    """Whether there is a listener."""
    return _listening.get() is not None


def tell(done: int, every: int | None) -> None:
    """Tell the listener, if there is one, how many bytes of a file have arrived."""
    if (listener := _listening.get()) is not None:
        listener(done, every)


class _NotKeptError(OSError):
    """The folder for downloads cannot be written."""


def weights_folder() -> Path | None:
    """The folder that the environment variable SENET_VIZ_WEIGHTS names; None if it is not set.

    Raises a WeightsError where there is no such folder.
    """
    named = os.environ.get(FOLDER, "").strip()
    if not named:
        return None
    folder = Path(named).expanduser()
    if not folder.is_dir():
        raise WeightsError(
            tr(
                "{variable} names {folder}, which is not a folder. Set it to a folder of "
                "weight files named after their models, or unset it.",
                variable=FOLDER,
                folder=folder,
            )
        )
    return folder


def offline_file(names: Iterable[str]) -> Path | None:
    """The first of ``names`` with a weight file in the folder of SENET_VIZ_WEIGHTS.

    A file counts under its whole name, NAME.safetensors, NAME.pth or NAME.pt, in this order.

    >>> offline_file(["no_such_model"])
    """
    folder = weights_folder()
    if folder is None:
        return None
    candidates = (folder / f"{name}{suffix}" for name in names for suffix in SUFFIXES)
    return next((file for file in candidates if file.is_file()), None)


def hub_path(url: str) -> Path:
    """Where PyTorch (and torchvision and timm with it) keeps the file behind ``url``."""
    return Path(torch.hub.get_dir()) / "checkpoints" / _file_name(url)


def fetch(url: str, name: str) -> Path:
    """The file behind ``url``, for model ``name``: found in a folder, else downloaded.

    Looked for under its own name in the folder of SENET_VIZ_WEIGHTS, then in PyTorch's, where a
    download is kept too. Where the name carries digits of the SHA-256, the file has to have them.

    Without a network it raises a WeightsError within ten seconds that says what would work.
    """
    target, folder = hub_path(url), weights_folder()
    for file in (*([folder / target.name] if folder else []), target):
        if file.is_file():
            return verified(file)
    try:
        _download(url, target)
    except (OSError, HTTPException) as error:
        if isinstance(error, _NotKeptError) or getattr(error, "errno", None) in FULL:
            raise not_kept(name, target, reason=error) from error
        raise not_fetched(
            name,
            url,
            reason=error,
            keep_as=target.name,
            or_at=tr(", or at {target}", target=target),
        ) from error
    return target


def verified(file: Path) -> Path:
    """``file``, once its content has the SHA-256 that its name promises, if it promises one.

    PyTorch's file names end in the first digits; the Hugging Face cache names a file by all 64.
    """
    stored, named = file.resolve().name, PUBLISHED_HASH.search(file.name)
    whole = re.fullmatch("[0-9a-f]{64}", stored)
    promised = whole.group() if whole else named.group(1) if named else ""
    if promised and not (digest := file_sha256(file)).startswith(promised):
        raise WeightsError(
            tr(
                "{file} is not the file it was published as: its SHA-256 begins {digest}, "
                "its name says {promised}. It was cut short or changed; delete it and "
                "fetch it again.",
                file=file,
                digest=digest[:12],
                promised=promised[:12],
            )
        )
    return file


def within(seconds: float, ask: Callable[[], Answer]) -> Answer:
    """What ``ask()`` answers, or a TimeoutError after ``seconds``.

    A socket's time-out does not cover the name look-up, and restarts for each address.

    >>> within(1.0, lambda: "here")
    'here'
    """
    answer: Future[Answer] = Future()

    def run() -> None:
        try:
            answer.set_result(ask())
        except BaseException as error:  # handed on to the one who waits
            answer.set_exception(error)

    Thread(target=run, daemon=True).start()
    try:
        return answer.result(timeout=seconds)
    except TimeoutError as error:
        raise TimeoutError(
            str(error) or tr("no answer within {seconds:g} seconds", seconds=seconds)
        ) from error


def not_fetched(
    name: str, url: str, *, reason: Exception, keep_as: str, or_at: str = ""
) -> WeightsError:
    """The error for a weight file that is not here and cannot be downloaded; says what works.

    ``keep_as`` is its name in the folder of SENET_VIZ_WEIGHTS, ``or_at`` a place besides.
    """
    folder = os.environ.get(FOLDER, "").strip()
    put = (
        tr("put it at {path}", path=Path(folder).expanduser() / keep_as)
        if folder
        else tr(
            "put it in a folder as {keep_as} and start with {folder} set to that folder",
            keep_as=keep_as,
            folder=FOLDER,
        )
    )
    return WeightsError(
        tr(
            "the weights of {name} are not on this machine, and {file_name} could not "
            "be downloaded from {url} ({reason}). What works: load it once with a "
            "network connection; or download that file elsewhere and {put}{or_at}; or "
            "pass load_model({name!r}, weights=PATH).",
            name=name,
            file_name=_file_name(url),
            url=url,
            reason=one_line(reason),
            put=put,
            or_at=or_at,
        )
    )


def not_kept(name: str, target: Path, *, reason: Exception) -> WeightsError:
    """The error for a download that cannot be written where it belongs; says what would work."""
    return WeightsError(
        tr(
            "the weights of {name} cannot be kept at {target} ({reason}). What works: make "
            "room there, or let that folder be written; or start with TORCH_HOME set to a folder "
            "that can be; or put the file in a folder and start with {variable} set to it.",
            name=name,
            target=target,
            reason=one_line(reason),
            variable=FOLDER,
        )
    )


def _download(url: str, target: Path) -> None:
    """Download all or nothing: the file gets its name once length and hash are right."""
    request = Request(url, headers={"User-Agent": "senet_viz"})
    answer = within(PATIENCE, lambda: urlopen(request, timeout=PATIENCE))
    partial = target.with_name(f"{target.name}.{uuid4().hex}.partial")
    try:
        announced = answer.headers.get("Content-Length")
        with answer, _opened(partial) as file:
            while chunk := answer.read(CHUNK):
                file.write(chunk)
                tell(file.tell(), None if announced is None else int(announced))
        arrived = partial.stat().st_size
        if announced is not None and arrived != int(announced):
            raise OSError(
                tr(
                    "the download broke off after {arrived} of {announced} bytes",
                    arrived=arrived,
                    announced=announced,
                )
            )
        promised = PUBLISHED_HASH.search(target.name)
        if promised and not (digest := file_sha256(partial)).startswith(promised.group(1)):
            raise OSError(
                tr("what arrived is another file: its SHA-256 begins {digest}", digest=digest[:12])
            )
        partial.replace(target)
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def _opened(partial: Path) -> BinaryIO:
    try:
        partial.parent.mkdir(parents=True, exist_ok=True)
        return partial.open("wb")
    except OSError as error:
        raise _NotKeptError(str(error)) from error


def _file_name(url: str) -> str:
    return Path(urlparse(url).path).name
