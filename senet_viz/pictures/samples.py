"""The pictures the app opens with: photographs that scikit-learn and scikit-image bring along.

Only files inside the installed packages are read; nothing is downloaded, and neither package is
imported.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from senet_viz.core.errors import ImageError
from senet_viz.core.extras import WHEELS, require_extra
from senet_viz.core.translation import tr


@dataclass(frozen=True, slots=True)
class Sample:
    """A photograph that comes with an installed package.

    ``name`` is the slug for code and URLs, ``title`` the words for the screen, ``licence`` the
    terms and the author, ``source`` where the package had it from, ``file`` where it lies, as
    package/path. ``content`` is what is to be seen in it, ``classes`` what data sets of
    photographs call that.
    """

    name: str
    say_title: Callable[[], str]
    licence: str
    source: str
    file: str
    say_content: Callable[[], str]
    classes: frozenset[str]

    @property
    def title(self) -> str:
        return self.say_title()

    @property
    def content(self) -> str:
        return self.say_content()

    def is_among(self, labels: Iterable[str]) -> bool:
        """Whether one of these classes is what is to be seen.

        A label may hold several names, with commas between them.

        >>> SAMPLES[1].is_among(["tench", "tabby, tabby cat"])
        True
        """
        names = (name.strip().casefold() for label in labels for name in label.split(","))
        return any(name in self.classes for name in names)


# Licences as stated in sklearn/datasets/images/README.txt and skimage/data/_fetchers.py. For
# flower.jpg that README names the author of china.jpg, but links to vultilion's page.
SAMPLES: tuple[Sample, ...] = (
    Sample(
        name="china",
        say_title=lambda: tr("Temple, Summer Palace, China"),
        licence="CC BY 2.0, danielbuechele",
        source="https://www.flickr.com/photos/danielbuechele/6061409035/",
        file="sklearn/datasets/images/china.jpg",
        say_content=lambda: tr("a temple"),
        classes=frozenset({"temple", "pagoda", "palace", "monastery"}),
    ),
    Sample(
        name="chelsea",
        say_title=lambda: tr("Chelsea the cat"),
        licence="CC0, Stefan van der Walt",
        source="https://scikit-image.org/docs/stable/api/skimage.data.html#skimage.data.chelsea",
        file="skimage/data/chelsea.png",
        say_content=lambda: tr("a cat"),
        classes=frozenset({"cat", "tabby", "tabby cat", "tiger cat", "egyptian cat"}),
    ),
    Sample(
        name="flower",
        say_title=lambda: tr("Flower"),
        licence="CC BY 2.0, vultilion",
        source="https://www.flickr.com/photos/vultilion/6056698931/",
        file="sklearn/datasets/images/flower.jpg",
        say_content=lambda: tr("a flower"),
        classes=frozenset({"flower", "dahlia"}),
    ),
    Sample(
        name="coffee",
        say_title=lambda: tr("Cup of coffee"),
        licence="CC0, Rachel Michetti",
        source="https://scikit-image.org/docs/stable/api/skimage.data.html#skimage.data.coffee",
        file="skimage/data/coffee.png",
        say_content=lambda: tr("a cup of coffee"),
        classes=frozenset({"cup", "coffee", "espresso", "coffee mug"}),
    ),
    Sample(
        name="rocket",
        say_title=lambda: tr("Falcon 9 on the launch pad"),
        licence="public domain, SpaceX",
        source="https://www.flickr.com/photos/spacexphotos/16511594820/",
        file="skimage/data/rocket.jpg",
        say_content=lambda: tr("a rocket"),
        classes=frozenset({"rocket", "launch pad", "launchpad"}),
    ),
    Sample(
        name="astronaut",
        say_title=lambda: tr("Astronaut Eileen Collins"),
        licence="public domain, no known copyright restrictions, NASA",
        source="https://flic.kr/p/r9qvLn",
        file="skimage/data/astronaut.png",
        say_content=lambda: tr("an astronaut"),
        classes=frozenset({"person", "astronaut"}),
    ),
)


def load_sample(name: str) -> bytes:
    """The encoded bytes of one sample, as they lie in the package; ``images.decode`` reads them.

    Raises ImageError for an unknown name, MissingExtraError where the package that brings the file
    is not installed: it is in the extra ``samples``.

    >>> from senet_viz.pictures.decoding import decode
    >>> decode(load_sample("china")).size
    (640, 427)
    """
    for sample in SAMPLES:
        if sample.name == name:
            return _path(sample).read_bytes()
    known = ", ".join(sample.name for sample in SAMPLES)
    raise ImageError(
        tr("there is no sample picture {name!r}: choose one of {known}", name=name, known=known)
    )


def _path(sample: Sample) -> Path:
    # Asked for the top package alone, find_spec imports nothing.
    package, _, inside = sample.file.partition("/")
    require_extra("samples", package)
    spec = find_spec(package)
    for folder in (spec and spec.submodule_search_locations) or ():
        path = Path(folder) / inside
        if path.is_file():
            return path
    raise ImageError(
        tr(
            "the sample picture {sample!r} comes with {wheel}, where it was not found: "
            "pip install {wheel}",
            sample=sample.name,
            wheel=WHEELS[package],
        )
    )
