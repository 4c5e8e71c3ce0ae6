"""The first lines of a script: the network as it was loaded, the picture as it was had."""

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from dashboard import controls, services, state
from dashboard.choices import Chosen, OwnFile
from dashboard.code.complete import literal
from dashboard.subject import Subject
from senet_viz.samples import SAMPLES

MOST_LABELS = 100
CAPTURE = "seen = sv.capture(net.model, net.preprocess(image))"


def subject(looked: Subject) -> str:
    """Network, picture and the forward pass: ``net``, ``image``, ``seen``."""
    return "\n".join((network(looked.name, looked.net), image(looked), CAPTURE))


def network(name: str, net: services.Network, *, to: str = "net") -> str:
    """The network by the name ``services`` knows it by."""
    own = state.own_file(name)
    if own is not None:
        return _checkpoint(own, to)
    if name == services.FACTORY:
        return f"{to} = load_factory({literal(services.factory())})  # must be importable here"
    if name.startswith(services.RANDOM):
        return _randomised(name.removeprefix(services.RANDOM), to)
    if net.trained:
        return f"{to} = sv.load_model({literal(name)})"
    return f"{to} = sv.load_model({literal(name)}, trained=False)  # random weights"


def image(looked: Subject) -> str:
    """The picture looked at, decoded; noise is made again."""
    height, width = looked.net.preprocess.input_size
    return f"image = {decoded(looked.picture, size=(width, height))}"


def decoded(offer: Chosen, *, size: tuple[int, int] = (0, 0)) -> str:
    """An expression for a picture; ``size`` (width, height) is that of noise."""
    if offer.key == "noise":
        return f"noise_picture({size}, {controls.SEED})"
    return f"sv.decode({content(offer)})"


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
            f"{to} = load_checkpoint({literal(own.architecture)}, weights{more})",
            f'assert {to}.sha256 == {literal(own.sha256)}, "this is another weight file"',
        )
    )


def _randomised(name: str, to: str) -> str:
    """The control: the network's layout with weights drawn anew."""
    of = network(name, services.network(name, trained=name in services.EMBEDDED), to=to)
    samples = ", ".join(literal(sample.name) for sample in SAMPLES)
    return "\n".join(
        (
            of,
            f"samples = [sv.decode(sv.load_sample(name)) for name in ({samples})]",
            f"{to} = random_network({to}, samples)  # every weight drawn anew",
        )
    )
