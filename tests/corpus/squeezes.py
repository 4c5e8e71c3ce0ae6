"""Channel gates that squeeze in other ways, or in the usual way by other operations."""

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tests.corpus import pools
from tests.corpus.case import Gate, GateCase, Read, Reference, Steps
from tests.corpus.excitations import affine, bottleneck
from tests.corpus.networks import manner_of, on_pictures

Pool = Callable[[Tensor], Tensor]


class Pooled(nn.Module):
    """A gate whose pooling is handed in; the layers behind it are the usual ones."""

    def __init__(self, pool: Pool, squeezed: int = 16) -> None:
        super().__init__()
        self.pool = pool
        self.fc1 = nn.Linear(squeezed, 4)
        self.fc2 = nn.Linear(4, 16)

    def forward(self, x: Tensor) -> Tensor:
        gate = torch.sigmoid(self.fc2(F.relu(self.fc1(self.pool(x)))))
        return x * gate[:, :, None, None]


def places(x: Tensor) -> Tensor:
    """(n, c, h, w) to (n, c, h·w), copied."""
    return x.clone().reshape(*x.shape[:2], -1)


def mean(se: Any, x: Tensor) -> Tensor:
    return places(x).sum(2) / places(x).shape[2]


def detached(se: Any, x: Tensor) -> Tensor:
    return mean(se, x.detach())


def maximum(se: Any, x: Tensor) -> Tensor:
    return places(x).sort(2).values[:, :, -1]


def both(se: Any, x: Tensor) -> Tensor:
    return (mean(se, x) + maximum(se, x)) / 2


def second_moment(se: Any, x: Tensor) -> Tensor:
    return (places(x) ** 2).sum(2) / places(x).shape[2]


def population(se: Any, x: Tensor) -> Tensor:
    """The standard deviation, dividing by the number of places."""
    return (second_moment(se, x) - mean(se, x) ** 2).sqrt()


def sample(se: Any, x: Tensor) -> Tensor:
    """The standard deviation, dividing by one place less."""
    count = places(x).shape[2]
    return population(se, x) * (count / (count - 1)) ** 0.5


def mean_and_population(se: Any, x: Tensor) -> Tensor:
    return mean(se, x) + population(se, x)


def mean_and_sample(se: Any, x: Tensor) -> Tensor:
    return mean(se, x) + (sample(se, x) ** 2 + 1e-5).sqrt()


def length(se: Any, x: Tensor) -> Tensor:
    return (places(x) ** 2).sum(2).sqrt()


def length_with_epsilon(se: Any, x: Tensor) -> Tensor:
    return ((places(x) ** 2).sum(2) + 1e-5).sqrt()


def log_sum_exp(se: Any, x: Tensor) -> Tensor:
    return places(x).exp().sum(2).log()


def cosines(se: Any, x: Tensor) -> Tensor:
    return torch.einsum("ncp,cp->nc", places(x), se.pool.weights.flatten(1))


def depthwise(se: Any, x: Tensor) -> Tensor:
    return torch.einsum("ncp,cp->nc", places(x), se.pool.conv.weight.flatten(1))


def attentive(se: Any, x: Tensor) -> Tensor:
    mask = se.pool.mask
    scores = torch.einsum("ncp,c->np", places(x), mask.weight.flatten()) + mask.bias
    weights = scores.exp() / scores.exp().sum(1, keepdim=True)
    return torch.einsum("ncp,np->nc", places(x), weights)


def weighted(se: Any, x: Tensor) -> Tensor:
    weights = se.pool.logits.flatten().exp()
    return places(x) @ (weights / weights.sum())


def squeezed(by: Callable[[Any, Tensor], Tensor]) -> Reference:
    """The reference of a Pooled that squeezes as ``by`` does."""

    def block(se: Any, x: Tensor) -> Steps:
        return (yield bottleneck(x, by(se, x), se.fc1, se.fc2))

    return block


