"""The manifest of a saved network: how to build it, what was done to it, how good it is."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from safetensors import SafetensorError, safe_open

from senet_viz.core.errors import WeightsError
from senet_viz.core.translation import count, tr
from senet_viz.models.file_kinds import is_safetensors
from senet_viz.models.stand_ins import StandIn

KEY = "senet_viz"  # of the manifest among the file's metadata
FORMAT = 1
TIMM_CONFIG = ("input_size", "interpolation", "mean", "std", "crop_pct", "crop_mode")
Truth = Literal["labels", "the network before"]
# The whole way back for a timm network of which only blocks were folded away, without senet_viz.
RECIPE = (
    "import json, timm, torch; from safetensors import safe_open",
    'file = safe_open("FILE", "pt"); about = json.loads(file.metadata()["senet_viz"])',
    'model = timm.create_model(about["architecture"], num_classes=about["classes"])',
    '[model.set_submodule(each["unit"], torch.nn.Identity()) for each in about["folded"]]',
    "model.load_state_dict({name: file.get_tensor(name) for name in file.keys()})",
)


@dataclass(frozen=True, slots=True)
class FoldedBlock:
    """An SE block that is gone: ``unit`` is the module it was, ``leaves`` what stands there now."""

    block: str
    unit: str
    leaves: StandIn
    into: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CutBlock:
    """An SE block with fewer channels, and the ``layers`` that became narrower with it.

    ``removed`` are the channels by their number among ``width`` before. ``added``: the kept ones
    are put back at their places before a sum, and the others there are 0.
    """

    block: str
    unit: str
    width: int
    removed: tuple[int, ...]
    layers: tuple[str, ...]
    added: bool

    @property
    def channels(self) -> tuple[int, ...]:
        gone = set(self.removed)
        return tuple(c for c in range(self.width) if c not in gone)


@dataclass(frozen=True, slots=True)
class Judged:
    """Right answers before and after over the same ``pictures``; ``over`` says which.

    Where the pictures have no labels, right is what the network before answered.
    """

    pictures: int
    right_before: int
    right_after: int
    truth: Truth
    over: str


@dataclass(frozen=True, slots=True)
class JudgedFindings:
    """The change in what is found over ``pictures`` pictures; ``over`` says which they are.

    ``measure`` is mAP or mIoU, with ``before`` in 0 to 1; or the mean score of the boxes found
    (scores) or the share of places with the same class (places), where ``before`` is None.
    """

    pictures: int
    measure: Literal["mAP", "mIoU", "scores", "places"]
    before: float | None
    change: float
    over: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """How to build a network again, and what was done to it.

    ``library`` and ``architecture`` name one of the constructors known here; ``classes`` is 0 for
    a network without scores by class. ``preprocessing`` has input_size (h, w), mean and std, and
    for timm's networks timm's own data configuration. ``source_sha256`` is that of the weight file
    it was made from, "" for none.
    """

    library: str
    architecture: str
    classes: int
    labels: tuple[str, ...]
    preprocessing: Mapping[str, Any]
    folded: tuple[FoldedBlock, ...] = ()
    cut: tuple[CutBlock, ...] = ()
    judged: Judged | JudgedFindings | None = None
    source_sha256: str = ""

    @property
    def words(self) -> str:
        """What it is, in a sentence."""
        done = []
        if self.folded:
            names = ", ".join(each.block for each in self.folded)
            done.append(
                tr(
                    "{blocks} folded away: {names}",
                    blocks=count(len(self.folded), "SE block"),
                    names=names,
                )
            )
        for each in self.cut:
            done.append(
                tr(
                    "{removed} of {width} channels removed in {block}",
                    removed=len(each.removed),
                    width=each.width,
                    block=each.block,
                )
            )
        what = tr("; ").join(done) or tr("nothing removed")
        return tr(
            "Saved network: {architecture}, {classes} classes; {done}.",
            architecture=self.architecture,
            classes=self.classes,
            done=what,
        )

    def text(self, *, indent: int | None = None) -> str:
        """As JSON."""
        recipe = RECIPE if self.library == "timm" and not self.cut else ()
        content = {"format": FORMAT, **asdict(self), "recipe": recipe}
        return json.dumps(content, ensure_ascii=False, indent=indent)


def manifest_of(path: Path) -> Manifest | None:
    """The manifest in a file; None where the file is no saved network of senet_viz.

    Raises a WeightsError where what it says cannot be understood.
    """
    if not path.is_file() or not is_safetensors(path):
        return None
    try:
        with safe_open(path, framework="pt") as file:
            text = (file.metadata() or {}).get(KEY)
    except SafetensorError:  # reading its tensors says so
        return None
    return None if text is None else _read(text, path)


def _read(text: str, path: Path) -> Manifest:
    try:
        content = json.loads(text)
        if content["format"] != FORMAT:
            raise WeightsError(
                tr(
                    "{path} was saved in format {format}, and this version of senet_viz reads "
                    "format {known}. Open it with the version that saved it.",
                    path=path,
                    format=str(content["format"]),
                    known=FORMAT,
                )
            )
        return Manifest(
            library=str(content["library"]),
            architecture=str(content["architecture"]),
            classes=int(content["classes"]),
            labels=tuple(map(str, content["labels"])),
            preprocessing=dict(content["preprocessing"]),
            folded=tuple(_folded(each) for each in content["folded"]),
            cut=tuple(_cut(each) for each in content["cut"]),
            judged=_judged(content["judged"]),
            source_sha256=str(content["source_sha256"]),
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise WeightsError(
            tr(
                "{path} says it is a saved network of senet_viz, but what it says of itself cannot "
                "be read ({problem}). Save it again.",
                path=path,
                problem=str(error)[:80],
            )
        ) from error


def _judged(entry: Mapping[str, Any] | None) -> Judged | JudgedFindings | None:
    if entry is None:
        return None
    return JudgedFindings(**entry) if "measure" in entry else Judged(**entry)


def _folded(entry: Mapping[str, Any]) -> FoldedBlock:
    if entry["leaves"] not in get_args(StandIn):
        raise ValueError(entry["leaves"])
    return FoldedBlock(
        str(entry["block"]), str(entry["unit"]), entry["leaves"], tuple(map(str, entry["into"]))
    )


def _cut(entry: Mapping[str, Any]) -> CutBlock:
    width, removed = int(entry["width"]), tuple(int(c) for c in entry["removed"])
    if not 0 < width < 10**6 or not all(0 <= c < width for c in removed):
        raise ValueError(width)
    return CutBlock(
        str(entry["block"]),
        str(entry["unit"]),
        width,
        removed,
        tuple(map(str, entry["layers"])),
        bool(entry["added"]),
    )
