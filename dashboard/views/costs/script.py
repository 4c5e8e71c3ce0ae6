"""Costs as a script: counts; times, the plan of blocks, the paper's networks where asked for."""

from dataclasses import dataclass

from dashboard.components import script_opening
from dashboard.components.script_figures import drawn
from dashboard.components.script_opening import Origin
from dashboard.components.script_text import settings

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
PLAN = """
# Which SE blocks can go, over the pictures of a folder
named = sv.removal.pictures_for(net, Path(folder), most=most)
gates = sv.removal.gates_over(net.model, sv.removal.read_batches(net, named))
*_, plan = sv.removal.plan_removal(
    net, lambda: sv.removal.read_batches(net, named), source=named.source, gates=gates
)
print(plan.score or f"{plan.right} right of {plan.pictures}")
for row in plan.blocks:
    print(f"{row.block.name}: {row.verdict}, at its mean {row.at_mean.change:+.2%} "
          f"± {row.at_mean.standard_error:.2%}")
"""
TOGETHER = """
# Blocks folded away together, and the network without them as a file
small, folded = sv.removal.fold_together(net, gates, blocks)
*_, joint = sv.removal.judge_together(
    net, folded, sv.removal.read_batches(net, named), source=named.source
)
print(f"{joint.parameters:,} parameters fewer, {joint.change.change:+.2%} "
      f"± {joint.change.standard_error:.2%}")
sv.models.save_network(
    small, Path("smaller.safetensors"),
    folded=[fold.saved for fold in folded.folds], judged=sv.removal.judged(joint)
)
"""
CHANNELS = """
# Which channels can go: ranked on one half of the pictures, judged on the other
first, second = named.halves()
*_, rankings = sv.removal.rank_channels(net, sv.removal.read_batches(net, first), ways=ways)
*_, curves = sv.removal.removal_curves(net, rankings, sv.removal.read_batches(net, second))
for curve in curves:
    print(f"{curve.way}: {curve.accuracy.round(3)} by share removed")
"""
CUT = """
# The network without the lowest of them, as a file
ranking = next(each for each in rankings if each.way == way)
squeezes = sv.removal.mean_squeezes(
    net.model, (images for images, _ in sv.removal.read_batches(net, first))
)
if stages:
    cut = sv.removal.cut_stages(net, ranking, share, squeezes=squeezes)
else:
    removed = {block: ranking.lowest(block, share) for block in ranking.scores}
    cut = sv.removal.cut_channels(net, removed, squeezes=squeezes)
sv.models.save_network(cut.network, Path("narrower.safetensors"), cut=cut.blocks)
"""
PAPER = """
# The paper's Table 2, counted again
rows = sv.costs.paper_table()
for row in rows:
    print(f"{row.name}: G multiply-adds without and with SE: {row.paper} in the paper, "
          f"{row.counted[0]:.3f} and {row.counted[1]:.3f} counted")
"""


@dataclass(frozen=True, slots=True)
class Channels:
    """Ways they were ranked in, what of the curves is shown, and (way, share, stages) of the cut.

    stages: whether one choice was made for each stage.
    """

    ways: tuple[str, ...]
    what: str
    cut: tuple[str, float, bool] | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan: the network with its weights, the folder, how many pictures, the ticked blocks."""

    network: Origin
    folder: str
    most: int
    blocks: tuple[str, ...]
    channels: Channels | None = None


@dataclass(frozen=True, slots=True)
class Costs:
    """What was counted of a network, and what else was asked for.

    ``batches`` are the sizes that were timed, ``rounds`` how often. ``blocks``: it has SE blocks.
    """

    network: Origin
    blocks: bool
    batches: tuple[int, ...]
    rounds: int
    plan: Plan | None
    paper: bool


def script(shown: Costs) -> list[str]:
    """The parts of it."""
    parts = [script_opening.network(shown.network), COUNTS]
    if shown.batches:
        parts += [settings(batches=list(shown.batches), rounds=shown.rounds), TIMES]
    if shown.blocks:
        parts.append(_prices(timed=1 in shown.batches))
    parts.append(drawn(*FIGURES))
    if shown.plan is not None:
        parts += planned(shown.plan)
    return [*parts, PAPER] if shown.paper else parts


def _prices(*, timed: bool) -> str:
    """What dropping each block would save, its time too where a single picture was timed."""
    return PRICES.format(
        latency=", latency=times[1]" if timed else "",
        milliseconds=", {price.milliseconds:.3f} ms" if timed else "",
    )


def planned(plan: Plan) -> list[str]:
    """The plan, with the weights that counting does without, and what was ticked."""
    parts = [
        "# With its weights\nfrom pathlib import Path\n" + script_opening.network(plan.network),
        settings(folder=plan.folder, most=plan.most),
        PLAN,
    ]
    if plan.blocks:
        parts += [settings(blocks=list(plan.blocks)), TOGETHER]
    if plan.channels is not None:
        chart = f'right_by_share_removed(curves, what="{plan.channels.what}")'
        parts += [settings(ways=list(plan.channels.ways)), CHANNELS, drawn(chart)]
        if plan.channels.cut is not None:
            way, share, stages = plan.channels.cut
            parts += [settings(way=way, share=share, stages=stages), CUT]
    return parts
