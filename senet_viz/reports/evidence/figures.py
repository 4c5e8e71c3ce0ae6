"""The figures of an inspection: of the whole network, and of every block."""

from senet_viz.figures.base.chart import Chart
from senet_viz.figures.block.gates import gate_histogram, sorted_gates, squeeze_against_gate
from senet_viz.figures.block.layers import depth_by_channel, depth_distributions
from senet_viz.figures.block.map_blocks import map_block
from senet_viz.figures.block.network_inputs import network_input
from senet_viz.figures.block.network_maps import network_map
from senet_viz.figures.block.predictions import top_classes
from senet_viz.reports.inspection import Inspection, Settings


def network_charts(inspection: Inspection, settings: Settings) -> dict[str, Chart]:
    """The figures drawn once: an input that is no picture, the prediction, and blocks by depth."""
    capture = inspection.capture
    charts = {}
    if inspection.values is not None:
        charts["input"] = network_input(inspection.values, dark=False)
    if capture.logits is not None:
        charts["classes"] = top_classes(
            capture.logits[0],
            labels=inspection.network.labels or None,
            activation=capture.activation,
            dark=False,
        )
    selected = settings.chosen(capture)[0]
    blocks = [map_block(activation) for activation in capture]
    charts["blocks"] = network_map(blocks, selected=selected, dark=False)
    charts["depth"] = depth_by_channel(capture, image=0, dark=False)
    charts["spread"] = depth_distributions(capture, image=0, dark=False)
    return {name: chart.of(inspection.source()) for name, chart in charts.items()}


def block_charts(inspection: Inspection, block: str, settings: Settings) -> dict[str, Chart]:
    """What is drawn of a block: its gates as a histogram, in order, and against their squeezes."""
    activation = inspection.capture[block]
    ranking = inspection.ranking(activation, settings)
    charts = {
        "histogram": gate_histogram(activation, image=0, dark=False),
        "sorted": sorted_gates(activation, ranking, usual=inspection.usual(block), dark=False),
        "squeeze": squeeze_against_gate(activation, image=0, dark=False),
    }
    return {name: chart.of(inspection.source(block)) for name, chart in charts.items()}
