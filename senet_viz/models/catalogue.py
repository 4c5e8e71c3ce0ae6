"""From a name to a network: those built here, torchvision's and timm's in one list."""

import csv
import re
from collections.abc import Iterable, Set
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from senet_viz.core.errors import WeightsError
from senet_viz.core.evaluation_sets import tested_on
from senet_viz.core.translation import ENGLISH, Words, speaking, tr
from senet_viz.models import embedded, from_hub, from_timm, from_torchvision, paper_networks
from senet_viz.models.layouts import Layout
from senet_viz.models.name_suggestions import suggestions
from senet_viz.models.network import Library, Network
from senet_viz.models.saved_reading import load_saved

Task = Literal["classification", "detection", "segmentation"]
TABLE = Path(__file__).with_name("se_architectures.csv")
SAVED = ".safetensors"
SYSTEMS = Path(__file__).with_name("paper_networks.csv")
LIBRARIES: tuple[Library, ...] = ("senet_viz", "torchvision", "timm")
GROUPS: Words[str] = Words(
    {
        "timm SEModule": lambda: tr("timm: squeeze and excitation"),
        "timm SqueezeExcite": lambda: tr("timm: squeeze and excitation in inverted residuals"),
        "timm legacy": lambda: tr("timm: ports of the SENet authors' networks"),
        "timm EffectiveSEModule": lambda: tr("timm: effective SE, without a bottleneck"),
        "timm EseModule": lambda: tr("timm: effective SE, without a bottleneck"),
        "timm GlobalContext": lambda: tr("timm: global context, as a gate"),
        "timm EcaModule": lambda: tr("timm: efficient channel attention"),
    }
)
FAMILIES = {
    "mobilenetv3": "MobileNetV3",
    "efficientnet": "EfficientNet",
    "regnety": "RegNetY",
    "maxvit": "MaxViT",
}


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One line of the catalogue: ``name`` is what ``load_model`` takes.

    ``blocks`` and ``parameters`` are counts, and ``declared`` is that of attention modules that
    are no per-channel gates: a network of those alone has 0 blocks. ``branches`` counts those of
    them whose softmax shares channels out between branches. ``licence`` is that of the
    weights, "" where none is declared; ``has_weights`` says whether trained ones are to be had.
    ``input_size`` is the side in px of the pictures the network is given. ``accuracy`` in [0, 1]
    is the published top-1 on ``accuracy_on``, None where there is none for these weights.
    """

    name: str
    title: str
    library: Library
    group: str
    blocks: int
    parameters: int
    licence: str
    has_weights: bool
    task: Task
    input_size: int | None
    accuracy: float | None
    accuracy_on: str
    declared: int
    branches: int


def list_models() -> tuple[ModelEntry, ...]:
    """Every model with an SE block or a relative of it, and the embedded ones for comparison.

    Embedded ones first, then the systems of the SENet paper, then torchvision's, then timm's.
    Neither library is imported.

    >>> list_models()[0].name
    'se_resnet18_imagenette'
    """
    return tuple(_with_assets(e) if e.name in embedded.VERSION_OF else e for e in _table())


def load_model(
    name: str | Path, *, weights: Path | str | None = None, trained: bool = True
) -> Network:
    """A network in eval mode with its weights, preprocessing, labels and origin.

    ``name`` is one of ``list_models()``, or any other model of timm (tags such as
    ``seresnet50.a1_in1k`` work) or torchvision. A name in both libraries means torchvision's
    unless it is written ``timm/NAME``. ``hf-hub:owner/name`` is a timm model of the Hugging Face
    Hub, ``local-dir:FOLDER`` one in a folder: labels and preprocessing are those of its
    ``config.json``, and no code of it is run. The path of a ``.safetensors`` file that
    ``save_network`` wrote is the network in it. ``weights`` is a local ``.safetensors``, ``.pth``
    or ``.pt`` file in place of the published weights, and has to fit exactly; ``trained=False``
    gives random weights and says so. May be called from many threads, and leaves PyTorch's
    random state as it was.

    Raises a WeightsError for an unknown name, and for weights that are out of reach or unfit.

    >>> load_model("se_resnet18_imagenette").labels[0]
    'tench'
    """
    path = None if weights is None else Path(weights)
    if path is not None and not trained:
        raise WeightsError(
            tr(
                "{name} was asked for with the weights {path} and with trained=False, "
                "which means random weights. Leave one of the two out.",
                name=name,
                path=path,
            )
        )
    if Path(name).suffix == SAVED:
        return load_saved(Path(name), _bare, alone=path is None and trained)
    name = str(name)
    if (repository := from_hub.repository(name)) is not None:
        return from_hub.load(repository, shown_as=name, weights=path, trained=trained)
    library, plain = _resolve(name)
    return _load(library, plain, shown_as=name, weights=path, trained=trained)


def _load(
    library: str, plain: str, *, shown_as: str, weights: Path | None, trained: bool
) -> Network:
    if library == "senet_viz":
        own = paper_networks.load if plain in paper_networks.SYSTEMS else embedded.load
        return own(plain, weights=weights, trained=trained)
    load = from_torchvision.load if library == "torchvision" else from_timm.load
    return load(plain, shown_as=shown_as, weights=weights, trained=trained)


def _bare(library: str, plain: str) -> Network:
    """The untrained network of a library by its name there; a WeightsError where it has none."""
    shown_as = f"{library}/{plain}"
    _resolve(shown_as)
    return _load(library, plain, shown_as=plain, weights=None, trained=False)


def layout(name: str) -> Layout:
    """The names and shapes of the tensors of one of ``list_models()``, or of any other model.

    >>> layout("se_resnet18_imagenette").classifier
    'fc'
    """
    library, plain = _resolve(name)
    if library == "senet_viz":
        here = paper_networks.layout if plain in paper_networks.SYSTEMS else embedded.layout
        return here(plain)
    there = from_torchvision.layout if library == "torchvision" else from_timm.layout
    return there(plain)


def _resolve(name: str) -> tuple[Library, str]:
    """The library a name belongs to, and the name there."""
    prefix, _, plain = name.rpartition("/")
    here = (*embedded.VERSION_OF, *paper_networks.SYSTEMS)
    if prefix in ("", "senet_viz") and plain in here:
        return "senet_viz", plain
    if prefix in ("", "torchvision") and plain in from_torchvision.names():
        return "torchvision", plain
    if prefix in ("", "timm") and from_timm.knows(plain):
        return "timm", plain
    listed = (entry.name for entry in list_models())
    raise _unknown(name, plain, (*listed, *from_torchvision.names(), *from_timm.names()))


def _unknown(name: str, plain: str, known: Iterable[str]) -> WeightsError:
    """The error for an unknown name: the likeliest name, or a place on the Hub."""
    place = re.fullmatch(r"(https?://huggingface\.co/)?(\w[\w.-]*/\w[\w.-]*)(/.*)?", name)
    if place and not name.startswith(tuple(f"{library}/" for library in LIBRARIES)):
        return WeightsError(
            tr(
                "there is no model {name!r} among those built here, in torchvision or in "
                "timm. For a timm model of the Hugging Face Hub write "
                "load_model('hf-hub:{place}').",
                name=name,
                place=place.group(2),
            )
        )
    close = suggestions(plain, known)
    likely = " or ".join(close)
    return WeightsError(
        tr(
            "there is no model {name!r} among those built here, in torchvision or in "
            "timm. Did you mean {likely}? list_models() gives every name that has SE "
            "blocks.",
            name=name,
            likely=likely,
        )
        if close
        else tr(
            "there is no model {name!r} among those built here, in torchvision or in "
            "timm. list_models() gives every name that has SE blocks.",
            name=name,
        )
    )


@cache
def _table() -> tuple[ModelEntry, ...]:
    rows = sorted(_read(TABLE), key=lambda row: LIBRARIES.index(_library(row)))
    in_torchvision = {row["name"] for row in rows if row["library"] == "torchvision"}
    by_name = {entry.name: entry for entry in (_entry(r, shadowed=in_torchvision) for r in rows)}
    embedded_ones = [by_name.pop(name) for name in embedded.VERSION_OF]
    named = [_named(by_name.pop(row["name"]), row) for row in _read(SYSTEMS)]
    return (*embedded_ones, *named, *by_name.values())


def _library(row: dict[str, str]) -> Library:
    return next(library for library in LIBRARIES if library == row["library"])


def _read(table: Path) -> list[dict[str, str]]:
    with table.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _entry(row: dict[str, str], *, shadowed: Set[str]) -> ModelEntry:
    """``shadowed`` are the names that mean torchvision's network, unless a prefix says timm's."""
    name, library = row["name"], _library(row)
    task = next(t for t in get_args(Task) if t == row["task"])
    return ModelEntry(
        name=f"timm/{name}" if library == "timm" and name in shadowed else name,
        title=f"{name} ({library})" if task == "classification" else f"{name} ({library}, {task})",
        library=library,
        group=_group(library, name, row["kinds"], task),
        blocks=int(row["blocks"]),
        parameters=int(row["parameters"]),
        licence=row["licence"],
        has_weights=row["has_weights"] == "True",
        task=task,
        input_size=int(row["input_size"]) if row["input_size"] else None,
        accuracy=_accuracy(row),
        accuracy_on=tested_on(row["accuracy_on"]),
        declared=int(row["declared"]),
        branches=int(row["branches"]),
    )


@speaking(ENGLISH)
def _named(entry: ModelEntry, row: dict[str, str]) -> ModelEntry:
    """A system of the paper: its own title, and the accuracy published for its weights."""
    return replace(
        entry,
        title=row["title"],
        group=tr("systems in the SENet paper"),
        accuracy=_accuracy(row),
        accuracy_on=tested_on(row["accuracy_on"]),
    )


def _accuracy(row: dict[str, str]) -> float | None:
    return float(row["accuracy"]) if row["accuracy"] else None


@speaking(ENGLISH)
def _group(library: Library, name: str, kinds: str, task: Task) -> str:
    if library == "senet_viz":
        return tr("embedded, Imagenette")
    if task != "classification":
        return f"{library}: {task}"
    if not kinds:
        return tr("{library}: attention that is not a per-channel gate", library=library)
    plain = name.replace("_", "")
    family = next((words for key, words in FAMILIES.items() if key in plain), "")
    if family:
        return f"{library}: {family}"
    if name.rpartition("/")[2].startswith("legacy_"):  # of the same class name as timm's own
        kinds = "timm legacy"
    return GROUPS.get(kinds, f"{library}: {kinds.replace(f'{library} ', '').replace(';', ' and ')}")


def _with_assets(entry: ModelEntry) -> ModelEntry:
    """Embedded models get title and licence from their card; without files, no weights."""
    weights, card = embedded.asset_paths(entry.name)
    if not (weights.is_file() and card.is_file()):
        title = embedded.TITLES[embedded.VERSION_OF[entry.name]]
        return replace(entry, title=title, has_weights=False)
    read = embedded.read_card(card)
    return replace(
        entry,
        title=read.title,
        licence=read.licence,
        accuracy=read.accuracy,
        accuracy_on=tested_on(read.accuracy_on),
    )
