"""What the library says outside the charts: errors, notes and words kept from another moment."""

import pickle

import pytest

from senet_viz.effects import WORDS
from senet_viz.errors import ImageError
from senet_viz.images import decode, read
from senet_viz.language import again, speaking
from senet_viz.models.catalogue import load_model
from senet_viz.models.network import UNTRAINED
from senet_viz.models.preprocess import custom_preprocess, imagenet_preprocess
from senet_viz.perturbing import SCALES, Perturbation
from senet_viz.samples import SAMPLES, load_sample
from senet_viz.survey.api import _english


def test_an_error_is_said_in_the_language_of_who_reads_it() -> None:
    with pytest.raises(ImageError) as caught:
        decode(b"")
    english = "the file is empty (0 bytes): choose a JPEG, PNG, WebP, GIF, BMP or TIFF picture"
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
    with pytest.raises(ImageError) as caught:
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
