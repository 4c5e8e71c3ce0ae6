"""What is no picture at all is not called a picture that cannot be used."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from dashboard.services import surveys, sweeps
from dashboard.views.dataset import survey_form
from dashboard.views.pointwise.compute import fits, training
from senet_viz.core.errors import ImageError, InputError

NOWHERE = str(Path.cwd() / "nowhere")
NO_REFERENCE = SimpleNamespace(network=SimpleNamespace(reference=None))


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: fits.files_in(NOWHERE, 5), "is not a folder of this machine"),
        (lambda: training.pictures("zip", ""), "no zip file was given"),
        (survey_form._unpacked, "nothing was given"),
        (lambda: surveys.open_folder(" "), "no folder was named"),
        (
            lambda: sweeps.sweep_channels(
                NO_REFERENCE, ("block", 0, "its usual value"), done=print
            ),
            "no gate has a usual value",
        ),
    ],
)
def test_a_folder_or_a_zip_that_cannot_be_used_is_an_input_error(
    ask: Callable[[], object], words: str
) -> None:
    with pytest.raises(InputError, match=words) as caught:
        ask()
    assert not isinstance(caught.value, ImageError)


def test_a_fit_needs_two_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENET_VIZ_FOLDERS", str(tmp_path))
    with pytest.raises(InputError, match="a fit needs at least two"):
        fits.files_in(str(tmp_path), 5)
