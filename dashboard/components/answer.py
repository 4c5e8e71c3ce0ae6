"""What the network made of the picture, beside what it knows: at the head of a page."""

from collections import Counter
from html import escape

import streamlit as st

from dashboard.components import class_choice, glossary
from dashboard.components.error_messages import answered
from dashboard.components.png_download import Pixels, offer_png
from dashboard.components.widgets import dark, plain, show
from dashboard.runtime.offers import Chosen
from dashboard.services import inspections, networks
from dashboard.services.controls import Control
from dashboard.services.inspections import Inspection
from dashboard.session import followed
from senet_viz.core.arrays import Array
from senet_viz.core.block_words import places_words
from senet_viz.core.records import Activation
from senet_viz.core.shares import shares
from senet_viz.core.translation import again, count, tr
from senet_viz.figures.base.formats import listing, percent, shorten
from senet_viz.figures.block.network_inputs import input_words, network_input
from senet_viz.figures.block.predictions import class_names, top_classes
from senet_viz.figures.block.scenes import scene_picture
from senet_viz.pictures.samples import SAMPLES

SIDE = 112  # px of the picture on the page
TOP, MOST_LISTED = 3, 1000  # classes
LONGEST = 34  # letters of a picture's title
MORE = "head_more"


def answer(inspection: Inspection, control: Control = "none") -> None:
    """The pixels the model saw, what it made of them, what it knows; and more behind a button."""
    words = _words(inspection)
    shown: bytes | Pixels = inspection.pixels
    scene = inspection.capture.scene
    if scene is not None:
        drawn = scene_picture(inspection.pixels, scene, labels=inspection.network.labels)
        shown, words = drawn.png, f"<p>{escape(drawn.title)}</p>{words}"
    with st.container(horizontal=True, key="head_subject"):
        with st.container(key="head_picture", gap=None):
            alt, saw = _saw(inspection)
            st.image(shown, width=SIDE, alt=alt)
            more(control)
        title = again(inspection.name)
        st.html(
            f'<div class="answer">{words}'
            f'<p class="saw" title="{escape(title)}">{escape(saw)}</p></div>'
        )


def _saw(inspection: Inspection) -> tuple[str, str]:
    """The network's input in words, beside the drawing and for readers who cannot see it."""
    title = shorten(again(inspection.name), limit=LONGEST)
    if inspection.values is not None:
        shape = places_words(inspection.values.shape)
        saw = tr("Input: {name}, {shape}", name=title, shape=shape)
        return input_words(inspection.values), saw
    height, width = inspection.capture.input_size
    alt = tr("The {width} by {height} pixels the model saw", width=width, height=height)
    return alt, tr(
        "What the model saw: {picture}, {width} × {height} px",
        picture=title,
        width=width,
        height=height,
    )


def _words(inspection: Inspection) -> str:
    """The likeliest classes with their bars, then what there is to choose from, as HTML."""
    capture, labels = inspection.capture, inspection.network.labels
    logits = capture.logits
    drawn = "" if logits is None else bars(logits[0], labels, capture.activation)
    alone = capture.activation == "sigmoid"
    known = _known(len(labels) if logits is None else logits.shape[1], labels, alone=alone)
    outside = _outside(inspection.picture, labels)
    if not (logits is not None or capture.scene is not None):
        known = escape(tr("This network does not end in one score a class."))
    mark = f'<p class="outside">⚠ {escape(outside)}</p>' if outside else ""
    return f"{drawn}{_true(inspection)}<p>{known}</p>{mark}"


def _true(inspection: Inspection) -> str:
    """The true class that the picture was given, beside the answer, as HTML; "" without one."""
    logits, true = inspection.capture.logits, followed.true_class()
    if logits is None or true is None or true >= logits.shape[1]:
        return ""
    chance = percent(shares(logits[0], inspection.capture.activation)[true])
    words = tr("True class: {label}, {chance}", label=inspection.label(true), chance=chance)
    mark = "✓" if int(logits[0].argmax()) == true else "✗"
    return f"<p>{mark} {escape(words)}</p>"


