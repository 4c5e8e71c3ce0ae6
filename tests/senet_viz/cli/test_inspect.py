"""``senet-viz inspect``, as typed."""

import json
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

import senet_viz as sv
from senet_viz.cli import main
from senet_viz.reports.evidence import read_bundle
from tests.array_networks import heartbeat, scan

NAME = "se_resnet18_imagenette"


@pytest.fixture(autouse=True)
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWSER_PATH", "/nowhere/chrome")


def test_pictures_are_bundled_and_bad_ones_are_named_and_skipped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad, out = tmp_path / "a b.jpg", tmp_path / "bad.jpg", tmp_path / "out"
    good.write_bytes(sv.load_sample("china"))
    bad.write_bytes(b"these are only words\n" * 9)
    pictures = [str(good), str(bad), str(tmp_path / "nowhere.jpg")]
    options = ["--model", NAME, "--out", str(out), "--report", "--block", "layer1.0.se"]
    assert main(["inspect", *pictures, *options, "--top", "3", "--language", "zh"]) == 0
    printed = capsys.readouterr()
    assert f"evidence in {out}" in printed.out
    assert f"left out {bad}: this file holds text" in printed.err
    assert f"left out {tmp_path / 'nowhere.jpg'}: No such file" in printed.err
    files = read_bundle(out)
    words = json.loads(files["manifest.json"])
    assert words["language"] == "zh"
    assert [p["name"] for p in words["pictures"]] == ["a b.jpg"]
    assert words["pictures"][0]["settings"]["top"] == 3
    report = files["01-a-b/report.html"].decode()
    assert 'lang="zh-Hans"' in report and "逐个模块" in report
    net = sv.load_model(NAME)
    seen = sv.capture(net.model, net.preprocess(sv.decode(good.read_bytes())))
    with np.load(out / "01-a-b" / "arrays" / "gates.npz") as arrays:
        own = seen["layer4.1.se"].excitation
        assert arrays["excitation/layer4.1.se"].tobytes() == own.tobytes()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--model", "no_such_network"], "there is no model 'no_such_network'"),
        (["--model", NAME, "--block", "layer9"], "there is no block 'layer9'"),
        (["--model", "resnet18_imagenette"], "no SE block"),
    ],
)
def test_mistakes_are_one_sentence_and_status_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    picture, out = tmp_path / "a.jpg", tmp_path / "out"
    picture.write_bytes(sv.load_sample("china"))
    assert main(["inspect", str(picture), *options, "--out", str(out)]) == 1
    assert said in capsys.readouterr().err and not out.exists()


def test_a_folder_that_is_there_stays_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    assert main(["inspect", "a.jpg", "--model", NAME, "--out", str(tmp_path)]) == 1
    assert "exists and is not an empty folder" in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == ["notes.txt"]


def test_not_one_picture_is_status_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["inspect", str(tmp_path / "a.jpg"), "--model", NAME, "--out"]
    assert main([*arguments, str(tmp_path / "out")]) == 1
    assert "no picture to bundle" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("options", [["--top", "0"], ["--language", "xx"], []])
def test_wrong_usage_is_status_2(options: list[str]) -> None:
    out = ["--out", "x"] if options else []
    with pytest.raises(SystemExit) as ended:
        main(["inspect", "a.jpg", "--model", NAME, *out, *options])
    assert ended.value.code == 2


@pytest.mark.parametrize(
    ("name", "values", "places"),
    [("signal", heartbeat(), (150,)), ("volume", scan(), (10, 12, 14))],
)
def test_an_array_is_bundled_with_its_shape_and_its_maps(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    values: np.ndarray,
    places: tuple[int, ...],
) -> None:
    file, bad, out = tmp_path / "in.npy", tmp_path / "bad.npy", tmp_path / "out"
    np.save(file, values)
    np.save(bad, values[0])
    factory = f"tests.array_networks:{name}"
    net = sv.models.load_factory(factory)
    seen = sv.capture(net.model, net.preprocess(values))
    block = seen.names[0]
    options = ["--factory", factory, "--out", str(out), "--report", "--block", block]
    assert main(["inspect", str(file), str(bad), *options]) == 0
    assert f"left out {bad}: an array of shape" in capsys.readouterr().err
    files = read_bundle(out)
    words = json.loads(files["manifest.json"])
    given = words["pictures"][0]["input"]
    shape = net.preprocess(values).shape[1:]
    digest = sha256(file.read_bytes()).hexdigest()
    assert given == {"shape": list(shape), "dtype": "float32", "sha256": digest}
    assert words["network"]["preprocessing"]["axes"] == len(places)
    with np.load(out / "01-in/arrays/input.npz") as arrays:
        np.testing.assert_array_equal(arrays["input"].ravel(), values.ravel())
    with np.load(out / f"01-in/arrays/maps-000-{block}.npz") as arrays:
        assert arrays["features"].tobytes() == seen[block].features.tobytes()
        assert arrays["features"].shape[2:] == places
    assert "×".join(map(str, places)) in files["01-in/tables/blocks.csv"].decode()
    assert "01-in/figures/input.json" in files
    assert "The input: " in files["01-in/report.html"].decode()
