"""Files of the Hugging Face Hub: from its cache, or asked for once with a limit and downloaded."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from senet_viz.core.errors import WeightsError
from senet_viz.models.downloads import CHUNK, PATIENCE, heard, tell, verified, within

Failed = Callable[[str, Exception], WeightsError]  # by the URL of a file and what went wrong


def hub_file(
    repository: str, files: Sequence[str], *, failed: Failed, revision: str | None = None
) -> tuple[Path, str] | None:
    """The first of ``files`` that a repository has, and its URL; None where it has none of them.

    ``failed`` makes the error where the Hub cannot be asked or does not answer as it should.
    """
    from huggingface_hub import (
        get_hf_file_metadata,
        hf_hub_download,
        hf_hub_url,
        try_to_load_from_cache,
    )
    from huggingface_hub.errors import EntryNotFoundError, RepositoryNotFoundError

    for file in files:
        cached = try_to_load_from_cache(repository, file, revision=revision)
        if isinstance(cached, str):
            return verified(Path(cached)), hf_hub_url(repository, file, revision=revision)
    for file in files:
        url = hf_hub_url(repository, file, revision=revision)
        try:
            # hf_hub_download retries a dead network for a minute, so ask once with a limit.
            within(PATIENCE, partial(get_hf_file_metadata, url, timeout=PATIENCE))
            bar = _bar() if heard() else None
            here = hf_hub_download(repository, file, revision=revision, tqdm_class=bar)
            return verified(Path(here)), url
        except RepositoryNotFoundError as error:
            raise failed(url, error) from error
        except EntryNotFoundError:
            continue
        except WeightsError:
            raise
        except Exception as error:  # the errors of its HTTP client share no base with its own
            raise failed(url, error) from error
    return None


def is_cached(repository: str, files: Sequence[str]) -> bool:
    """Whether one of ``files`` of a repository was downloaded before."""
    from huggingface_hub import try_to_load_from_cache

    return any(isinstance(try_to_load_from_cache(repository, file), str) for file in files)


def _bar() -> type[Any]:
    """What the Hub's client tells of its progress, in place of a bar on the terminal."""
    from huggingface_hub import constants
    from tqdm import tqdm

    constants.DOWNLOAD_CHUNK_SIZE = min(constants.DOWNLOAD_CHUNK_SIZE, CHUNK)  # it tells of each

    class Told(tqdm):  # type: ignore[misc]
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **{**named, "disable": True})
            self.so_far, self.every = int(named.get("initial") or 0), named.get("total")

        def update(self, n: float | None = 1) -> None:
            self.so_far += int(n or 0)
            tell(self.so_far, self.every)

    return Told
