"""What is taken away, in a real browser: files for print, and reports that need nothing."""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

import senet_viz as sv
from senet_viz.reports import comparison_report, picture_report, survey_report
from senet_viz.reports.inspection import Settings, inspect_file
from senet_viz.surveys.tables import load_survey, shipped_survey
from tests.browser.conftest import settled

pytestmark = pytest.mark.browser

NAME = "se_resnet18_imagenette"
HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(2)</script> $x$.jpg"


def download(page: Page, key: str) -> bytes:
    with page.expect_download() as started:
        page.locator(f".st-key-{key} button").click()
    return Path(started.value.path()).read_bytes()


def test_a_chart_is_saved_for_print_and_its_numbers_with_it(page: Page) -> None:
    page.locator(".st-key-histogram_take").get_by_role("button").click()
    expect(page.locator(".st-key-histogram_csv")).to_be_visible()
    rows = download(page, "histogram_csv").decode().splitlines()
    assert rows[0] == "from,to,channels" and len(rows) == 21
    assert download(page, "histogram_parquet").startswith(b"PAR1")
    expect(page.locator(".st-key-histogram_pdf")).to_be_visible()
    image = Image.open(BytesIO(download(page, "histogram_png")))
    assert image.format == "PNG" and image.size[0] == 2125
    assert [round(d) for d in image.info["dpi"]] == [300, 300]
    with page.expect_download() as started:
        page.locator(".st-key-histogram_pdf button").click()
    saved = started.value
    assert re.match(
        r"SE-ResNet-18.*_layer3\.1\.se_.*_senet_viz-[\d.]+\.pdf", saved.suggested_filename
    )
    assert Path(saved.path()).read_bytes().startswith(b"%PDF-")
    svg = download(page, "histogram_svg")
    assert svg.startswith(b"<svg") and b'width="180mm"' in svg
    assert b"peaks, near" in svg and b" \xc2\xb7 layer3.1.se \xc2\xb7 " in svg


@pytest.mark.parametrize("kind", ["picture", "comparison", "survey"])
def test_a_report_needs_nothing_and_asks_for_nothing(
    browser: Browser, tmp_path: Path, kind: str
) -> None:
    file = tmp_path / "report.html"
    file.write_bytes(REPORTS[kind]())
    assert file.stat().st_size <= 5_000_000
    context = browser.new_context(offline=True, viewport={"width": 390, "height": 844})
    context.set_default_timeout(90_000)
    page, said, asked = context.new_page(), [], []
    page.on("console", lambda message: said.append((message.type, message.text)))
    page.on("pageerror", lambda error: said.append(("error", str(error))))
    page.on("dialog", lambda dialog: said.append(("error", dialog.message)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    page.wait_for_selector("html[data-ready]", state="attached")
    plots = page.locator(".plot")
    assert plots.count() >= 8
    for place in range(plots.count()):
        plots.nth(place).scroll_into_view_if_needed()
        expect(plots.nth(place).locator(".main-svg").first).to_be_visible()
    page.locator("details.numbers summary").first.click()
    expect(page.locator("details.numbers table tr").nth(2)).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert not [text for kind, text in said if kind == "error"], said
    assert [url for url in asked if not url.startswith(("data:", "blob:"))] == [file.as_uri()]
    context.close()


def _picture() -> bytes:
    inspection = inspect_file(sv.load_model(NAME), sv.load_sample("china"), name=HOSTILE)
    return picture_report(inspection, Settings())


def _comparison() -> bytes:
    net = sv.load_model(NAME)
    inspections = [
        inspect_file(net, sv.load_sample(n), name=HOSTILE + n) for n in ("china", "chelsea")
    ]
    return comparison_report(inspections, Settings(), groups=[HOSTILE, ""])


def _survey() -> bytes:
    return survey_report(load_survey(shipped_survey(NAME)))


REPORTS: dict[str, Callable[[], bytes]] = {
    "picture": _picture,
    "comparison": _comparison,
    "survey": _survey,
}


def test_a_report_is_made_and_saved_from_the_page(page: Page, browser: Browser) -> None:
    page.get_by_text("Take it with you").click()
    page.wait_for_url("**open=take**")
    settled(page)
    page.locator(".st-key-make_report button").click()
    expect(page.locator(".st-key-take_report_file")).to_be_visible()
    saved = download(page, "take_report_file")
    assert saved.startswith(b"<!doctype html>") and b"layer3.1.se" in saved
