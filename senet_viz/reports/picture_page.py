"""The report of one picture: what went into every SE block, what came out, what it kept."""

from markupsafe import Markup

from senet_viz.core.arrays import Array
from senet_viz.core.block_words import places_words
from senet_viz.core.records import BlockActivation
from senet_viz.core.summaries import BlockSummary
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.formats import gate, percent, tiny
from senet_viz.figures.block.feature_maps import Mosaic, Scope, range_words
from senet_viz.figures.block.gates import gate_histogram, sorted_gates
from senet_viz.figures.block.layers import depth_by_channel
from senet_viz.figures.block.map_blocks import map_block
from senet_viz.figures.block.network_inputs import network_input
from senet_viz.figures.block.network_maps import network_map
from senet_viz.figures.block.predictions import top_classes
from senet_viz.reports import html_parts
from senet_viz.reports.extreme_maps import extremes, picture_png
from senet_viz.reports.html_page import Page, Ready, html, picture, ready
from senet_viz.reports.inspection import Inspection, Settings

MOST_INPUT = 1_000_000  # bytes
TILE = 84  # px of a map: every block should find room
PAIR, END = Markup('<div class="pair">'), Markup("</div>")  # what stands side by side


def picture_report(inspection: Inspection, settings: Settings) -> bytes:
    """One self-contained HTML file of at most 5 MB: equal input gives an equal file.

    The chosen blocks come first, with their feature maps, the others as far as there is room; the
    report says what was left out.

    >>> import senet_viz as sv
    >>> from senet_viz.reports.inspection import inspect_file
    >>> net = sv.load_model("se_resnet18_imagenette")
    >>> seen = inspect_file(net, sv.load_sample("china"), name="china.jpg")
    >>> len(picture_report(seen, Settings())) < 5_000_000
    True
    """
    page = Page(
        tr("{picture} in {network}", picture=inspection.name, network=inspection.network.title)
    )
    _head(page, inspection)
    _network(page, inspection, settings)
    foot = _foot(inspection, settings)
    page.size += len(foot.encode())
    _blocks(page, inspection, settings)
    page.size -= len(foot.encode())
    page.add(foot)
    return page.finished()


def _head(page: Page, inspection: Inspection) -> None:
    saw = html_parts.saw_words(inspection)
    page.add(html("title", page.title), PAIR)
    page.add(html("captioned", picture(picture_png(inspection.pixels), saw, kind="seen"), [saw]))
    if inspection.capture.logits is not None:
        labels = inspection.network.labels or None
        chart = top_classes(
            inspection.capture.logits[0],
            labels=labels,
            activation=inspection.capture.activation,
            dark=False,
        )
        page.show(ready(chart))
    page.add(END)
    if inspection.values is not None:
        _input(page, inspection.values)
    page.add(html_parts.about_picture(inspection), html_parts.about_network(inspection.network))


def _input(page: Page, values: Array) -> None:
    """The input as a chart, unless a volume would leave no room for the blocks."""
    chart = ready(network_input(values, dark=False))
    if chart.weight <= MOST_INPUT:
        page.show(chart)
    else:
        words = tr("Its slices are left out, to leave room for the blocks; the evidence has them.")
        page.add(html("paragraph", words, "muted"))


def _network(page: Page, inspection: Inspection, settings: Settings) -> None:
    summaries = inspection.summaries
    verified = sum(s.proof == "verified" for s in summaries)
    proof = tr("Verified {n} of {blocks}", n=verified, blocks=len(summaries))
    page.add(html("chapter", tr("Network")))
    page.add(html("paragraph", f"{count(len(summaries), 'SE block')} · {proof}", "muted"))
    selected = settings.chosen(inspection.capture)[0]
    blocks = [map_block(activation) for activation in inspection.capture]
    page.show(ready(network_map(blocks, selected=selected, dark=False)))
    page.show(ready(depth_by_channel(inspection.capture, image=0, dark=False)))
    page.add(html("chapter", tr("All blocks")))
    page.add(html("table", [_row(s) for s in summaries]))


