"""timm's models by name, with or without a tag: its own builders, weights and transforms."""

from functools import partial
from pathlib import Path
from typing import Any

from senet_viz.core.errors import WeightsError
from senet_viz.core.translation import tr
from senet_viz.models import from_torchvision
from senet_viz.models.downloads import PATIENCE, fetch, not_fetched, offline_file, verified, within
from senet_viz.models.network import ASSUMED, BY_NAME, Network, building, from_file, untrained
from senet_viz.models.preprocess import timm_preprocess
from senet_viz.models.weight_files import (
    State,
    classes_in,
    file_sha256,
    label_classes,
    load_state_dict_strictly,
    read_checkpoint,
    read_state_dict,
)

HUB_FILES = ("model.safetensors", "pytorch_model.bin")  # in the order timm looks for them


def names() -> tuple[str, ...]:
    """Every architecture of timm, without tags."""
    import timm

    return tuple(timm.list_models())


def knows(name: str) -> bool:
    """Whether ``name`` is an architecture of timm, a tag after a dot or not."""
    import timm

    return bool(timm.is_model(name))


def load(name: str, *, shown_as: str, weights: Path | None = None, trained: bool = True) -> Network:
    """``name`` with timm's pretrained weights, with those of a local file, or untrained.

    A file of this name in the folder of SENET_VIZ_WEIGHTS comes before any download.
    ``shown_as`` is the name the user gave, with its prefix. Raises a WeightsError where the tag
    or the weights do not exist, cannot be downloaded, or do not fit.
    """
    import timm

    config = _config(name)
    if not trained:
        with building():
            model = timm.create_model(name, pretrained=False)
        return untrained(_describe(model, shown_as, config))
    local = weights or offline_file(_offline_names(config))
    if local is not None:
        read = read_checkpoint(local)
        model = _build(name, config, state=read.state, path=local)
        origin = ASSUMED if weights else BY_NAME
        described = _describe(model, shown_as, config)
        return from_file(described, local, origin=origin, notes=read.notes)
    file, url = _published(config, shown_as)
    model = _build(name, config, state=read_state_dict(file), path=file)
    return _describe(model, shown_as, config, source=url, sha256=file_sha256(file))


def _offline_names(config: Any) -> tuple[str, ...]:
    """The file names, without suffix, under which this model's weights count as its own."""
    architecture, tagged = config.architecture, _tagged(config)
    every = [f"timm/{tagged}", tagged, f"timm/{architecture}", architecture]
    shadowed = architecture in from_torchvision.names()  # then the bare name means torchvision's
    return tuple(n for n in dict.fromkeys(every) if not (shadowed and n == architecture))


def _config(name: str) -> Any:
    import timm

    try:
        return timm.get_pretrained_cfg(name)
    except RuntimeError as error:
        architecture, _, tag = name.partition(".")
        tags = ", ".join(timm.models.get_arch_pretrained_cfgs(architecture))
        raise WeightsError(
            tr(
                "timm has no weights tagged {tag!r} for {architecture}. It has {tags}; "
                "without a tag its usual ones are taken.",
                tag=tag,
                architecture=architecture,
                tags=tags,
            )
        ) from error


def _build(name: str, config: Any, *, state: State, path: Path) -> Any:
    """timm's own loading of ``state``, which also renames tensors of older or foreign files."""
    import timm

    classifier = config.classifier
    first = classifier[0] if isinstance(classifier, tuple | list) else classifier
    classes = classes_in(state, first) if first else None
    options = {} if classes is None else {"num_classes": classes}
    try:
        with building():
            model = timm.create_model(
                name,
                pretrained=True,
                pretrained_cfg_overlay={"state_dict": dict(state), **options},
                **options,
            )
    except (RuntimeError, KeyError, ValueError, TypeError):
        # What timm says of a file that does not fit runs to pages: say it in one sentence.
        with building():
            model = timm.create_model(name, pretrained=False, **options)
        load_state_dict_strictly(model, state, path)
    else:
        model.pretrained_cfg.pop("state_dict")  # or a second copy of the weights stays in memory
    return model


def _published(config: Any, shown_as: str) -> tuple[Path, str]:
    """The file of the pretrained weights, downloaded if need be, and its URL."""
    if config.hf_hub_id:
        return _from_hugging_face(config, shown_as)
    if config.url:
        return fetch(config.url, shown_as), config.url
    raise WeightsError(
        tr(
            "timm declares no weights for {shown_as}. Pass your own as "
            "load_model({shown_as!r}, weights=PATH), or look at the bare architecture "
            "with trained=False.",
            shown_as=shown_as,
        )
    )


def _from_hugging_face(config: Any, shown_as: str) -> tuple[Path, str]:
    from huggingface_hub import (
        get_hf_file_metadata,
        hf_hub_download,
        hf_hub_url,
        try_to_load_from_cache,
    )
    from huggingface_hub.errors import EntryNotFoundError

    repository = config.hf_hub_id
    files = (config.hf_hub_filename,) if config.hf_hub_filename else HUB_FILES
    for file in files:
        if isinstance(cached := try_to_load_from_cache(repository, file), str):
            return verified(Path(cached)), hf_hub_url(repository, file)
    for file in files:
        url = hf_hub_url(repository, file)
        try:
            # hf_hub_download retries a dead network for a minute, so ask once with a limit.
            within(PATIENCE, partial(get_hf_file_metadata, url, timeout=PATIENCE))
            return verified(Path(hf_hub_download(repository, file))), url
        except EntryNotFoundError:
            continue
        except WeightsError:
            raise
        except Exception as error:  # the errors of its HTTP client share no base with its own
            suffix = ".safetensors" if file.endswith(".safetensors") else ".pth"
            keep_as = f"{_tagged(config)}{suffix}"
            raise not_fetched(shown_as, url, reason=error, keep_as=keep_as) from error
    raise WeightsError(
        tr(
            "{repository}, where timm keeps the weights of {shown_as}, has none of the "
            "files {files}. Choose another tag, or pass a local file as weights=PATH.",
            repository=repository,
            shown_as=shown_as,
            files=", ".join(files),
        )
    )


def _describe(
    model: Any, shown_as: str, config: Any, *, source: str = "", sha256: str = ""
) -> Network:
    return Network(
        name=shown_as,
        title=f"{_tagged(config)} (timm)",
        library="timm",
        model=model.eval(),
        preprocess=timm_preprocess(model),
        labels=_labels(model.num_classes),
        licence=config.license or "",
        source=source,
        sha256=sha256,
        trained=True,
    )


def _tagged(config: Any) -> str:
    return f"{config.architecture}.{config.tag}" if config.tag else str(config.architecture)


def _labels(classes: Any) -> tuple[str, ...]:
    from timm.data import ImageNetInfo, infer_imagenet_subset

    subset = infer_imagenet_subset({"num_classes": classes})
    return label_classes(classes, ImageNetInfo(subset).label_descriptions() if subset else ())
