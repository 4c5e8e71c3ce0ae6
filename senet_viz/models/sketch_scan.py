"""Sketches of the catalogue's architectures: ``python -m senet_viz.models.sketch_scan``.

Lays out each of them once and writes ``architecture_sketches.csv`` beside this file, which
recognition reads. It takes minutes; run it again when a library or the catalogue changed.
"""

from collections.abc import Iterator, Mapping

from senet_viz.models.catalogue import layout, list_models
from senet_viz.models.layouts import Shape
from senet_viz.models.recognition import write_sketches


def scan() -> Iterator[tuple[str, Mapping[str, Shape], str]]:
    """Name, tensors and classifier of every network of the catalogue.

    Those with published weights first: of several with one layout they are the likelier.

    >>> next(scan())[0]
    'se_resnet18_imagenette'
    """
    for entry in sorted(list_models(), key=lambda entry: not entry.has_weights):
        sketch = layout(entry.name)
        yield entry.name, sketch.shapes, sketch.classifier


if __name__ == "__main__":
    write_sketches(scan())