def joined(se: Any, x: Tensor) -> Steps:
    z = mean(se, x)
    hidden = torch.relu(affine(torch.cat([z, maximum(se, x)], 1), se.fc1))
    logit = affine(hidden, se.fc2)
    return (yield Read(x, z, torch.sigmoid(logit), hidden, logit))


def case(
    name: str, source: str, pool: Callable[[], Pool], by: Callable[[Any, Tensor], Tensor], word: str
) -> GateCase:
    gate = Gate("se", "Pooled", 16, 4, squeeze_by=word)
    return on_pictures(name, source, lambda: Pooled(pool()), squeezed(by), gate)


def of_function(pool: Pool, name: str, by: Callable[[Any, Tensor], Tensor], word: str) -> GateCase:
    """The case of a pool that holds no weights."""
    return case(name, manner_of(pool), lambda: pool, by, word)


CASES = (
    of_function(pools.adaptive, "mean: adaptive pooling", mean, "mean"),
    of_function(pools.kernel, "mean: a window as large as the map", mean, "mean"),
    of_function(pools.flattened, "mean: over flattened places", mean, "mean"),
    of_function(pools.rows_then_columns, "mean: rows, then columns", mean, "mean"),
    of_function(pools.summed, "mean: a sum divided", mean, "mean"),
    of_function(pools.by_einsum, "mean: einsum", mean, "mean"),
    of_function(pools.by_product, "mean: a matrix product with equal weights", mean, "mean"),
    of_function(pools.of_double, "mean: of the map in a wider type", mean, "mean"),
    of_function(pools.of_clone, "mean: of a clone", mean, "mean"),
    of_function(pools.of_detached, "mean: of the detached map", detached, "mean"),
    of_function(pools.of_contiguous, "mean: of a contiguous copy", mean, "mean"),
    of_function(pools.greatest, "maximum: adaptive pooling", maximum, "max"),
    of_function(pools.amax, "maximum: amax", maximum, "max"),
    of_function(pools.rows_then_columns_max, "maximum: rows, then columns", maximum, "max"),
    of_function(pools.kernel_max, "maximum: a window as large as the map", maximum, "max"),
    of_function(pools.half_and_half, "half mean, half maximum", both, "mean and max"),
    of_function(pools.deviation, "deviation: std", sample, "standard deviation"),
    of_function(pools.deviation_by_hand, "deviation: by hand", population, "standard deviation"),
    of_function(pools.contrast, "contrast", mean_and_population, "mean and standard deviation"),
    of_function(pools.by_var_mean, "var_mean", mean_and_sample, "mean and standard deviation"),
    of_function(pools.norm, "norm: vector_norm", length, "norm"),
    of_function(pools.norm_by_hand, "norm: by hand", length_with_epsilon, "norm"),
    of_function(pools.squares, "mean of squares", second_moment, "mean of squares"),
    of_function(pools.log_sum_exp, "log-sum-exp", log_sum_exp, "log-sum-exp"),
    case("cosines", "cfzd/FcaNet", lambda: pools.Cosines(16, 10, 7), cosines, "weighted sum"),
    case(
        "a depthwise convolution as large as the map",
        "MobileFaceNet, GDC",
        lambda: pools.Depthwise(16, 10, 7),
        depthwise,
        "weighted sum",
    ),
    case(
        "a mean weighted by a softmax of the map",
        "xvjiarui/GCNet",
        lambda: pools.Attentive(16),
        attentive,
        "weighted mean",
    ),
    case(
        "a mean weighted by a learned softmax",
        "lucidrains/imagen-pytorch, GlobalContext",
        lambda: pools.Weighted(10, 7),
        weighted,
        "weighted mean",
    ),
    on_pictures(
        "mean and maximum end to end",
        "fastai, AdaptiveConcatPool2d",
        lambda: Pooled(pools.joined, 32),
        joined,
        Gate("se", "Pooled", 16, 4, squeeze_by="mean and max"),
    ),
)
