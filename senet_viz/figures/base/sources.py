"""What a figure or a table was made from: it stands under each on paper and in the file's name."""

from dataclasses import dataclass
from typing import Final

from senet_viz.core.file_names import safe_name
from senet_viz.core.package_versions import own_version
from senet_viz.core.translation import again

BETWEEN: Final = " · "
LETTERS: Final = {"network": 32, "block": 32, "picture": 32, "title": 48}
MOST_BYTES: Final = 230  # of a file's name; systems take 255


@dataclass(frozen=True, slots=True)
class Source:
    """Network, block and picture by the names that people know them by; "" where there is none.

    ``picture`` is a survey, or a number of pictures, where a chart is about many.
    """

    network: str = ""
    block: str = ""
    picture: str = ""

    @property
    def subject(self) -> str:
        """The three in one line, without the empty ones.

        >>> Source("SE-ResNet-18", picture="cat.jpg").subject
        'SE-ResNet-18 · cat.jpg'
        """
        return BETWEEN.join(
            again(part) for part in (self.network, self.block, self.picture) if part
        )

    @property
    def line(self) -> str:
        """The same with the version of this library."""
        return BETWEEN.join(part for part in (self.subject, made_with()) if part)

    def file_name(self, title: str, form: str, *, otherwise: str = "chart") -> str:
        """A file's name that says all of it, the chart's sentence shortened to its beginning.

        >>> Source("SE-ResNet-18", "layer3.1.se", "cat.jpg").file_name("Most sit low", "pdf")[:44]
        'SE-ResNet-18_layer3.1.se_cat.jpg_Most-sit-lo'
        """
        named = {
            "network": self.network,
            "block": self.block,
            "picture": self.picture,
            "title": title,
        }
        parts = [_short(words, LETTERS[kind]) for kind, words in named.items() if again(words)]
        stem = "_".join(part for part in parts if part) or otherwise
        end = f"_{safe_name(made_with())}.{form}"
        room = MOST_BYTES - len(end.encode())
        return stem.encode()[:room].decode(errors="ignore") + end


NOTHING_SAID: Final = Source()


def made_with() -> str:
    """ "senet_viz 1.0", which no line break parts."""
    return f"senet_viz\N{NO-BREAK SPACE}{own_version()}".rstrip()


def _short(words: str, letters: int) -> str:
    return safe_name(again(words), otherwise="")[:letters].strip("._-")
