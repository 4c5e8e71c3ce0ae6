"""Reports: small enough to send, closed to everything outside, and with the library's numbers."""

import base64
import gzip
import json
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

import senet_viz as sv
from senet_viz.core.translation import speaking
from senet_viz.models.network import Network
from senet_viz.reports import comparison_report, picture_report, survey_report
from senet_viz.reports.html_page import MOST
from senet_viz.reports.inspection import Inspection, Settings, inspect_file
from senet_viz.surveys.tables import load_survey, shipped_survey

NAME = "se_resnet18_imagenette"
HOSTILE = '"><img src=x onerror=alert(1)></script><script>alert(2)</script>&lt; $x$.jpg'


@pytest.fixture(scope="module")
def net() -> Network:
    return sv.load_model(NAME)


@pytest.fixture(scope="module")
def inspection(net: Network) -> Inspection:
    return inspect_file(net, sv.load_sample("china"), name=HOSTILE)


class Outline(HTMLParser):
    """Tags and attributes of a page, as a browser reads it."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def charts(page: bytes) -> Mapping[str, Any]:
    """What the page unpacks of itself."""
    found = re.search(r'<script id="charts" type="text/plain">([^<]*)</script>', page.decode())
    return json.loads(gzip.decompress(base64.b64decode(found[1])))


def test_it_holds_the_numbers_of_every_block(inspection: Inspection) -> None:
    page = picture_report(inspection, Settings())
    assert len(page) <= MOST
    held = charts(page)
    assert len(held["figures"]) == len(held["tables"]) == 3 + 2 * len(inspection.capture)
    for place, activation in enumerate(inspection.capture):
        table = held["tables"][3 + 2 * place + 1]
        back = np.array(table["Gate"], np.float32)[np.argsort(table["Channel"])]
        assert back.tobytes() == activation.excitation[0].tobytes()
        assert f"<h2>{activation.block.name}</h2>" in page.decode()
    assert inspection.sha256 in page.decode() and inspection.network.sha256 in page.decode()
    assert page == picture_report(inspection, Settings())


@pytest.mark.parametrize("kind", ["picture", "comparison"])
def test_names_of_people_are_text_and_only_three_scripts_are_there(
    inspection: Inspection, kind: str
) -> None:
    if kind == "picture":
        page = picture_report(inspection, Settings())
    else:
        page = comparison_report([inspection, inspection], Settings(), groups=[HOSTILE, ""])
    outline = Outline(page)
    scripts = [attributes for tag, attributes in outline.tags if tag == "script"]
    assert [s.get("id") for s in scripts] == ["plotly", "charts", "draw"]
    assert not [a for _, a in outline.tags if any(name.startswith("on") for name in a)]
    sources = [a["src"] for _, a in outline.tags if a.get("src")]
    assert sources and all(s.startswith("data:image/png;base64,") for s in sources)
    assert not [a for tag, a in outline.tags if tag in ("link", "iframe", "object", "base")]
    policy = next(a["content"] for t, a in outline.tags if "http-equiv" in a)
    assert policy.startswith("default-src 'none'; script-src 'nonce-")
    assert scripts[2]["nonce"] in policy and "connect-src" not in policy


def test_what_does_not_fit_is_left_out_and_said(
    inspection: Inspection, monkeypatch: pytest.MonkeyPatch
) -> None:
    from senet_viz.reports import html_page as module

    whole = len(picture_report(inspection, Settings()))
    monkeypatch.setattr(module, "MOST", whole - 200_000)
    less = picture_report(inspection, Settings(blocks=("layer4.1.se",)))
    assert len(less) <= whole - 200_000
    assert re.search(r"The feature maps of \d SE blocks? are left out", less.decode())
    after = less.decode().partition("<h2>layer4.1.se</h2>")[2]
    assert after.count("<img") == 4  # the chosen block keeps its own


def test_they_speak_chinese(inspection: Inspection) -> None:
    with speaking("zh"):
        page = picture_report(inspection, Settings()).decode()
    assert '<html lang="zh-Hans">' in page
    assert "如何阅读，以及它不意味着什么" in page and "How to read this" not in page


def test_a_comparison_has_its_distances(net: Network) -> None:
    inspections = [
        inspect_file(net, sv.load_sample(n), name=n) for n in ("china", "chelsea", "coffee")
    ]
    page = comparison_report(inspections, Settings(), groups=["a", "b", "a"], pair=(0, 2)).decode()
    compared = sv.compare_pictures([c.capture for c in inspections], groups=["a", "b", "a"])
    for i, block in enumerate(compared.names):
        assert f"<td>{block}</td><td class=number>{compared.overall[i]:.3f}</td>" in page
        assert f"<td class=number>{compared.between[i]:.3f}</td>" in page
    with pytest.raises(sv.CaptureError, match="at least two"):
        comparison_report(inspections[:1], Settings())


def test_a_survey_has_its_verdicts() -> None:
    survey = load_survey(shipped_survey(NAME))
    page = survey_report(survey).decode()
    assert "3\u202f925 pictures" in page and survey.weights_sha256 in page
    for block in survey.blocks:
        mean = float(survey[block].total.mean.mean())
        assert f"<td>{block}</td><td class=number>{survey[block].mean.shape[1]}</td>" in page
        assert f"<td class=number>{mean:.3f}</td>" in page


def test_random_weights_are_said_loudly() -> None:
    net = sv.load_model(NAME, trained=False)
    page = picture_report(inspect_file(net, sv.load_sample("china"), name="a"), Settings()).decode()
    assert "UNTRAINED WEIGHTS" in page
