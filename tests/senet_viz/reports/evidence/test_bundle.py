"""Evidence: read back it is the capture, bit for bit; and its manifest holds."""

import io
import json
import zipfile
from hashlib import sha256
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

import senet_viz as sv
from senet_viz.core.errors import BlockError, SENetVizError
from senet_viz.core.translation import speaking
from senet_viz.reports import picture_report
from senet_viz.reports.evidence import bundled, read_bundle, write_folder, write_zip
from senet_viz.reports.inspection import Inspection, Settings, inspect_file

NAME = "se_resnet18_imagenette"
HOSTILE = "../../<b>&\x00猫 $x$.jpg"
BLOCK = "layer3.1.se"


@pytest.fixture(scope="module")
def inspection() -> Inspection:
    return inspect_file(sv.load_model(NAME), sv.load_sample("china"), name=HOSTILE)


@pytest.fixture(autouse=True)
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tested here needs none, and starting one takes seconds."""
    monkeypatch.setenv("BROWSER_PATH", "/nowhere/chrome")


@pytest.fixture(scope="module")
def packed(inspection: Inspection) -> bytes:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BROWSER_PATH", "/nowhere/chrome")
        return write_zip(bundled([inspection], Settings()))


def arrays(files: dict[str, bytes], path: str) -> dict[str, np.ndarray]:
    (found,) = [data for name, data in files.items() if name.endswith(path)]
    with np.load(io.BytesIO(found), allow_pickle=False) as archive:
        return dict(archive)


def test_arrays_are_those_of_the_capture_bit_for_bit(inspection: Inspection, packed: bytes) -> None:
    files = read_bundle(packed)
    gates = arrays(files, "arrays/gates.npz")
    for activation in inspection.capture:
        for part in ("squeeze", "hidden", "excitation", "logit"):
            back, own = gates.pop(f"{part}/{activation.block.name}"), getattr(activation, part)
            assert back.dtype == own.dtype and back.tobytes() == own.tobytes()
    assert gates.pop("logits").tobytes() == inspection.capture.logits.tobytes()
    assert not gates
    maps = arrays(files, f"maps-005-{BLOCK}.npz")
    assert maps["features"].tobytes() == inspection.capture[BLOCK].features.tobytes()
    assert sum("/maps-" in name for name in files) == 1
    seen = next(data for name, data in files.items() if name.endswith("pictures/seen.png"))
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(seen))), inspection.pixels)


def test_tables_are_the_same_numbers(inspection: Inspection, packed: bytes) -> None:
    files = read_bundle(packed)
    path = next(name for name in files if name.endswith("tables/channels.parquet"))
    table = pq.read_table(io.BytesIO(files[path]))
    for activation in inspection.capture:
        rows = np.array(table["block"].to_pylist()) == activation.block.name
        gate = table["gate"].to_numpy()[rows]
        assert gate.tobytes() == activation.excitation[0].tobytes()
        order = sv.rank_channels(activation).order
        np.testing.assert_array_equal(np.argsort(table["rank"].to_numpy()[rows]), order)
    blocks = pq.read_table(io.BytesIO(files[path.replace("channels", "blocks")]))
    assert blocks["proof"].to_pylist() == [a.proof for a in inspection.capture]
    shares = pq.read_table(io.BytesIO(files[path.replace("channels", "classes")]))
    assert shares["name"].to_pylist() == list(inspection.network.labels)


def test_a_case_made_in_another_language_is_told_in_the_one_in_force() -> None:
    """In an app one loaded network serves people of every language."""
    file = io.BytesIO()
    Image.new("RGBA", (40, 30), (200, 90, 30, 128)).save(file, "PNG")

    def made() -> Inspection:
        return inspect_file(sv.load_model(NAME), file.getvalue(), name="cup.png")

    def zipped(of: Inspection) -> bytes:
        return write_zip(bundled([of], Settings(), report=picture_report))

    with speaking("zh"):
        foreign = made()
    own = made()
    assert own.notes and own.notes != foreign.notes and own.network.source != foreign.network.source
    assert zipped(foreign) == zipped(own)
    with speaking("zh"):
        assert zipped(foreign) == zipped(own)


def test_the_manifest_is_last_and_names_everything(inspection: Inspection, packed: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist()[-1] == "manifest.json"
        words = json.loads(archive.read("manifest.json"))
        assert set(words["members"]) == set(archive.namelist()) - {"manifest.json"}
        for name, said in words["members"].items():
            assert sha256(archive.read(name)).hexdigest() == said["sha256"]
    assert words["network"]["weights_sha256"] == inspection.network.sha256
    assert words["network"]["preprocessing"]["words"] == inspection.network.preprocess.words
    (picture,) = words["pictures"]
    assert picture["name"] == HOSTILE
    assert picture["sha256"] == sha256(sv.load_sample("china")).hexdigest()
    assert picture["settings"] == {"blocks": [BLOCK], "top": 8, "order": "gate", "scope": "pair"}
    assert {b["proof"] for b in picture["blocks"]} == {"verified"}
    assert {"python", "torch", "numpy", "plotly", "senet-viz"} <= set(words["versions"])


def test_hostile_names_stay_inside_and_equal_input_is_an_equal_file(
    inspection: Inspection, packed: bytes
) -> None:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        for name in archive.namelist():
            assert name.split("/")[0] in ("01-b-猫-x", "plotly.min.js", "manifest.json"), name
            assert ".." not in name and "\\" not in name
    assert write_zip(bundled([inspection], Settings())) == packed
    other = Settings(blocks=("layer1.0.se",), top=2)
    assert write_zip(bundled([inspection], other)) != packed


def test_a_folder_is_the_same_and_a_change_is_found(
    inspection: Inspection, packed: bytes, tmp_path: Path
) -> None:
    out = tmp_path / "new" / "evidence"
    write_folder(bundled([inspection], Settings()), out)
    assert read_bundle(out) == read_bundle(packed)
    table = next(out.rglob("channels.csv"))
    table.write_bytes(table.read_bytes().replace(b"0", b"1", 1))
    with pytest.raises(SENetVizError, match=r"channels\.csv is missing from the bundle or was ch"):
        read_bundle(out)
    (out / "manifest.json").unlink()
    with pytest.raises(SENetVizError, match="no finished bundle"):
        read_bundle(out)


def test_nothing_foreign_is_overwritten_and_nothing_half_is_left(
    inspection: Inspection, tmp_path: Path
) -> None:
    out = tmp_path / "mine"
    out.mkdir()
    (out / "precious.txt").write_text("mine")
    with pytest.raises(SENetVizError, match="exists and is not an empty folder"):
        write_folder(bundled([inspection], Settings()), out)
    assert (out / "precious.txt").read_text() == "mine"
    with pytest.raises(BlockError, match=r"no block 'layer9\.se'"):
        write_folder(bundled([inspection], Settings(blocks=("layer9.se",))), tmp_path / "other")
    with pytest.raises(SENetVizError, match="no picture to bundle"):
        write_folder(bundled([], Settings()), tmp_path / "other")
    assert [p.name for p in tmp_path.iterdir()] == ["mine"]


def test_a_full_disk_is_one_sentence_and_leaves_nothing(
    inspection: Inspection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if path.suffix == ".html":
            raise OSError(28, "No space left on device")
        return written(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(SENetVizError, match=r"could not be written \(No space left on device\)"):
        write_folder(bundled([inspection], Settings()), tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_without_a_browser_a_file_says_why_there_is_no_print(packed: bytes) -> None:
    files = read_bundle(packed)
    assert not [name for name in files if name.endswith(".svg")]
    (said,) = [data for name, data in files.items() if name.endswith("not-printed.txt")]
    assert b"no Chromium or Chrome" in said


def test_damaged_zips_are_refused(packed: bytes) -> None:
    with pytest.raises(SENetVizError, match="no zip, or a damaged one"):
        read_bundle(packed[:1000])
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("manifest.json", "{}")
    with pytest.raises(SENetVizError, match="not that of a bundle"):
        read_bundle(other.getvalue())
