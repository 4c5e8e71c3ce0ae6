"""Parts of a report that several kinds of it share: network, versions, hashes, how to read it."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from senet_viz.core.block_words import places_words
from senet_viz.core.evaluation_sets import tested_on
from senet_viz.core.package_versions import versions
from senet_viz.core.translation import again, tr
from senet_viz.figures.block.network_inputs import input_words
from senet_viz.models.network import Network
from senet_viz.reports.html_page import facts, html
from senet_viz.reports.inspection import Inspection


def about_network(network: Network) -> Markup:
    """Where the numbers come from; loud where the weights are random."""
    loud = Markup()
    if not network.trained:
        words = tr(
            "UNTRAINED WEIGHTS. These weights are random: gates, feature maps and predictions say "
            "nothing about any trained network; only the shapes and the proof are real."
        )
        loud = html("paragraph", words, "warning")
    accuracy = ""
    if network.accuracy is not None:
        accuracy = f"{network.accuracy:.1%} ({again(network.accuracy_on)})"
    return loud + facts(
        {
            tr("Network"): network.title,
            tr("Name in the catalogue"): network.name,
            tr("Weights, sha256"): network.sha256,
            tr("Weights from"): network.source,
            tr("Licence of the weights"): network.licence,
            tr("Top-1 accuracy"): accuracy,
            tr("Preprocessing"): network.preprocess.words,
            tr("Usual gates from"): ""
            if network.reference is None
            else tested_on(network.reference.source),
            tr("Notes"): " ".join(map(again, network.notes)),
        }
    )


def saw_words(inspection: Inspection) -> str:
    """What the network was given, and its size."""
    if inspection.values is not None:
        return input_words(inspection.values)
    height, width = inspection.capture.input_size
    return tr("What the model saw, {width} × {height} px", width=width, height=height)


def about_picture(inspection: Inspection) -> Markup:
    """The file: a picture, or the array of a signal or a volume."""
    if inspection.values is not None:
        return _about_array(inspection)
    width, height = inspection.size
    notes = "; ".join(map(again, (*inspection.notes, *inspection.capture.notes)))
    return facts(
        {
            tr("Picture"): inspection.name,
            tr("Picture, sha256"): inspection.sha256,
            tr("File"): f"{inspection.format}, {width} × {height} px",
            tr("Notes on the picture"): notes,
        }
    )


def _about_array(inspection: Inspection) -> Markup:
    notes = "; ".join(map(again, (*inspection.notes, *inspection.capture.notes)))
    size = places_words(inspection.size)
    return facts(
        {
            tr("Input"): inspection.name,
            tr("Input, sha256"): inspection.sha256,
            tr("File"): f"{inspection.format}, {size}, {inspection.dtype}",
            tr("Notes on the input"): notes,
        }
    )


def about_settings(chosen: Mapping[str, Any]) -> Markup:
    """What the person chose, as a manifest has it."""
    blocks = ", ".join(chosen["blocks"])
    order = (
        tr("by their gate")
        if chosen["order"] == "gate"
        else tr("by the distance from their usual gate")
    )
    return facts(
        {
            tr("Blocks looked at closely"): blocks,
            tr("Channels at each end"): chosen["top"],
            tr("Order of the channels"): order,
            tr("Range of the colours"): scope_words(chosen["scope"]),
        }
    )


def scope_words(scope: str) -> str:
    """What the colours of feature maps stand for."""
    return {
        "map": tr("each map's own range"),
        "pair": tr("each channel's own range before the gate"),
        "block": tr("the range of the block"),
        "network": tr("the range of all blocks together"),
        "fixed": tr("the range of the block without its highest and lowest half percent"),
    }[scope]


def made_with(chosen: Mapping[str, Any] | None = None) -> Markup:
    """What the person chose, where there was a choice, and what the numbers were made with."""
    settings = Markup() if chosen is None else about_settings(chosen)
    title = html("chapter", tr("Settings and versions"))
    return Markup().join((title, settings, facts(versions())))


def how_to_read() -> Markup:
    """The four things one has to know, and the three that gates do not say."""
    paragraphs: Sequence[str] = (
        tr(
            "An SE block takes the mean of each feature map (squeeze), works out one number of 0 "
            "to 1 for each channel (gate), and multiplies the feature map by it (recalibrate)."
        ),
        tr(
            "Enhanced are the channels with the highest gates, suppressed those with the lowest: "
            "of this block, for this picture."
        ),
        tr(
            "Verified means that features × gate gives the block's output again, for this very "
            "picture; the error is relative to the largest output."
        ),
        tr(
            "A high gate does not mean that a channel matters to the prediction, and a low one "
            "not that it is unused: the next layer can scale it up again. What a channel is worth "
            "shows when it is removed."
        ),
        tr(
            "A bright feature map is no evidence for the predicted class, and a predicted "
            "probability is no proof that it is right."
        ),
    )
    title = html("chapter", tr("How to read this, and what it does not mean"))
    return Markup().join((title, *(html("paragraph", words) for words in paragraphs)))
