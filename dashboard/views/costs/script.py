"""Costs as a script: counts, and times, folding and the paper's networks where asked for."""

from dataclasses import dataclass

from dashboard.components import script_opening
from dashboard.components.script_figures import drawn
from dashboard.components.script_opening import Origin
from dashboard.components.script_text import settings
from dashboard.runtime.offers import Chosen

COUNTS = """
# What the network costs for one picture, and what its SE blocks add
costs = sv.costs.count_network(net.model, net.preprocess.input_size)
print(f"{costs.total.parameters:,} parameters, {costs.in_se.parameters:,} of them in SE blocks")
print(f"{costs.total.multiply_adds:,} multiply-adds, "
      f"{costs.in_se.multiply_adds:,} of them in SE blocks")
print(f"peak of activations {costs.peak} bytes, without SE blocks {costs.peak_without}")
for stage in costs.stages:
    print(f"{stage.name}: {stage.blocks} SE blocks, {stage.total.parameters:,} parameters "
          f"({stage.in_se.parameters:,} SE), {stage.total.multiply_adds:,} multiply-adds "
          f"({stage.in_se.multiply_adds:,} SE)")
"""
TIMES = """
# The network against itself without its SE blocks, in turn
times = {}
for batch in batches:
    for latency in sv.costs.measure_latency(
        net.model, net.preprocess.input_size, batch=batch, rounds=rounds
    ):
        times[batch] = latency
    low, high = latency.quartiles
    print(f"batch {batch}: ratio {latency.ratio:.3f}, middle half {low:.3f} to {high:.3f}")
"""
PRICES = """
# What dropping each block would save
prices = sv.costs.price_of_removal(costs{latency})
for price in prices:
    print(f"{{price.block.name}}: {{price.parameters:,}} parameters, "
          f"{{price.multiply_adds:,}} multiply-adds{milliseconds}")
"""
FIGURES = (
    'cost_by_stage(costs, what="parameters")',
    'cost_by_stage(costs, what="multiply_adds")',
)
FOLD = """
# Fold away the blocks whose gates do not depend on the picture
batches = [net.preprocess(picture) for picture in pictures]
profile = net.reference or sv.costs.measure_profile(net.model, batches)
folded = sv.costs.fold_constant_gates(net.model, profile, images=batches[0], constant=constant)
print(f"{len(folded.folds)} blocks folded, {folded.parameters_saved:,} parameters saved")
for fold in folded.folds:
    print(fold.words)
for kept in folded.kept:
    print(f"{kept.block.name} stays: {kept.why}")
"""
PAPER = """
# The paper's Table 2, counted again
rows = sv.costs.paper_table()
for row in rows:
    print(f"{row.name}: G multiply-adds without and with SE: {row.paper} in the paper, "
          f"{row.counted[0]:.3f} and {row.counted[1]:.3f} counted")
"""


@dataclass(frozen=True, slots=True)
class Fold:
    """The folding: the network with its weights, the pictures watched, how still a gate is."""

    network: Origin
    pictures: tuple[Chosen, ...]
    constant: float


@dataclass(frozen=True, slots=True)
class Costs:
    """What was counted of a network, and what else was asked for.

    ``batches`` are the sizes that were timed, ``rounds`` how often. ``blocks``: it has SE blocks.
    """

    network: Origin
    blocks: bool
    batches: tuple[int, ...]
    rounds: int
    fold: Fold | None
    paper: bool


def script(shown: Costs) -> list[str]:
    """The parts of it."""
    parts = [script_opening.network(shown.network), COUNTS]
    if shown.batches:
        parts += [settings(batches=list(shown.batches), rounds=shown.rounds), TIMES]
    if shown.blocks:
        parts.append(_prices(timed=1 in shown.batches))
    parts.append(drawn(*FIGURES))
    if shown.fold is not None:
        parts += folded(shown.fold)
    return [*parts, PAPER] if shown.paper else parts


def _prices(*, timed: bool) -> str:
    """What dropping each block would save, its time too where a single picture was timed."""
    return PRICES.format(
        latency=", latency=times[1]" if timed else "",
        milliseconds=", {price.milliseconds:.3f} ms" if timed else "",
    )


def folded(fold: Fold) -> list[str]:
    """The folding, with the weights that counting does without."""
    return [
        "# With its weights\n" + script_opening.network(fold.network),
        script_opening.pictures(fold.pictures),
        settings(constant=fold.constant),
        FOLD,
    ]