def _row(summary: BlockSummary) -> dict[str, object]:
    block = summary.block
    return {
        tr("block"): block.name,
        tr("channels"): block.channels or "",
        tr("reduction"): "" if block.reduction is None else f"{block.reduction:g}",
        tr("gate"): block.gate,
        tr("mean"): gate(summary.mean),
        tr("deviation"): gate(summary.std),
        tr("lowest"): gate(summary.minimum),
        tr("highest"): gate(summary.maximum),
        tr("near 0"): percent(summary.near_zero),
        tr("near 1"): percent(summary.near_one),
        tr("proof"): _proof(summary),
        tr("error"): tiny(summary.relative_error),
    }


def _proof(summary: BlockSummary) -> str:
    if summary.proof == "verified":
        return tr("verified")
    return tr("trivial") if summary.proof == "trivial" else tr("failed")


def _blocks(page: Page, inspection: Inspection, settings: Settings) -> None:
    """Every block with its charts, in order; maps of the chosen ones before those of others."""
    names, chosen = inspection.capture.names, settings.chosen(inspection.capture)
    charts = {name: _charts(inspection, inspection.capture[name], settings) for name in names}
    maps: dict[str, Markup] = {}
    spent, room = sum(chart.weight for pair in charts.values() for chart in pair), True
    spent += 1000 * len(names)
    for name in sorted(names, key=lambda n: n not in chosen):  # stable: the others by depth
        if not room:
            break
        drawn = _mosaics(inspection, name, settings)
        room = page.fits(spent + len(drawn.encode()))
        if room:
            spent += len(drawn.encode())
            maps[name] = drawn
    page.add(html("chapter", tr("Block by block")), _left_out(len(names) - len(maps)))
    for name in names:
        page.add(
            html("chapter", name),
            html("paragraph", _facts(inspection.capture[name]), "muted"),
            PAIR,
        )
        for chart in charts[name]:
            if page.fits(chart.weight):  # thousands of blocks are more than one file holds
                page.show(chart)
        page.add(END, html("group", "pair maps", [maps.get(name, "")]))


def _mosaics(inspection: Inspection, block: str, settings: Settings) -> Markup:
    drawn = extremes(inspection, block, settings, tile=TILE)
    lines = len(inspection.capture[block].places) == 1
    return Markup().join(
        _maps(side, maps, settings.scope, lines=lines) for side, maps in drawn.items()
    )


def _left_out(blocks: int) -> Markup:
    if not blocks:
        return Markup()
    words_left = tr(
        "The feature maps of {blocks} are left out, to keep this file within 5 MB.",
        blocks=count(blocks, "SE block"),
    )
    return html("paragraph", words_left)


def _charts(
    inspection: Inspection, activation: BlockActivation, settings: Settings
) -> tuple[Ready, Ready]:
    ranking, usual = (
        inspection.ranking(activation, settings),
        inspection.usual(activation.block.name),
    )
    return (
        ready(gate_histogram(activation, image=0, dark=False)),
        ready(sorted_gates(activation, ranking, usual=usual, dark=False)),
    )


def _facts(activation: BlockActivation) -> str:
    block = activation.block
    reduction = (
        tr("no reduction")
        if block.reduction is None
        else tr("reduction {reduction:g}", reduction=block.reduction)
    )
    parts = (
        count(activation.excitation.shape[1], "channel"),
        places_words(activation.places),
        reduction,
        block.gate,
        block.kind,
    )
    return " · ".join(parts)


def _maps(side: str, drawn: Mosaic, scope: Scope, *, lines: bool) -> Markup:
    title = {
        "enhanced-before": tr("Most enhanced, before the gate"),
        "enhanced-after": tr("Most enhanced, after the gate"),
        "suppressed-before": tr("Most suppressed, before the gate"),
        "suppressed-after": tr("Most suppressed, after the gate"),
    }[side]
    own = tr("each channel's own range before the gate") if scope == "pair" else ""
    reach = own or range_words(drawn.low, drawn.high)
    colours = tr("height: {range}", range=reach) if lines else tr("colour: {range}", range=reach)
    return html("captioned", picture(drawn.png, drawn.alt), [colours], title)


def _foot(inspection: Inspection, settings: Settings) -> Markup:
    return html_parts.how_to_read() + html_parts.made_with(settings.record(inspection.capture))
