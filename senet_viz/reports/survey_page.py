"""The report of a survey: how it was made, which blocks act as a fixed scale, gates by class."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from markupsafe import Markup

from senet_viz.analysis.class_profiles import (
    last_of_stages,
    paper_blocks,
    paper_names,
    sampled_channels,
)
from senet_viz.analysis.selectivity import gate_selectivity
from senet_viz.analysis.survey_records import Survey
from senet_viz.analysis.survey_variance import split_survey
from senet_viz.analysis.variance import WORDS, VarianceSplit, rule
from senet_viz.core.errors import CaptureError
from senet_viz.core.file_names import safe_name
from senet_viz.core.translation import again, count, thousands, tr
from senet_viz.figures.base.chart import Chart
from senet_viz.figures.base.depth_axes import stages
from senet_viz.figures.base.formats import gate, percent
from senet_viz.figures.base.series import Series
from senet_viz.figures.base.sources import Source
from senet_viz.figures.surveys.class_profiles import block_title, class_profile
from senet_viz.figures.surveys.selectivity import selectivity_by_depth
from senet_viz.figures.surveys.variance import off_mean_by_depth, share_by_depth
from senet_viz.reports import html_parts
from senet_viz.reports.html_page import Page, facts, html, ready

MOST_CLASSES, MOST_PROFILES = 8, 8
Splits = Mapping[str, VarianceSplit]


def survey_report(survey: Survey, *, classes: Sequence[int] = ()) -> bytes:
    """One self-contained HTML file of at most 5 MB.

    classes: numbers of those drawn in the profiles, at most 8; the first with a picture if left
    out. Raises a CaptureError where there are too few pictures to say anything.

    >>> from senet_viz.surveys.tables import load_survey, shipped_survey
    >>> len(survey_report(load_survey(shipped_survey("se_resnet18_imagenette")))) < 5_000_000
    True
    """
    pictures = count(int(survey.count.sum()), "picture")
    page = Page(tr("{network} over {pictures}", network=survey.model, pictures=pictures))
    splits = split_survey(survey)
    if not splits:
        raise CaptureError(tr("the survey has no block, so there is nothing to report"))
    page.add(html("title", page.title), _about(survey))
    _verdicts(page, survey, splits)
    page.add(html("chapter", tr("Gates by class")))
    for chart in _profiles(survey, list(classes) or _first(survey)).values():
        drawn = ready(chart)
        if page.fits(drawn.weight + 20_000):
            page.show(drawn)
    page.add(html_parts.how_to_read() + html_parts.made_with())
    return page.finished()


def _first(survey: Survey) -> list[int]:
    there = [k for k, pictures in enumerate(survey.count) if pictures]
    return there[:MOST_CLASSES]


def _about(survey: Survey) -> Markup:
    """The manifest, in words where there are some."""
    known: Mapping[str, Any] = survey.manifest
    given = known.get("input", {})
    return facts(
        {
            tr("Network"): survey.model,
            tr("Weights, sha256"): survey.weights_sha256,
            tr("Preprocessing"): known.get("preprocessing", ""),
            tr("Pictures"): given.get("description", survey.folder.name),
            tr("Pictures, read"): thousands(survey.count.sum()),
            tr("Pictures, unreadable"): survey.unreadable,
            tr("How classes were told"): survey.told,
            tr("Left out"): _left_out(survey),
            tr("Noted in reading"): "; ".join(each.words for each in survey.remarks),
            tr("Assumed of the network"): " ".join(survey.network_notes),
            tr("List of the pictures, sha256"): given.get("listing_sha256", ""),
            tr("Classes"): ", ".join(
                f"{name} ({pictures})"
                for name, pictures in zip(survey.classes, survey.count, strict=True)
            )[:2000],
            tr("Arithmetic"): survey.arithmetic or "float32",
            tr("Made with"): json.dumps(known.get("versions", {}), ensure_ascii=False),
        }
    )


def _left_out(survey: Survey) -> str:
    """What of the input was left out, and why."""
    left_out = survey.left_out
    if left_out is None:
        return tr("not counted")
    return "; ".join(each.words for each in left_out) or tr("nothing was left out")


def survey_charts(survey: Survey, *, classes: Sequence[int] = ()) -> dict[str, Chart]:
    """The charts of the report by name: of all blocks, and the profiles of some by class."""
    source = _source(survey)
    whole = {name: chart.of(source) for name, chart in _whole(survey, split_survey(survey)).items()}
    return whole | _profiles(survey, list(classes) or _first(survey))


def _source(survey: Survey, block: str = "") -> Source:
    pictures = count(int(survey.count.sum()), "picture")
    return Source(survey.model, block, f"{survey.folder.name}, {pictures}")


def _whole(survey: Survey, splits: Splits) -> dict[str, Chart]:
    block = max(splits, key=lambda name: splits[name].relative)
    charts = {"off-their-mean": off_mean_by_depth(splits, selected=block, dark=False)}
    if splits[block].separable:
        selectivities = {
            name: gate_selectivity(m.count, m.mean, m.variance)
            for name, m in ((name, survey[name]) for name in survey.blocks)
        }
        charts["share-between-classes"] = share_by_depth(splits, selected=block, dark=False)
        charts["selectivity"] = selectivity_by_depth(selectivities, selected=block, dark=False)
    return charts


def _verdicts(page: Page, survey: Survey, splits: Splits) -> None:
    page.add(html("chapter", tr("Dynamic or constant?")))
    for chart in _whole(survey, splits).values():
        page.show(ready(chart))
    if not next(iter(splits.values())).separable:
        words = tr(
            "Between and within classes cannot be told apart here: there is one class only, or no "
            "class has two pictures."
        )
        page.add(html("paragraph", words))
    page.add(html("paragraph", rule()), html("table", [_row(b, s) for b, s in splits.items()]))


def _row(block: str, split: VarianceSplit) -> dict[str, object]:
    share = split.block_share
    return {
        tr("block"): block,
        tr("channels"): split.mean.size,
        tr("mean gate"): gate(float(split.mean.mean())),
        tr("deviation"): f"{split.block_deviation:.4f}",
        tr("off its mean"): percent(split.relative),
        tr("between classes"): percent(share) if np.isfinite(share) else tr("not told"),
        tr("verdict"): again(WORDS[split.verdict]),
    }


def _profiles(survey: Survey, classes: Sequence[int]) -> dict[str, Chart]:
    """A profile for each block of the paper's figure, or the last of each stage."""
    blocks = survey.blocks
    chosen = list(paper_blocks(blocks) or last_of_stages(blocks, stages(blocks)))[-MOST_PROFILES:]
    papers = paper_names(blocks)
    looks = [(k, Series(survey.classes[k], place)) for place, k in enumerate(classes)]
    return {
        f"profile-{blocks.index(block):03d}-{safe_name(block, otherwise='block')}": _profile(
            survey, block, looks, papers.get(block, "")
        ).of(_source(survey, block))
        for block in chosen
    }


def _profile(survey: Survey, block: str, looks: Sequence[tuple[int, Series]], paper: str) -> Chart:
    moments = survey[block]
    size = moments.mean.shape[1]
    channels = sampled_channels(size)
    some = (
        tr("by number")
        if channels.size == size
        else tr("by number ({n} of {size})", n=channels.size, size=size)
    )
    return class_profile(
        moments,
        looks,
        channels=channels.tolist(),
        ordered=some,
        name=block_title(block, paper),
        dark=False,
    )
