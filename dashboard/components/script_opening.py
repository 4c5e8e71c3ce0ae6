"""The first lines of a script: load the network and the picture."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from dashboard.components.script_text import literal
from dashboard.runtime.offers import Chosen, OwnFile
from senet_viz.pictures.samples import SAMPLES

MOST_LABELS = 100
CAPTURE = "capture = sv.capture(net.model, net.preprocess(image))"


@dataclass(frozen=True, slots=True)
class Catalogued:
    """A network of the catalogue, by the name that ``load_model`` takes."""

    name: str
    trained: bool


@dataclass(frozen=True, slots=True)
class Factory:
    """The network that a function makes: ``package.module:function``."""

    spec: str


@dataclass(frozen=True, slots=True)
class Redrawn:
    """The control: the layout of another network, its weights drawn again."""

    of: "Origin"


@dataclass(frozen=True, slots=True)
class Opened:
    """A survey where it lies: ``shipped`` with the project under a name, else in ``folder``.

    With neither it was run in the app, and is to be saved. ``part`` is the slice of it.
    """

    shipped: str = ""
    folder: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class Referenced:
    """A network whose reference is a survey."""

    of: "Origin"
    survey: Opened


@dataclass(frozen=True, slots=True)
class Noise:
    """The control: a picture of noise, ``size`` (width, height) in px."""

    size: tuple[int, int]
    seed: int


Origin = Catalogued | Factory | OwnFile | Redrawn | Referenced
Picture = Chosen | Noise


@dataclass(frozen=True, slots=True)
class Look:
    """A network and the picture that goes through it."""

    network: Origin
    picture: Picture


def captured(look: Look) -> str:
    """Network, picture and the forward pass: ``net``, ``image``, ``capture``."""
    return "\n".join((network(look.network), image(look.picture), CAPTURE))


def network(origin: Origin, *, to: str = "net") -> str:
    """The network, loaded as it was."""
    match origin:
        case OwnFile():
            return _checkpoint(origin, to)
        case Factory(spec):
            return f"{to} = sv.models.load_factory({literal(spec)})  # must be importable here"
        case Redrawn(of):
            return _redrawn(of, to)
        case Referenced(of, of_survey):
            with_it = f"{to} = sv.surveys.with_reference({to}, reference)  # usual gates"
            return "\n".join((network(of, to=to), survey(of_survey, to="reference"), with_it))
        case Catalogued(name, trained):
            random = "" if trained else ", trained=False"
            words = "" if trained else "  # random weights"
            return f"{to} = sv.load_model({literal(name)}{random}){words}"


def survey(opened: Opened, *, to: str = "survey") -> str:
    """A survey, loaded from where it lies."""
    if opened.shipped:
        line = f"{to} = sv.load_survey(sv.models.ASSETS / {literal(opened.shipped)})"
    elif opened.folder:
        line = f"{to} = sv.load_survey({literal(opened.folder)})"
    else:
        line = f'{to} = sv.load_survey("{to}")  # write here where you unpacked the saved survey'
    part = f"{to} = sv.surveys.slice_survey({to}, {literal(opened.part)})"
    return f"{line}\n{part}" if opened.part else line


def image(picture: Picture) -> str:
    """The picture looked at, decoded; noise is made again."""
    return f"image = {decoded(picture)}"


def decoded(picture: Picture) -> str:
    """An expression for a picture, or for an array."""
    if isinstance(picture, Noise):
        return f"sv.experiments.noise_picture({picture.size}, {picture.seed})"
    if picture.is_array:
        return f"sv.models.read_array({content(picture)}).values"
    return f"sv.decode({content(picture)})"


def content(offer: Chosen) -> str:
    """An expression for a picture's bytes: a sample's, or those of a file held to its sha256."""
    if offer.key in {sample.name for sample in SAMPLES}:
        return f"sv.load_sample({literal(offer.key)})"
    return f"read({literal(file_of(offer.title))}, {literal(offer.sha256)})"


def pictures(offers: Iterable[Chosen], *, to: str = "pictures") -> str:
    """A list of decoded pictures."""
    return "\n".join((f"{to} = [", *(f"    {decoded(offer)}," for offer in offers), "]"))


def folder(named: str, *, to: str = "folder") -> str:
    """A folder of this machine, as the person named it."""
    return f"{to} = Path({literal(named)})"


def file_of(name: str) -> str:
    """The last part of an uploaded file's name: no folder is ever named by it."""
    return PurePosixPath(name.replace("\0", "")).name or "picture"


def _checkpoint(own: OwnFile, to: str) -> str:
    """A weight file; an uploaded one goes by its name, for where it lies is not known."""
    path = str(own.weights) if isinstance(own.weights, Path) else file_of(own.name)
    given: dict[str, object] = {"input_size": own.side, "mean": own.mean, "std": own.std}
    if own.labels is not None and len(own.labels) <= MOST_LABELS:
        given["labels"] = own.labels
    more = "".join(f", {key}={value!r}" for key, value in given.items() if value is not None)
    return "\n".join(
        (
            f"weights = Path({literal(path)})  # write here where your weight file lies",
            f"{to} = sv.models.load_checkpoint({literal(own.architecture)}, weights{more})",
            f'assert {to}.sha256 == {literal(own.sha256)}, "this is another weight file"',
        )
    )


def _redrawn(of: Origin, to: str) -> str:
    samples = ", ".join(literal(sample.name) for sample in SAMPLES)
    return "\n".join(
        (
            network(of, to=to),
            f"samples = [sv.decode(sv.load_sample(name)) for name in ({samples})]",
            f"{to} = sv.experiments.random_network({to}, samples)  # every weight drawn again",
        )
    )
