"""How the catalogue's architectures are told apart: ``python -m senet_viz.models.sketch_scan``.

Lays out each of them once and writes ``architecture_sketches.csv`` beside this file, which
recognition reads. It takes minutes; run it again when a library or the catalogue changed.
"""

from collections.abc import Iterator, Mapping

from senet_viz.models.catalogue import layout, list_models
from senet_viz.models.layouts import Shape
from senet_viz.models.recognition import write_sketches


def scan() -> Iterator[tuple[str, Mapping[str, Shape], str]]:
    """Name, tensors and classifier of every network of the catalogue.

    >>> next(scan())[0]
    'se_resnet18_imagenette'
    """
    for entry in list_models():
        found = layout(entry.name)
        yield entry.name, found.shapes, found.classifier


if __name__ == "__main__":
    write_sketches(scan())
