"""The sidebar: pictures of any name are taken, and what they are is told by their content."""

from streamlit.testing.v1 import AppTest

from tests.dashboard.open_app import open_app
from tests.kinds_of_pictures import KINDS, heic
from tests.senet_viz.pictures.test_kinds_of_files import REFUSED


def test_an_accuracy_is_that_of_the_weights_shown() -> None:
    """Random weights have none of what was published."""
    app = open_app("costs")
    app.selectbox(key="model").set_value("legacy_senet154").run()
    assert "Top-1\\:" in said(app) or "Top-1:" in said(app)
    app.toggle(key="trained").set_value(False).run()
    assert not app.exception and "Top-1" not in said(app)


def test_numbers_are_grouped_in_one_way() -> None:
    text = said(open_app("costs"))
    assert "3\u202f925 pictures" in text and "3,925" not in text


def said(app: AppTest) -> str:
    return " ".join(caption.value for caption in app.sidebar.caption)


def test_the_uploader_takes_every_name_and_says_what_a_file_is() -> None:
    app = open_app()
    uploader = app.sidebar.file_uploader[0]
    assert not uploader.proto.type, "a list of types refuses .jfif and names without a suffix"
    uploader.upload("photo.JFIF", heic(), "")
    uploader.upload("no suffix", KINDS["range: 12 bits in 16, grey PNG"].data(), "")
    uploader.upload("bands.dat", REFUSED["complex numbers"][1](), "application/octet-stream")
    app.run()
    assert not app.exception
    (problem,) = app.sidebar.error
    said = problem.value.replace("\\", "")
    assert "This TIFF file is whole, but its kind is not read (3 bands of 64-bit complex" in said
    shown = " ".join(caption.value for caption in app.main.caption).replace("\\", "")
    assert "taken to range over 12 bits (a guess)" in shown
