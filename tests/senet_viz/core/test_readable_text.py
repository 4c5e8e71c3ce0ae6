"""Text and names whose encoding nobody tells are read in the one in which they are writing."""

import os

import pytest

from senet_viz.core.readable_text import composed, decode_text, readable, readable_together

WRITING = {
    "gbk": [
        "图片",
        "图片/狗",
        "狗\n金鱼",
        "数据集/训练/猫.jpg",
        "玫瑰\n雏菊",
        "向日葵",
        "人脸识别/张三",
        "蜻蜓\n螃蟹",
    ],
    "cp932": ["犬", "ねこ", "カタカナ/テスト", "桜\n梅", "自動車", "表示/ソ"],
    "big5": ["狗/圖片一\n金魚", "臺灣/照片", "玫瑰\n雛菊"],
    "cp949": ["개/사진1", "고양이", "장미\n데이지", "새 폴더/사진"],
    "cp1252": ["café/été", "größe", "Hund\nKätzchen", "mañana"],
    "cp437": ["café/été", "größe", "niño"],
    "cp1251": ["собака/фото", "Кошка"],
    "cp866": ["собака/фото", "кошка"],
    "utf-8": ["狗", "café", "🐱", "Nguyễn ơ", "mǎ", "Ω", "Жук", "naïve – ß"],
    "utf-8-sig": ["狗"],
    "utf-16": ["daisy\nrose", "狗\n金鱼"],
    "utf-16-le": ["daisy\nrose\n"],
}


@pytest.mark.parametrize(
    ("encoding", "text"), [(encoding, text) for encoding, each in WRITING.items() for text in each]
)
def test_writing_is_read_in_its_encoding(encoding: str, text: str) -> None:
    decoded = decode_text(text.encode(encoding))
    assert decoded is not None and decoded.text == text


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\xff\xfe\0", bytes(9), b"a\x01"]
)
def test_what_is_no_text_is_none(data: bytes) -> None:
    assert decode_text(data) is None


def test_a_name_of_any_bytes_can_be_written() -> None:
    for raw in (b"\xb9\xb7.jpg", b"\x81\x20\xff", b"\xff\xfe\xfd/\x80.jpg", bytes(range(128, 256))):
        assert readable(os.fsdecode(raw)).encode()
    assert readable("\ud83d half of a pair").encode()


def test_names_beside_one_another_are_in_one_encoding() -> None:
    names = ["高", "개", "사진", "고양이.jpg"]
    odd = [os.fsdecode(name.encode("cp949")) for name in names[1:]]
    assert readable_together(["plain", *odd]) == ["plain", *names[1:]]


def test_accents_are_in_their_letters() -> None:
    assert composed("e\u0301te\u0301") == "\u00e9t\u00e9"
