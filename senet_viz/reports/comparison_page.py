"""The report of several pictures in one network: where their gates part, and how."""

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from senet_viz.analysis.picture_distances import PictureComparison, compare_pictures, usual_distance
from senet_viz.core.arrays import Doubles
from senet_viz.core.shares import shares
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.chart import finite
from senet_viz.figures.base.formats import gate
from senet_viz.figures.base.series import Series
from senet_viz.figures.pictures.distance_by_depth import parting_by_depth
from senet_viz.figures.pictures.profile_charts import gate_difference, gate_profiles
from senet_viz.figures.pictures.similarity import distance_matrix
from senet_viz.reports import html_parts
from senet_viz.reports.extreme_maps import picture_png
from senet_viz.reports.html_page import Page, html, picture, ready
from senet_viz.reports.inspection import Inspection, Settings


def comparison_report(
    inspections: Sequence[Inspection],
    settings: Settings,
    *,
    groups: Sequence[str] = (),
    series: Sequence[Series] = (),
    pair: tuple[int, int] = (0, 1),
) -> bytes:
    """One self-contained HTML file of at most 5 MB. The inspections are of one network.

    groups: a name for each picture, "" for none; series: their looks, told apart by place if left
    out; pair: the two pictures subtracted. Feature maps are not needed, and not shown. Raises what
    ``compare_pictures`` raises.
    """
    compared = compare_pictures([inspection.capture for inspection in inspections], groups=groups)
    looks = tuple(series) or tuple(
        Series(inspection.name, i) for i, inspection in enumerate(inspections)
    )
    network = inspections[0].network
    page = Page(
        tr(
            "{pictures} in {network}",
            pictures=count(len(inspections), "picture"),
            network=network.title,
        )
    )
    page.add(html("title", page.title), _pictures(inspections, compared.groups))
    page.add(html_parts.about_network(network))
    _by_depth(page, inspections, compared, looks, pair, settings)
    foot = _foot(inspections, settings)
    page.size += len(foot.encode())
    _by_block(page, inspections, compared, looks, pair, settings)
    page.size -= len(foot.encode())
    page.add(foot)
    return page.finished()


def _pictures(inspections: Sequence[Inspection], groups: Sequence[str]) -> Markup:
    shown = [
        html(
            "captioned",
            picture(picture_png(inspection.pixels), inspection.name),
            [line for line in (inspection.name, group, _likeliest(inspection)) if line],
        )
        for inspection, group in zip(inspections, groups, strict=True)
    ]
    return html("group", "series", shown)


def _likeliest(inspection: Inspection) -> str:
    """ "church 86%", or nothing where the network has no classes."""
    if inspection.capture.logits is None:
        return ""
    share = shares(inspection.capture.logits[0], inspection.capture.activation)
    best = int(share.argmax())
    labels = inspection.network.labels
    return f"{labels[best] if labels else best} {share[best]:.0%}"


def _by_depth(
    page: Page,
    inspections: Sequence[Inspection],
    compared: PictureComparison,
    looks: Sequence[Series],
    pair: tuple[int, int],
    settings: Settings,
) -> None:
    usual = _usual(inspections[0], compared.names)
    selected = settings.chosen(inspections[0].capture)[0]
    page.add(html("chapter", tr("Where in the network do they part?")))
    page.show(
        ready(parting_by_depth(compared, looks, pair, usual=usual, selected=selected, dark=False))
    )
    between, within = compared.between, compared.within
    rows = []
    for i, block in enumerate(compared.names):
        row: dict[str, str] = {
            tr("block"): block,
            tr("mean distance of two pictures"): gate(compared.overall[i]),
        }
        if between is not None:
            row[tr("of two groups")] = gate(between[i])
        if within is not None:
            row[tr("within a group")] = gate(within[i])
        if usual is not None:
            row[tr("usual over the reference pictures")] = gate(usual[i])
        rows.append(row)
    page.add(html("table", rows))


def _usual(inspection: Inspection, names: Sequence[str]) -> Doubles | None:
    reference = inspection.network.reference
    if reference is None:
        return None
    return np.array([usual_distance(reference.usual(name)[1]) for name in names])


def _by_block(
    page: Page,
    inspections: Sequence[Inspection],
    compared: PictureComparison,
    looks: Sequence[Series],
    pair: tuple[int, int],
    settings: Settings,
) -> None:
    """The chosen blocks first, then the others as far as there is room."""
    chosen = settings.chosen(inspections[0].capture)
    reach = float(finite(compared.distance).max(initial=0))
    left = 0
    for block in (*chosen, *(name for name in compared.names if name not in chosen)):
        gates = compared.gates[block]
        order = np.argsort(-gates.mean(axis=0), kind="stable")
        usual = inspections[0].usual(block)
        drawn = (
            gate_profiles(
                block,
                gates,
                looks,
                channels=order.tolist(),
                ordered=tr("most open first"),
                usual=None if usual is None else usual[0],
                dark=False,
            ),
            distance_matrix(block, compared.of(block), looks, reach=reach, dark=False),
            gate_difference(
                block,
                gates[list(pair)],
                (looks[pair[0]], looks[pair[1]]),
                reach=float(np.abs(gates[pair[0]] - gates[pair[1]]).max()),
                dark=False,
            ),
        )
        charts = [ready(chart) for chart in drawn]
        if not page.fits(sum(chart.weight for chart in charts) + 1000):
            left += 1
            continue
        page.add(html("chapter", block))
        for chart in charts:
            page.show(chart)
    if left:
        words = tr(
            "The charts of {blocks} are left out, to keep this file within 5 MB.",
            blocks=count(left, "SE block"),
        )
        page.add(html("paragraph", words))


def _foot(inspections: Sequence[Inspection], settings: Settings) -> Markup:
    pictures = map(html_parts.about_picture, inspections)
    made_with = html_parts.made_with(settings.record(inspections[0].capture))
    return Markup().join(
        (html_parts.how_to_read(), html("chapter", tr("Pictures")), *pictures, made_with)
    )
