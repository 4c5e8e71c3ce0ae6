"""The views of the app, in their order: the one list that all else reads."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dashboard.runtime.link_values import Linked, OneOf
from senet_viz.core.translation import tr

PAGES = Path(__file__).parents[1] / "views"


COMPARED = Linked("compare", "pictures_what", OneOf(("pictures", "networks")))
PART = Linked("part", "dataset_part", OneOf(("depth", "classes", "channel", "idle", "two")))
SECTION = Linked(
    "section", "pointwise_section", OneOf(("trained", "fitted", "unpooled", "gains", "live"))
)


@dataclass(frozen=True, slots=True)
class View:
    """A page of the app. ``name`` is its folder; icons are names of Material Symbols.

    ``shows_arrays``: signals and volumes too, not only pictures.
    """

    name: str
    say_title: Callable[[], str]
    symbol: str
    shows_arrays: bool = False

    @property
    def title(self) -> str:
        """Its name in the language in force."""
        return self.say_title()

    @property
    def icon(self) -> str:
        return f":material/{self.symbol}:"

    @property
    def page(self) -> Path:
        """The script that draws it."""
        return PAGES / self.name / "page.py"

    @property
    def url_path(self) -> str:
        """Its address, the same in every language; the first view has the address of the app."""
        return "" if self is VIEWS[0] else self.name


VIEWS: tuple[View, ...] = (
    View("inspect", lambda: tr("Inspect"), "search", shows_arrays=True),
    View("learn", lambda: tr("Learn"), "school"),
    View("layers", lambda: tr("Layers"), "layers", shows_arrays=True),
    View("pictures", lambda: tr("Pictures"), "photo_library"),
    View("dataset", lambda: tr("Data set"), "dataset"),
    View("whatif", lambda: tr("What if"), "science"),
    View("effects", lambda: tr("What matters"), "balance"),
    View("stability", lambda: tr("Stability"), "vibration"),
    View("pointwise", lambda: tr("SE and 1×1 convolution"), "compare_arrows"),
    View("costs", lambda: tr("Costs"), "speed"),
)


def view(name: str) -> View:
    """By name.

    >>> view("effects").icon
    ':material/balance:'
    """
    return next(view for view in VIEWS if view.name == name)
