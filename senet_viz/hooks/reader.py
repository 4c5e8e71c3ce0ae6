"""Reading gates from the operations of a whole pass, or of one module that owns gates."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from torch import Tensor

from senet_viz.blocks import axes as ax
from senet_viz.blocks.anatomy import read_anatomy
from senet_viz.blocks.layouts import Layout, arrange, layout_of
from senet_viz.blocks.products import Product, is_diagonal
from senet_viz.blocks.taps import maps_layout
from senet_viz.hooks.gate_proof import GateParts

Edit = Callable[[int, Product], tuple[Tensor, Tensor] | None]


@dataclass(slots=True, eq=False)
class Reader:
    """Copies the parts of each gate, and can replace the factor.

    whole: whether the maps of the gate of that number are kept. edit: for the number of a gate and
    its product, the excitation in force and the factor that comes of it.
    """

    whole: Callable[[int], bool]
    edit: Edit | None = None
    met: list[tuple[Product, GateParts]] = field(default_factory=list)
    _in_force: Tensor | None = None

    @contextmanager
    def edited(self, excitation: Tensor) -> Iterator[None]:
        """The product inside is made with this excitation already."""
        self._in_force = excitation
        try:
            yield
        finally:
            self._in_force = None

    def before(self, product: Product, maps: Tensor, factor: Tensor) -> Tensor | None:
        if product.reason is not None:
            return None
        number = len(self.met)
        parts = GateParts(whole=self.whole(number))
        self.met.append((product, parts))
        new = None
        excitation = self._in_force
        if excitation is None and self.edit is not None:
            excitation, new = self.edit(number, product) or (None, None)
        if excitation is not None:
            layout = layout_of(read_anatomy(product).excitation.axes)
            parts.take("excitation", excitation, layout)
        layout = maps_layout(product)
        parts.take("features", maps, layout)
        factor = factor if new is None else new
        parts.parts["factor"] = matrix_of(product, maps, factor, layout)
        if product.fused:  # summed into something at once
            parts.take("product", maps * factor, layout)
        return new

    def after(self, product: Product, out: Tensor) -> None:
        if self.met and self.met[-1][0] is product:
            parts = self.met[-1][1]
            if not product.fused:
                assert product.result is not None
                parts.take("product", out, maps_layout(product, product.result.axes))

    def read(self) -> list[tuple[Product, GateParts]]:
        """The gates whose products were read, each with all its parts."""
        readings = [(product, reading) for product, reading in self.met if product.reason is None]
        for product, reading in readings:
            parts = read_anatomy(product)
            for part in ("squeeze", "hidden", "logit", "excitation"):
                step = getattr(parts, part)
                if step is not None and step.tensor is not None and part not in reading.parts:
                    reading.take(part, step.tensor, layout_of(step.axes))
        return readings


def matrix_of(product: Product, maps: Tensor, factor: Tensor, layout: Layout) -> Tensor:
    """The factor as (n, c), broadcast to its maps: what they are multiplied by."""
    if is_diagonal(product.factor.step):
        vector = factor.detach().diagonal(dim1=-2, dim2=-1)
        return vector.reshape(-1, vector.shape[-1]).clone()
    wide = factor.detach().expand(ax.broadcast(maps.shape, factor.shape))
    matrix = arrange(wide, layout)
    while matrix.ndim > 2:
        matrix = matrix[..., 0]
    matrix = matrix.clone()
    return 1 / matrix if product.inverse else matrix