def bars(logits: Array, labels: tuple[str, ...], activation: Activation) -> str:
    """The likeliest classes with their bars, as HTML."""
    chances = shares(logits, activation)
    best = [int(i) for i in chances.argsort(kind="stable")[::-1][:TOP]]
    rows = "".join(
        f'<dt title="{escape(name)}">{escape(name.partition(",")[0])}</dt>'
        f'<dd class="bar"><i style="width:{100 * float(chances[i]):.1f}%"></i></dd>'
        f"<dd>{escape(percent(chances[i]))}</dd>"
        for i, name in zip(best, class_names(best, labels or None), strict=True)
    )
    return f"<dl>{rows}</dl>"


def _known(classes: int, labels: tuple[str, ...], *, alone: bool) -> str:
    """ "Knows 10 classes: tench, …; must choose one.", the number opening the list.

    alone: each class has an answer of its own.
    """
    names = [label.partition(",")[0] for label in labels if label not in ("__background__", "N/A")]
    if not names:
        words = (
            tr(
                "Knows {number} classes without names; each has an answer of its own.",
                number=classes,
            )
            if alone
            else tr("Knows {number} classes without names; must choose one.", number=classes)
        )
        return escape(words)
    listed = listing(names[:MOST_LISTED])
    if len(names) > MOST_LISTED:
        listed = tr("{listed} and {more} more", listed=listed, more=len(names) - MOST_LISTED)
    classes_words = tr("{number} classes", number=len(names))
    opened = glossary.opening(classes_words, listed, place="classes")
    first = escape(names[0])
    sentence = (
        tr("Knows {classes}: {first}, …; each has an answer of its own.", classes="{}", first=first)
        if alone
        else tr("Knows {classes}: {first}, …; must choose one.", classes="{}", first=first)
    )
    return sentence.replace("{}", opened)


def _outside(picture: Chosen, labels: tuple[str, ...]) -> str:
    """That what is to be seen is none of the classes, where it is known; else ""."""
    sample = next((sample for sample in SAMPLES if sample.name == picture.key), None)
    if sample is None or not labels or sample.is_among(labels):
        return ""
    return tr("{content} is none of them.", content=sample.content.capitalize())


@st.fragment
@answered
def more(control: Control) -> None:
    """A button that opens the picture, the answer and their origin in full."""
    place = st.popover(
        tr("More"), key=MORE, type="tertiary", on_change="rerun", help=tr("Picture and answer")
    )
    if not place.open:
        return
    inspection = inspections.inspect(control)
    with place:
        capture, labels = inspection.capture, inspection.network.labels
        if capture.logits is not None:
            chart = top_classes(
                capture.logits[0],
                labels=labels or None,
                activation=capture.activation,
                dark=dark(),
            )
            show(chart, "top5")
            class_choice.choose_true(inspection, capture.logits[0])
        st.caption(plain(origin(inspection.network)))
        if inspection.values is not None:
            show(network_input(inspection.values, dark=dark()), "head_input")
            return
        st.caption(tr("Picture: {picture}", picture=plain(again(inspection.picture.origin))))
        offer_png(inspection.pixels, f"seen {inspection.name}", label=tr("PNG of the pixels"))


def origin(net: networks.Network) -> str:
    """Where the numbers come from, in one line."""
    words = tr("Input: {preprocessing}.", preprocessing=again(net.preprocess.words))
    hashed = tr(" Weights sha256 {sha256}…", sha256=net.sha256[:12]) if net.sha256 else ""
    return words + hashed


def notes(inspection: Inspection) -> str:
    """What was done to network and picture, and attention that is not read, behind a word.

    As HTML; "" where there is nothing to note, as a rule.
    """
    net = inspection.network
    of_network = net.notes if net.trained else ()  # the page says first that it is not
    notes = (*of_network, *inspection.notes, *inspection.capture.notes)
    noted = [*dict.fromkeys(map(again, notes))]
    counts = Counter((other.kind, other.why) for other in inspection.others)
    noted += [
        tr(
            "Also {count} of {kind}, not a per-channel gate: {reason}.",
            count=number,
            kind=kind,
            reason=why,
        )
        for (kind, why), number in counts.items()
    ]
    if not noted:
        return ""
    return glossary.opening(count(len(noted), "note"), "\n".join(noted), place="notes")
