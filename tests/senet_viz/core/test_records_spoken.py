"""What the library says outside the charts: errors, notes and words kept from another moment."""

import pickle
from pathlib import Path

import pytest
import torch

from senet_viz.analysis.effects import WORDS
from senet_viz.core.errors import ImageError, SENetVizError
from senet_viz.core.notebook import html_table
from senet_viz.core.translation import again, speaking
from senet_viz.hooks import record
from senet_viz.models.catalogue import load_model
from senet_viz.models.downloads import not_kept
from senet_viz.models.network import UNTRAINED
from senet_viz.models.preprocess import custom_preprocess, imagenet_preprocess
from senet_viz.models.residual import build
from senet_viz.pictures.decoding import decode, read
from senet_viz.pictures.perturbations import SCALES, Perturbation
from senet_viz.pictures.samples import SAMPLES, load_sample
from senet_viz.reports.evidence import read_bundle
from senet_viz.surveys.runner import _english
from senet_viz.training.small_sets import digits, pictures_in, pictures_in_zip


def test_an_error_is_said_in_the_language_of_who_reads_it() -> None:
    with pytest.raises(SENetVizError) as caught:
        decode(b"")
    formats = "JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF or HEIC"
    english = f"the file is empty (0 bytes): choose a {formats} picture"
    assert str(caught.value) == english
    carried = pickle.loads(pickle.dumps(caught.value))
    with speaking("zh"):
        for error in (caught.value, carried):
            assert str(error).startswith("该文件为空（0 字节）")
        with pytest.raises(ImageError) as made_in_chinese:
            decode(b"")
    assert str(made_in_chinese.value) == english


def test_an_error_without_a_message_of_its_own_stays_as_it_is() -> None:
    assert str(ImageError()) == "" and str(ImageError("plain")) == "plain"


def test_a_message_inside_a_message_is_said_too() -> None:
    with pytest.raises(SENetVizError) as caught:
        Perturbation("blur", 99)
    assert str(caught.value).startswith("blur of 99 was asked for. Give 0 to 4 (standard")
    with speaking("zh"):
        assert "占短边的百分比" in str(caught.value)


def test_notes_kept_from_a_load_are_said_again() -> None:
    with speaking("zh"):
        net = load_model("seresnet18", trained=False)
    assert net.notes == (UNTRAINED,) and net.title.endswith(", untrained")
    with speaking("zh"):
        assert again(net.notes[0]).startswith("未训练：")
        assert again(net.title).endswith("，未训练")


def test_remarks_on_a_picture() -> None:
    picture = read(load_sample("china"))
    assert picture.notes == ()
    with speaking("zh"):
        assert [s.title for s in SAMPLES][:2] == ["寺庙，颐和园，中国", "猫 Chelsea"]
        assert SCALES["blur"].title == "模糊" and WORDS["one"] == "门控值设为 1"
    assert SAMPLES[1].title == "Chelsea the cat" and SCALES["blur"].title == "Blur"


def test_preprocessing_changed_in_another_language() -> None:
    base = imagenet_preprocess()
    with speaking("zh"):
        changed = custom_preprocess(base, mean=[0.5] * 3, std=[0.5] * 3)
        assert changed.words.endswith("均值 0.5，标准差 0.5")
    plan = "centre 7/8 of the shorter side, at 224 x 224 px (bilinear), mean 0.5 and deviation 0.5"
    assert _english(changed.words) == plan


def test_what_cannot_be_trained_on(tmp_path: Path) -> None:
    (tmp_path / "only").mkdir()
    (tmp_path / "only" / "a.png").write_bytes(load_sample("china"))
    problems = []
    for attempt in (
        lambda: pictures_in(tmp_path / "nowhere", most=5),
        lambda: pictures_in(tmp_path, most=5),
        lambda: pictures_in_zip(b"PK", "x.zip", most=5),
    ):
        with pytest.raises(SENetVizError) as caught:
            attempt()
        problems.append(caught.value)
    with speaking("zh"):
        absent, one_class, broken = map(str, problems)
    assert absent == f"{tmp_path / 'nowhere'} 不是本机上的文件夹"
    assert one_class.startswith(f"在 {tmp_path} 中只有 1 个类别文件夹")
    assert broken.startswith("x.zip 不是可读取的 zip 文件")


def test_what_is_trained_on(tmp_path: Path) -> None:
    for name in ("china", "chelsea"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.png").write_bytes(load_sample(name))
    found = pictures_in(tmp_path, most=5, side=16)
    assert found.words == f"2 pictures of 2 classes in {tmp_path}, as squares of 16 px"
    with speaking("zh"):
        assert again(found.words) == f"{tmp_path} 中 2 个类别的 2 张图片，缩放为边长 16 px 的正方形"
        assert again(digits(side=8).words).startswith("scikit-learn")


def test_a_download_that_cannot_be_kept() -> None:
    error = not_kept("net", Path("/full/net.pth"), reason=OSError("No space left"))
    assert str(error).startswith("the weights of net cannot be kept at /full/net.pth (No space")
    with speaking("zh"):
        assert str(error).startswith("net 的权重无法保存到 /full/net.pth（No space left）")


def test_a_note_on_a_compiled_network() -> None:
    network = build("se").eval()
    network.layer1 = torch.compile(network.layer1, backend="eager")
    with record(network) as recorder:
        pass
    assert recorder.notes == ("Compiled parts of the network ran uncompiled, so that hooks fire.",)
    with speaking("zh"):
        assert again(recorder.notes[0]) == "网络的编译部分以未编译方式运行，以便钩子生效。"


def test_a_bundle_that_is_none_and_a_long_table() -> None:
    with pytest.raises(SENetVizError) as caught:
        read_bundle(b"no zip")
    with speaking("zh"):
        assert str(caught.value) == "这 6 字节不是 zip 文件，或已损坏"
        assert "<p>另有 5 项</p>" in html_table([{"a": 1}] * 65)
