"""Labelled folders of every shape: each picture has its class, and the rest is counted."""

from pathlib import Path

import pytest

from senet_viz.pictures.labelled_folders import find_labelled
from tests.senet_viz.pictures.labelled_sets import LABELS, SETS, Labelled
from tests.senet_viz.surveys.layouts import put


def write(folder: Path, wanted: Labelled) -> Path:
    for name in wanted.pictures:
        put(folder, name, b"")
    for name, content in wanted.tables.items():
        put(folder, name, content)
    return folder


@pytest.mark.parametrize("wanted", SETS.values(), ids=SETS)
def test_each_picture_has_its_class_and_the_rest_is_counted(
    wanted: Labelled, tmp_path: Path
) -> None:
    found = find_labelled(write(tmp_path, wanted), LABELS)
    paths = [path.relative_to(tmp_path).as_posix() for path in found.files]
    assert dict(zip(paths, found.classes, strict=True)) == dict(wanted.classes)
    assert {each.reason: each.count for each in found.counted} == dict(wanted.left_out)
    assert wanted.told in found.told
    assert len(found.left_out) >= len(found.counted)
