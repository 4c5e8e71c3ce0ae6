"""Files of the Hugging Face Hub: from its cache, or asked for once with a limit and downloaded."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from senet_viz.core.errors import WeightsError
from senet_viz.models.downloads import PATIENCE, verified, within

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
            return verified(Path(hf_hub_download(repository, file, revision=revision))), url
        except RepositoryNotFoundError as error:
            raise failed(url, error) from error
        except EntryNotFoundError:
            continue
        except WeightsError:
            raise
        except Exception as error:  # the errors of its HTTP client share no base with its own
            raise failed(url, error) from error
    return None
