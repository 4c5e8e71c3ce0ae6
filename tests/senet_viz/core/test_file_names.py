"""Names of files out of a person's words stay inside their folder."""

from pathlib import PurePosixPath, PureWindowsPath

from hypothesis import given
from hypothesis import strategies as st

from senet_viz.core.file_names import LONGEST, safe_name


@given(st.text())
def test_whatever_it_is_called_it_is_one_harmless_name(text: str) -> None:
    name = safe_name(text)
    assert 0 < len(name) <= LONGEST + 5
    assert all(c.isalnum() or c in "._-" for c in name)
    for kind in (PurePosixPath, PureWindowsPath):
        assert kind(name).parts == (name,) and name not in (".", "..")
    assert not name.startswith((".", "-")) and not name.endswith((".", " "))


def test_words_stay_readable() -> None:
    assert safe_name("..\\..\\windows\\con") == "windows-con"
    assert safe_name("CON.jpg") == "file-CON.jpg"
    assert safe_name("\x00<script>", otherwise="picture") == "script"
    assert safe_name("♥♥", otherwise="picture") == "picture"
    assert safe_name("猫 の 絵.png") == "猫-の-絵.png"
