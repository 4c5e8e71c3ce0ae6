"""``senet-viz costs``: what a network costs, and what its SE blocks add to it."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from senet_viz.core.argument_types import non_negative_int, positive_int
from senet_viz.core.errors import SENetVizError

if TYPE_CHECKING:
    from senet_viz.analysis.cost_records import Latency, ModuleCost, NetworkCosts
    from senet_viz.models.network import Network


def add(commands: Any) -> None:
    """Describe the subcommand to argparse."""
    parser = commands.add_parser(
        "costs",
        help="count what a network costs, and time its SE blocks",
        description="Parameters, multiply-adds and peak activation memory by stage and SE block, "
        "and the time of a forward pass against that of the same network without SE.",
    )
    parser.add_argument("model", nargs="?", metavar="MODEL", help="a name load_model takes")
    parser.add_argument("--vs", metavar="MODEL", help="another network to count and time beside it")
    parser.add_argument("--paper", action="store_true", help="the paper's Table 2 beside our count")
    parser.add_argument(
        "--rounds",
        type=non_negative_int,
        default=20,
        metavar="N",
        help="of timing (default: 20; 0 for none)",
    )
    parser.add_argument(
        "--batch",
        type=positive_int,
        nargs="+",
        default=[1, 16],
        metavar="N",
        help="pictures in a pass (default: 1 and 16)",
    )
    parser.add_argument("--threads", type=positive_int, metavar="N", help="at most, on the CPU")
    parser.add_argument(
        "--device", choices=("cpu", "cuda"), help="where to time (default: cuda where there is one)"
    )
    parser.set_defaults(run=run, misused=parser.error)


def run(given: argparse.Namespace) -> int:
    """Count, time, and compare with the paper, as asked for."""
    if given.model is None and not given.paper:
        given.misused("give a MODEL, --paper, or both")
    if given.model is not None:
        _network(given)
    if given.paper:
        _paper()
    return 0


def _network(given: argparse.Namespace) -> None:
    from senet_viz.costs import count_network
    from senet_viz.models.catalogue import load_model

    nets = [load_model(name, trained=False) for name in (given.model, given.vs) if name]
    for net in nets:
        print(f"{net.name} at {net.preprocess.input_size[1]} px, one picture")
        _print_counts(count_network(net.model, net.preprocess.input_size))
        print()
    if given.rounds > 0:
        for batch in given.batch:
            _time(nets, batch, given)


def _print_counts(costs: "NetworkCosts") -> None:
    rows: list[Sequence[str]] = [
        ("", "parameters", "multiply-adds", "of them SE", "of them SE", "blocks")
    ]
    for stage in costs.stages:
        rows.append((stage.name, *_cells(stage.total, stage.in_se), str(stage.blocks or "")))
    rows.append(("total", *_cells(costs.total, costs.in_se), str(len(costs.blocks))))
    _print(rows)
    if costs.blocks:
        print()
        rows = [("SE block", "parameters", "multiply-adds", "unit", "parameters", "multiply-adds")]
        for block in costs.blocks:
            own, unit = _figures(block.cost), _figures(block.unit_cost)
            rows.append((block.block.name, *own, block.unit, *unit))
        _print(rows, left=(0, 3))
    if costs.peak is not None:
        without = (
            "" if costs.peak_without is None else f", {costs.peak_without / 1e6:.2f} without SE"
        )
        print(f"peak of activations alive at once: {costs.peak / 1e6:.2f} MB{without}")


def _cells(total: "ModuleCost", in_se: "ModuleCost") -> tuple[str, ...]:
    return (*_figures(total), *_figures(in_se))


def _figures(cost: "ModuleCost") -> tuple[str, str]:
    return f"{cost.parameters:,}", f"{cost.multiply_adds / 1e6:.3f} M"


def _time(nets: "Sequence[Network]", batch: int, given: argparse.Namespace) -> None:
    """Ctrl-C ends the timing; what was measured by then is printed."""
    import torch

    from senet_viz.core.progress_line import ProgressLine
    from senet_viz.costs import measure_latency

    device = given.device or ("cuda" if torch.cuda.is_available() else "cpu")
    if device == "cuda" and not torch.cuda.is_available():
        raise SENetVizError("--device cuda: PyTorch sees no CUDA device here; leave it out")
    first, *others = (net.model.to(device) for net in nets)
    last = None
    states = measure_latency(
        first,
        nets[0].preprocess.input_size,
        other=others[0] if others else None,
        batch=batch,
        rounds=given.rounds,
        threads=given.threads,
    )
    try:
        for state in ProgressLine("rounds", total=given.rounds).over(states):
            last = state
    except KeyboardInterrupt:
        if last is None:
            raise
    if last is not None:
        _print_latency(last, nets[1].name if others else "itself without SE")


def _print_latency(latency: "Latency", other: str) -> None:
    import numpy as np

    from senet_viz.costs.paper_counts import SOURCE_RATIO

    low, high = latency.quartiles
    print(
        f"batch {latency.batch}: {latency.ratio:.3f} times as long as {other} (median of "
        f"{latency.done} rounds; middle half {low:.3f} to {high:.3f}); "
        f"{np.median(latency.first):.1f} ms against {np.median(latency.second):.1f} ms on "
        f"{latency.device}, at most {latency.threads} threads, eager. The source's claim: "
        f"{SOURCE_RATIO:.3f}"
    )
    if latency.blocks:
        whole = float(np.median(latency.first))
        rows = [("inside SE block", "ms", "of the pass")]
        for name in latency.blocks:
            spent = latency.block_ms(name)
            rows.append((name, f"{spent:.3f}", f"{spent / whole:.1%}"))
        _print(rows)


def _paper() -> None:
    from senet_viz.costs.paper_counts import STRIDE_WORDS, paper_table

    rows: list[Sequence[str]] = [
        ("network", "px", "paper", "counted", "", "with SE", "counted", "", "parameters", "")
    ]
    notes = []
    for row in paper_table():
        plain, gated = row.differences
        rows.append(
            (
                row.name,
                str(row.side),
                "" if row.paper[0] is None else f"{row.paper[0]:.2f}",
                f"{row.counted[0]:.3f}",
                "" if plain is None else f"{plain:+.2%}",
                f"{row.paper[1]:.2f}",
                f"{row.counted[1]:.3f}",
                f"{gated:+.2%}",
                *(f"{count / 1e6:.3f} M" for count in row.parameters),
            )
        )
        notes += [f"{row.name}: {row.note}"] if row.note else []
    _print(rows)
    print("\n".join(("G multiply-adds of convolutions and FCs.", STRIDE_WORDS, *notes)))


def _print(rows: Sequence[Sequence[str]], *, left: Sequence[int] = (0,)) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            cell.ljust(width) if place in left else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        print("  ".join(cells).rstrip())
