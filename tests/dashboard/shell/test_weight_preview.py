"""What the dialog says of a file before it is used, and the names of its classes after it was."""

from pathlib import Path

import pytest
import timm
import torch
from streamlit.testing.v1 import AppTest

from dashboard.session import selection
from tests.dashboard.open_app import open_app, words
from tests.dashboard.shell.test_own_network_dialog import SMALL, app, use
from tests.randomise_norms import randomise_norms

__all__ = ["app"]


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    """A checkpoint of a trainer: a prefix, a loss and an epoch beside the weights."""
    own = randomise_norms(timm.create_model(SMALL, num_classes=3)).state_dict()
    state = {f"model.{name}": tensor for name, tensor in own.items()}
    content = {"state_dict": {**state, "criterion.weight": torch.ones(3)}, "epoch": 3}
    torch.save(content, tmp_path / "mine.ckpt")
    return tmp_path / "mine.ckpt"


def given(app: AppTest, file: Path) -> AppTest:
    app.file_uploader(key="own_weights").upload(file.name, file.read_bytes(), "")
    return app.run()


def test_the_two_likeliest_are_offered_and_one_is_chosen_by_a_click(
    app: AppTest, checkpoint: Path
) -> None:
    given(app, checkpoint)
    offered = [b.label.replace("\\", "") for b in app.button if str(b.key).startswith("own_like_")]
    assert offered[0] == SMALL and len(offered) == 2
    app.button(key="own_like_0").click().run()
    assert app.selectbox(key="own_architecture").value == SMALL
    assert not any(str(b.key).startswith("own_like_") for b in app.button)
    said = "88 tensors in use; left out as no part of the network: 1 (criterion.weight); left out"
    assert said in words(app)
    app.button(key="own_use").click().run()
    assert not app.error and f"My file: mine.ckpt on {SMALL}" in app.selectbox(key="model").options
    assert said in words(app), "it stays with the network, in the sidebar"


def test_another_architecture_than_the_likeliest_is_answered_with_them(
    app: AppTest, checkpoint: Path
) -> None:
    given(app, checkpoint)
    app.selectbox(key="own_architecture").select("test_byobnet").run()
    assert "look like those of" in words(app) and app.button(key="own_like_0").label
    assert "tensors in use" not in words(app)


@pytest.mark.parametrize("content", [b"<html>not found", b"PK\x03\x04half", b""])
def test_what_cannot_be_read_is_told_by_the_button_alone(
    app: AppTest, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "mine.xyz").write_bytes(content)
    given(app, tmp_path / "mine.xyz")
    assert not app.error and not app.exception
    use(app, None)
    assert len(app.error) == 1 and "mine.xyz" in app.error[0].value.replace("\\", "")


def named(app: AppTest, text: str) -> AppTest:
    app.text_area(key="own_names").set_value(text)
    return app.button(key="own_names_use").click().run()


def test_class_names_are_changed_after_loading(app: AppTest, checkpoint: Path) -> None:
    use(app, checkpoint)
    before = app.selectbox(key="model").value
    assert "class 0" in words(app) or "class 1" in words(app) or "class 2" in words(app)
    app.button(key="own_names_offer").click().run()
    assert app.text_area(key="own_names").value == "class 0\nclass 1\nclass 2"
    named(app, "cat\ndog")
    (error,) = app.error
    assert "2 class names were given, and the network tells 3 classes apart" in error.value
    named(app, "cat\n dog \nfish\n\n")
    assert not app.error and not app.exception
    after = app.selectbox(key="model").value
    assert after.startswith("own:") and after != before
    (own,) = app.session_state[selection._OWN].values()
    assert own.labels == ("cat", "dog", "fish") and own.title == f"My file: mine.ckpt on {SMALL}"
    assert any(name in words(app) for name in own.labels)
    app.button(key="own_names_offer").click().run()
    assert app.text_area(key="own_names").value == "cat\ndog\nfish"


def test_a_file_of_names_fills_the_field(app: AppTest, checkpoint: Path) -> None:
    use(app, checkpoint)
    app.button(key="own_names_offer").click().run()
    app.file_uploader(key="own_names_file").upload("names.json", b'["fish", "dog", "church"]', "")
    app.run()
    assert app.text_area(key="own_names").value == "fish\ndog\nchurch"
    app.file_uploader(key="own_names_file").upload("names.json", b'["fish", ', "")
    app.run()
    assert "names.json is not JSON" in app.error[0].value.replace("\\", "")
    named(app, "fish\ndog\nchurch")
    (own,) = app.session_state[selection._OWN].values()
    assert own.labels == ("fish", "dog", "church") and not app.error


def test_a_network_of_the_catalogue_has_no_names_to_change() -> None:
    assert not any(b.key == "own_names_offer" for b in open_app().button)
