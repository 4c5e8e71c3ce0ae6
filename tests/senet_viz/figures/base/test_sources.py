"""What files of figures are called, and what stands under a figure."""

import pytest

from senet_viz.core.package_versions import own_version
from senet_viz.core.translation import speaking, tr
from senet_viz.figures.base.sources import MOST_BYTES, Source, made_with

OF = Source("SE-ResNet-18 (Imagenette)", "layer3.1.se", "my cat.jpg")


def test_the_line_names_network_block_picture_and_version() -> None:
    assert OF.line == f"SE-ResNet-18 (Imagenette) · layer3.1.se · my cat.jpg · {made_with()}"
    assert own_version() and made_with().endswith(own_version())
    assert Source().line == made_with()


def test_a_file_is_named_after_all_of_them() -> None:
    name = OF.file_name("Most channels sit between 0.3 and 0.6", "pdf")
    assert name.startswith("SE-ResNet-18-Imagenette_layer3.1.se_my-cat.jpg_Most-channels-sit")
    assert name.endswith(f"_senet_viz-{own_version()}.pdf")
    assert Source().file_name("", "csv", otherwise="gates").startswith("gates_senet_viz")


@pytest.mark.parametrize("words", ["../../etc/passwd", "猫" * 99, "a" * 999, "CON", "\n\0/"])
def test_a_name_stays_in_its_folder_and_within_what_a_system_takes(words: str) -> None:
    name = Source(words, words, words).file_name(words, "svg")
    assert "/" not in name and "\0" not in name and not name.startswith(".")
    assert len(name.encode()) <= MOST_BYTES and name.endswith(".svg")


def test_words_of_a_source_are_said_in_the_language_of_the_file() -> None:
    source = Source("net", picture=tr("not finite"))
    with speaking("zh"):
        assert "not finite" not in source.line and "net · " in source.line
