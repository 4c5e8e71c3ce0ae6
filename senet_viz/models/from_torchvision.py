"""torchvision's models by name: its own builders, weights, presets and labels."""

import inspect
from functools import lru_cache
from pathlib import Path
from typing import Any

from torch import nn

from senet_viz.core.translation import ENGLISH, speaking, tr
from senet_viz.models.downloads import fetch, hub_path, offline_file, weights_folder
from senet_viz.models.layouts import Layout, layout_of
from senet_viz.models.network import ASSUMED, BY_NAME, Network, building, from_file, untrained
from senet_viz.models.preprocess import torchvision_preprocess
from senet_viz.models.state_dicts import State
from senet_viz.models.weight_files import file_sha256, read_checkpoint, read_state_dict
from senet_viz.models.weight_fitting import classes_in, label_classes, load_state_dict_strictly

AUXILIARY = "aux_classifier"  # of segmentation networks, for training
with speaking(ENGLISH):
    UNLICENSED = tr("torchvision states no licence for these weights.")


def names() -> tuple[str, ...]:
    """Every model name of torchvision."""
    from torchvision.models import list_models

    return tuple(list_models())


def build_untrained(name: str, **options: Any) -> nn.Module:
    """The architecture without weights; nothing is downloaded, not even for its backbone."""
    from torchvision.models import get_model, get_model_builder

    if "weights_backbone" in inspect.signature(get_model_builder(name)).parameters:
        options["weights_backbone"] = None
    model: nn.Module = get_model(name, weights=None, **options)
    return model


def load(name: str, *, shown_as: str, weights: Path | None = None, trained: bool = True) -> Network:
    """``name`` with torchvision's DEFAULT weights, with those of a local file, or untrained.

    A file of this name in the folder of SENET_VIZ_WEIGHTS comes before any download.
    ``shown_as`` is the name the user gave, with its prefix. Raises a WeightsError where the
    weights cannot be downloaded or do not fit.
    """
    from torchvision.models import get_model, get_model_weights

    published = get_model_weights(name).DEFAULT
    if not trained:
        with building():
            model = build_untrained(name)
        return untrained(_describe(model, shown_as, published))
    local = weights or offline_file((f"torchvision/{name}", name))
    if local is not None:
        read = read_checkpoint(local, layout(name))
        described = _describe(_filled(name, read.state, local, published), shown_as, published)
        origin = ASSUMED if weights else BY_NAME
        return from_file(described, local, origin=origin, notes=read.notes, contents=read.contents)
    file = fetch(published.url, shown_as)
    state = read_state_dict(file)  # torchvision would run what a pickle asks for; this refuses it
    if file == hub_path(published.url):
        with building():
            model = get_model(name, weights=published)
    else:
        model = _filled(name, state, file, published)
    return _describe(model, shown_as, published, sha256=file_sha256(file))


def is_here(name: str) -> bool:
    """Whether the DEFAULT weights are on this machine."""
    from torchvision.models import get_model_weights

    url, own = get_model_weights(name).DEFAULT.url, weights_folder()
    path = hub_path(url)
    return (
        offline_file((f"torchvision/{name}", name)) is not None
        or path.is_file()
        or bool(own and (own / path.name).is_file())
    )


@lru_cache(maxsize=32)
def layout(name: str) -> Layout:
    """The names and shapes of an architecture's tensors."""
    from torchvision.models import get_model_weights

    classifies = _classifies(get_model_weights(name).DEFAULT)
    with building():
        return layout_of(
            lambda: build_untrained(name),
            _classifier if classifies else lambda _: "",
            optional=(AUXILIARY,),
        )


def _filled(name: str, state: State, path: Path, published: Any) -> nn.Module:
    """The architecture with ``state`` (read from ``path``) in it, and as many classes."""
    # Only segmentation networks have this part, and only when asked for it.
    options = {"aux_loss": True} if any(k.startswith(f"{AUXILIARY}.") for k in state) else {}
    with building():
        model = build_untrained(name, **options)
        classes = _classes(model, state) if _classifies(published) else None
        if classes is not None:
            model = build_untrained(name, num_classes=classes)
    classifier = _classifier(model) if _classifies(published) else ""
    load_state_dict_strictly(model, state, path, architecture=name, classifier=classifier)
    return model


def _classifies(published: Any) -> bool:
    """Whether the preset is for classification: those of detection and segmentation do not crop."""
    return hasattr(published.transforms(), "crop_size")


def _classes(model: nn.Module, state: State) -> int | None:
    """The classes that the file's network tells apart."""
    classifier = _classifier(model)
    return classes_in(state, classifier) if classifier else None


def _classifier(model: nn.Module) -> str:
    """The name of the last linear layer, "" where there is none."""
    linear = [name for name, module in model.named_modules() if isinstance(module, nn.Linear)]
    return linear[-1] if linear else ""


def _describe(model: nn.Module, shown_as: str, published: Any, *, sha256: str = "") -> Network:
    meta = published.meta
    top1 = [(on, m["acc@1"]) for on, m in meta.get("_metrics", {}).items() if "acc@1" in m]
    on, percent = top1[0] if top1 else ("", None)
    licence = meta.get("license", "")
    labels = tuple(meta["categories"])
    if _classifies(published):
        labels = label_classes(_classes(model, model.state_dict()) or len(labels), labels)
    return Network(
        name=shown_as,
        title=f"{shown_as.removeprefix('torchvision/')} (torchvision)",
        library="torchvision",
        model=model.eval(),
        preprocess=torchvision_preprocess(published.transforms(), model),
        labels=labels,
        licence=licence,
        source=published.url,
        sha256=sha256,
        trained=True,
        accuracy=None if percent is None else percent / 100,
        accuracy_on=on,
        notes=() if licence else (UNLICENSED,),
    )
