"""One look for each of the four versions of the embedded family, whatever the chart."""

from senet_viz.core.records import Version
from senet_viz.core.translation import Words, tr
from senet_viz.figures.base.theme import OKABE_ITO

NAMES: Words[Version] = Words(
    {
        "se": lambda: tr("squeeze and excitation"),
        "nosqueeze": lambda: tr("1×1 gate, no squeeze"),
        "conv1x1": lambda: tr("1×1 convolutions, no gate"),
        "plain": lambda: tr("nothing there"),
    }
)
COLOURS: dict[Version, str] = {
    "se": OKABE_ITO[0],
    "nosqueeze": OKABE_ITO[1],
    "conv1x1": OKABE_ITO[2],
    "plain": OKABE_ITO[7],
}
SYMBOLS: dict[Version, str] = {
    "se": "circle",
    "nosqueeze": "square",
    "conv1x1": "diamond",
    "plain": "triangle-up",
}
