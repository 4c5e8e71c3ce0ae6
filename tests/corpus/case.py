"""What a case of the corpus is: a network, an input, and what there is to find, worked out by hand.

What the words mean here:

features     the large factor of the product, channels moved to the second axis: (n, c, *places);
             a network without a batch axis has n = 1.
squeeze      one number a channel, (n, c): what the pooling gives. Poolings that are put together
             into one number a channel before the first layer count as one; of poolings that
             stay apart (joined end to end, or each through the layers) it is the first.
hidden       the input of the last layer, (n, m), where there are two layers or more.
logit        the input of the gate's function, (n, c); None where there is no such function.
excitation   the output of the gate's function, or of the last layer where there is none.
gate         the function by its usual name: `relu6(x + 3) / 6` is a hardsigmoid of x.
factor       what multiplies the features: "s" for the excitation itself, "1 + s", "2·s", "s·gain".
             `x + x * g` has the factor "s", since `x * g` is the product that is computed.
name         the innermost module that holds both the pooling and the product, "" for the network
             itself; "#2" is added for the second gate there, "@2" for the second call. A module
             that is called twice is found once and read twice.
"""

from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Literal

from torch import Tensor, nn

Inputs = Tensor | tuple[Any, ...] | Mapping[str, Any]
Words = str | frozenset[str]
Value = Literal["features", "squeeze", "hidden", "logit", "excitation", "factor", "recalibrated"]
Reason = Literal[
    "another map",
    "per place",
    "branches",
    "kernels",
    "sum",
    "no learned layer",
    "constant",
    "another input",
    "unread",
    "one number",
    "mixed places",
]


def same(s: Tensor) -> Tensor:
    """The factor that is the excitation itself."""
    return s


@dataclass(frozen=True, slots=True)
class Gate:
    """What is to be said of one gate. A set of words: each of them is right.

    kind is the class of the module called name; None where the module has lost it.
    """

    name: str
    kind: str | None
    channels: int
    hidden: int | None = None
    squeeze_by: Words = "mean"
    gate: Words = "sigmoid"
    factor: Words = "s"


@dataclass(frozen=True, slots=True)
class Other:
    """What is to be declared of one operation that is no channel gate.

    Of normalisations, of weights a channel that multiply a map as they are, and of pooled maps
    that are joined to others or classified, nothing is to be declared.

    name is that of a gate in its place; where nothing is pooled, the innermost module that holds
    the product. reason is None where the operation has to be declared, in whatever words.
    """

    name: str
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class Read:
    """What one gate did, by hand. ``scale`` makes the factor of the excitation.

    ``unsaid`` names values that have no one meaning in this case; they are not compared.
    """

    features: Tensor
    squeeze: Tensor
    excitation: Tensor
    hidden: Tensor | None = None
    logit: Tensor | None = None
    scale: Callable[[Tensor], Tensor] = same
    unsaid: frozenset[Value] = frozenset()

    @property
    def factor(self) -> Tensor:
        """(n, c)."""
        return self.scale(self.excitation)

    @property
    def recalibrated(self) -> Tensor:
        """features x factor, (n, c, *places)."""
        places = (1,) * (self.features.ndim - 2)
        return self.features * self.factor.reshape(*self.factor.shape, *places)


Steps = Generator[Read, Tensor, Any]
Reference = Callable[..., Steps]
"""A network's forward pass by hand, as a generator: at each gate it yields what it reads there and
is sent the recalibrated feature maps; it returns the network's output. So whoever runs it can put
other gates in force."""


@dataclass(frozen=True, slots=True)
class GateCase:
    """A network with channel gates, in firing order, each read by hand.

    build gives the network with its weights filled in, in eval mode, the same ones every time.
    reference takes the network and its inputs. readable gives, from what build gave, the network
    that the reference reads, where a wrapper or a graph hides it. during is entered around each
    forward pass. way says how the network is run: one pass; a pass with its backward pass; or
    passes in several threads at a time. tolerance is relative to the largest number compared.
    others: what is to be declared beside the gates; None where this is left open.
    """

    name: str
    source: str
    build: Callable[[], nn.Module]
    example: Callable[[], Inputs]
    gates: tuple[Gate, ...]
    reference: Reference
    others: tuple[Other, ...] | None = ()
    readable: Callable[[nn.Module], nn.Module] = lambda network: network
    during: Callable[[], AbstractContextManager[Any]] = nullcontext
    way: Literal["one pass", "backward", "threads"] = "one pass"
    tolerance: float = 1e-5


@dataclass(frozen=True, slots=True)
class DeclaredCase:
    """A network without a channel gate; others as for GateCase."""

    name: str
    source: str
    build: Callable[[], nn.Module]
    example: Callable[[], Inputs]
    others: tuple[Other, ...] | None = ()
