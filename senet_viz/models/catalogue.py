"""From a name to a network: the embedded models, torchvision's and timm's in one list."""

import csv
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from senet_viz.errors import WeightsError
from senet_viz.models import embedded, zoo_timm, zoo_torchvision
from senet_viz.models.network import Library, Network

TABLE = Path(__file__).with_name("se_architectures.csv")
LIBRARIES: tuple[Library, ...] = ("senet_viz", "torchvision", "timm")
GROUPS = {
    "timm SEModule": "timm: squeeze and excitation",
    "timm EfficientNet SqueezeExcite": "timm: squeeze and excitation in inverted residuals",
    "timm legacy SEModule": "timm: ports of the SENet authors' networks",
    "timm EffectiveSEModule": "timm: effective SE, without a bottleneck",
    "timm EcaModule": "timm: efficient channel attention",
}


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One line of the catalogue: ``name`` is what ``load_model`` takes.

    ``blocks`` and ``parameters`` are counts; ``licence`` is that of the weights, "" where none is
    declared; ``has_weights`` says whether trained ones are to be had.
    """

    name: str
    title: str
    library: Library
    group: str
    blocks: int
    parameters: int
    licence: str
    has_weights: bool


def list_models() -> tuple[ModelEntry, ...]:
    """Every model with an SE block, and the embedded ones without for comparison.

    Embedded ones first, then torchvision's, then timm's. Neither library is imported.

    >>> list_models()[0].name
    'se_resnet18_imagenette'
    """
    return tuple(_with_assets(e) if e.library == "senet_viz" else e for e in _table())


def load_model(name: str, *, weights: Path | str | None = None, trained: bool = True) -> Network:
    """A network in eval mode with its weights, preprocessing, labels and origin.

    ``name`` is one of ``list_models()``, or any other model of timm (tags such as
    ``seresnet50.a1_in1k`` work) or torchvision. A name in both libraries means torchvision's
    unless it is written ``timm/NAME``. ``weights`` is a local ``.safetensors``, ``.pth`` or
    ``.pt`` file in place of the published weights, and has to fit exactly; ``trained=False``
    gives random weights and says so. May be called from many threads, and leaves PyTorch's
    random state as it was.

    Raises a WeightsError for an unknown name, and for weights that are out of reach or unfit.

    >>> load_model("se_resnet18_imagenette").labels[0]
    'tench'
    """
    path = None if weights is None else Path(weights)
    if path is not None and not trained:
        raise WeightsError(
            f"{name} was asked for with the weights {path} and with trained=False, which means "
            "random weights. Leave one of the two out."
        )
    library, plain = _resolve(name)
    if library == "senet_viz":
        return embedded.load(plain, weights=path, trained=trained)
    load = zoo_torchvision.load if library == "torchvision" else zoo_timm.load
    return load(plain, shown_as=name, weights=path, trained=trained)


def _resolve(name: str) -> tuple[Library, str]:
    """The library a name belongs to, and the name there."""
    prefix, _, plain = name.rpartition("/")
    if prefix in ("", "senet_viz") and plain in embedded.VERSION_OF:
        return "senet_viz", plain
    if prefix in ("", "torchvision") and plain in zoo_torchvision.names():
        return "torchvision", plain
    if prefix in ("", "timm") and zoo_timm.knows(plain):
        return "timm", plain
    known = (*embedded.VERSION_OF, *zoo_torchvision.names(), *zoo_timm.names())
    close = get_close_matches(plain.partition(".")[0], dict.fromkeys(known), n=3)
    hint = f"Did you mean {' or '.join(close)}? " if close else ""
    raise WeightsError(
        f"there is no model {name!r} among the embedded ones, in torchvision or in timm. {hint}"
        "list_models() gives every name that has SE blocks."
    )


@cache
def _table() -> tuple[ModelEntry, ...]:
    with TABLE.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    in_torchvision = {row["name"] for row in rows if row["library"] == "torchvision"}
    return tuple(
        _entry(row, library, shadowed=library == "timm" and row["name"] in in_torchvision)
        for library in LIBRARIES
        for row in rows
        if row["library"] == library
    )


def _entry(row: dict[str, str], library: Library, *, shadowed: bool) -> ModelEntry:
    name = row["name"]
    return ModelEntry(
        name=f"timm/{name}" if shadowed else name,
        title=f"{name} ({library})",
        library=library,
        group=_group(library, row["kinds"]),
        blocks=int(row["blocks"]),
        parameters=int(row["parameters"]),
        licence=row["licence"],
        has_weights=row["has_weights"] == "True",
    )


def _group(library: Library, kinds: str) -> str:
    if library != "timm":
        return {"senet_viz": "embedded, Imagenette", "torchvision": "torchvision"}[library]
    return GROUPS.get(kinds, f"timm: {kinds.replace('timm ', '').replace(';', ' and ')}")


def _with_assets(entry: ModelEntry) -> ModelEntry:
    """Embedded models get title and licence from their card; without files, no weights."""
    weights, card = embedded.asset_paths(entry.name)
    if not (weights.is_file() and card.is_file()):
        title = embedded.TITLES[embedded.VERSION_OF[entry.name]]
        return replace(entry, title=title, has_weights=False)
    read = embedded.read_card(card)
    return replace(entry, title=read.title, licence=read.licence)
