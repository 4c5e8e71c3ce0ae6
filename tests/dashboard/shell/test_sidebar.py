"""The sidebar: pictures of any name are taken, and what they are is told by their content."""

from tests.dashboard.open_app import open_app
from tests.kinds_of_pictures import KINDS, heic
from tests.senet_viz.pictures.test_kinds_of_files import REFUSED


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
